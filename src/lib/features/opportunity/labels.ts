import type { Instrument, Method } from '#lib/domain/program/instrument.ts';
import type { WindowState } from '#lib/domain/time/deadline.ts';
import * as l from '#lib/i18n/generated/lifecycle.ts';
import * as m from '#lib/i18n/generated/opportunity.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import type { Status } from '#lib/ui/status.ts';

const INSTRUMENTS: Record<Instrument, Message> = {
	grant: m.instrumentGrant,
	contribution: m.instrumentContribution,
	other_transfer_payment: m.instrumentOther
};

const METHODS: Record<Method, Message> = {
	competitive: m.methodCompetitive,
	formula: m.methodFormula,
	directed: m.methodDirected
};

/** "Contribution, by competition". */
export function kindOfFunding(program: { instrument: string; method: string }, locale: Locale): string {
	const instrument = INSTRUMENTS[program.instrument as Instrument]?.(locale) ?? program.instrument;
	const method = METHODS[program.method as Method]?.(locale) ?? program.method;
	return m.kindOne(locale, { instrument, method });
}

/** Where the window stands, in words: computed from the instants, never stored. */
export function windowStatus(state: WindowState, locale: Locale): Status {
	if (state === 'open') return { kind: 'go', label: l.opportunityOpen(locale) };
	if (state === 'scheduled') return { kind: 'info', label: l.opportunityScheduled(locale) };
	return { kind: 'none', label: l.opportunityClosed(locale) };
}
