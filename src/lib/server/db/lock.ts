import { Prisma } from './generated/client.ts';
import { statement } from './statement.ts';
import type { Tx } from './transact.ts';

/** The tables a command may lock a row of, in pipeline order: lock in this order, then by id, and nobody waits in a ring. */
export const LOCKABLE_TABLES = [
	'person',
	'session',
	'login_token',
	'email_change',
	'invitation',
	'role_assignment',
	'delegation',
	'organization',
	'membership',
	'location',
	'payee_account',
	'program',
	'opportunity',
	'application',
	'answer',
	'budget_line',
	'requirement',
	'review_assignment',
	'review',
	'allocation_round',
	'award',
	'award_year',
	'agreement',
	'instalment',
	'disbursement',
	'payment_evidence',
	'disclosure_request',
	'signature_origin',
	'mail_message'
] as const;

export type LockableTable = (typeof LOCKABLE_TABLES)[number];

/**
 * Locks one row until the transaction ends, and says whether it exists. Load the row after this, not before:
 * what was read earlier may be old.
 */
export async function lockRow(tx: Tx, table: LockableTable, id: string): Promise<boolean> {
	if (!LOCKABLE_TABLES.includes(table)) throw new Error(`rows of ${String(table)} are not locked one by one`);
	const rows = await statement<unknown>(
		tx,
		Prisma.sql`select 1 as found from ${Prisma.raw(`"${table}"`)} where id = ${id}::uuid for update`
	);
	return rows.length === 1;
}
