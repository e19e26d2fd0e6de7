import { loadConfig } from '#lib/server/config.ts';
import { supervise } from '#lib/server/processes.ts';

export const name = 'serve';
export const summary = 'runs web and worker (HEARTH_ROLE chooses) from an existing build, without preparing anything';

/** For operators with DATABASE_URL whose deployment has built and migrated already; `npm start` does everything. */
export async function run(): Promise<number> {
	const children = supervise(loadConfig());
	const asked = new Promise<number>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(0));
		process.once('disconnect', () => resolve(0));
	});
	try {
		return await Promise.race([asked, children.failed]);
	} finally {
		await children.stop();
	}
}
