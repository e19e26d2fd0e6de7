import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { databasePool, onDatabaseClose } from '#lib/server/db/client.ts';
import { keyRing } from '#lib/server/crypto/installation.ts';
import { throttleKeyWith } from '#lib/server/crypto/seal.ts';

/*
 * Counts attempts by (account, address) and by address. There is no count by account alone: whoever guesses at an
 * account from one place must never lock its owner out in another. Keys are HMACs, rows expire within a day, so the
 * table names nobody and locates nobody (safeguard B5). The limiter's clock is the database process's own, not the
 * injected one: it protects a running service and decides nothing that is kept.
 */

const MINUTE = 60;

/** `pair` counts one account from one address, `address` everything from one address; durations in seconds. */
const LIMITS = {
	password: { pair: { points: 8, seconds: 15 * MINUTE }, address: { points: 120, seconds: 60 * MINUTE } },
	'mail-link': { pair: { points: 4, seconds: 15 * MINUTE }, address: { points: 60, seconds: 60 * MINUTE } },
	register: { pair: { points: 4, seconds: 60 * MINUTE }, address: { points: 40, seconds: 60 * MINUTE } },
	token: { pair: { points: 30, seconds: 15 * MINUTE }, address: { points: 300, seconds: 60 * MINUTE } }
} as const;

export type ThrottledAct = keyof typeof LIMITS;

/** How long to wait, when the attempt came too soon. */
export type Throttled = { waitSeconds: number };

const limiters = new Map<string, RateLimiterPostgres>();

function limiter(act: ThrottledAct, kind: 'pair' | 'address'): RateLimiterPostgres {
	const name = `${act}:${kind}`;
	let made = limiters.get(name);
	if (!made) {
		const { points, seconds } = LIMITS[act][kind];
		made = new RateLimiterPostgres({
			storeClient: databasePool(),
			storeType: 'pool',
			tableName: 'throttle',
			// The table comes by migration: the runtime role may not create one.
			tableCreated: true,
			// Expired rows are removed by `forgetExpiredAttempts` in a job, not by a timer in every process.
			clearExpiredByTimeout: false,
			keyPrefix: name,
			points,
			duration: seconds
		});
		// They hold the pool they were made with; another database gets its own.
		if (limiters.size === 0) onDatabaseClose(async () => limiters.clear());
		limiters.set(name, made);
	}
	return made;
}

/**
 * Counts one attempt before it is made and says whether it must wait. `account` is what the person typed, known to us
 * or not, so that a refusal tells nothing about an account's existence.
 */
export async function countAttempt(act: ThrottledAct, account: string, address: string): Promise<Throttled | null> {
	const ring = keyRing();
	const results = await Promise.all([
		consume(limiter(act, 'pair'), throttleKeyWith(ring, act, account, address)),
		consume(limiter(act, 'address'), throttleKeyWith(ring, act, address))
	]);
	const waits = results.filter((wait): wait is number => wait !== null);
	return waits.length === 0 ? null : { waitSeconds: Math.max(...waits) };
}

/** Takes back the count of (account, address) after a success: a person who signs in often is not a guesser. */
export async function forgetAttempts(act: ThrottledAct, account: string, address: string): Promise<void> {
	await limiter(act, 'pair').delete(throttleKeyWith(keyRing(), act, account, address));
}

async function consume(from: RateLimiterPostgres, key: string): Promise<number | null> {
	try {
		await from.consume(key);
		return null;
	} catch (refused) {
		if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
		throw refused;
	}
}

/** Deletes rows whose time is over; `now` is the present. Returns how many. */
export async function forgetExpiredAttempts(now: Date): Promise<number> {
	const result = await databasePool().query('delete from throttle where expire is not null and expire < $1', [
		now.getTime()
	]);
	return result.rowCount ?? 0;
}
