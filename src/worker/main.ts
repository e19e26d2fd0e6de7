import { auditJobs, sealing } from '#lib/features/audit/jobs.server.ts';
import { doctorJobs } from '#lib/features/doctor/jobs.server.ts';
import { forgetExpired, sendMail } from '#lib/features/identity/jobs.server.ts';
import { paymentJobs } from '#lib/features/payment/jobs.server.ts';
import { loadConfig } from '#lib/server/config.ts';
import { closeDatabase, openDatabase } from '#lib/server/db/client.ts';
import { startWorker } from '#lib/server/jobs/worker.ts';
import { log } from '#lib/server/log/log.ts';

/*
 * The process that does the jobs. It stops as the web process does: at SIGTERM, or when the process that started it is
 * gone, it takes no new job, finishes the running ones and closes its connections.
 */

const config = loadConfig();
openDatabase(config.databaseAppUrl, {
	name: 'hearth: worker',
	poolSize: 6,
	statementMillis: 120_000,
	...(config.databaseRole === null ? {} : { role: config.databaseRole }),
	onConnectionError: (error) => log().error({ err: error }, 'database connection')
});
const worker = await startWorker([...auditJobs, ...doctorJobs, sendMail, forgetExpired, ...paymentJobs], [sealing]);
log().info('worker started');

let stopping: Promise<void> | undefined;
const stop = (): Promise<void> => (stopping ??= shutDown());
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
if (process.channel) {
	process.once('disconnect', () => void stop());
	process.channel.unref();
}

async function shutDown(): Promise<void> {
	const patienceMillis = config.shutdownSeconds * 1_000;
	// Whatever hangs, the process that asked is not kept waiting for ever.
	setTimeout(() => process.exit(1), patienceMillis + 5_000).unref();
	await worker.stop(patienceMillis);
	await closeDatabase();
	process.exit(0);
}
