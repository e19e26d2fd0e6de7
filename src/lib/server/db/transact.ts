import { setTimeout as pause } from 'node:timers/promises';
import { fraction, systemMoment, type Randomness } from '#lib/server/clock.ts';
import { busyFrom, database, databaseRefusalOf } from './client.ts';
import { Prisma } from './generated/client.ts';
import { openingWith } from './opening.ts';
import { rememberOpening } from './statement.ts';
import type { Tx } from './tx.ts';

export type { Tx };

/** Who acts, as far as the database's second wall needs to know. Every `Actor` is one. */
export type ActorIdentity =
	{ readonly kind: 'user'; readonly userId: string } | { readonly kind: 'system'; readonly name: string };

export type TransactOptions = {
	/** Where the jitter between two attempts comes from. */
	random?: Randomness;
	/** How often the whole function may run when the database asks for it. */
	attempts?: number;
	/** How long the whole may take before it is rolled back; 20 seconds when left out. */
	timeoutMillis?: number;
};

/**
 * Runs `work` in one READ COMMITTED transaction and commits. When PostgreSQL ends it with a serialization failure or a
 * deadlock (40001, 40P01), the whole function runs again, so it must have no effect outside the transaction.
 * A wait for a connection or a lock that lasts too long throws `DatabaseBusy`.
 */
export function transact<T>(work: (tx: Tx) => Promise<T>, options: TransactOptions = {}): Promise<T> {
	return run(work, options, {});
}

/** `transact`, with row-level security opened for this actor and for this transaction only. */
export function transactAs<T>(
	actor: ActorIdentity,
	work: (tx: Tx) => Promise<T>,
	options: TransactOptions = {}
): Promise<T> {
	return run(work, options, { 'hearth.actor': actorSetting(actor) });
}

/** A read-only transaction in which the five guarded tables show what this actor may see. */
export function readAs<T>(
	actor: ActorIdentity,
	work: (tx: Tx) => Promise<T>,
	options: TransactOptions = {}
): Promise<T> {
	return run(work, options, { transaction_read_only: 'on', 'hearth.actor': actorSetting(actor) });
}

async function run<T>(
	work: (tx: Tx) => Promise<T>,
	options: TransactOptions,
	settings: Readonly<Record<string, string>>
): Promise<T> {
	const attempts = options.attempts ?? 5;
	const limit = options.timeoutMillis === undefined ? {} : { timeout: options.timeoutMillis };
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await openingWith(settings, (opened) =>
				database().$transaction((tx) => {
					rememberOpening(tx, opened());
					return work(tx);
				}, limit)
			);
		} catch (error) {
			if (!isRetryable(error)) throw busyFrom(error) ?? error;
			if (attempt >= attempts) throw busyFrom(error) ?? error;
			const random = options.random ?? systemMoment().random;
			await pause(5 * 2 ** attempt * (0.5 + fraction(random)));
		}
	}
}

/** The value of `hearth.actor`: a user's id, or `system:` and a name. */
export function actorSetting(actor: ActorIdentity): string {
	return actor.kind === 'user' ? actor.userId : `system:${actor.name}`;
}

function isRetryable(error: unknown): boolean {
	if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') return true;
	const sqlState = databaseRefusalOf(error)?.sqlState;
	return sqlState === '40001' || sqlState === '40P01';
}
