import { cad, compare, splitByLargestRemainder, sum, type Money } from '#lib/domain/money/money.ts';
import type { FiscalYear } from '#lib/domain/time/fiscal-year.ts';

export type AwardYear = { fiscalYear: FiscalYear; amount: Money };

/** Committed against the vote, or reserved against the plan and subject to appropriation by Parliament. */
export type YearStanding = 'committed' | 'reserved';

/** The current year (and an earlier one) commits against voted money; years to come are reserved. */
export function standingOf(fiscalYear: FiscalYear, currentFiscalYear: FiscalYear): YearStanding {
	return fiscalYear <= currentFiscalYear ? 'committed' : 'reserved';
}

/**
 * An awarded amount by fiscal year: what was asked where it is the whole, else in proportion to it by largest remainder
 * (ties to the earlier year). The years sum to the amount, always. Years that get nothing are left out.
 */
export function splitByYear(amount: Money, requested: readonly AwardYear[]): AwardYear[] {
	const years = [...requested].sort((a, b) => a.fiscalYear - b.fiscalYear);
	if (compare(amount, sum(years.map((year) => year.amount))) === 0)
		return years.filter((year) => year.amount.minor > 0n);
	const shares = splitByLargestRemainder(
		amount,
		years.map((year) => year.amount.minor)
	);
	return years
		.map((year, index) => ({ fiscalYear: year.fiscalYear, amount: shares[index] ?? cad(0n) }))
		.filter((year) => year.amount.minor > 0n);
}
