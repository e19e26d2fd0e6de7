import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, readConfig } from './config.ts';

const keys = JSON.stringify({
	keys: [{ id: 'k1', secret: randomBytes(32).toString('base64'), createdAt: '2026-11-24T12:00:00Z' }]
});
const complete = { DATABASE_URL: 'postgresql://owner@127.0.0.1:5432/hearth', HEARTH_KEYS: keys };

function refusal(environment: Record<string, string | undefined>): string {
	try {
		readConfig(environment);
	} catch (error) {
		if (error instanceof ConfigurationError) return error.message;
		throw error;
	}
	return 'accepted';
}

describe('the environment', () => {
	test('needs a database and keys, and nothing else', () => {
		expect(readConfig(complete)).toMatchObject({
			role: 'all',
			port: 3000,
			host: '127.0.0.1',
			origin: 'http://localhost:3000',
			isEncrypted: false,
			isDemonstration: false,
			bodyLimitBytes: 30 * 1024 * 1024
		});
	});

	test('says what to set when keys are missing', () => {
		expect(refusal({ DATABASE_URL: complete.DATABASE_URL })).toMatch(/^HEARTH_KEYS is missing\..*set HEARTH_KEYS/);
	});

	test('counts an empty variable as not set', () => {
		expect(refusal({ ...complete, HEARTH_KEYS: '' })).toMatch(/^HEARTH_KEYS is missing/);
		expect(readConfig({ ...complete, PORT: '' }).port).toBe(3000);
	});

	test('names every bad variable at once, one sentence each', () => {
		const text = refusal({ ...complete, PORT: '99999', LOG_LEVEL: 'loud', HEARTH_ROLE: 'boss' });
		expect(text.split('\n')).toHaveLength(3);
		expect(text).toMatch(/PORT must be/);
		expect(text).toMatch(/LOG_LEVEL must be/);
		expect(text).toMatch(/HEARTH_ROLE must be/);
	});

	test('refuses an origin that is neither encrypted nor this machine, and names a TLS proxy', () => {
		expect(refusal({ ...complete, ORIGIN: 'http://grants.example.org' })).toMatch(/TLS proxy/);
		for (const ORIGIN of ['http://localhost:3000', 'http://127.0.0.1:8080', 'http://[::1]:3000']) {
			expect(readConfig({ ...complete, ORIGIN }).origin).toBe(ORIGIN);
		}
		expect(readConfig({ ...complete, ORIGIN: 'https://grants.example.org/' })).toMatchObject({
			origin: 'https://grants.example.org',
			isEncrypted: true
		});
	});

	test('refuses an origin with a path, or that is no address', () => {
		expect(refusal({ ...complete, ORIGIN: 'https://example.org/hearth' })).toMatch(/^ORIGIN must be/);
		expect(refusal({ ...complete, ORIGIN: 'grants.example.org' })).toMatch(/^ORIGIN must be/);
	});

	test('takes the weaker role switch only where the address of hearth_app is not known', () => {
		expect(readConfig(complete)).toMatchObject({ databaseRole: 'hearth_app', databaseAppUrl: complete.DATABASE_URL });
		const DATABASE_APP_URL = 'postgresql://hearth_app@127.0.0.1:5432/hearth';
		expect(readConfig({ ...complete, DATABASE_APP_URL })).toMatchObject({
			databaseRole: null,
			databaseAppUrl: DATABASE_APP_URL
		});
	});

	test('needs a sender when there is a mail server', () => {
		expect(refusal({ ...complete, SMTP_URL: 'smtp://mail.example.org:587' })).toMatch(/^MAIL_FROM is missing/);
	});
});

describe('the keys', () => {
	test('come from a file or from the variable itself', () => {
		const folder = mkdtempSync(join(tmpdir(), 'hearth-keys-'));
		const file = join(folder, 'hearth.keys');
		writeFileSync(file, keys);
		const fromFile = readConfig({ ...complete, HEARTH_KEYS: file }).keys;
		expect(fromFile.file).toBe(file);
		expect(fromFile.ring.ids).toEqual(['k1']);
		const inline = readConfig(complete).keys;
		expect([inline.file, inline.ring.ids]).toEqual([null, ['k1']]);
		rmSync(folder, { recursive: true });
	});

	test('are refused when the file is not there: a new key could not read what the old one wrote', () => {
		expect(refusal({ ...complete, HEARTH_KEYS: '/nowhere/hearth.keys' })).toMatch(/does not exist/);
	});

	test('are refused when a secret is short, and the refusal does not repeat the secret', () => {
		const secret = randomBytes(16).toString('base64');
		const text = refusal({ ...complete, HEARTH_KEYS: `{"keys":[{"id":"k1","secret":"${secret}","createdAt":"x"}]}` });
		expect(text).toMatch(/^HEARTH_KEYS must be/);
		expect(text).not.toContain(secret);
	});
});
