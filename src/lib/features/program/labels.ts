import type { BudgetSource, Ceiling } from '#lib/domain/program/instrument.ts';
import * as m from '#lib/i18n/generated/ledger.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';

const SOURCES: Record<BudgetSource, Message> = {
	reference_level: m.sourceReferenceLevel,
	interim_supply: m.sourceInterimSupply,
	main_estimates: m.sourceMainEstimates,
	supplementary_estimates: m.sourceSupplementaryEstimates,
	reprofile: m.sourceReprofile,
	correction: m.sourceCorrection
};

/** Where a change of a ceiling comes from. */
export function sourceLabel(source: BudgetSource, locale: Locale): string {
	return SOURCES[source](locale);
}

/** The two ceilings: the reference level, and what Parliament voted. */
export function ceilingLabel(ceiling: Ceiling, locale: Locale): string {
	return ceiling === 'planned' ? m.ceilingPlanned(locale) : m.ceilingVoted(locale);
}
