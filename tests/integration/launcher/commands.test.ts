import { expect, test, vi } from 'vitest';
import { runCommand } from '../../../src/cli/hearth.ts';
import { closeDatabase, database, openDatabase } from '#lib/server/db/client.ts';
import { loadConfig } from '#lib/server/config.ts';

vi.setConfig({ testTimeout: 120_000 });

test('`hearth seed` makes the demonstration once, and says so where it is there already', async () => {
	const said = vi.spyOn(console, 'log').mockImplementation(() => {});
	// The command opens and closes the database of its process itself.
	await closeDatabase();
	try {
		expect(await runCommand(['seed'])).toBe(0);
		expect(await runCommand(['seed'])).toBe(0);
		expect(said).toHaveBeenCalledWith(expect.stringContaining('already'));
	} finally {
		openDatabase(loadConfig().databaseAppUrl, { name: 'hearth: tests' });
	}
	expect(await database().setting.count({ where: { name: 'demonstration' } })).toBe(1);
	expect(await database().user.count()).toBeGreaterThan(10);
});
