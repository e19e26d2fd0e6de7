import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, test, vi } from 'vitest';
import { completeEnvironment, loadConfig } from '#lib/server/config.ts';
import { stopUnusedServer } from '#lib/server/db/embedded.ts';
import { openInstallation } from '#lib/server/installation.ts';
import { temporaryFolder } from '#tests/support/environment.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const { DATABASE_URL = '', DATABASE_APP_URL = '', HEARTH_DEMONSTRATION = '', HEARTH_KEYS = '' } = process.env;
afterAll(async () => {
	completeEnvironment({ DATABASE_URL, DATABASE_APP_URL, HEARTH_DEMONSTRATION, HEARTH_KEYS });
	await stopUnusedServer(join(folder, 'database'));
	rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Whether the embedded installation takes itself for a demonstration; then `sql` is done in its database. */
async function isDemonstration(variable: string, sql = 'select'): Promise<boolean> {
	completeEnvironment({ DATABASE_URL: '', DATABASE_APP_URL: '', HEARTH_KEYS: '', HEARTH_DEMONSTRATION: variable });
	const installation = await openInstallation(async (_step, work) => void (await work()), folder);
	const client = new pg.Client({ connectionString: loadConfig().databaseUrl });
	await client.connect();
	await client.query(sql);
	await client.end();
	await installation.close();
	return loadConfig().isDemonstration;
}

test('an embedded installation with people of its own is no demonstration, whatever nobody set', async () => {
	const person = `insert into person (id, email, display_name, locale, status, created_at)
		values (gen_random_uuid(), 'real@example.org', 'Real', 'en', 'active', now())`;
	const seeded = `insert into setting (name, value, updated_at) values ('demonstration', '{}', now())`;
	expect(await isDemonstration('false', person)).toBe(false);
	expect(await isDemonstration('', seeded)).toBe(false);
	expect(await isDemonstration('')).toBe(true);
});
