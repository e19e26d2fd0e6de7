import { refuse, type Problem } from '#lib/domain/problem.ts';
import { add, basisPointsOfDown, cad, compare, subtract, sum, type Money } from '#lib/domain/money/money.ts';
import type { FiscalYear } from '#lib/domain/time/fiscal-year.ts';

export const COST_TYPES = ['direct', 'administrative'] as const;
export type CostType = (typeof COST_TYPES)[number];

/** Categories of cost, in the order they are offered. */
export const COST_CATEGORIES = [
	'salaries',
	'honoraria',
	'travel',
	'materials',
	'publicity',
	'translation',
	'evaluation',
	'rent',
	'equipment',
	'administration',
	'other'
] as const;
export type CostCategory = (typeof COST_CATEGORIES)[number];

export function isCostType(value: unknown): value is CostType {
	return COST_TYPES.some((type) => type === value);
}

export function isCostCategory(value: unknown): value is CostCategory {
	return COST_CATEGORIES.some((category) => category === value);
}

/** One line: its whole cost, and what of it is asked of the program, in one fiscal year. */
export type BudgetLine = {
	costCategory: string;
	costType: string;
	fiscalYear: FiscalYear;
	cost: Money;
	requested: Money;
};

/** What a budget is held to. A null limit does not apply. */
export type BudgetRules = {
	/** What the form says is asked; null while it was not answered. */
	requestedAmount: Money | null;
	maximum: Money | null;
	/** Fiscal years the opportunity pays for. */
	fiscalYears: readonly FiscalYear[];
	/** Administration as a part of what is asked. */
	administrationLimitBasisPoints: number | null;
	/** All government funding, this included, as a part of the whole cost. */
	stackingLimitBasisPoints: number | null;
	otherGovernmentFunding: Money;
};

export function totalRequested(lines: readonly BudgetLine[]): Money {
	return sum(lines.map((line) => line.requested));
}

export function totalCost(lines: readonly BudgetLine[]): Money {
	return sum(lines.map((line) => line.cost));
}

/** What is asked of each fiscal year, by ascending year. */
export function requestedByYear(lines: readonly BudgetLine[]): { fiscalYear: FiscalYear; amount: Money }[] {
	const years = new Map<FiscalYear, Money>();
	for (const line of lines) years.set(line.fiscalYear, add(years.get(line.fiscalYear) ?? cad(0n), line.requested));
	return [...years].sort(([a], [b]) => a - b).map(([fiscalYear, amount]) => ({ fiscalYear, amount }));
}

/** How much of what is asked is administration. */
export function administrationRequested(lines: readonly BudgetLine[]): Money {
	return sum(lines.filter((line) => line.costType === 'administrative').map((line) => line.requested));
}

/**
 * Every rule the budget breaks, each with its figures: the page shows the amount over beside the rule. Limits round
 * down to the cent, so that a limit is never passed by a fraction. `field` is `line.<index>` for a line's own problem.
 */
export function budgetProblems(lines: readonly BudgetLine[], rules: BudgetRules): Problem[] {
	if (lines.length === 0) return [refuse('budget_empty')];
	const problems = lines.flatMap((line, index) => lineProblems(line, `line.${index}`, rules));
	const requested = totalRequested(lines);
	if (rules.requestedAmount && compare(requested, rules.requestedAmount) !== 0) {
		problems.push(refuse('budget_sum_differs', { actual: requested.minor, expected: rules.requestedAmount.minor }));
	}
	if (rules.maximum && compare(requested, rules.maximum) > 0) {
		problems.push(refuse('budget_over_maximum', { actual: requested.minor, limit: rules.maximum.minor }));
	}
	const administration = administrationProblem(lines, requested, rules);
	const stacking = stackingProblem(lines, requested, rules);
	return [...problems, ...[administration, stacking].filter((problem) => problem !== null)];
}

function lineProblems(line: BudgetLine, field: string, rules: BudgetRules): Problem[] {
	const problems: Problem[] = [];
	if (line.cost.minor < 0n || line.requested.minor < 0n) problems.push(refuse('money_negative', {}, field));
	if (!isCostType(line.costType) || !isCostCategory(line.costCategory)) {
		problems.push(refuse('choice_unknown', {}, field));
	}
	if (!rules.fiscalYears.includes(line.fiscalYear)) {
		problems.push(refuse('budget_year_outside', { year: line.fiscalYear, next: line.fiscalYear + 1 }, field));
	}
	if (compare(line.requested, line.cost) > 0) {
		problems.push(refuse('budget_line_over_cost', { actual: line.requested.minor, limit: line.cost.minor }, field));
	}
	return problems;
}

function administrationProblem(lines: readonly BudgetLine[], requested: Money, rules: BudgetRules): Problem | null {
	if (rules.administrationLimitBasisPoints === null) return null;
	const limit = basisPointsOfDown(requested, BigInt(rules.administrationLimitBasisPoints));
	const actual = administrationRequested(lines);
	return compare(actual, limit) > 0
		? refuse('budget_administration_over', {
				actual: actual.minor,
				limit: limit.minor,
				excess: subtract(actual, limit).minor
			})
		: null;
}

function stackingProblem(lines: readonly BudgetLine[], requested: Money, rules: BudgetRules): Problem | null {
	if (rules.stackingLimitBasisPoints === null) return null;
	const limit = basisPointsOfDown(totalCost(lines), BigInt(rules.stackingLimitBasisPoints));
	const government = add(requested, rules.otherGovernmentFunding);
	return compare(government, limit) > 0
		? refuse('budget_stacking_over', {
				actual: government.minor,
				limit: limit.minor,
				excess: subtract(government, limit).minor
			})
		: null;
}
