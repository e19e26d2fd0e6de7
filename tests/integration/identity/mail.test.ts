import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, expect, test } from 'vitest';
import { renderMail, tokenOf } from '#lib/features/identity/mail.server.ts';
import { mailMessageForAdministrator, sendQueuedMail } from '#lib/features/identity/outbox.server.ts';
import { askSignInLink } from '#lib/features/identity/signing-in.server.ts';
import { completeEnvironment } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import { MAIL_TEMPLATES } from '#lib/domain/mail/message.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import { smtpTransport, useMailTransport } from '#lib/server/mail/transport.ts';
import { at, deliver, HERE, makePerson, signedIn } from './people.ts';

type Received = { recipients: string[]; message: string };
const received: Received[] = [];
let answer: 'take' | 'later' | 'never' = 'take';

const server = new SMTPServer({
	authOptional: true,
	disabledCommands: ['STARTTLS'],
	onData(stream, session, done) {
		void text(stream).then((message) => {
			if (answer === 'take') {
				received.push({ recipients: session.envelope.rcptTo.map((to) => to.address), message });
				return done();
			}
			done(Object.assign(new Error('no'), { responseCode: answer === 'later' ? 451 : 550 }));
		});
	}
});
server.listen(0, '127.0.0.1');
await once(server.server, 'listening');
const url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;

afterEach(() => {
	useMailTransport();
	received.length = 0;
	answer = 'take';
});
afterAll(() => new Promise<void>((closed) => server.close(closed)));

async function queuedId(): Promise<string> {
	return (
		await database().mailMessage.findFirstOrThrow({ where: { status: 'queued' }, orderBy: { createdAt: 'desc' } })
	).id;
}

test('a message goes out in the reader’s language, and what is kept of it holds no link', async () => {
	useMailTransport(smtpTransport(url, 'Hearth <hearth@example.org>'));
	await makePerson('lectrice@example.org', { locale: 'fr' });
	await askSignInLink('lectrice@example.org', HERE, at(0));
	const id = await queuedId();
	await sendQueuedMail(id, at(1));
	expect(received).toHaveLength(1);
	expect(received[0]?.recipients).toEqual(['lectrice@example.org']);
	expect(received[0]?.message).toMatch(/Content-Language: fr-CA/);
	expect(received[0]?.message).toMatch(/multipart\/alternative/);
	expect(received[0]?.message).not.toMatch(/Content-Disposition: attachment/i);
	const row = await database().mailMessage.findUniqueOrThrow({ where: { id } });
	expect(row).toMatchObject({ status: 'sent', bodyText: null, bodyHtml: null });
	// Run again, as after a crash of the worker, it sends nothing more.
	await sendQueuedMail(id, at(2));
	expect(received).toHaveLength(1);
});

test('a server that is away makes the job try again; one that refuses for good ends it', async () => {
	useMailTransport(smtpTransport(url, 'Hearth <hearth@example.org>'));
	await makePerson('waits@example.org');
	await askSignInLink('waits@example.org', HERE, at(0));
	const id = await queuedId();
	answer = 'later';
	await expect(sendQueuedMail(id, at(1))).rejects.toThrow();
	expect(await database().mailMessage.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'queued' });
	answer = 'never';
	await sendQueuedMail(id, at(2));
	expect(await database().mailMessage.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'failed' });
});

test('a value with line breaks adds no header and no recipient', async () => {
	useMailTransport(smtpTransport(url, 'Hearth <hearth@example.org>'));
	const person = await makePerson('injected@example.org');
	const values = { reference: '27-0001\r\nBcc: thief@example.org', applicationId: at(0).random.uuid() };
	await transact((tx) => queueMail(tx, at(0), { template: 'application-news', to: { userId: person.id }, values }));
	await sendQueuedMail(await queuedId(), at(1));
	expect(received[0]?.recipients).toEqual(['injected@example.org']);
	const [head = ''] = received[0]?.message.split('\r\n\r\n') ?? [];
	expect(head).toMatch(/^Subject: Hearth/m);
	expect(head).not.toMatch(/^Bcc:/m);
});

test('without a mail server messages stay in the outbox, with links in a demonstration', async () => {
	useMailTransport(null);
	await makePerson('kept@example.org');
	await askSignInLink('kept@example.org', HERE, at(0));
	const mails = await deliver(at(1));
	expect(mails[0]?.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
	expect(await database().mailMessage.count({ where: { toAddress: 'kept@example.org', status: 'outbox' } })).toBe(1);
});

test('a link that was kept in a demonstration is shown to nobody once it is none', async () => {
	useMailTransport(null);
	const administrator = await makePerson('reads@example.org', { roles: [{ role: 'administrator', programId: null }] });
	const { actor } = await signedIn(administrator.id, at(0));
	await makePerson('once@example.org');
	await askSignInLink('once@example.org', HERE, at(0));
	const id = await queuedId();
	await sendQueuedMail(id, at(1));
	const shown = await mailMessageForAdministrator(actor, id);
	expect(shown.text).toContain(shown.link ?? 'no link');
	completeEnvironment({ HEARTH_DEMONSTRATION: 'false' });
	const hidden = await mailMessageForAdministrator(actor, id);
	completeEnvironment({ HEARTH_DEMONSTRATION: 'true' });
	expect(hidden.link).toBeNull();
	expect(hidden.text).toMatch(/\S/);
	expect(hidden.text).not.toMatch(/https?:\/\//);
});

const VALUES = {
	reference: '27-0142',
	number: 'A-0001',
	path: '/manage/payments',
	applicationId: '0190a000-0000-7000-8000-000000000001',
	assignmentId: '0190a000-0000-7000-8000-000000000002',
	awardId: '0190a000-0000-7000-8000-000000000003',
	organizationId: '0190a000-0000-7000-8000-000000000004',
	lastThree: '567',
	receivedAt: '2027-01-15T04:59:00Z',
	zone: 'America/Toronto',
	day: '2027-01-14',
	sealNumber: 12,
	headHash: 'ab',
	signature: 'cd'
};

test.each(MAIL_TEMPLATES.flatMap((template) => (['en', 'fr'] as const).map((locale) => [template, locale] as const)))(
	'%s in %s: one link at most, in its language, a subject that tells nothing, and the same words as text and HTML',
	(template, locale) => {
		const surroundings = { origin: 'https://grants.example.org', token: 'T'.repeat(43), helpPhone: '1-800-555-0142' };
		const mail = renderMail(template, locale, VALUES, surroundings);
		expect(mail.subject).toMatch(/^Hearth/);
		expect(mail.subject.length).toBeLessThan(70);
		const links = mail.text.match(/https?:\/\/\S+/g) ?? [];
		expect(links.length).toBeLessThanOrEqual(1);
		if (mail.link) expect(mail.link.startsWith(`https://grants.example.org/${locale}/`)).toBe(true);
		expect(mail.html).toContain(`lang="${locale}-CA"`);
		expect(mail.html).not.toMatch(/<img|<script|src=/i);
		expect(`${mail.text}${mail.subject}`).not.toMatch(/undefined|\{\w+\}/);
		const hidden = renderMail(template, locale, VALUES, { ...surroundings, token: null });
		if (tokenOf(template)) expect(hidden.text).not.toMatch(/https?:\/\//);
	}
);
