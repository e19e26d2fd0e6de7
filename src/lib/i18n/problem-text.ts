import type { Facts, Problem, ProblemCode } from '#lib/domain/problem.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import { cad } from '#lib/domain/money/money.ts';
import * as sentences from './generated/problem.ts';
import { formatDate, formatMoney, formatNumber } from './format.ts';
import type { Locale } from './locale.ts';

type Sentence = (locale: Locale, values: Record<string, string | number>) => string;

/** Facts that say a year or count a plural stay numbers; the rest is written as the language writes it. */
const BARE_NUMBERS = new Set(['year', 'next', 'minutes', 'missing']);

function written(facts: Facts, locale: Locale): Record<string, string | number> {
	return Object.fromEntries(
		Object.entries(facts).map(([name, fact]) => {
			if (typeof fact === 'bigint') return [name, formatMoney(cad(fact), locale)];
			if (typeof fact === 'number') return [name, BARE_NUMBERS.has(name) ? fact : formatNumber(fact, locale)];
			return [name, isDay(fact) ? formatDate(fact, locale) : fact];
		})
	);
}

/**
 * A Problem in the reader's language: its code's sentence with its facts (bigint as money, number as a count, a day
 * written out). Called at the door; the whole catalog of problems never reaches the browser.
 */
export function problemText(problem: Problem, locale: Locale): string {
	const byCode: Record<ProblemCode, unknown> = sentences;
	return (byCode[problem.code] as Sentence)(locale, written(problem.facts, locale));
}
