import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { AccountRef } from '#lib/domain/ledger/accounts.ts';
import type { Verb } from '#lib/domain/ledger/verbs.ts';
import type { Money } from '#lib/domain/money/money.ts';
import { refuse, Refusal, type ProblemCode } from '#lib/domain/problem.ts';
import type { Moment } from '#lib/server/clock.ts';
import { databaseRefusalOf } from './client.ts';
import { Prisma } from './generated/client.ts';
import { statement } from './statement.ts';
import type { Tx } from './transact.ts';

/** One movement of money: `amount` leaves `debit` and arrives at `credit`. */
export type Posting = {
	verb: Exclude<Verb, 'reverse'>;
	debit: AccountRef;
	credit: AccountRef;
	amount: Money;
	actor: Actor;
	/** Why, in a few words for the ledger's reader; no personal text. */
	reason: string;
	/** What it is about: the word of the glossary and the row's id. A payment is found by this. */
	subject: { type: string; id: string };
	/** The delegation the act relies on. */
	delegationId?: string | null;
	/** Entries of one act carry one id; its own id when left out. */
	operationId?: string;
	costCategory?: string | null;
};

/**
 * Posts one entry through the SQL function `post_entry`, opening accounts that do not exist yet. A ceiling that would be
 * broken throws a `Refusal` (over_voted, over_planned, over_committed, ledger_insufficient) and rolls back.
 * @returns the entry's id
 */
export async function postEntry(tx: Tx, moment: Moment, posting: Posting): Promise<string> {
	const id = moment.random.uuid();
	const { debit, credit, amount, subject } = posting;
	await refusing(amount, () =>
		statement(
			tx,
			Prisma.sql`
			select post_entry(${id}::uuid, ${posting.operationId ?? id}::uuid, ${posting.verb},
				open_ledger_account(${debit.kind}, ${debit.programId}::uuid, ${debit.awardId}::uuid,
					${debit.fiscalYear}::int, ${amount.currency}),
				open_ledger_account(${credit.kind}, ${credit.programId}::uuid, ${credit.awardId}::uuid,
					${credit.fiscalYear}::int, ${amount.currency}),
				${amount.minor}::bigint, ${amount.currency}, ${posting.costCategory ?? null}, ${moment.now},
				${actorUserId(posting.actor)}::uuid, ${posting.delegationId ?? null}::uuid, ${posting.reason},
				${subject.type}, ${subject.id}, null)`
		)
	);
	return id;
}

/**
 * Mirrors an entry exactly; the only correction there is. An entry is reversed once, and a reversal never.
 * @returns the reversal's id
 */
export async function reverseEntry(
	tx: Tx,
	moment: Moment,
	entryId: string,
	act: { actor: Actor; reason: string; delegationId?: string | null; operationId?: string }
): Promise<string> {
	const entry = await tx.ledgerEntry.findUniqueOrThrow({ where: { id: entryId } });
	const id = moment.random.uuid();
	await refusing({ minor: entry.amountMinor, currency: 'CAD' }, () =>
		statement(
			tx,
			Prisma.sql`
			select post_entry(${id}::uuid, ${act.operationId ?? id}::uuid, 'reverse', ${entry.creditAccountId},
				${entry.debitAccountId}, ${entry.amountMinor}, ${entry.currency}, ${entry.costCategory}, ${moment.now},
				${actorUserId(act.actor)}::uuid, ${act.delegationId ?? null}::uuid, ${act.reason}, ${entry.subjectType},
				${entry.subjectId}, ${entry.id}::uuid)`
		)
	);
	return id;
}

/** The ceilings of the database and what the commands call them. Anything else that is refused is a fault of ours. */
const CEILINGS: Record<string, ProblemCode> = {
	ledger_no_commitment_above_vote: 'over_voted',
	ledger_no_reservation_above_plan: 'over_planned',
	ledger_no_disbursement_above_commitment: 'over_committed',
	ledger_no_negative_balance: 'ledger_insufficient',
	ledger_sources_only_give: 'ledger_insufficient',
	ledger_entry_reversed_once: 'ledger_already_reversed'
};

async function refusing(amount: Money, post: () => Promise<unknown>): Promise<void> {
	try {
		await post();
	} catch (error) {
		const refused = databaseRefusalOf(error);
		const code = refused?.constraint === undefined ? undefined : CEILINGS[refused.constraint];
		if (code === undefined) throw error;
		throw new Refusal(refuse(code, { amount: amount.minor }));
	}
}
