import type { z } from 'zod';
import type { Actor } from '#lib/domain/access/actor.ts';
import type { Moment } from '#lib/server/clock.ts';

/** What a handler is given: the checked payload, the present, the system actor of the job, and a signal to stop. */
export type JobCall<Payload> = {
	payload: Payload;
	moment: Moment;
	actor: Actor;
	/** Aborted when the job took too long or the process is asked to stop. */
	signal: AbortSignal;
	jobId: string;
};

export type JobOptions<Payload> = {
	/** `verb-noun`, such as `send-mail`. */
	name: string;
	/** The payload's shape. Payloads hold ids and plain values: what the job needs to know it reads for itself. */
	schema: z.ZodType<Payload>;
	/** Runs one job. It must be idempotent: a job may run again after its work was done. Throwing has it retried. */
	handler: (call: JobCall<Payload>) => Promise<void>;
	/** Attempts after the first; then the job goes to the dead letters. */
	retryLimit?: number;
	/** Seconds before the first retry; doubled each time, with jitter. */
	retryDelaySeconds?: number;
	/** Longest pause between two attempts, in seconds. */
	retryDelayMaxSeconds?: number;
	/** Seconds after which a running job counts as lost and is tried again. */
	expireInSeconds?: number;
	/** How many of it one worker process runs at once. */
	concurrency?: number;
	/** Run it by the clock as well: a cron expression in a zone, with this payload. */
	schedule?: { cron: string; zone: string; payload: Payload };
};

/** A job as the worker knows it. */
export type Job = {
	readonly name: string;
	readonly retryLimit: number;
	readonly retryDelaySeconds: number;
	readonly retryDelayMaxSeconds: number;
	readonly expireInSeconds: number;
	readonly concurrency: number;
	readonly schedule: { cron: string; zone: string; payload: object } | null;
	/** Checks the payload and runs the handler. */
	readonly run: (call: JobCall<unknown>) => Promise<void>;
};

/** Where a job goes when its last attempt failed. */
export const DEAD_LETTERS = 'dead-letters';

const NAME = /^[a-z]+(-[a-z]+)+$/;

/** Declares a job. The worker is handed all of them; whoever enqueues needs its name only. */
export function defineJob<Payload extends object>(options: JobOptions<Payload>): Job {
	if (!NAME.test(options.name)) throw new Error(`the job ${options.name} is not named verb-noun`);
	return {
		name: options.name,
		retryLimit: options.retryLimit ?? 5,
		retryDelaySeconds: options.retryDelaySeconds ?? 5,
		retryDelayMaxSeconds: options.retryDelayMaxSeconds ?? 600,
		expireInSeconds: options.expireInSeconds ?? 300,
		concurrency: options.concurrency ?? 2,
		schedule: options.schedule ?? null,
		run: async (call) => options.handler({ ...call, payload: options.schema.parse(call.payload) })
	};
}
