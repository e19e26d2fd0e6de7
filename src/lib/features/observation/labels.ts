import type { AccountKind } from '#lib/domain/ledger/accounts.ts';
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

/** An account of the ledger, in words. An unknown kind shows itself. */
export function accountLabel(kind: string, locale: Locale): string {
	return ACCOUNTS[kind as AccountKind]?.(locale) ?? kind;
}
