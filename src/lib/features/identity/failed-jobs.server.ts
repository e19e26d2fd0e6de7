import { authorize } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import { deadLetters, redrive, type DeadLetter } from '#lib/server/jobs/dead-letters.ts';

/** Jobs that gave up, for the administrator. */
export function failedJobs(viewer: Actor): Promise<DeadLetter[]> {
	authorize(viewer, 'job.view');
	return deadLetters();
}

/** Puts a job that gave up back into its queue, and says so in the trail: both happen or neither. */
export async function redriveJob(actor: Actor, jobId: string, moment: Moment): Promise<void> {
	authorize(actor, 'job.redrive');
	const letter = (await deadLetters(1000)).find((one) => one.jobId === jobId);
	if (!letter) throw new Refusal(refuse('already_done'));
	await transactAs(
		actor,
		async (tx) => {
			if (!(await redrive(tx, jobId))) throw new Refusal(refuse('already_done'));
			await recordEvent(tx, moment, {
				name: 'job.redriven',
				actor,
				subject: { type: 'job', id: jobId },
				facts: { queue: letter.jobName, jobId }
			});
		},
		{ random: moment.random }
	);
}
