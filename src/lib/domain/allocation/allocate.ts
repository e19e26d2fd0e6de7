import { refuse, type Facts, type Problem } from '#lib/domain/problem.ts';
import { cad, compare, subtract, sum, type Money } from '#lib/domain/money/money.ts';
import type { FiscalYear } from '#lib/domain/time/fiscal-year.ts';
import { rankByScore } from '#lib/domain/review/score.ts';

/**
 * The published rule: a least score, then by rank. At the first application that the money left cannot carry whole,
 * either stop, so that no lower rank passes a higher one, or skip it and go on.
 */
export type AllocationPolicy = { minimumScoreTenThousandths: bigint; whenUnaffordable: 'stop' | 'skip' };

/** What is asked, per fiscal year, and the panel's mean; null where nobody could judge. */
export type Candidate = {
	applicationId: string;
	scoreTenThousandths: bigint | null;
	years: readonly { fiscalYear: FiscalYear; amount: Money }[];
};

/** The ceiling of a fiscal year: voted for the current one, planned for those to come (subject to appropriation). */
export type YearCeiling = { fiscalYear: FiscalYear; ceiling: 'voted' | 'planned'; available: Money };

export type AllocationReason = 'funded' | 'below_minimum' | 'not_scored' | 'unaffordable' | 'after_stop';

export type AllocationLine = {
	applicationId: string;
	rank: number | null;
	scoreTenThousandths: bigint | null;
	recommendation: 'award' | 'decline' | 'waitlist';
	amount: Money;
	years: { fiscalYear: FiscalYear; amount: Money }[];
	/** Why: a code for the sentence, with its figures. */
	reason: AllocationReason;
	facts: Facts;
};

export function ceilingFor(fiscalYear: FiscalYear, currentFiscalYear: FiscalYear): 'voted' | 'planned' {
	return fiscalYear <= currentFiscalYear ? 'voted' : 'planned';
}

/** The first fiscal year whose ceiling the amounts pass, with what is left and what is lacking; null when all fit. */
function shortfall(
	years: Candidate['years'],
	left: ReadonlyMap<FiscalYear, Money>
): { fiscalYear: FiscalYear; available: Money; lacking: Money } | null {
	for (const { fiscalYear, amount } of years) {
		const available = left.get(fiscalYear) ?? cad(0n);
		if (compare(amount, available) > 0) return { fiscalYear, available, lacking: subtract(amount, available) };
	}
	return null;
}

/** Amounts by year, each year once and ascending: a candidate may list a year twice. */
function merged(years: Candidate['years']): { fiscalYear: FiscalYear; amount: Money }[] {
	const byYear = new Map<FiscalYear, bigint>();
	for (const { fiscalYear, amount } of years) {
		if (amount.minor < 0n) throw new RangeError('allocate: an amount asked is negative');
		byYear.set(fiscalYear, (byYear.get(fiscalYear) ?? 0n) + amount.minor);
	}
	return [...byYear].sort(([a], [b]) => a - b).map(([fiscalYear, minor]) => ({ fiscalYear, amount: cad(minor) }));
}

/**
 * One line for every candidate, in rank order, each saying why. The result depends on scores, amounts and ids alone,
 * never on the order given. No fiscal year ever passes its ceiling; a year without a ceiling has nothing to give.
 */
export function allocate(
	candidates: readonly Candidate[],
	ceilings: readonly YearCeiling[],
	policy: AllocationPolicy
): AllocationLine[] {
	const left = new Map<FiscalYear, Money>();
	for (const { fiscalYear, available } of ceilings) left.set(fiscalYear, available);
	let stopped: Facts | null = null;
	return rankByScore(candidates.map((candidate) => ({ ...candidate, id: candidate.applicationId }))).map(
		(candidate) => {
			const years = merged(candidate.years);
			const line = (
				recommendation: AllocationLine['recommendation'],
				reason: AllocationReason,
				facts: Facts = {}
			): AllocationLine => ({
				applicationId: candidate.applicationId,
				rank: candidate.rank,
				scoreTenThousandths: candidate.scoreTenThousandths,
				recommendation,
				amount: recommendation === 'award' ? sum(years.map((year) => year.amount)) : cad(0n),
				years: recommendation === 'award' ? years : [],
				reason,
				facts
			});
			const score = candidate.scoreTenThousandths;
			if (score === null) return line('waitlist', 'not_scored');
			if (score < policy.minimumScoreTenThousandths) {
				return line('decline', 'below_minimum', { minimum: policy.minimumScoreTenThousandths, score });
			}
			if (stopped) return line('waitlist', 'after_stop', stopped);
			const short = shortfall(years, left);
			if (short) {
				const facts = { year: short.fiscalYear, available: short.available.minor, lacking: short.lacking.minor };
				if (policy.whenUnaffordable === 'stop') stopped = { year: short.fiscalYear, rank: candidate.rank ?? 0 };
				return line('waitlist', 'unaffordable', facts);
			}
			for (const { fiscalYear, amount } of years) {
				left.set(fiscalYear, subtract(left.get(fiscalYear) ?? cad(0n), amount));
			}
			return line('award', 'funded');
		}
	);
}

/** Each ceiling that the awards of these lines pass together; asked again when the round is approved. */
export function ceilingProblems(
	lines: readonly { recommendation: string; years: readonly { fiscalYear: FiscalYear; amount: Money }[] }[],
	ceilings: readonly YearCeiling[]
): Problem[] {
	const asked = merged(lines.filter((line) => line.recommendation === 'award').flatMap((line) => line.years));
	return asked.flatMap(({ fiscalYear, amount }) => {
		const ceiling = ceilings.find((candidate) => candidate.fiscalYear === fiscalYear);
		const excess = subtract(amount, ceiling?.available ?? cad(0n));
		if (excess.minor <= 0n) return [];
		return [
			refuse(ceiling?.ceiling === 'voted' ? 'over_voted' : 'over_planned', {
				excess: excess.minor,
				year: fiscalYear,
				next: fiscalYear + 1
			})
		];
	});
}
