import { refuse, type Problem } from '#lib/domain/problem.ts';
import { compare, splitByLargestRemainder, sum, type Money } from '#lib/domain/money/money.ts';
import { firstDayOf, lastDayOf, type Day, type FiscalYear } from '#lib/domain/time/fiscal-year.ts';
import { addDays, daysBetween } from '#lib/domain/time/zone.ts';
import type { AwardYear } from '#lib/domain/award/years.ts';

export type PlannedInstalment = { number: number; fiscalYear: FiscalYear; dueOn: Day; amount: Money };

/** Each fiscal year is paid in this many parts unless the program says otherwise. */
const INSTALMENTS_PER_YEAR = 2;

/**
 * The schedule of an award: each fiscal year's amount in equal parts (cents by largest remainder, the earlier part
 * first), spread evenly over the days of that year that the agreement covers, the first on the first such day. Numbered
 * from 1 in order of date. The parts of a year sum to the year exactly; a part of nothing is left out.
 */
export function planInstalments(
	years: readonly AwardYear[],
	agreement: { startsOn: Day; endsOn: Day },
	perYear: number = INSTALMENTS_PER_YEAR
): PlannedInstalment[] {
	if (!Number.isSafeInteger(perYear) || perYear < 1) throw new RangeError('planInstalments: at least one part a year');
	const parts = [...years]
		.sort((a, b) => a.fiscalYear - b.fiscalYear)
		.flatMap(({ fiscalYear, amount }) => {
			const { from, to } = coveredDays(fiscalYear, agreement);
			const span = Math.max(0, daysBetween(from, to));
			return splitByLargestRemainder(
				amount,
				Array.from({ length: perYear }, () => 1n)
			).map((part, index) => ({
				fiscalYear,
				dueOn: addDays(from, Math.floor((span * index) / perYear)),
				amount: part
			}));
		});
	return parts.filter((part) => part.amount.minor > 0n).map((part, index) => ({ number: index + 1, ...part }));
}

/** The days of a fiscal year that an agreement covers; where they do not meet, the year's first day stands for both. */
function coveredDays(fiscalYear: FiscalYear, agreement: { startsOn: Day; endsOn: Day }): { from: Day; to: Day } {
	const first = firstDayOf(fiscalYear);
	const last = lastDayOf(fiscalYear);
	const from = agreement.startsOn > first ? agreement.startsOn : first;
	const to = agreement.endsOn < last ? agreement.endsOn : last;
	return from <= to && from <= last ? { from, to } : { from: first, to: first };
}

/** What is wrong with a schedule: nothing in it, or a fiscal year whose parts do not sum to the award's year. */
export function scheduleProblems(
	instalments: readonly { fiscalYear: FiscalYear; amount: Money }[],
	years: readonly AwardYear[]
): Problem[] {
	if (instalments.length === 0) return [refuse('schedule_empty')];
	const all = new Set([...instalments, ...years].map((part) => part.fiscalYear));
	return [...all]
		.sort((a, b) => a - b)
		.flatMap((fiscalYear) => {
			const of = (parts: readonly { fiscalYear: FiscalYear; amount: Money }[]): Money =>
				sum(parts.filter((part) => part.fiscalYear === fiscalYear).map((part) => part.amount));
			const [actual, expected] = [of(instalments), of(years)];
			return compare(actual, expected) === 0
				? []
				: [refuse('schedule_sum_differs', { actual: actual.minor, expected: expected.minor, year: fiscalYear })];
		});
}
