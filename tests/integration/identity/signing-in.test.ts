import { beforeEach, describe, expect, test } from 'vitest';
import {
	askPasswordReset,
	askSignInLink,
	confirmAddress,
	isLinkLive,
	registerUser,
	resetPassword,
	signInWithLink,
	signInWithPassword
} from '#lib/features/identity/signing-in.server.ts';
import { readSession } from '#lib/server/auth/sessions.ts';
import { database } from '#lib/server/db/client.ts';
import { at, deliver, ELSEWHERE, HERE, LAPTOP, makePerson, refusalOf, signedIn } from './people.ts';

const PASSWORD = 'the kettle sings at four';

beforeEach(async () => {
	await database().throttle.deleteMany();
	await deliver(at(0));
});

describe('signing in with a password', () => {
	test('opens a session whose secret is nowhere in the database', async () => {
		await makePerson('ana@example.org', { password: PASSWORD });
		const { cookie, landing } = await signInWithPassword(
			{ email: 'ana@example.org', password: PASSWORD },
			LAPTOP,
			HERE,
			at(0)
		);
		expect(landing).toBe('apply');
		expect(cookie).toMatchObject({
			name: '__Host-hearth',
			attributes: { httpOnly: true, secure: true, sameSite: 'lax', path: '/' }
		});
		expect(await readSession(cookie.value, at(1).now)).toMatchObject({
			email: 'ana@example.org',
			sharedComputer: false
		});
		const [row] = await database().session.findMany({ where: { user: { email: 'ana@example.org' } } });
		expect(JSON.stringify(row)).not.toContain(cookie.value);
		expect(row?.tokenHash).toMatch(/^[0-9a-f]{64}$/);
	});

	test('is refused with the same words for a wrong password, an unknown address, and an account that may not come in', async () => {
		await makePerson('bo@example.org', { password: PASSWORD });
		await makePerson('disabled@example.org', { password: PASSWORD, status: 'disabled' });
		await makePerson('link-only@example.org');
		for (const email of ['bo@example.org', 'nobody@example.org', 'disabled@example.org', 'link-only@example.org']) {
			const password = email.startsWith('bo') ? 'not the right one' : PASSWORD;
			expect(await refusalOf(signInWithPassword({ email, password }, LAPTOP, HERE, at(0)))).toBe('sign_in_wrong');
		}
	});

	test('a session id planted before is worth nothing afterwards', async () => {
		await makePerson('cy@example.org', { password: PASSWORD });
		const planted = 'a'.repeat(40);
		const first = await signInWithPassword({ email: 'cy@example.org', password: PASSWORD }, LAPTOP, HERE, at(0));
		const second = await signInWithPassword({ email: 'cy@example.org', password: PASSWORD }, LAPTOP, HERE, at(0));
		expect(await readSession(planted, at(0).now)).toBeNull();
		expect(new Set([planted, first.cookie.value, second.cookie.value]).size).toBe(3);
	});

	test('guessing is slowed by account and address, and the owner still comes in from another place', async () => {
		await makePerson('di@example.org', { password: PASSWORD });
		const answers: string[] = [];
		for (let guess = 0; guess < 20; guess += 1) {
			answers.push(
				await refusalOf(
					signInWithPassword({ email: 'di@example.org', password: `wrong guess ${guess}` }, LAPTOP, HERE, at(0))
				)
			);
		}
		expect(answers.filter((code) => code === 'sign_in_wrong')).toHaveLength(8);
		expect(answers.at(-1)).toBe('too_many_attempts');
		// The right password from the guesser's place waits too; from the owner's own it opens.
		expect(
			await refusalOf(signInWithPassword({ email: 'di@example.org', password: PASSWORD }, LAPTOP, HERE, at(0)))
		).toBe('too_many_attempts');
		await expect(
			signInWithPassword({ email: 'di@example.org', password: PASSWORD }, LAPTOP, ELSEWHERE, at(0))
		).resolves.toMatchObject({ landing: 'apply' });
	});

	test('the table of attempts names no account and no address', async () => {
		await refusalOf(signInWithPassword({ email: 'ed@example.org', password: PASSWORD }, LAPTOP, HERE, at(0)));
		const rows = await database().throttle.findMany();
		expect(rows.length).toBeGreaterThan(0);
		expect(
			JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
		).not.toMatch(/ed@|203\.0\.113/);
	});
});

describe('a one-time link', () => {
	test('signs in once, only by its button, and ends the others of the person', async () => {
		await makePerson('fay@example.org');
		await askSignInLink('fay@example.org', HERE, at(0));
		await askSignInLink('fay@example.org', HERE, at(0));
		const [first, second] = await deliver(at(1));
		const token = first?.token ?? '';
		// Looking at the page, as a mail scanner does, changes nothing.
		expect(await isLinkLive('sign_in', token, at(2).now)).toBe(true);
		expect(await isLinkLive('sign_in', token, at(2).now)).toBe(true);
		await expect(signInWithLink(token, LAPTOP, HERE, at(3))).resolves.toMatchObject({ landing: 'apply' });
		expect(await refusalOf(signInWithLink(token, LAPTOP, HERE, at(4)))).toBe('link_over');
		expect(await refusalOf(signInWithLink(second?.token ?? '', LAPTOP, HERE, at(4)))).toBe('link_over');
	});

	test('of two presses at once exactly one counts', async () => {
		await makePerson('gil@example.org');
		await askSignInLink('gil@example.org', HERE, at(0));
		const token = (await deliver(at(0)))[0]?.token ?? '';
		const presses = await Promise.allSettled(
			Array.from({ length: 5 }, () => signInWithLink(token, LAPTOP, HERE, at(1)))
		);
		expect(presses.filter((press) => press.status === 'fulfilled')).toHaveLength(1);
	});

	test('lives 15 minutes from the moment it was sent, not from when it was asked for', async () => {
		await makePerson('hal@example.org');
		await askSignInLink('hal@example.org', HERE, at(0));
		const token = (await deliver(at(60)))[0]?.token ?? '';
		expect(await isLinkLive('sign_in', token, at(74).now)).toBe(true);
		expect(await isLinkLive('sign_in', token, at(75).now)).toBe(false);
		expect(await refusalOf(signInWithLink(token, LAPTOP, HERE, at(75)))).toBe('link_over');
	});

	test('of one purpose does not serve another, and neither queue nor table holds its secret', async () => {
		await makePerson('ida@example.org');
		await askPasswordReset('ida@example.org', HERE, at(0));
		const queued = await database().mailMessage.findMany({ where: { status: 'queued' } });
		expect(queued[0]).toMatchObject({ template: 'reset-password', bodyText: null, values: {} });
		const token = (await deliver(at(0)))[0]?.token ?? '';
		expect(await refusalOf(signInWithLink(token, LAPTOP, HERE, at(1)))).toBe('link_over');
		const rows = await database().loginToken.findMany();
		expect(JSON.stringify(rows)).not.toContain(token);
	});

	test('to an address that changed, or of a person disabled meanwhile, is never made', async () => {
		const moved = await makePerson('jo@example.org');
		const gone = await makePerson('kai@example.org');
		await askSignInLink('jo@example.org', HERE, at(0));
		await askSignInLink('kai@example.org', HERE, at(0));
		await database().user.update({ where: { id: moved.id }, data: { email: 'jo-new@example.org' } });
		await database().user.update({ where: { id: gone.id }, data: { status: 'disabled' } });
		expect((await deliver(at(1))).map((mail) => mail.token)).toEqual([null, null]);
		expect(await database().mailMessage.count({ where: { status: 'unneeded' } })).toBe(2);
	});
});

describe('nothing tells whether an account exists', () => {
	async function timed(work: () => Promise<unknown>): Promise<number> {
		const began = performance.now();
		await work();
		return performance.now() - began;
	}

	test.each([
		['a link', (email: string) => askSignInLink(email, HERE, at(0))],
		['a new password', (email: string) => askPasswordReset(email, HERE, at(0))],
		['an account', (email: string) => registerUser({ email, displayName: 'Lou', locale: 'en' }, HERE, at(0))]
	])('asking for %s answers alike, in equal time, and each address hears one message', async (_name, ask) => {
		const known: string[] = [];
		const times = { known: [] as number[], unknown: [] as number[] };
		for (let round = 0; round < 3; round += 1) {
			const email = `known-${at(0).random.token(4).toLowerCase()}@example.org`;
			known.push(email);
			await makePerson(email);
			times.known.push(await timed(() => ask(email)));
			times.unknown.push(await timed(() => ask(email.replace('known', 'strange'))));
		}
		// The quickest of each, since a busy machine makes the others longer at random.
		expect(Math.abs(Math.min(...times.known) - Math.min(...times.unknown))).toBeLessThan(60);
		const delivered = await deliver(at(1));
		expect(delivered.map((mail) => mail.to).sort()).toEqual(
			known.flatMap((email) => [email, email.replace('known', 'strange')]).sort()
		);
		const templates = (ours: boolean) =>
			new Set(delivered.filter((mail) => known.includes(mail.to) === ours).map((mail) => mail.template));
		expect(templates(true)).not.toEqual(templates(false));
	});
});

test.each([
	['a link', askSignInLink],
	['a new password', askPasswordReset]
])('asking for %s from a French page is answered in French, also to an address that nobody has', async (_name, ask) => {
	await ask('personne@example.org', { ...HERE, locale: 'fr' }, at(0));
	const [mail] = await deliver(at(1));
	expect(mail).toMatchObject({ template: 'sign-in-unknown' });
	expect(mail?.text).toContain('Bonjour');
});

describe('a new account', () => {
	test('is entered by the link of its mailbox, where the password is chosen', async () => {
		await registerUser({ email: 'mia@example.org', displayName: 'Mia', locale: 'fr' }, HERE, at(0));
		expect(
			await refusalOf(signInWithPassword({ email: 'mia@example.org', password: PASSWORD }, LAPTOP, HERE, at(1)))
		).toBe('sign_in_wrong');
		const [mail] = await deliver(at(1));
		expect(mail?.text).toContain('Bonjour');
		expect(
			await refusalOf(confirmAddress({ token: mail?.token ?? '', password: 'password1234' }, LAPTOP, HERE, at(2)))
		).toBe('password_common');
		await confirmAddress({ token: mail?.token ?? '', password: PASSWORD }, LAPTOP, HERE, at(3));
		await expect(
			signInWithPassword({ email: 'mia@example.org', password: PASSWORD }, LAPTOP, HERE, at(4))
		).resolves.toBeDefined();
		expect(await refusalOf(confirmAddress({ token: mail?.token ?? '', password: PASSWORD }, LAPTOP, HERE, at(5)))).toBe(
			'link_over'
		);
	});

	test('begun by a stranger gives them nothing once the owner of the mailbox confirms it', async () => {
		await registerUser({ email: 'noa@example.org', displayName: 'A stranger', locale: 'en' }, ELSEWHERE, at(0));
		await registerUser({ email: 'noa@example.org', displayName: 'Noa', locale: 'en' }, HERE, at(1));
		const mails = await deliver(at(2));
		await confirmAddress({ token: mails[1]?.token ?? '', password: PASSWORD }, LAPTOP, HERE, at(3));
		expect(
			await refusalOf(
				confirmAddress({ token: mails[0]?.token ?? '', password: 'something else entirely' }, LAPTOP, ELSEWHERE, at(4))
			)
		).toBe('link_over');
		expect(await database().user.findUnique({ where: { email: 'noa@example.org' } })).toMatchObject({
			displayName: 'Noa'
		});
	});

	test('of two registrations at once is one', async () => {
		await Promise.all(
			[1, 2, 3].map((n) =>
				registerUser({ email: 'ola@example.org', displayName: `Ola ${n}`, locale: 'en' }, HERE, at(0))
			)
		);
		expect(await database().user.count({ where: { email: 'ola@example.org' } })).toBe(1);
	});
});

test('a reset ends every session and every other link, and tells the person', async () => {
	const person = await makePerson('pam@example.org', { password: PASSWORD });
	const old = await signedIn(person.id, at(0));
	await askSignInLink('pam@example.org', HERE, at(1));
	await askPasswordReset('pam@example.org', HERE, at(1));
	const mails = await deliver(at(1));
	const [link, reset] = ['sign-in-link', 'reset-password'].map(
		(template) => mails.find((mail) => mail.template === template)?.token ?? ''
	);
	const entered = await resetPassword({ token: reset ?? '', password: 'a much better sentence' }, LAPTOP, HERE, at(2));
	expect(await readSession(old.token, at(2).now)).toBeNull();
	expect(await readSession(entered.cookie.value, at(2).now)).not.toBeNull();
	expect(await refusalOf(signInWithLink(link ?? '', LAPTOP, HERE, at(3)))).toBe('link_over');
	expect((await deliver(at(3))).map((mail) => mail.template)).toEqual(['password-changed']);
	expect(
		await refusalOf(signInWithPassword({ email: 'pam@example.org', password: PASSWORD }, LAPTOP, HERE, at(4)))
	).toBe('sign_in_wrong');
});
