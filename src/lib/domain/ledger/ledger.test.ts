import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProblem } from '#lib/domain/problem.ts';
import { cad } from '#lib/domain/money/money.ts';
import {
	ACCOUNT_KINDS,
	accountKey,
	awardAccount,
	isAwardKind,
	programAccount,
	SOURCE_KINDS,
	type AccountKind,
	type AccountRef
} from './accounts.ts';
import {
	applyEntry,
	balanceOf,
	EMPTY_LEDGER,
	ledgerSum,
	mirrorOf,
	programFigures,
	type Balances,
	type LedgerEntry,
	type LedgerState
} from './ledger.ts';
import { VERB_ARROWS, VERBS, verbAllows, type Arrow, type Verb } from './verbs.ts';

const PROGRAM = 'awareness';

function account(kind: AccountKind, awardId = 'award-1', fiscalYear = 2026): AccountRef {
	return isAwardKind(kind)
		? awardAccount(kind, PROGRAM, awardId, fiscalYear)
		: programAccount(kind, PROGRAM, fiscalYear);
}

let count = 0;
function entry(verb: Verb, debit: AccountKind, credit: AccountKind, amount: bigint, awardId = 'award-1'): LedgerEntry {
	count += 1;
	return {
		id: `e${count}`,
		verb,
		debit: account(debit, awardId),
		credit: account(credit, awardId),
		amount: cad(amount)
	};
}

function posted(...entries: LedgerEntry[]): LedgerState {
	let state = EMPTY_LEDGER;
	for (const next of entries) {
		const after = applyEntry(state, next);
		if (isProblem(after)) throw new Error(after.code);
		state = after;
	}
	return state;
}

function code(state: LedgerState, next: LedgerEntry): string {
	const after = applyEntry(state, next);
	return isProblem(after) ? after.code : 'posted';
}

describe('the ceilings', () => {
	const voted = posted(entry('plan', 'planned', 'reservable', 100n), entry('vote', 'voted', 'available', 60n));

	test('no commitment passes the vote by a cent', () => {
		expect(code(voted, entry('commit', 'available', 'committed', 60n))).toBe('posted');
		expect(code(voted, entry('commit', 'available', 'committed', 61n))).toBe('ledger_insufficient');
	});

	test('no reservation passes the plan by a cent', () => {
		expect(code(voted, entry('reserve', 'reservable', 'reserved', 100n))).toBe('posted');
		expect(code(voted, entry('reserve', 'reservable', 'reserved', 101n))).toBe('ledger_insufficient');
	});

	test('no payment passes the commitment of its own award', () => {
		const committed = posted(
			entry('vote', 'voted', 'available', 60n),
			entry('commit', 'available', 'committed', 40n),
			entry('commit', 'available', 'committed', 20n, 'award-2')
		);
		expect(code(committed, entry('disburse', 'committed', 'paid', 40n))).toBe('posted');
		expect(code(committed, entry('disburse', 'committed', 'paid', 41n))).toBe('ledger_insufficient');
	});

	test('a vote or plan is lowered by what is free, never by what is promised', () => {
		const committed = posted(entry('vote', 'voted', 'available', 60n), entry('commit', 'available', 'committed', 40n));
		expect(code(committed, entry('vote', 'available', 'voted', 20n))).toBe('posted');
		expect(code(committed, entry('vote', 'available', 'voted', 21n))).toBe('ledger_insufficient');
		expect(code(EMPTY_LEDGER, entry('vote', 'available', 'voted', 1n))).toBe('ledger_insufficient');
	});
});

describe('an entry', () => {
	const state = posted(entry('vote', 'voted', 'available', 100n), entry('commit', 'available', 'committed', 50n));

	test.each([0n, -1n])('of %s is refused', (amount) => {
		expect(code(state, entry('commit', 'available', 'committed', amount))).toBe('ledger_amount_not_positive');
	});

	test('between an account and itself is refused', () => {
		expect(code(state, entry('commit', 'committed', 'committed', 1n))).toBe('ledger_same_account');
	});

	test('that its verb does not know is refused', () => {
		expect(code(state, entry('commit', 'committed', 'available', 1n))).toBe('ledger_accounts_wrong');
		expect(code(state, entry('disburse', 'available', 'paid', 1n))).toBe('ledger_accounts_wrong');
	});

	test('across programs, years or awards is refused', () => {
		const base = entry('commit', 'available', 'committed', 1n);
		expect(code(state, { ...base, credit: { ...base.credit, programId: 'shelters' } })).toBe('ledger_scope_differs');
		expect(code(state, { ...base, credit: { ...base.credit, fiscalYear: 2027 } })).toBe('ledger_scope_differs');
		const pay = entry('disburse', 'committed', 'paid', 1n);
		expect(code(state, { ...pay, credit: account('paid', 'award-2') })).toBe('ledger_scope_differs');
	});

	test('naming an award account without award, or a program account with one, is refused', () => {
		const base = entry('commit', 'available', 'committed', 1n);
		expect(code(state, { ...base, credit: { ...base.credit, awardId: null } })).toBe('ledger_accounts_wrong');
		expect(code(state, { ...base, debit: { ...base.debit, awardId: 'award-1' } })).toBe('ledger_accounts_wrong');
	});

	test('is posted once', () => {
		const next = entry('commit', 'available', 'committed', 1n);
		const after = applyEntry(state, next);
		expect(!isProblem(after) && code(after, next)).toBe('already_done');
	});

	test('leaves the state it was given as it was', () => {
		const before = balanceOf(state, account('available')).minor;
		applyEntry(state, entry('commit', 'available', 'committed', 1n));
		expect(balanceOf(state, account('available')).minor).toBe(before);
	});
});

describe('a reversal', () => {
	const vote = entry('vote', 'voted', 'available', 100n);
	const commit = entry('commit', 'available', 'committed', 50n);
	const state = posted(vote, commit);

	test('mirrors one entry and undoes it', () => {
		const after = applyEntry(state, mirrorOf(commit, 'r1'));
		expect(!isProblem(after) && balanceOf(after, account('committed')).minor).toBe(0n);
	});

	test('of another amount, other accounts or nothing is refused', () => {
		const mirror = mirrorOf(commit, 'r1');
		expect(code(state, { ...mirror, amount: cad(49n) })).toBe('ledger_reversal_mismatch');
		expect(code(state, { ...mirror, debit: mirror.credit, credit: mirror.debit })).toBe('ledger_reversal_mismatch');
		expect(code(state, { ...mirror, reversesId: 'unknown' })).toBe('ledger_reversal_mismatch');
		const { reversesId: _, ...without } = mirror;
		expect(code(state, without)).toBe('ledger_reversal_mismatch');
		expect(code(state, { ...commit, id: 'x', reversesId: vote.id })).toBe('ledger_reversal_mismatch');
	});

	test('happens once, and is not itself reversed', () => {
		const after = posted(vote, commit, mirrorOf(commit, 'r1'));
		expect(code(after, mirrorOf(commit, 'r2'))).toBe('ledger_already_reversed');
		expect(code(after, mirrorOf(mirrorOf(commit, 'r1'), 'r3'))).toBe('ledger_reversal_mismatch');
	});

	test('does not take back what has been spent', () => {
		const spent = posted(vote, commit, entry('disburse', 'committed', 'paid', 50n));
		expect(code(spent, mirrorOf(commit, 'r1'))).toBe('ledger_insufficient');
	});
});

describe('the ledger under any sequence of entries', () => {
	const kinds = fc.constantFrom(...ACCOUNT_KINDS);
	const arrows = VERBS.flatMap((verb) => (VERB_ARROWS[verb] as readonly Arrow[]).map((arrow) => ({ verb, ...arrow })));
	const lawful = fc.constantFrom(...arrows);
	const step = fc.record({
		arrow: fc.oneof(
			{ weight: 9, arbitrary: lawful },
			{ weight: 1, arbitrary: fc.record({ verb: fc.constantFrom(...VERBS), debit: kinds, credit: kinds }) }
		),
		amount: fc.bigInt({ min: -5n, max: 1_000n }),
		award: fc.constantFrom('award-1', 'award-2'),
		reverse: fc.boolean()
	});

	test('sums to zero, never crosses zero, and the figures add up', () => {
		fc.assert(
			fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), (steps) => {
				// Money to move, so that what follows is refused for its own faults and not for an empty purse.
				let state = posted(entry('plan', 'planned', 'reservable', 9_000n), entry('vote', 'voted', 'available', 9_000n));
				for (const { arrow, amount, award, reverse } of steps) {
					const previous = [...state.entries.values()].at(-1);
					const next =
						reverse && previous
							? mirrorOf(previous, `m${state.entries.size}`)
							: entry(arrow.verb, arrow.debit, arrow.credit, amount, award);
					const after = applyEntry(state, next);
					if (!isProblem(after)) state = after;
				}
				expect(ledgerSum(state)).toBe(0n);
				const balances: Balances = {};
				for (const { account: held, minor } of state.balances.values()) {
					expect(SOURCE_KINDS.has(held.kind) ? minor <= 0n : minor >= 0n).toBe(true);
					balances[held.kind] = (balances[held.kind] ?? 0n) + minor;
				}
				const f = programFigures(2026, balances);
				expect(f.committed.minor + f.remaining.minor + f.lapsed.minor + f.recoverable.minor + f.writtenOff.minor).toBe(
					f.voted.minor
				);
				expect(f.reserved.minor + f.unreserved.minor).toBe(f.planned.minor);
				expect(f.paid.minor <= f.committed.minor).toBe(true);
			})
		);
	});
});

describe('the table of verbs', () => {
	test('is the table of the database', () => {
		const folder = join(import.meta.dirname, '../../../../prisma/migrations');
		const sql = readdirSync(folder, { withFileTypes: true })
			.filter((found) => found.isDirectory())
			.map((found) => readFileSync(join(folder, found.name, 'migration.sql'), 'utf8'))
			.join('\n');
		// A later migration that replaces the function is the one in force.
		const list = [...sql.matchAll(/ARRAY\[\s*('plan [^\]]*)\]/g)].at(-1)?.[1] ?? '';
		const inDatabase = [...list.matchAll(/'([a-z_]+ [a-z_]+ [a-z_]+)'/g)].map((match) => match[1]).sort();
		const here = VERBS.flatMap((verb) =>
			(VERB_ARROWS[verb] as readonly Arrow[]).map(({ debit, credit }) => `${verb} ${debit} ${credit}`)
		).sort();
		expect(here).toEqual(inDatabase);
	});

	test('answers for each verb what it may move', () => {
		expect(verbAllows('recover', 'recoverable', 'available')).toBe(true);
		expect(verbAllows('recover', 'paid', 'available')).toBe(false);
		expect(verbAllows('reverse', 'paid', 'committed')).toBe(false);
	});

	test('no two accounts share a key', () => {
		const keys = ACCOUNT_KINDS.flatMap((kind) => [
			account(kind),
			account(kind, 'award-2'),
			account(kind, 'award-1', 2027)
		]).map(accountKey);
		const distinct = ACCOUNT_KINDS.reduce((total, kind) => total + (isAwardKind(kind) ? 3 : 2), 0);
		expect(new Set(keys).size).toBe(distinct);
	});
});
