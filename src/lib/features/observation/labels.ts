import type { AccountKind } from '#lib/domain/ledger/accounts.ts';
import type { Verb } from '#lib/domain/ledger/verbs.ts';
import * as m from '#lib/i18n/generated/ledger.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';

const ACCOUNTS: Record<AccountKind, Message> = {
	planned: m.accountPlanned,
	reservable: m.accountReservable,
	voted: m.accountVoted,
	available: m.accountAvailable,
	lapsed: m.accountLapsed,
	reserved: m.accountReserved,
	committed: m.accountCommitted,
	held_back: m.accountHeldBack,
	advanced: m.accountAdvanced,
	paid: m.accountPaid,
	recoverable: m.accountRecoverable,
	written_off: m.accountWrittenOff
};

const VERBS: Record<Verb, Message> = {
	plan: m.verbPlan,
	reprofile: m.verbReprofile,
	vote: m.verbVote,
	reserve: m.verbReserve,
	commit: m.verbCommit,
	decommit: m.verbDecommit,
	hold_back: m.verbHoldBack,
	release_holdback: m.verbReleaseHoldback,
	advance: m.verbAdvance,
	clear_advance: m.verbClearAdvance,
	disburse: m.verbDisburse,
	recover: m.verbRecover,
	write_off: m.verbWriteOff,
	lapse: m.verbLapse,
	reverse: m.verbReverse
};

/** An account of the ledger, in words. An unknown kind shows itself. */
export function accountLabel(kind: string, locale: Locale): string {
	return ACCOUNTS[kind as AccountKind]?.(locale) ?? kind;
}

/** What a movement was, in words. */
export function verbLabel(verb: string, locale: Locale): string {
	return VERBS[verb as Verb]?.(locale) ?? verb;
}
