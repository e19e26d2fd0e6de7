import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { runCommand } from '../../../src/cli/hearth.ts';
import { systemActor } from '#lib/domain/access/actor.ts';
import { completeEnvironment, loadConfig } from '#lib/server/config.ts';
import { useKeyRing } from '#lib/server/crypto/installation.ts';
import { keyIdOf } from '#lib/server/crypto/seal.ts';
import { closeDatabase, database, openDatabase } from '#lib/server/db/client.ts';
import { readAs } from '#lib/server/db/transact.ts';
import { openStoredFile, useStorage } from '#lib/server/storage/storage.ts';
import { makeTestDatabase } from '#tests/support/database.ts';
import { temporaryFolder } from '#tests/support/environment.ts';

vi.setConfig({ testTimeout: 120_000 });

const said: string[] = [];
const HEARTH_KEYS = process.env['HEARTH_KEYS'] ?? '';
beforeAll(() => {
	for (const stream of ['log', 'error'] as const)
		vi.spyOn(console, stream).mockImplementation((line) => said.push(line));
});
beforeEach(() => void (said.length = 0));

/** A command opens and closes the database of its process itself. */
async function hearth(...args: string[]): Promise<number> {
	await closeDatabase();
	try {
		return await runCommand(args);
	} finally {
		openDatabase(loadConfig().databaseAppUrl, { name: 'hearth: tests' });
	}
}

const sealedUnder = async (): Promise<string[]> => {
	const accounts = await readAs(systemActor('test'), (tx) =>
		tx.payeeAccount.findMany({ select: { ciphertext: true } })
	);
	return [...new Set(accounts.map(({ ciphertext }) => keyIdOf(ciphertext)))];
};

test('`hearth seed` makes the demonstration once, and says so where it is there already', async () => {
	expect(await hearth('seed')).toBe(0);
	expect(await database().setting.count({ where: { name: 'demonstration' } })).toBe(1);
	expect(await hearth('seed')).toBe(0);
	expect(said.join()).toContain('already');
});

test('`hearth backup` and `hearth restore` bring everything to an empty place, and doctor finds no fault in it', async () => {
	const folder = join(temporaryFolder(), 'backup');
	expect(await hearth('backup', folder)).toBe(0);
	const { databaseUrl, databaseAppUrl, filesFolder, isDemonstration } = loadConfig();
	const elsewhere = await makeTestDatabase(inject('testServer'));
	completeEnvironment({
		DATABASE_URL: elsewhere.ownerUrl,
		DATABASE_APP_URL: elsewhere.appUrl,
		HEARTH_FILES: temporaryFolder()
	});
	useStorage();
	try {
		expect(await hearth('restore', folder)).toBe(0);
		expect(said.at(-1)).toBe('Doctor finds no fault.');
		const file = await database().storedFile.findFirstOrThrow({ where: { attachments: { some: {} } } });
		const { content } = await openStoredFile(file.storageKey);
		expect(
			createHash('sha256')
				.update(await buffer(content))
				.digest('hex')
		).toBe(file.sha256);
		expect(await hearth('restore', folder)).toBe(1);
		expect(said.at(-1)).toMatch(/not empty/);
	} finally {
		await closeDatabase();
		completeEnvironment({
			DATABASE_URL: databaseUrl,
			DATABASE_APP_URL: databaseAppUrl,
			HEARTH_FILES: filesFolder,
			HEARTH_DEMONSTRATION: `${isDemonstration}`
		});
		useStorage();
		openDatabase(databaseAppUrl, { name: 'hearth: tests' });
		await elsewhere.drop();
	}
});

test('`hearth keys rotate` re-seals everything under a new first key, and doctor opens all of it', async () => {
	expect(await sealedUnder()).toEqual(['test']);
	const file = join(temporaryFolder(), 'hearth.keys');
	writeFileSync(file, HEARTH_KEYS);
	completeEnvironment({ HEARTH_KEYS: file });
	expect(await hearth('keys', 'rotate')).toBe(0);
	expect(await sealedUnder()).toEqual(['k1']);
	// As another process would start: with the file as it is now.
	completeEnvironment({});
	useKeyRing();
	expect(await hearth('keys', 'rotate', '--resume')).toBe(0);
	expect(loadConfig().keys.ring.ids).toEqual(['k1', 'test']);
	expect(await hearth('doctor')).toBe(0);
});
