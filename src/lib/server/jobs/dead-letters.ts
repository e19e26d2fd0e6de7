import { database } from '#lib/server/db/client.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import { DEAD_LETTERS } from './definition.ts';
import { inTransaction, jobSender } from './queue.ts';

/** A job whose last attempt failed. Its payload holds ids only, and is not shown. */
export type DeadLetter = {
	jobId: string;
	jobName: string;
	enqueuedAt: Date;
	failedAt: Date;
	attempts: number;
	/** The kind of the last error, never its text. */
	error: string | null;
};

/** Jobs that wait for a person, the newest failure first. */
export async function deadLetters(limit = 100): Promise<DeadLetter[]> {
	return database().$queryRaw<DeadLetter[]>`
		select id::text as "jobId", coalesce(source_name, name) as "jobName",
			coalesce(source_created_on, created_on) as "enqueuedAt", created_on as "failedAt",
			(coalesce(source_retry_count, 0) + 1)::int as attempts, source_output->>'message' as error
		from pgboss.job
		where name = ${DEAD_LETTERS} and state < 'active'
		order by created_on desc limit ${limit}`;
}

/** Puts one dead letter back into its own queue when the transaction commits. Answers false when it is no longer there. */
export async function redrive(tx: Tx, jobId: string): Promise<boolean> {
	const boss = await jobSender();
	return (await boss.redrive(DEAD_LETTERS, { ids: [jobId], db: inTransaction(tx) })) === 1;
}
