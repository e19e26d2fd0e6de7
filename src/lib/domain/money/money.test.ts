import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProblem } from '#lib/domain/problem.ts';
import {
	add,
	basisPointsOf,
	basisPointsOfDown,
	cad,
	compare,
	LARGEST_MINOR,
	parseMoney,
	parsePositiveMoney,
	splitByLargestRemainder,
	subtract,
	sum
} from './money.ts';

const minor = fc.bigInt({ min: 0n, max: LARGEST_MINOR });
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 40 });

function parsed(text: string): bigint | string {
	const money = parseMoney(text);
	return isProblem(money) ? money.code : money.minor;
}

describe('a split', () => {
	test('sums to the total to the cent, whatever the weights', () => {
		fc.assert(
			fc.property(minor, weights, (total, parts) => {
				expect(sum(splitByLargestRemainder(cad(total), parts)).minor).toBe(total);
			})
		);
	});

	test('never gives a negative share and never strays a whole cent from the exact share', () => {
		fc.assert(
			fc.property(minor, weights, (total, parts) => {
				const weightSum = parts.reduce((a, b) => a + b, 0n);
				fc.pre(weightSum > 0n);
				splitByLargestRemainder(cad(total), parts).forEach((share, index) => {
					const difference = share.minor * weightSum - total * (parts[index] ?? 0n);
					expect(share.minor >= 0n && difference < weightSum && -difference < weightSum).toBe(true);
				});
			})
		);
	});

	test('gives a greater weight never less than a smaller one', () => {
		fc.assert(
			fc.property(minor, weights, (total, parts) => {
				const shares = splitByLargestRemainder(cad(total), parts);
				const ordered = shares.map((share, index) => ({ share: share.minor, weight: parts[index] ?? 0n }));
				ordered.sort((a, b) => (a.weight < b.weight ? -1 : a.weight > b.weight ? 1 : a.share < b.share ? -1 : 1));
				for (let i = 1; i < ordered.length; i += 1) {
					expect((ordered[i]?.share ?? 0n) >= (ordered[i - 1]?.share ?? 0n)).toBe(true);
				}
			})
		);
	});

	test('gives equal remainders to the earlier share', () => {
		expect(splitByLargestRemainder(cad(100n), [1n, 1n, 1n]).map((share) => share.minor)).toEqual([34n, 33n, 33n]);
	});

	test('is even where every weight is zero', () => {
		expect(splitByLargestRemainder(cad(3n), [0n, 0n]).map((share) => share.minor)).toEqual([2n, 1n]);
	});

	test('refuses a negative total or weight, and a total with nobody to have it', () => {
		expect(() => splitByLargestRemainder(cad(-1n), [1n])).toThrow(RangeError);
		expect(() => splitByLargestRemainder(cad(1n), [-1n])).toThrow(RangeError);
		expect(() => splitByLargestRemainder(cad(1n), [])).toThrow(RangeError);
		expect(splitByLargestRemainder(cad(0n), [])).toEqual([]);
	});
});

describe('a rate', () => {
	test('rounds half a cent away from zero', () => {
		expect(basisPointsOf(cad(1000n), 1250n).minor).toBe(125n);
		expect(basisPointsOf(cad(1n), 5000n).minor).toBe(1n);
		expect(basisPointsOf(cad(-1n), 5000n).minor).toBe(-1n);
	});

	test('rounds down where it is a limit', () => {
		expect(basisPointsOfDown(cad(999n), 1000n).minor).toBe(99n);
	});
});

describe('arithmetic', () => {
	test('adding and taking away again changes nothing', () => {
		fc.assert(
			fc.property(minor, minor, (a, b) => {
				expect(compare(subtract(add(cad(a), cad(b)), cad(b)), cad(a))).toBe(0);
			})
		);
	});
});

describe('an amount as people write it', () => {
	test.each([
		['1234.50', 123450n],
		['1,234.50', 123450n],
		['$1,234.5', 123450n],
		['$ 1,234.50', 123450n],
		['1 234,50', 123450n],
		['1 234,50 $', 123450n],
		['1\u00a0234,50\u00a0$', 123450n],
		['1\u202f234,50', 123450n],
		['1234,5', 123450n],
		['1.234,50', 123450n],
		['1.234.567', 123456700n],
		["1'234.50", 123450n],
		['1234', 123400n],
		['1,234', 123400n],
		['1 234', 123400n],
		['1,234,567', 123456700n],
		['.50', 50n],
		['0', 0n],
		['CAD 12.00', 1200n],
		['12,00 $ CA', 1200n],
		['  7  ', 700n]
	])('%j is read', (text, expected) => {
		expect(parsed(text)).toBe(expected);
	});

	test.each([
		['', 'required'],
		['   ', 'required'],
		['-5', 'money_negative'],
		['$-5', 'money_negative'],
		['\u22125', 'money_negative'],
		['(5.00)', 'money_negative'],
		['abc', 'money_invalid'],
		['12.345', 'money_invalid'],
		['12.3456', 'money_invalid'],
		['1,23,456', 'money_invalid'],
		['1,234,56', 'money_invalid'],
		['1.234.56', 'money_invalid'],
		['1,234 567', 'money_invalid'],
		['1e5', 'money_invalid'],
		['0x10', 'money_invalid'],
		['.', 'money_invalid'],
		['$', 'money_invalid'],
		['1 2', 'money_invalid'],
		['99999999999999999999', 'money_too_large']
	])('%j is answered with %s', (text, expected) => {
		expect(parsed(text)).toBe(expected);
	});

	test('what either language writes is read back to the cent', () => {
		fc.assert(
			fc.property(minor, (amount) => {
				const dollars = (amount / 100n).toString();
				const cents = (amount % 100n).toString().padStart(2, '0');
				const grouped = (mark: string): string => dollars.replace(/\B(?=(\d{3})+$)/g, mark);
				expect(parsed(`$${grouped(',')}.${cents}`)).toBe(amount);
				expect(parsed(`${grouped('\u00a0')},${cents}\u00a0$`)).toBe(amount);
			})
		);
	});

	test('no text throws or is read as a negative amount', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
				const money = parseMoney(text);
				expect(isProblem(money) || money.minor >= 0n).toBe(true);
			})
		);
	});

	test('zero is refused where something must be asked or paid', () => {
		expect(isProblem(parsePositiveMoney('0.00'))).toBe(true);
		expect(parsePositiveMoney('0.01')).toEqual(cad(1n));
	});
});
