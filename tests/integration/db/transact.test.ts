import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { seededMoment } from '#lib/server/clock.ts';
import { busyFrom, closeDatabase, database, databasePool, DatabaseBusy, openDatabase } from '#lib/server/db/client.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { takeNumber } from '#lib/server/db/numbers.ts';
import { readAs, transact, transactAs, type Tx } from '#lib/server/db/transact.ts';
import { statement } from '#lib/server/db/statement.ts';
import { openingWith } from '#lib/server/db/opening.ts';
import { loadConfig } from '#lib/server/config.ts';
import { expectRefusal } from './refused.ts';
import { makeStory, NOW } from './story.ts';

const raise = (sqlState: string) =>
	Prisma.raw(`do $$ begin raise exception 'asked for' using errcode = '${sqlState}'; end $$`);
const { random } = seededMoment(NOW, 'transact');

afterEach(async () => {
	await closeDatabase();
	openDatabase(loadConfig().databaseAppUrl, { name: 'hearth: tests' });
});

test.each(['40001', '40P01'])('a transaction that ends with %s runs again as a whole', async (sqlState) => {
	let runs = 0;
	const answer = await transact(
		async (tx) => {
			runs += 1;
			await tx.setting.create({ data: { name: `run ${sqlState} ${runs}`, value: runs, updatedAt: NOW } });
			if (runs < 3) await tx.$executeRaw(raise(sqlState));
			return runs;
		},
		{ random }
	);
	const kept = await database().setting.findMany({ where: { name: { startsWith: `run ${sqlState}` } } });
	expect([answer, kept.map(({ value }) => value)]).toEqual([3, [3]]);
});

test('a conflict that does not end is told as busy, not for ever', async () => {
	let runs = 0;
	const stuck = transact(
		async (tx) => {
			runs += 1;
			await tx.$executeRaw(raise('40001'));
		},
		{ random }
	);
	await expect(stuck).rejects.toMatchObject({ name: 'DatabaseBusy', reason: 'conflict' });
	expect(runs).toBe(5);
});

test('a transaction is READ COMMITTED, and its actor its own, however many begin at once and whatever the server prefers', async () => {
	const mine = (name: string) =>
		transactAs({ kind: 'system', name }, async (tx) => {
			const [row] = await tx.$queryRaw<{ level: string; actor: string }[]>`
				select current_setting('transaction_isolation') as level, current_setting('hearth.actor') as actor`;
			return row;
		});
	await database().$executeRaw`select set_config('default_transaction_isolation', 'serializable', false)`;
	const names = Array.from({ length: 25 }, (_, index) => `o'${index}`);
	const seen = await Promise.all(names.map(mine));
	expect(seen).toEqual(names.map((name) => ({ level: 'read committed', actor: `system:${name}` })));
	const nobody = await transact(
		(tx) => tx.$queryRaw`select coalesce(current_setting('hearth.actor', true), '') as actor`
	);
	expect(nobody).toEqual([{ actor: '' }]);
});

test('a transaction inside another keeps the actor of each', async () => {
	const actorOf = (tx: Tx) => tx.$queryRaw`select current_setting('hearth.actor') as actor`;
	const seen = await transactAs({ kind: 'system', name: 'outer' }, async (outer) => {
		const inner = await readAs({ kind: 'system', name: 'inner' }, actorOf);
		return [inner, await actorOf(outer)];
	});
	expect(seen).toEqual([[{ actor: 'system:inner' }], [{ actor: 'system:outer' }]]);
});

test('a transaction that would begin without its actor is refused before it does anything', async () => {
	const begun = openingWith({ 'hearth.actor': 'system:nobody' }, async (opened) => opened());
	await expect(begun).rejects.toThrow('without its settings');
});

test('a statement that comes after the end of its transaction runs in no other', async () => {
	const one = Prisma.sql`select 1 as one`;
	let kept: Tx | undefined;
	await transact(async (tx) => {
		kept = tx;
		expect(await statement(tx, one)).toEqual([{ one: 1 }]);
	});
	await expect(statement(kept!, one)).rejects.toThrow(/transaction/i);
});

test('a transaction that took too long writes nothing later, not even past Prisma', async () => {
	const late = transact(
		async (tx) => {
			await pause(300);
			await statement(tx, Prisma.sql`insert into setting (name, value, updated_at) values ('late', '1', now())`);
		},
		{ timeoutMillis: 100 }
	);
	await expect(late).rejects.toThrow(/transaction/i);
	expect(await database().setting.count({ where: { name: 'late' } })).toBe(0);
});

test('another refusal is not tried again', async () => {
	let runs = 0;
	const refused = transact(async (tx) => {
		runs += 1;
		await tx.$executeRaw(raise('HR001'));
	});
	await expectRefusal(refused, 'HR001');
	expect(runs).toBe(1);
});

test('two that wait for each other in a ring both get through', async () => {
	const [first, second] = [await makeStory(), await makeStory()].map(({ ids }) => ids.award);
	let arrived = 0;
	let meet: () => void;
	const met = new Promise<void>((resolve) => (meet = resolve));
	const both = (order: (string | undefined)[]) =>
		transact(
			async (tx) => {
				await lockRow(tx, 'award', String(order[0]));
				arrived += 1;
				if (arrived >= 2) meet();
				await met;
				return lockRow(tx, 'award', String(order[1]));
			},
			{ random }
		);
	expect(await Promise.all([both([first, second]), both([second, first])])).toEqual([true, true]);
});

test('a wait for a connection ends after the limit and is told as busy', async () => {
	await closeDatabase();
	openDatabase(loadConfig().databaseAppUrl, { poolSize: 1, waitMillis: 200 });
	const held = await databasePool().connect();
	const waited = await transact(() => Promise.resolve(1)).catch((error: unknown) => error);
	const read = await database()
		.setting.count()
		.catch((error: unknown) => busyFrom(error));
	held.release();
	expect(waited).toBeInstanceOf(DatabaseBusy);
	expect(read).toBeInstanceOf(DatabaseBusy);
});

test('a wait for a locked row ends after the limit and is told as busy', async () => {
	const { ids } = await makeStory();
	await closeDatabase();
	openDatabase(loadConfig().databaseAppUrl, { poolSize: 2, lockWaitMillis: 150 });
	await transact(async (tx) => {
		await lockRow(tx, 'award', ids.award);
		await expect(transact((other) => lockRow(other, 'award', ids.award))).rejects.toMatchObject({ reason: 'lock' });
	});
});

test('numbers of a series have no gap, also when a transaction is rolled back', async () => {
	const series = 'test:2026';
	await transact((tx) => takeNumber(tx, series));
	await transact(async (tx) => {
		await takeNumber(tx, series);
		throw new Error('rolled back');
	}).catch(() => {});
	const taken = await Promise.all(Array.from({ length: 8 }, () => transact((tx) => takeNumber(tx, series))));
	expect(taken.sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});
