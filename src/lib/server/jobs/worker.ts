import { systemActor } from '#lib/domain/access/actor.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { log } from '#lib/server/log/log.ts';
import { ensureQueue, makeBoss } from './boss.ts';
import type { Job } from './definition.ts';
import type { Repeated } from './repeat.ts';
import { startRepeating } from './repeat.ts';

export type Worker = {
	/** Takes no new job, lets the running ones end within the given time, then closes its connections. */
	stop: (patienceMillis: number) => Promise<void>;
};

/** Runs these jobs, and these short acts again and again, until stopped. */
export async function startWorker(jobs: readonly Job[], repeated: readonly Repeated[] = []): Promise<Worker> {
	const boss = makeBoss({ for: 'work', onError: (error) => log().error({ err: error }, 'job queue') });
	await boss.start();
	for (const job of jobs) {
		await ensureQueue(boss, job.name, job);
		// A job may run before this is known.
		const worker: { id?: string } = {};
		worker.id = await boss.work(
			job.name,
			{ batchSize: 1, localConcurrency: job.concurrency, pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 5 },
			async ([claimed]) => {
				if (!claimed) return;
				try {
					await job.run({
						payload: claimed.data ?? {},
						moment: systemMoment(),
						actor: systemActor(job.name),
						signal: claimed.signal,
						jobId: claimed.id
					});
				} catch (error) {
					log().warn({ job: job.name, jobId: claimed.id, attempt: claimed.retryCount + 1, err: error }, 'job failed');
					throw kindOf(error);
				} finally {
					// Where one waited others may: the next is looked for now, not when the queue is polled again.
					if (worker.id !== undefined) boss.notifyWorker(worker.id);
				}
			}
		);
		if (job.schedule) {
			await boss.schedule(job.name, job.schedule.cron, job.schedule.payload, { tz: job.schedule.zone });
		} else await boss.unschedule(job.name);
	}
	const repeating = startRepeating(repeated);
	return {
		async stop(patienceMillis) {
			await repeating.stop();
			await boss.stop({ graceful: true, timeout: patienceMillis, close: true });
		}
	};
}

/** What is kept with the job is its kind of error only: a message may hold a person's words. */
function kindOf(error: unknown): Error {
	return new Error(error instanceof Error ? error.name : 'failed');
}
