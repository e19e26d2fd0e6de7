import { isProblem, refuse, type Problem } from '#lib/domain/problem.ts';

/** An exact amount: minor units (cents) as bigint, never a number. May be negative where a difference is meant. */
export type Money = { minor: bigint; currency: 'CAD' };

/** The largest amount a PostgreSQL BIGINT holds with room for sums: ten thousand billion dollars. */
export const LARGEST_MINOR = 10n ** 15n;

export function cad(minor: bigint): Money {
	return { minor, currency: 'CAD' };
}

export function add(a: Money, b: Money): Money {
	return cad(a.minor + b.minor);
}

export function subtract(a: Money, b: Money): Money {
	return cad(a.minor - b.minor);
}

export function sum(amounts: Iterable<Money>): Money {
	let minor = 0n;
	for (const amount of amounts) minor += amount.minor;
	return cad(minor);
}

/** Negative when a < b, 0 when equal, positive when a > b. */
export function compare(a: Money, b: Money): number {
	return a.minor < b.minor ? -1 : a.minor > b.minor ? 1 : 0;
}

export function isZero(money: Money): boolean {
	return money.minor === 0n;
}

/**
 * Splits a total (≥ 0) in proportion to weights (each ≥ 0) by largest remainder; the shares sum to the total exactly.
 * Equal remainders go to the earlier share, so the caller orders by stable id. Where every weight is zero the split is
 * even: a total must go somewhere, and silence about a missing weight would lose money. No weights and a total above
 * zero is a programmer's error.
 */
export function splitByLargestRemainder(total: Money, weights: readonly bigint[]): Money[] {
	if (total.minor < 0n) throw new RangeError('splitByLargestRemainder: the total is negative');
	if (weights.some((weight) => weight < 0n)) throw new RangeError('splitByLargestRemainder: a weight is negative');
	if (weights.length === 0) {
		if (total.minor !== 0n) throw new RangeError('splitByLargestRemainder: nothing to split between');
		return [];
	}
	const weightSum = weights.reduce((a, b) => a + b, 0n);
	const effective = weightSum === 0n ? weights.map(() => 1n) : weights;
	const divisor = weightSum === 0n ? BigInt(weights.length) : weightSum;
	const shares = effective.map((weight, order) => ({
		order,
		minor: (total.minor * weight) / divisor,
		remainder: (total.minor * weight) % divisor
	}));
	let left = total.minor - shares.reduce((a, share) => a + share.minor, 0n);
	const byRemainder = [...shares].sort((a, b) =>
		a.remainder === b.remainder ? a.order - b.order : a.remainder > b.remainder ? -1 : 1
	);
	for (const share of byRemainder) {
		if (left === 0n) break;
		share.minor += 1n;
		left -= 1n;
	}
	return shares.map((share) => cad(share.minor));
}

/** A rate of an amount, in basis points, rounded half away from zero: 1250 bp of $10.00 is $1.25. */
export function basisPointsOf(money: Money, basisPoints: bigint): Money {
	return cad(divideHalfAway(money.minor * basisPoints, 10_000n));
}

/** A rate of an amount rounded down (towards zero): for limits that must not be passed by the fraction of a cent. */
export function basisPointsOfDown(money: Money, basisPoints: bigint): Money {
	return cad((money.minor * basisPoints) / 10_000n);
}

function divideHalfAway(numerator: bigint, divisor: bigint): bigint {
	const negative = numerator < 0n;
	const absolute = negative ? -numerator : numerator;
	const rounded = (absolute * 2n + divisor) / (divisor * 2n);
	return negative ? -rounded : rounded;
}

/**
 * Reads an amount as people write it in either language: `1,234.50`, `$1,234.5`, `1 234,50`, `1 234,50 $`, `1234`.
 * A mark followed by one or two last digits is the decimal mark; marks before groups of exactly three digits are
 * thousands. `1,234` is one thousand two hundred thirty-four in both languages: nobody applies for a tenth of a cent.
 * `1.234` is refused, since no one here groups by a point: a slip must not make an amount a thousand times larger.
 * Refuses also a negative amount, more than two decimals, and marks that contradict each other.
 */
export function parseMoney(text: string): Money | Problem {
	const squeezed = text.replace(/[\s\u00a0\u202f\u2009]+/g, ' ').trim();
	if (squeezed === '') return refuse('required');
	if (/^[-\u2212(]/.test(squeezed.replace(/^\$\s?/, ''))) return refuse('money_negative');
	const bare = squeezed.replace(/^(?:CAD?\s?)?\$?\s?/i, '').replace(/\s?\$?\s?(?:CAD?)?$/i, '');
	const parts = splitAtDecimalMark(bare);
	if (!parts) return refuse('money_invalid');
	const slipped = parts.cents === '' && /^\d{1,3}\.\d{3}$/.test(parts.whole);
	const digits = slipped ? null : ungroup(parts.whole);
	if (digits === null || !/^\d{0,2}$/.test(parts.cents)) return refuse('money_invalid');
	const minor = BigInt(digits) * 100n + BigInt(parts.cents.padEnd(2, '0'));
	return minor > LARGEST_MINOR ? refuse('money_too_large') : cad(minor);
}

function splitAtDecimalMark(text: string): { whole: string; cents: string } | null {
	if (!/^[\d., '’]+$/.test(text) || !/\d/.test(text)) return null;
	const decimal = /^(.*)([.,])(\d{1,2})$/.exec(text);
	if (!decimal) return { whole: text, cents: '' };
	const [, whole = '', mark = '', cents = ''] = decimal;
	// The decimal mark cannot also have separated the thousands.
	return whole.includes(mark) ? null : { whole: whole === '' ? '0' : whole, cents };
}

/** Plain digits, or groups of three parted by one and the same mark; else null. */
function ungroup(whole: string): string | null {
	if (/^\d+$/.test(whole)) return whole;
	const mark = /[., '’]/.exec(whole)?.[0];
	if (mark === undefined) return null;
	const groups = whole.split(mark);
	const [first = '', ...rest] = groups;
	if (!/^\d{1,3}$/.test(first) || rest.some((group) => !/^\d{3}$/.test(group))) return null;
	return groups.join('');
}

/** As `parseMoney`, and refuses zero: for amounts that must be asked, planned or paid. */
export function parsePositiveMoney(text: string): Money | Problem {
	const money = parseMoney(text);
	return !isProblem(money) && isZero(money) ? refuse('money_zero') : money;
}
