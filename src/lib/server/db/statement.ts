import type { Prisma } from './generated/client.ts';
import type { Opening } from './opening.ts';
import { preparedName } from './prepared.ts';
import type { Tx } from './tx.ts';

const openings = new WeakMap<object, Opening>();

/** Has `statement` find the connection under a transaction. */
export function rememberOpening(tx: Tx, opening: Opening): void {
	openings.set(tx, opening);
}

/**
 * Runs one statement in the transaction, past Prisma and on the same connection: for the statements that every command
 * ends in (lock, entry, event, job), where the detour costs more than the work. Values come as node-postgres reads them,
 * so `bigint` columns arrive as text; errors are those of node-postgres, which `databaseRefusalOf` reads. Throws when the
 * transaction has ended.
 */
export async function statement<Row>(tx: Tx, sql: Prisma.Sql): Promise<Row[]> {
	return statementText<Row>(tx, sql.text, sql.values);
}

/** `statement` with a text and its values, for libraries that bring their own SQL. */
export async function statementText<Row>(tx: Tx, text: string, values: readonly unknown[]): Promise<Row[]> {
	const client = openings.get(tx)?.client;
	if (client === undefined) throw new Error('the transaction has ended, or `transact` did not begin it');
	const { rows } = await client.query({ name: preparedName({ sql: text }), text, values: [...values] });
	return rows as Row[];
}
