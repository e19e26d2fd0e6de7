import { databasePool } from '#lib/server/db/client.ts';
import { pendingMigrations } from '#lib/server/db/migrate.ts';

/** Whether this process can serve: the database answers, and has every migration this release knows. */
export type Readiness = {
	ready: boolean;
	database: 'answers' | 'silent';
	migrations: 'applied' | 'pending' | 'unknown';
};

/** Longest wait for the database before it counts as silent, in milliseconds. */
const PATIENCE = 3000;

/** Looks; it changes nothing and names nothing of the database. */
export async function readiness(): Promise<Readiness> {
	let timer: NodeJS.Timeout | undefined;
	const silence = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('silent')), PATIENCE);
	});
	try {
		const pending = await Promise.race([
			pendingMigrations((sql) => databasePool().query<{ migration_name: string }>(sql)),
			silence
		]);
		const migrations = pending.length === 0 ? 'applied' : 'pending';
		return { ready: migrations === 'applied', database: 'answers', migrations };
	} catch {
		return { ready: false, database: 'silent', migrations: 'unknown' };
	} finally {
		clearTimeout(timer);
	}
}
