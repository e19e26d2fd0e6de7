import { describe, expect, test } from 'vitest';
import { sign, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { completeEnvironment } from '#lib/server/config.ts';
import { addKeyToFile, anchorKeys, createKeyFile, newKeyRing, parseKeyRing, withNewKey } from './key-ring.ts';
import { fingerprintWith, keyIdOf, open, openWith, seal, SealBroken, sealWith, throttleKeyWith } from './seal.ts';

const now = new Date('2026-11-24T12:00:00Z');
const place = { table: 'payee_account', column: 'ciphertext', row: '0190a000-0000-7000-8000-000000000001' };

describe('a sealed value', () => {
	const ring = parseKeyRing(newKeyRing(now));

	test('opens in its own place, whatever the text', () => {
		for (const text of ['', '003-12345-1234567', 'Łı̨ hən̓q̓ 🔑', 'x'.repeat(100_000)]) {
			expect(openWith(ring, sealWith(ring, text, place), place)).toBe(text);
		}
	});

	test('says which key sealed it and never reads the same twice', () => {
		const value = sealWith(ring, 'text', place);
		expect(keyIdOf(value)).toBe('k1');
		expect(sealWith(ring, 'text', place)).not.toBe(value);
		expect(value).not.toContain('text');
	});

	test.each([
		['another row', { ...place, row: '0190a000-0000-7000-8000-000000000002' }],
		['another column', { ...place, column: 'note' }],
		['another table', { ...place, table: 'sealed_location' }]
	])('does not open in %s', (_name, elsewhere) => {
		const value = sealWith(ring, 'text', place);
		expect(() => openWith(ring, value, elsewhere)).toThrow(SealBroken);
	});

	test('does not open when any byte was altered', () => {
		const value = sealWith(ring, 'text', place);
		const body = Buffer.from(value.slice('h1.k1.'.length), 'base64url');
		for (let index = 0; index < body.length; index += 1) {
			const altered = Buffer.from(body);
			altered[index] = (altered[index] as number) ^ 1;
			expect(() => openWith(ring, `h1.k1.${altered.toString('base64url')}`, place)).toThrow(SealBroken);
		}
		expect(() => openWith(ring, value.slice(0, 20), place)).toThrow(SealBroken);
		expect(() => openWith(ring, 'plain text', place)).toThrow(SealBroken);
	});

	test('does not open without its key', () => {
		const stranger = parseKeyRing(newKeyRing(now));
		expect(() => openWith(stranger, sealWith(ring, 'text', place), place)).toThrow(SealBroken);
		expect(() => openWith(ring, sealWith(ring, 'text', place).replace('h1.k1.', 'h1.k9.'), place)).toThrow(/k9/);
	});

	test('a place with a bar in it is refused, since two places could then read the same', () => {
		expect(() => sealWith(ring, 'text', { ...place, row: 'a|b' })).toThrow(TypeError);
	});
});

describe('the installation', () => {
	test('opens what another process sealed after a rotation, and seals with the new key from then on', () => {
		const file = join(mkdtempSync(join(tmpdir(), 'hearth-keys-')), 'hearth.keys');
		createKeyFile(file, now);
		completeEnvironment({ DATABASE_URL: 'postgresql://owner@127.0.0.1:5432/hearth', HEARTH_KEYS: file });
		const before = seal('before', place);
		const after = sealWith(addKeyToFile(file, now).ring, 'after', place);
		expect([open(before, place), open(after, place)]).toEqual(['before', 'after']);
		expect(keyIdOf(seal('next', place))).toBe('k2');
		expect(() => open(after.replace('h1.k2.', 'h1.k3.'), place)).toThrow(SealBroken);
		rmSync(dirname(file), { recursive: true });
	});
});

describe('a key ring', () => {
	test('writes with the first key and still reads the others', () => {
		const before = newKeyRing(now);
		const old = parseKeyRing(before);
		const value = sealWith(old, 'text', place);
		const { json, id } = withNewKey(before, now);
		const next = parseKeyRing(json);
		expect(id).toBe('k2');
		expect(next.writer).toBe('k2');
		expect(next.ids).toEqual(['k2', 'k1']);
		expect(openWith(next, value, place)).toBe('text');
		expect(keyIdOf(sealWith(next, 'text', place))).toBe('k2');
	});

	test('keeps fingerprints, throttling keys and the anchor when a key is added', () => {
		const before = newKeyRing(now);
		const old = parseKeyRing(before);
		const next = parseKeyRing(withNewKey(before, now).json);
		expect(fingerprintWith(next, '003-12345-1234567')).toBe(fingerprintWith(old, '003-12345-1234567'));
		expect(throttleKeyWith(next, 'a', 'b')).toBe(throttleKeyWith(old, 'a', 'b'));
		const signature = sign(null, Buffer.from('head'), anchorKeys(old).privateKey);
		expect(verify(null, Buffer.from('head'), anchorKeys(next).publicKey, signature)).toBe(true);
	});

	test('has a different derived key for each purpose and does not confuse joined parts', () => {
		const ring = parseKeyRing(newKeyRing(now));
		const keys = [ring.sealing('k1'), ring.stable('fingerprint'), ring.stable('throttle'), ring.stable('anchor')];
		expect(new Set(keys.map((key) => key?.toString('hex'))).size).toBe(4);
		expect(throttleKeyWith(ring, 'ab', 'c')).not.toBe(throttleKeyWith(ring, 'a', 'bc'));
	});

	test('refuses what is not one, without repeating a secret', () => {
		const secret = 'c2hvcnQ=';
		for (const text of ['', 'no', '{}', '{"keys":[]}', `{"keys":[{"id":"k1","secret":"${secret}","createdAt":""}]}`]) {
			expect(() => parseKeyRing(text)).toThrow(Error);
			expect(() => parseKeyRing(text)).not.toThrow(secret);
		}
		const twice = JSON.parse(newKeyRing(now)) as { keys: unknown[] };
		expect(() => parseKeyRing(JSON.stringify({ keys: [...twice.keys, ...twice.keys] }))).toThrow(/same id/);
	});
});
