import { describe, expect, test } from 'vitest';
import { deviceLabel } from './device.ts';
import { hashPassword, passwordProblem, verifyPassword } from './passwords.ts';

describe('a password', () => {
	test.each([
		['eleven char', 'password_too_short'],
		['', 'password_too_short'],
		['é'.repeat(11), 'password_too_short'],
		['🔑'.repeat(11), 'password_too_short'],
		['correct horse battery '.repeat(12), 'password_too_long'],
		['unbelievable', 'password_common'],
		['Unbelievable1', 'password_common'],
		['Password1234', 'password_common'],
		['P@ssw0rd!!!!!', 'password_common'],
		['passwordpassword', 'password_common'],
		['aaaaaaaaaaaa', 'password_common'],
		['abcabcabcabc', 'password_common'],
		['123456789012', 'password_common'],
		['qwertyuiop[]', 'password_common'],
		['1qaz2wsx3edc', 'password_common'],
		['Sunshine2026!', 'password_common'],
		['motdepasse2026', 'password_common'],
		['Hearth-2026-Canada', 'password_common'],
		['111111111111', 'password_common']
	])('%j is refused: %s', (password, problem) => {
		expect(passwordProblem(password)).toBe(problem);
	});

	test.each([
		'correct horse battery staple',
		'the kettle sings at four',
		'la bouilloire chante à quatre heures',
		'kx7#mm2pq9vz',
		'ᐃᓄᒃᑎᑐᑦ ᐃᓄᒃᑎᑐᑦ ᐅᖃᐅᓯᖅ',
		'x'.repeat(3) + ' and then something longer ' + 'y'.repeat(200)
	])('%j may be chosen: no rule of composition', (password) => {
		expect(passwordProblem(password)).toBeNull();
	});

	test('made of one’s own name and a year is refused', () => {
		const context = ['rosalie.tremblay@example.org', 'Rosalie Tremblay'];
		expect(passwordProblem('RosalieTremblay1984', context)).toBe('password_common');
		expect(passwordProblem('rosalie.tremblay@example.org', context)).toBe('password_common');
		expect(passwordProblem('rosalie likes rhubarb', context)).toBeNull();
	});

	test('is stored as argon2id with its cost, and verifies', async () => {
		const stored = await hashPassword('correct horse battery staple');
		expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(await verifyPassword(stored, 'correct horse battery staple')).toBe(true);
		expect(await verifyPassword(stored, 'correct horse battery stapl')).toBe(false);
	});

	test('is never truncated: the last of 200 characters counts', async () => {
		const long = 'a rather long sentence '.repeat(8).slice(0, 199);
		const stored = await hashPassword(`${long}x`);
		expect(await verifyPassword(stored, `${long}y`)).toBe(false);
	});

	test('typed on another keyboard is the same password', async () => {
		const stored = await hashPassword('café au lait chaud'.normalize('NFC'));
		expect(await verifyPassword(stored, 'café au lait chaud'.normalize('NFD'))).toBe(true);
	});

	test('of nobody is wrong, after the same work', async () => {
		const stored = await hashPassword('correct horse battery staple');
		await verifyPassword(null, 'warm up the dummy');
		const time = async (hash: string | null): Promise<number> => {
			let quickest = Infinity;
			for (let round = 0; round < 8; round += 1) {
				const began = performance.now();
				await verifyPassword(hash, 'some wrong password');
				quickest = Math.min(quickest, performance.now() - began);
			}
			return quickest;
		};
		expect(await verifyPassword(null, 'some wrong password')).toBe(false);
		const [known, unknown] = [await time(stored), await time(null)];
		expect(unknown / known).toBeGreaterThan(0.5);
		expect(unknown / known).toBeLessThan(2);
	});
});

test.each([
	['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox · Windows'],
	[
		'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1',
		'Safari · iPhone'
	],
	[
		'Mozilla/5.0 (Linux; Android 15; Pixel) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36',
		'Chrome · Android'
	],
	['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0', 'Edge · Windows'],
	['curl/8.5.0', ''],
	[null, '']
])('a device is named coarsely: %s', (userAgent, label) => {
	expect(deviceLabel(userAgent)).toBe(label);
});
