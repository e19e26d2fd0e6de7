import { PgBoss } from 'pg-boss';
import { loadConfig } from '#lib/server/config.ts';
import { DEAD_LETTERS, type Job } from './definition.ts';

/** The schema of pg-boss's tables, which a migration of ours makes: the runtime's role may not create tables. */
const SCHEMA = 'pgboss';

export type BossUse = {
	/** `send` only puts jobs in; `work` also runs them, keeps the clock's schedules and cleans up. */
	for: 'send' | 'work';
	onError: (error: Error) => void;
};

/** A pg-boss instance on connections of its own, so that sending never waits for a request's connection. */
export function makeBoss(use: BossUse): PgBoss {
	const { databaseAppUrl, databaseRole } = loadConfig();
	const working = use.for === 'work';
	const boss = new PgBoss({
		connectionString: databaseAppUrl,
		...(databaseRole === null ? {} : { options: `-c role=${databaseRole}` }),
		application_name: `hearth: ${working ? 'works' : 'sends'} jobs`,
		schema: SCHEMA,
		max: working ? 4 : 1,
		connectionTimeoutMillis: 5_000,
		migrate: false,
		createSchema: false,
		supervise: working,
		schedule: working,
		registerInstance: false,
		// These want an owner's rights; the indexes of a queue that is emptied all day stay small.
		reindex: false,
		monitorVacuum: false,
		persistQueueStats: false,
		useListenNotify: working
	});
	boss.on('error', use.onError);
	return boss;
}

/** Makes the queue of a job, and the dead letters' queue, where they are missing. */
export async function ensureQueue(boss: PgBoss, name: string, job?: Job): Promise<void> {
	if (!(await boss.getQueue(DEAD_LETTERS))) {
		// Nobody works on dead letters: they wait for a person, for a year.
		await boss.createQueue(DEAD_LETTERS, { retentionSeconds: 365 * 86_400, deleteAfterSeconds: 365 * 86_400 });
	}
	const options = queueOptions(job);
	if (await boss.getQueue(name)) {
		if (job) await boss.updateQueue(name, options);
	} else {
		await boss.createQueue(name, options);
	}
}

function queueOptions(job: Job | undefined) {
	return {
		retryLimit: job?.retryLimit ?? 5,
		retryDelay: job?.retryDelaySeconds ?? 5,
		retryBackoff: true,
		retryDelayMax: job?.retryDelayMaxSeconds ?? 600,
		expireInSeconds: job?.expireInSeconds ?? 300,
		deleteAfterSeconds: 7 * 86_400,
		deadLetter: DEAD_LETTERS,
		notify: true
	};
}
