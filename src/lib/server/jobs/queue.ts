import type { Db, PgBoss } from 'pg-boss';
import { onDatabaseClose } from '#lib/server/db/client.ts';
import { statementText } from '#lib/server/db/statement.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import { log } from '#lib/server/log/log.ts';
import { ensureQueue, makeBoss } from './boss.ts';

export type EnqueueOptions = {
	/** Not before this instant. */
	startAfter?: Date;
	/** Higher runs first; 0 when left out. */
	priority?: number;
};

/** What may travel in a payload. Money and other bigints travel as text; better still, send an id and read the row. */
export type Payload = { readonly [name: string]: string | number | boolean | null | readonly string[] };

let sender: Promise<PgBoss> | undefined;
const ready = new Set<string>();

/**
 * Puts a job into the queue inside the transaction: it exists when the transaction commits, and only then.
 * @returns the job's id
 */
export async function enqueue(
	tx: Tx,
	jobName: string,
	payload: Payload,
	options: EnqueueOptions = {}
): Promise<string> {
	const boss = await senderFor(jobName);
	const id = await boss.send(jobName, payload, {
		db: inTransaction(tx),
		...(options.startAfter === undefined ? {} : { startAfter: options.startAfter }),
		...(options.priority === undefined ? {} : { priority: options.priority })
	});
	if (id === null) throw new Error(`the queue ${jobName} did not take the job`);
	return id;
}

/** `enqueue` for many jobs of one name, in one statement. */
export async function enqueueAll(tx: Tx, jobName: string, payloads: readonly Payload[]): Promise<void> {
	if (payloads.length === 0) return;
	const boss = await senderFor(jobName);
	const jobs = payloads.map((data) => ({ data }));
	const ids = await boss.insert(jobName, jobs, { db: inTransaction(tx), returnId: true });
	if (ids?.length !== jobs.length) throw new Error(`the queue ${jobName} did not take the jobs`);
}

/** Has pg-boss write through the transaction, so that what it moves is moved when that commits, and only then. */
export function inTransaction(tx: Tx): Pick<Db, 'executeSql'> {
	return { executeSql: async (text, values = []) => ({ rows: await statementText(tx, text, values) }) };
}

/** The instance that sends; also serves the few reads and moves that people do to dead letters. */
export function jobSender(): Promise<PgBoss> {
	if (!sender) {
		const boss = makeBoss({ for: 'send', onError: (error) => log().error({ err: error }, 'job sender') });
		sender = boss.start();
		sender.catch(() => (sender = undefined));
		onDatabaseClose(async () => {
			sender = undefined;
			ready.clear();
			await boss.stop({ graceful: false });
		});
	}
	return sender;
}

async function senderFor(jobName: string): Promise<PgBoss> {
	const boss = await jobSender();
	if (!ready.has(jobName)) {
		// The worker, which knows the job's own options, sets them when it starts.
		await ensureQueue(boss, jobName);
		ready.add(jobName);
	}
	return boss;
}
