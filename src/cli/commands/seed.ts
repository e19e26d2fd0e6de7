import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '#lib/server/config.ts';
import { closeDatabase, database, openDatabase } from '#lib/server/db/client.ts';
import { migrate } from '#lib/server/db/migrate.ts';

export const name = 'seed';
export const summary = 'makes the demonstration, with fictional people, in an empty database';

const seedFile = fileURLToPath(new URL('../../../prisma/seed/index.ts', import.meta.url));

/**
 * The seed runs as a process of its own, since nothing under src may import from prisma/. It refuses a database that has
 * people; with the embedded database the demonstration is usually there before this runs, and that is no fault.
 */
export async function run(): Promise<number> {
	await migrate(loadConfig().databaseUrl);
	if (await isDemonstrationThere()) {
		console.log('The demonstration is in this database already; nothing was done.');
		return 0;
	}
	const [code] = (await once(spawn(process.execPath, [seedFile], { stdio: 'inherit' }), 'exit')) as [number | null];
	return code ?? 1;
}

async function isDemonstrationThere(): Promise<boolean> {
	const { databaseAppUrl, databaseRole } = loadConfig();
	openDatabase(databaseAppUrl, {
		name: 'hearth: demonstration',
		poolSize: 1,
		...(databaseRole === null ? {} : { role: databaseRole })
	});
	try {
		return (await database().setting.findUnique({ where: { name: 'demonstration' } })) !== null;
	} finally {
		await closeDatabase();
	}
}
