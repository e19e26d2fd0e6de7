import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cad, compare, sum } from '#lib/domain/money/money.ts';
import {
	allocate,
	ceilingFor,
	ceilingProblems,
	type AllocationPolicy,
	type Candidate,
	type YearCeiling
} from './allocate.ts';

const stop: AllocationPolicy = { minimumScoreTenThousandths: 30_000n, whenUnaffordable: 'stop' };
const skip: AllocationPolicy = { ...stop, whenUnaffordable: 'skip' };

function candidate(applicationId: string, score: bigint | null, now: bigint, later = 0n): Candidate {
	const years = [
		{ fiscalYear: 2026, amount: cad(now) },
		{ fiscalYear: 2027, amount: cad(later) }
	];
	return { applicationId, scoreTenThousandths: score, years };
}

const ceilings: YearCeiling[] = [
	{ fiscalYear: 2026, ceiling: 'voted', available: cad(100n) },
	{ fiscalYear: 2027, ceiling: 'planned', available: cad(50n) }
];

const told = (candidates: Candidate[], policy: AllocationPolicy): string[] =>
	allocate(candidates, ceilings, policy).map((line) => `${line.applicationId} ${line.recommendation} ${line.reason}`);

describe('an allocation', () => {
	test('funds by rank down to the least score', () => {
		expect(told([candidate('a', 29_999n, 1n), candidate('b', 30_000n, 1n), candidate('c', 50_000n, 1n)], stop)).toEqual(
			['c award funded', 'b award funded', 'a decline below_minimum']
		);
	});

	test('stops at the first that the money left cannot carry, so that no lower rank passes it', () => {
		const three = [candidate('a', 50_000n, 60n), candidate('b', 40_000n, 41n), candidate('c', 35_000n, 1n)];
		expect(told(three, stop)).toEqual(['a award funded', 'b waitlist unaffordable', 'c waitlist after_stop']);
		expect(told(three, skip)).toEqual(['a award funded', 'b waitlist unaffordable', 'c award funded']);
	});

	test('says by how much the money falls short, and of which year', () => {
		const [, line] = allocate([candidate('a', 50_000n, 1n, 30n), candidate('b', 40_000n, 1n, 25n)], ceilings, stop);
		expect(line?.facts).toEqual({ year: 2027, available: 20n, lacking: 5n });
	});

	test('still declines what is below the least score after it stopped', () => {
		expect(told([candidate('a', 50_000n, 101n), candidate('b', 20_000n, 1n)], stop)).toEqual([
			'a waitlist unaffordable',
			'b decline below_minimum'
		]);
	});

	test('gives nothing where nobody could judge, or where a year has no ceiling', () => {
		const outside: Candidate = { ...candidate('b', 50_000n, 1n), years: [{ fiscalYear: 2030, amount: cad(1n) }] };
		expect(told([candidate('a', null, 1n), outside], skip)).toEqual([
			'b waitlist unaffordable',
			'a waitlist not_scored'
		]);
	});

	test('adds up a year that is listed twice, and refuses a negative amount', () => {
		const twice: Candidate = {
			...candidate('a', 50_000n, 1n),
			years: [2026, 2026].map((fiscalYear) => ({ fiscalYear, amount: cad(50n) }))
		};
		expect(allocate([twice], ceilings, stop)[0]?.years).toEqual([{ fiscalYear: 2026, amount: cad(100n) }]);
		expect(() => allocate([candidate('a', 50_000n, -1n)], ceilings, stop)).toThrow(RangeError);
	});

	test('judges the current year by the vote and later ones by the plan', () => {
		expect([2025, 2026, 2027].map((year) => ceilingFor(year, 2026))).toEqual(['voted', 'voted', 'planned']);
	});

	const drawn = fc.record({
		candidates: fc.uniqueArray(
			fc.record({
				applicationId: fc.uuid(),
				score: fc.option(fc.bigInt({ min: 10_000n, max: 50_000n })),
				now: fc.bigInt({ min: 0n, max: 60n }),
				later: fc.bigInt({ min: 0n, max: 60n })
			}),
			{ selector: ({ applicationId }) => applicationId, maxLength: 25, size: 'max' }
		),
		policy: fc.constantFrom(stop, skip)
	});

	test('keeps every ceiling, gives every candidate one line, and never depends on their order', () => {
		fc.assert(
			fc.property(drawn, ({ candidates, policy }) => {
				const all = candidates.map((one) => candidate(one.applicationId, one.score, one.now, one.later));
				const lines = allocate(all, ceilings, policy);
				expect(lines.length).toBe(all.length);
				expect(ceilingProblems(lines, ceilings)).toEqual([]);
				expect(allocate([...all].reverse(), ceilings, policy)).toEqual(lines);
				for (const line of lines) {
					expect(compare(sum(line.years.map((year) => year.amount)), line.amount)).toBe(0);
					expect(line.recommendation === 'award' || line.amount.minor === 0n).toBe(true);
					expect((line.recommendation === 'award') === (line.reason === 'funded')).toBe(true);
				}
			})
		);
	});

	test('that stops funds nobody below the one it stopped at; one that skips funds at least as many', () => {
		fc.assert(
			fc.property(drawn, ({ candidates }) => {
				const all = candidates.map((one) => candidate(one.applicationId, one.score, one.now, one.later));
				const stopped = allocate(all, ceilings, stop);
				const at = stopped.findIndex((line) => line.reason === 'unaffordable');
				const after = at < 0 ? [] : stopped.slice(at);
				expect(after.some((line) => line.recommendation === 'award')).toBe(false);
				const funded = (lines: typeof stopped): number => lines.filter((line) => line.reason === 'funded').length;
				expect(funded(allocate(all, ceilings, skip)) >= funded(stopped)).toBe(true);
			})
		);
	});
});

describe('the ceilings', () => {
	const award = (now: bigint, later: bigint) => ({
		recommendation: 'award',
		years: candidate('x', null, now, later).years
	});

	test('are asked of all awards together, each with its own name', () => {
		expect(ceilingProblems([award(60n, 50n), award(40n, 0n)], ceilings)).toEqual([]);
		expect(ceilingProblems([award(60n, 30n), award(41n, 30n)], ceilings)).toMatchObject([
			{ code: 'over_voted', facts: { excess: 1n, year: 2026 } },
			{ code: 'over_planned', facts: { excess: 10n, year: 2027 } }
		]);
		expect(ceilingProblems([{ ...award(999n, 999n), recommendation: 'decline' }], ceilings)).toEqual([]);
	});

	test('that are missing hold nothing', () => {
		expect(ceilingProblems([award(1n, 0n)], [])).toMatchObject([{ code: 'over_planned', facts: { excess: 1n } }]);
	});
});
