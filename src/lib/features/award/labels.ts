import type { AwardStatus } from '#lib/domain/award/lifecycle.ts';
import type { YearStanding } from '#lib/domain/award/years.ts';
import type { Verb } from '#lib/domain/ledger/verbs.ts';
import * as m from '#lib/i18n/generated/award.ts';
import * as ledger from '#lib/i18n/generated/ledger.ts';
import * as words from '#lib/i18n/generated/lifecycle.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import type { Status, StatusKind } from '#lib/ui/status.ts';

const STAFF: Record<AwardStatus, { kind: StatusKind; label: Message }> = {
	offered: { kind: 'none', label: words.awardOffered },
	accepted: { kind: 'go', label: words.awardAccepted },
	active: { kind: 'go', label: words.awardActive },
	completed: { kind: 'done', label: words.awardCompleted },
	terminated: { kind: 'todo', label: words.awardTerminated },
	declined: { kind: 'todo', label: words.awardDeclined },
	lapsed: { kind: 'todo', label: words.awardLapsed }
};

/** Where an award stands, in the record's words. Decided and not announced is a state of its own to staff. */
export function statusOfAward(status: AwardStatus, isAnnounced: boolean, locale: Locale): Status {
	if (!isAnnounced && status === 'offered') return { kind: 'info', label: m.statusUnannounced(locale) };
	const { kind, label } = STAFF[status];
	return status === 'offered' ? { kind, label: label(locale), icon: 'bars' } : { kind, label: label(locale) };
}

/** Committed against the vote, or reserved and subject to appropriation. */
export function standingLabel(standing: YearStanding, locale: Locale): string {
	return standing === 'committed' ? m.standingCommitted(locale) : m.standingReserved(locale);
}

const VERBS: Record<Verb, Message> = {
	plan: ledger.verbPlan,
	reprofile: ledger.verbReprofile,
	vote: ledger.verbVote,
	reserve: ledger.verbReserve,
	commit: ledger.verbCommit,
	decommit: ledger.verbDecommit,
	hold_back: ledger.verbHoldBack,
	release_holdback: ledger.verbReleaseHoldback,
	advance: ledger.verbAdvance,
	clear_advance: ledger.verbClearAdvance,
	disburse: ledger.verbDisburse,
	recover: ledger.verbRecover,
	write_off: ledger.verbWriteOff,
	lapse: ledger.verbLapse,
	reverse: ledger.verbReverse
};

/** What a ledger line did, in a word. */
export function verbLabel(verb: string, locale: Locale): string {
	return VERBS[verb as Verb]?.(locale) ?? verb;
}
