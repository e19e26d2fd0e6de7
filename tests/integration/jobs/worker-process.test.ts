import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { systemActor } from '#lib/domain/access/actor.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { environmentWith } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import { storyMoment } from '../db/story.ts';

let child: ChildProcess | undefined;
afterEach(() => {
	if (child?.exitCode === null) child.kill('SIGKILL');
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 600; tries += 1) {
		if (await holds()) return;
		await pause(50);
	}
	throw new Error('it never came true');
}

/** The worker as the supervisor starts it, running once it has sealed what we wrote. */
async function startedWorker(): Promise<ChildProcess> {
	const moment = storyMoment();
	const id = await transact((tx) =>
		recordEvent(tx, moment, {
			name: 'demonstration.seeded',
			actor: systemActor('test'),
			subject: { type: 'installation', id: 'x' },
			facts: {}
		})
	);
	child = fork('src/worker/main.ts', { env: environmentWith({ HEARTH_ROLE: 'worker' }), silent: true });
	await until(async () => (await database().auditSealEvent.count({ where: { eventId: id } })) === 1);
	return child;
}

const ended = (worker: ChildProcess): Promise<number | null> =>
	new Promise((resolve) => worker.once('exit', (code) => resolve(code)));

test('the worker seals the trail and ends well when it is asked to', async () => {
	const worker = await startedWorker();
	const end = ended(worker);
	worker.kill('SIGTERM');
	expect(await end).toBe(0);
}, 60_000);

test('the worker ends when the process that started it is gone', async () => {
	const worker = await startedWorker();
	const end = ended(worker);
	worker.disconnect();
	expect(await end).toBe(0);
}, 60_000);
