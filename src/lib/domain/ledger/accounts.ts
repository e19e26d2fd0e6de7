import type { FiscalYear } from '#lib/domain/time/fiscal-year.ts';

/**
 * Accounts of a program and fiscal year. `planned` and `voted` are sources: their balance is at most zero, and what was
 * put in is the negative of it. `reservable` is planned money not yet promised; `available` is voted money not yet
 * committed; `lapsed` is voted money that the year's end took back.
 */
export type ProgramAccountKind = 'planned' | 'reservable' | 'voted' | 'available' | 'lapsed';

/**
 * Accounts of an award and fiscal year: promised subject to appropriation, committed, kept back, paid ahead, paid for
 * good, owed back by the recipient, and given up as a debt.
 */
export type AwardAccountKind =
	'reserved' | 'committed' | 'held_back' | 'advanced' | 'paid' | 'recoverable' | 'written_off';

export type AccountKind = ProgramAccountKind | AwardAccountKind;

const PROGRAM_ACCOUNT_KINDS: readonly ProgramAccountKind[] = ['planned', 'reservable', 'voted', 'available', 'lapsed'];

const AWARD_ACCOUNT_KINDS: readonly AwardAccountKind[] = [
	'reserved',
	'committed',
	'held_back',
	'advanced',
	'paid',
	'recoverable',
	'written_off'
];

export const ACCOUNT_KINDS: readonly AccountKind[] = [...PROGRAM_ACCOUNT_KINDS, ...AWARD_ACCOUNT_KINDS];

/** Money enters the ledger through these: a balance above zero would mean that more came out of Parliament than went in. */
export const SOURCE_KINDS: ReadonlySet<AccountKind> = new Set(['planned', 'voted']);

export function isAwardKind(kind: AccountKind): kind is AwardAccountKind {
	return AWARD_ACCOUNT_KINDS.some((known) => known === kind);
}

/** Which account: the award is null for a program's own. */
export type AccountRef = {
	kind: AccountKind;
	programId: string;
	awardId: string | null;
	fiscalYear: FiscalYear;
};

/** The same account has the same key, and no other has. */
export function accountKey(account: AccountRef): string {
	return `${account.programId}/${account.awardId ?? '-'}/${account.fiscalYear}/${account.kind}`;
}

export function programAccount(kind: ProgramAccountKind, programId: string, fiscalYear: FiscalYear): AccountRef {
	return { kind, programId, awardId: null, fiscalYear };
}

export function awardAccount(
	kind: AwardAccountKind,
	programId: string,
	awardId: string,
	fiscalYear: FiscalYear
): AccountRef {
	return { kind, programId, awardId, fiscalYear };
}
