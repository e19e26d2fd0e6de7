import { expect } from 'vitest';
import { databaseRefusalOf } from '#lib/server/db/client.ts';

/** Expects the database to refuse, under this name or with this SQLSTATE. */
export async function expectRefusal(work: Promise<unknown>, wall: string): Promise<void> {
	const error: unknown = await work.then(
		() => undefined,
		(thrown: unknown) => thrown
	);
	const refusal = databaseRefusalOf(error);
	if (!refusal) throw new Error(`expected a refusal by ${wall}, got ${error === undefined ? 'none' : String(error)}`);
	const seen = /^[0-9A-Z]{5}$/.test(wall) ? refusal.sqlState : refusal.constraint;
	expect(seen, refusal.message).toBe(wall);
}
