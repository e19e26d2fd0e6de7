import { setTimeout as pause } from 'node:timers/promises';
import { getConstructionPlans } from 'pg-boss';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { systemActor } from '#lib/domain/access/actor.ts';
import { database } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import { defineJob, type Job } from '#lib/server/jobs/definition.ts';
import { deadLetters } from '#lib/server/jobs/dead-letters.ts';
import { enqueue } from '#lib/server/jobs/queue.ts';
import { startWorker, type Worker } from '#lib/server/jobs/worker.ts';
import { redriveJob } from '#lib/features/identity/failed-jobs.server.ts';
import { storyMoment } from '../db/story.ts';

let worker: Worker | undefined;
afterEach(async () => {
	await worker?.stop(5_000);
	worker = undefined;
});

async function start(...jobs: Job[]): Promise<void> {
	worker = await startWorker(jobs);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 1_000; tries += 1) {
		if (await holds()) return;
		await pause(25);
	}
	throw new Error('it never came true');
}

const noted = z.object({ number: z.int() });

test('the tables of the queue are those of the installed package', async () => {
	const [row] = await database().$queryRaw<{ version: number }[]>`select version from pgboss.version`;
	const planned = /INSERT INTO pgboss\.version\(version\) VALUES \('(\d+)'\)/.exec(getConstructionPlans('pgboss'));
	expect(row?.version).toBe(Number(planned?.[1]));
});

test('a job runs when its transaction has committed, and only then', async () => {
	const seen: number[] = [];
	await start(
		defineJob({ name: 'note-number', schema: noted, handler: async ({ payload }) => void seen.push(payload.number) })
	);
	await transact(async (tx) => {
		await enqueue(tx, 'note-number', { number: 1 });
		throw new Error('rolled back');
	}).catch(() => {});
	await transact((tx) => enqueue(tx, 'note-number', { number: 2 }));
	await until(() => seen.length > 0);
	expect(seen).toEqual([2]);
	const [row] = await database().$queryRaw<
		{ count: bigint }[]
	>`select count(*) from pgboss.job where name = 'note-number'`;
	expect(row?.count).toBe(1n);
});

test('what has piled up is done one after the other, without a pause between', async () => {
	const seen: number[] = [];
	const wanted = Array.from({ length: 40 }, (_, number) => number);
	await transact(async (tx) => {
		for (const number of wanted) await enqueue(tx, 'drain-pile', { number });
	});
	const began = performance.now();
	await start(
		defineJob({ name: 'drain-pile', schema: noted, handler: async ({ payload }) => void seen.push(payload.number) })
	);
	await until(() => seen.length === wanted.length);
	expect([...seen].sort((a, b) => a - b)).toEqual(wanted);
	// One job a poll would take more than a minute.
	expect(performance.now() - began).toBeLessThan(15_000);
});

test('what is enqueued before any worker knows the job waits for it', async () => {
	await transact((tx) => enqueue(tx, 'greet-later', { number: 3 }));
	const seen: number[] = [];
	await start(
		defineJob({ name: 'greet-later', schema: noted, handler: async ({ payload }) => void seen.push(payload.number) })
	);
	await until(() => seen.length === 1);
	expect(seen).toEqual([3]);
});

test('a failing job is tried again, then waits among the dead letters until a person puts it back', async () => {
	let fails = true;
	let runs = 0;
	await start(
		defineJob({
			name: 'fail-often',
			schema: noted,
			retryLimit: 1,
			retryDelaySeconds: 1,
			handler: async () => {
				runs += 1;
				if (fails) throw new TypeError('Anna at 4 Elm Street could not be reached');
			}
		})
	);
	await transact((tx) => enqueue(tx, 'fail-often', { number: 4 }));
	await until(async () => (await deadLetters()).length === 1);
	expect(runs).toBe(2);
	const [letter] = await deadLetters();
	expect(letter).toMatchObject({ jobName: 'fail-often', attempts: 2, error: 'TypeError' });
	const [kept] = await database().$queryRaw<{ text: string }[]>`
		select coalesce(string_agg(output::text, ''), '') || coalesce(string_agg(source_output::text, ''), '') as text from pgboss.job`;
	expect(kept?.text).not.toContain('Elm Street');

	fails = false;
	const moment = storyMoment();
	const untold = { ...moment, random: { ...moment.random, bytes: () => expect.unreachable('killed') } };
	await expect(redriveJob(systemActor('test'), String(letter?.jobId), untold)).rejects.toThrow('killed');
	expect(await deadLetters()).toHaveLength(1);
	await redriveJob(systemActor('test'), String(letter?.jobId), storyMoment());
	await until(() => runs === 3);
	expect(await deadLetters()).toEqual([]);
	expect(await database().auditEvent.count({ where: { name: 'job.redriven' } })).toBe(1);
}, 40_000);

test('stopping lets the running job end and takes no new one', async () => {
	const ended: number[] = [];
	let begun = 0;
	await start(
		defineJob({
			name: 'take-time',
			schema: noted,
			concurrency: 1,
			handler: async ({ payload }) => {
				begun += 1;
				await pause(400);
				ended.push(payload.number);
			}
		})
	);
	await transact((tx) => enqueue(tx, 'take-time', { number: 5 }));
	await until(() => begun === 1);
	await transact((tx) => enqueue(tx, 'take-time', { number: 6 }));
	await worker?.stop(5_000);
	worker = undefined;
	expect(ended).toEqual([5]);
});
