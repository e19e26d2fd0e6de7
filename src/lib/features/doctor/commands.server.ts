import { authorize } from '#lib/domain/access/access.ts';
import { systemActor, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { verifyTrailInThread } from '#lib/server/audit/verify.ts';
import type { Moment } from '#lib/server/clock.ts';
import { transact, transactAs } from '#lib/server/db/transact.ts';
import { DEAD_LETTERS } from '#lib/server/jobs/definition.ts';
import { redrive } from '#lib/server/jobs/dead-letters.ts';
import { faultsOf, type Finding } from './findings.server.ts';
import { runDoctor } from './queries.server.ts';

/** Puts a dead letter back into its queue, to be tried from the start. */
export async function redriveDeadLetter(actor: Actor, input: { jobId: string }, moment: Moment): Promise<void> {
	authorize(actor, 'job.redrive');
	if (!isId(input.jobId) || !(await redrive(input.jobId))) throw new Refusal(refuse('not_found'));
	await transactAs(
		actor,
		(tx) =>
			recordEvent(tx, moment, {
				name: 'job.redriven',
				actor,
				subject: { type: 'job', id: input.jobId },
				facts: { queue: DEAD_LETTERS, jobId: input.jobId }
			}),
		moment
	);
}

/** The nightly look at the whole database; its answer is kept for the administrator, and the trail says that it ran. */
export async function examine(moment: Moment, signal?: AbortSignal): Promise<Finding[]> {
	const findings = await runDoctor(moment, { verify: (input) => verifyTrailInThread(input, signal) });
	await transact(async (tx) => {
		const value = { findings };
		await tx.setting.upsert({
			where: { name: 'doctor' },
			create: { name: 'doctor', value, updatedAt: moment.now },
			update: { value, updatedAt: moment.now }
		});
		await recordEvent(tx, moment, {
			name: 'doctor.ran',
			actor: systemActor('examine-database'),
			subject: { type: 'installation', id: 'database' },
			facts: { problemCount: faultsOf(findings).length }
		});
	}, moment);
	return findings;
}
