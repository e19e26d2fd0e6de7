import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cad, sum } from '#lib/domain/money/money.ts';
import {
	administrationRequested,
	budgetProblems,
	requestedByYear,
	totalCost,
	totalRequested,
	type BudgetLine,
	type BudgetRules
} from './budget.ts';

function line(requested: bigint, rest: Partial<BudgetLine> = {}): BudgetLine {
	return {
		costCategory: 'salaries',
		costType: 'direct',
		fiscalYear: 2026,
		cost: cad(requested),
		requested: cad(requested),
		...rest
	};
}

const rules: BudgetRules = {
	requestedAmount: cad(1000n),
	maximum: cad(5000n),
	fiscalYears: [2026, 2027],
	administrationLimitBasisPoints: 1500,
	stackingLimitBasisPoints: 10_000,
	otherGovernmentFunding: cad(0n)
};

const codes = (lines: BudgetLine[], change: Partial<BudgetRules> = {}): string[] =>
	budgetProblems(lines, { ...rules, ...change }).map(({ code, field }) => (field ? `${field}:${code}` : code));

describe('a budget', () => {
	test('that keeps every rule has no problem', () => {
		expect(codes([line(850n), line(150n, { costType: 'administrative', costCategory: 'administration' })])).toEqual([]);
	});

	test('without a line is empty', () => {
		expect(codes([])).toEqual(['budget_empty']);
	});

	test('asks exactly what the form says is asked', () => {
		expect(codes([line(999n)])).toEqual(['budget_sum_differs']);
		expect(codes([line(999n)], { requestedAmount: null })).toEqual([]);
	});

	test('asks at most the maximum', () => {
		expect(codes([line(5000n)], { requestedAmount: null })).toEqual([]);
		expect(codes([line(5001n)], { requestedAmount: null })).toEqual(['budget_over_maximum']);
	});

	test('holds administration to its part of what is asked, rounded down to the cent', () => {
		const administration = line(151n, { costType: 'administrative', costCategory: 'administration' });
		expect(budgetProblems([line(849n), administration], rules)).toMatchObject([
			{ code: 'budget_administration_over', facts: { actual: 151n, limit: 150n, excess: 1n } }
		]);
		expect(codes([line(849n), administration], { administrationLimitBasisPoints: null })).toEqual([]);
		expect(administrationRequested([line(849n), administration]).minor).toBe(151n);
	});

	test('holds all government funding to the stacking limit of the whole cost', () => {
		const lines = [line(1000n, { cost: cad(1500n) })];
		expect(codes(lines, { otherGovernmentFunding: cad(500n) })).toEqual([]);
		expect(budgetProblems(lines, { ...rules, otherGovernmentFunding: cad(1750n) })).toMatchObject([
			{ code: 'budget_stacking_over', facts: { limit: 1500n, excess: 1250n } }
		]);
		expect(codes(lines, { otherGovernmentFunding: cad(1750n), stackingLimitBasisPoints: null })).toEqual([]);
	});

	test('names the line that is wrong in itself', () => {
		expect(codes([line(1000n, { cost: cad(999n) })], { stackingLimitBasisPoints: null })).toEqual([
			'line.0:budget_line_over_cost'
		]);
		expect(codes([line(500n), line(500n, { fiscalYear: 2030 })])).toEqual(['line.1:budget_year_outside']);
		expect(codes([line(1000n, { costType: 'magic' })])).toEqual(['line.0:choice_unknown']);
		expect(codes([line(1001n), line(-1n)])).toEqual(['line.1:money_negative']);
	});

	test('by year sums to the whole', () => {
		const lines = fc.array(
			fc.record({
				requested: fc.bigInt({ min: 0n, max: 10n ** 10n }),
				fiscalYear: fc.integer({ min: 2025, max: 2029 })
			})
		);
		fc.assert(
			fc.property(lines, (drawn) => {
				const budget = drawn.map(({ requested, fiscalYear }) => line(requested, { fiscalYear }));
				const years = requestedByYear(budget);
				expect(sum(years.map((year) => year.amount)).minor).toBe(totalRequested(budget).minor);
				expect(years.map((year) => year.fiscalYear)).toEqual([...new Set(drawn.map((one) => one.fiscalYear))].sort());
				expect(totalCost(budget).minor).toBe(totalRequested(budget).minor);
			})
		);
	});
});
