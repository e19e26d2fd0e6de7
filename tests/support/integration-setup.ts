/*
 * Runs before each integration test file: gives it an empty database of its own, one per worker, and opens it as the
 * product does. A test reaches it with `database()`, and as the owner through `loadConfig().databaseUrl`.
 */
import { rmSync } from 'node:fs';
import { afterAll, inject } from 'vitest';
import { completeEnvironment, loadConfig } from '#lib/server/config.ts';
import { armFailpoints } from '#lib/server/clock.ts';
import { useKeyRing } from '#lib/server/crypto/installation.ts';
import { closeDatabase, openDatabase } from '#lib/server/db/client.ts';
import { useMailTransport } from '#lib/server/mail/transport.ts';
import { useStorage } from '#lib/server/storage/storage.ts';
import { makeTestDatabase } from './database.ts';
import { checkEverything, demandHealth } from './doctor.ts';
import { environmentFor } from './environment.ts';

const database = await makeTestDatabase(inject('testServer'), `hearth_worker_${process.env['VITEST_POOL_ID']}`);
completeEnvironment(environmentFor(database));
// The files of one worker share its modules, which saves a third of the run: nothing that one file handed in, armed or left
// out may reach the next.
checkEverything();
useStorage();
useKeyRing();
useMailTransport();
armFailpoints(undefined);
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
