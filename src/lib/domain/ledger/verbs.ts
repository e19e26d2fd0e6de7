import type { AccountKind } from './accounts.ts';

export type Verb =
	| 'plan'
	| 'reprofile'
	| 'vote'
	| 'reserve'
	| 'commit'
	| 'decommit'
	| 'hold_back'
	| 'release_holdback'
	| 'advance'
	| 'clear_advance'
	| 'disburse'
	| 'recover'
	| 'write_off'
	| 'lapse'
	| 'reverse';

/** An entry takes from the debit account and gives to the credit account. */
export type Arrow = { debit: AccountKind; credit: AccountKind };

/**
 * What each verb may move, whole and written out; the database's `post_entry` carries the same table and a test compares
 * the two. A plan or vote that is lowered gives back what is still free, never what is promised. `recover` is two acts: paid money becomes owed back, then what came back is available again. A reserved year
 * that is now voted takes two entries posted together: the reservation is reversed and the commitment made. `reverse`
 * mirrors an existing entry, whatever its verb, so it has no arrow of its own.
 */
export const VERB_ARROWS = {
	plan: [
		{ debit: 'planned', credit: 'reservable' },
		{ debit: 'reservable', credit: 'planned' }
	],
	reprofile: [{ debit: 'planned', credit: 'reservable' }],
	vote: [
		{ debit: 'voted', credit: 'available' },
		{ debit: 'available', credit: 'voted' }
	],
	reserve: [{ debit: 'reservable', credit: 'reserved' }],
	commit: [{ debit: 'available', credit: 'committed' }],
	decommit: [{ debit: 'committed', credit: 'available' }],
	hold_back: [{ debit: 'committed', credit: 'held_back' }],
	release_holdback: [{ debit: 'held_back', credit: 'committed' }],
	advance: [{ debit: 'committed', credit: 'advanced' }],
	clear_advance: [{ debit: 'advanced', credit: 'paid' }],
	disburse: [{ debit: 'committed', credit: 'paid' }],
	recover: [
		{ debit: 'paid', credit: 'recoverable' },
		{ debit: 'recoverable', credit: 'available' }
	],
	write_off: [{ debit: 'recoverable', credit: 'written_off' }],
	lapse: [{ debit: 'available', credit: 'lapsed' }],
	reverse: []
} as const satisfies Record<Verb, readonly Arrow[]>;

export const VERBS = Object.keys(VERB_ARROWS) as Verb[];

/** True when the verb may move money from one kind to the other. A reversal is judged against the entry it mirrors. */
export function verbAllows(verb: Verb, debit: AccountKind, credit: AccountKind): boolean {
	const arrows: readonly Arrow[] = VERB_ARROWS[verb];
	return arrows.some((arrow) => arrow.debit === debit && arrow.credit === credit);
}
