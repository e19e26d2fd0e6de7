import { refuse, type Problem } from '#lib/domain/problem.ts';
import { cad, type Money } from '#lib/domain/money/money.ts';
import type { FiscalYear } from '#lib/domain/time/fiscal-year.ts';
import { accountKey, isAwardKind, SOURCE_KINDS, type AccountKind, type AccountRef } from './accounts.ts';
import { verbAllows, type Verb } from './verbs.ts';

/** One movement: `amount` (above zero) leaves `debit` and arrives at `credit`. */
export type LedgerEntry = {
	id: string;
	verb: Verb;
	debit: AccountRef;
	credit: AccountRef;
	amount: Money;
	/** The entry that this one mirrors; only for `reverse`. */
	reversesId?: string;
};

/**
 * The ledger in memory, as a model of what the database keeps: balances are credits less debits. It serves scenarios,
 * the doctor's proof and the tests that hold `post_entry` to the same answers.
 */
export type LedgerState = {
	balances: ReadonlyMap<string, { account: AccountRef; minor: bigint }>;
	entries: ReadonlyMap<string, LedgerEntry>;
	reversedIds: ReadonlySet<string>;
};

export const EMPTY_LEDGER: LedgerState = { balances: new Map(), entries: new Map(), reversedIds: new Set() };

export function balanceOf(state: LedgerState, account: AccountRef): Money {
	return cad(state.balances.get(accountKey(account))?.minor ?? 0n);
}

/** The sum of all balances: zero, always. */
export function ledgerSum(state: LedgerState): bigint {
	let total = 0n;
	for (const { minor } of state.balances.values()) total += minor;
	return total;
}

/** What is wrong with an entry in itself, before any balance is looked at. */
function entryProblem(entry: Omit<LedgerEntry, 'id'>): Problem | null {
	if (entry.amount.minor <= 0n) return refuse('ledger_amount_not_positive');
	if (accountKey(entry.debit) === accountKey(entry.credit)) return refuse('ledger_same_account');
	for (const account of [entry.debit, entry.credit]) {
		if (isAwardKind(account.kind) !== (account.awardId !== null)) {
			return refuse('ledger_accounts_wrong', { verb: entry.verb, account: account.kind });
		}
	}
	const { debit, credit } = entry;
	const sameAward = debit.awardId === null || credit.awardId === null || debit.awardId === credit.awardId;
	if (debit.programId !== credit.programId || debit.fiscalYear !== credit.fiscalYear || !sameAward) {
		return refuse('ledger_scope_differs', { verb: entry.verb });
	}
	if (entry.verb === 'reverse') return entry.reversesId === undefined ? refuse('ledger_reversal_mismatch') : null;
	if (entry.reversesId !== undefined) return refuse('ledger_reversal_mismatch');
	return verbAllows(entry.verb, debit.kind, credit.kind)
		? null
		: refuse('ledger_accounts_wrong', { verb: entry.verb, debit: debit.kind, credit: credit.kind });
}

function reversalProblem(state: LedgerState, entry: LedgerEntry): Problem | null {
	if (entry.reversesId === undefined) return null;
	const original = state.entries.get(entry.reversesId);
	if (!original || original.verb === 'reverse') return refuse('ledger_reversal_mismatch');
	if (state.reversedIds.has(original.id)) return refuse('ledger_already_reversed');
	const mirrors =
		accountKey(original.debit) === accountKey(entry.credit) &&
		accountKey(original.credit) === accountKey(entry.debit) &&
		original.amount.minor === entry.amount.minor;
	return mirrors ? null : refuse('ledger_reversal_mismatch');
}

/** A source may only owe; every other account may only hold. */
function keepsItsSide(kind: AccountKind, minor: bigint): boolean {
	return SOURCE_KINDS.has(kind) ? minor <= 0n : minor >= 0n;
}

/**
 * The state after the entry, or the Problem that refuses it: wrong accounts, a reversal that mirrors nothing or mirrors
 * twice, or a balance that would cross zero (no commitment above the vote, no payment above the commitment). The given
 * state is never changed.
 */
export function applyEntry(state: LedgerState, entry: LedgerEntry): LedgerState | Problem {
	if (state.entries.has(entry.id)) return refuse('already_done', { id: entry.id });
	const problem = entryProblem(entry) ?? reversalProblem(state, entry);
	if (problem) return problem;
	const debitMinor = balanceOf(state, entry.debit).minor - entry.amount.minor;
	const creditMinor = balanceOf(state, entry.credit).minor + entry.amount.minor;
	if (!keepsItsSide(entry.debit.kind, debitMinor)) {
		return refuse('ledger_insufficient', {
			account: entry.debit.kind,
			available: balanceOf(state, entry.debit).minor,
			amount: entry.amount.minor
		});
	}
	if (!keepsItsSide(entry.credit.kind, creditMinor)) {
		return refuse('ledger_insufficient', {
			account: entry.credit.kind,
			available: -balanceOf(state, entry.credit).minor,
			amount: entry.amount.minor
		});
	}
	const balances = new Map(state.balances);
	balances.set(accountKey(entry.debit), { account: entry.debit, minor: debitMinor });
	balances.set(accountKey(entry.credit), { account: entry.credit, minor: creditMinor });
	const entries = new Map(state.entries).set(entry.id, entry);
	const reversedIds =
		entry.reversesId === undefined ? state.reversedIds : new Set(state.reversedIds).add(entry.reversesId);
	return { balances, entries, reversedIds };
}

/** The entry that undoes another: same amount, sides exchanged. */
export function mirrorOf(entry: LedgerEntry, id: string): LedgerEntry {
	return { id, verb: 'reverse', debit: entry.credit, credit: entry.debit, amount: entry.amount, reversesId: entry.id };
}

/** Balances of one program and year, each kind summed over its awards (minor units). */
export type Balances = Partial<Record<AccountKind, bigint>>;

/**
 * The figures that everyone reads, to the cent, from one program's balances in one fiscal year. *Planned* and *voted*
 * are what was put in. *Committed* is what recipients were promised and keep: still to pay, kept back, advanced, paid.
 * *Paid* is what left, advances included. *Remaining* is voted money promised to nobody, *unreserved* planned money
 * promised to nobody. Money owed back or given up is shown apart, so voted = committed + remaining + lapsed +
 * recoverable + written off, always.
 */
export type ProgramFigures = {
	fiscalYear: FiscalYear;
	planned: Money;
	voted: Money;
	reserved: Money;
	committed: Money;
	paid: Money;
	recoverable: Money;
	writtenOff: Money;
	lapsed: Money;
	remaining: Money;
	unreserved: Money;
};

export function programFigures(fiscalYear: FiscalYear, balances: Balances): ProgramFigures {
	const of = (kind: AccountKind): bigint => balances[kind] ?? 0n;
	const paid = of('paid') + of('advanced');
	return {
		fiscalYear,
		planned: cad(-of('planned')),
		voted: cad(-of('voted')),
		reserved: cad(of('reserved')),
		committed: cad(of('committed') + of('held_back') + paid),
		paid: cad(paid),
		recoverable: cad(of('recoverable')),
		writtenOff: cad(of('written_off')),
		lapsed: cad(of('lapsed')),
		remaining: cad(of('available')),
		unreserved: cad(of('reservable'))
	};
}
