/*
 * Runs before each integration test file: gives it an empty database of its own, one per worker, and opens it as the
 * product does. A test reaches it with `database()`, and as the owner through `loadConfig().databaseUrl`.
 */
import { rmSync } from 'node:fs';
import { afterAll, inject } from 'vitest';
import { completeEnvironment, loadConfig } from '#lib/server/config.ts';
import { closeDatabase, openDatabase } from '#lib/server/db/client.ts';
import { makeTestDatabase } from './database.ts';
import { demandHealth } from './doctor.ts';
import { environmentFor } from './environment.ts';

const database = await makeTestDatabase(inject('testServer'), `hearth_worker_${process.env['VITEST_POOL_ID']}`);
completeEnvironment(environmentFor(database));
const { databaseAppUrl, filesFolder } = loadConfig();
openDatabase(databaseAppUrl, { name: 'hearth: tests' });

afterAll(async () => {
	try {
		await demandHealth();
	} finally {
		await closeDatabase();
		await database.drop();
		rmSync(filesFolder, { recursive: true, force: true });
	}
});
