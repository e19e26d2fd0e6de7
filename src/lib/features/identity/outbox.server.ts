import { authorize } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { languageTag } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { mintToken, type TokenPurpose } from '#lib/server/auth/tokens.ts';
import type { Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transact, type Tx } from '#lib/server/db/transact.ts';
import type { MailStatus, MailTemplate } from '#lib/domain/mail/message.ts';
import { MailRefused, mailTransport } from '#lib/server/mail/transport.ts';
import { isMailTemplate, renderMail, tokenOf, type RenderedMail } from './mail.server.ts';
import { oneself, personById } from './people.server.ts';

/*
 * From a queued row to a message. One-time links are minted here, when the message leaves, so that neither the queue nor
 * a backup of it holds a secret. Without a mail server the message stays in the outbox; its link is made and shown only
 * in a demonstration, where no real person's mail is at stake.
 */

type Values = Record<string, string | number>;

/** A message that is about to leave, or the reason why it must not. */
type Prepared = { to: string; locale: Locale; mail: RenderedMail } | 'skipped' | 'kept';

/** Sends one queued message. Running it again after it was sent does nothing; a failure of the server is thrown. */
export async function sendQueuedMail(mailMessageId: string, moment: Moment): Promise<void> {
	const transport = mailTransport();
	const prepared = await transact((tx) => prepare(tx, mailMessageId, transport !== null, moment), {
		random: moment.random
	});
	if (prepared === 'skipped' || prepared === 'kept' || !transport) return;
	const { hostname } = new URL(loadConfig().origin);
	let status: 'sent' | 'failed' = 'sent';
	try {
		await transport.send({
			to: prepared.to,
			subject: prepared.mail.subject,
			text: prepared.mail.text,
			html: prepared.mail.html,
			lang: languageTag(prepared.locale),
			// The same each time: a mailbox that gets a message twice after a crash can tell.
			messageId: `<${mailMessageId}@${hostname}>`
		});
	} catch (error) {
		if (!(error instanceof MailRefused)) throw error;
		status = 'failed';
	}
	await transact((tx) =>
		tx.mailMessage.updateMany({
			where: { id: mailMessageId, status: 'queued' },
			// Neither text nor HTML is kept: they hold the link.
			data: { status, subject: prepared.mail.subject, ...(status === 'sent' ? { sentAt: moment.now } : {}) }
		})
	);
}

async function prepare(tx: Tx, id: string, hasServer: boolean, moment: Moment): Promise<Prepared> {
	await lockRow(tx, 'mail_message', id);
	const row = await tx.mailMessage.findUnique({ where: { id } });
	if (!row || row.status !== 'queued' || !isMailTemplate(row.template)) return 'skipped';
	const values = row.values as Values;
	const locale = row.locale as Locale;
	const { origin, helpPhone, isDemonstration } = loadConfig();
	let token: string | null = null;
	const needsToken = tokenOf(row.template);
	if (needsToken && (hasServer || isDemonstration)) {
		token = await linkFor(tx, row, row.template, needsToken, values, moment);
		if (token === null) {
			await tx.mailMessage.update({ where: { id }, data: { status: 'unneeded' satisfies MailStatus } });
			return 'skipped';
		}
	}
	const mail = renderMail(row.template, locale, values, { origin, token, helpPhone });
	if (hasServer) return { to: row.toAddress, locale, mail };
	await tx.mailMessage.update({
		where: { id },
		data: { status: 'outbox', subject: mail.subject, bodyText: mail.text, bodyHtml: mail.html }
	});
	return 'kept';
}

/** The secret of the message's link; null when the person may no longer have one, or has another address by now. */
async function linkFor(
	tx: Tx,
	row: { toUserId: string | null; toAddress: string },
	template: MailTemplate,
	link: { purpose: TokenPurpose; subject?: string },
	values: Values,
	moment: Moment
): Promise<string | null> {
	const person = row.toUserId === null ? null : await personById(tx, row.toUserId);
	if (!person || person.status === 'disabled') return null;
	if (link.purpose !== 'change_email_new' && person.email !== row.toAddress) return null;
	const subjectId = link.subject === undefined ? null : String(values[link.subject] ?? '');
	let notAfter: Date | undefined;
	if (link.purpose === 'invitation') {
		const invitation = subjectId ? await tx.invitation.findUnique({ where: { id: subjectId } }) : null;
		if (!invitation || invitation.acceptedAt || invitation.cancelledAt || invitation.expiresAt <= moment.now)
			return null;
		notAfter = invitation.expiresAt;
	}
	if (link.purpose === 'reset_password') {
		// Written here and not where it was asked: an unknown address would have nothing to write, and time would tell.
		await recordEvent(tx, moment, {
			name: 'user.passwordResetAsked',
			actor: oneself(person),
			subject: { type: 'user', id: person.id },
			facts: {}
		});
	}
	return mintToken(tx, moment, {
		userId: person.id,
		purpose: link.purpose,
		subjectId,
		...(notAfter ? { notAfter } : {})
	});
}

/** One line of the outbox page. The address is left out where the reader need not know it. */
export type ListedMail = {
	id: string;
	template: MailTemplate;
	locale: Locale;
	status: MailStatus;
	subject: string | null;
	toAddress: string;
	createdAt: Date;
};

/** The latest messages for the administrator, and whether a mail server is set up at all. */
export async function mailForAdministrator(
	viewer: Actor,
	page: number
): Promise<{ mails: ListedMail[]; total: number; pageSize: number }> {
	authorize(viewer, 'mail.view');
	const pageSize = 50;
	const [rows, total] = await Promise.all([
		database().mailMessage.findMany({
			orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
			skip: (page - 1) * pageSize,
			take: pageSize,
			select: { id: true, template: true, locale: true, status: true, subject: true, toAddress: true, createdAt: true }
		}),
		database().mailMessage.count()
	]);
	return { mails: rows as ListedMail[], total, pageSize };
}

/** One message as it would be read. Text is there only where no server sent it. */
export async function mailMessageForAdministrator(
	viewer: Actor,
	id: string
): Promise<ListedMail & { text: string | null; link: string | null }> {
	authorize(viewer, 'mail.view');
	const row = await database().mailMessage.findUnique({ where: { id } });
	if (!row) throw new Refusal(refuse('not_found'));
	const { origin, isDemonstration } = loadConfig();
	const line = (row.bodyText ?? '').split('\n').find((part) => part.startsWith(`${origin}/`));
	return {
		id: row.id,
		template: row.template as MailTemplate,
		locale: row.locale as Locale,
		status: row.status as ListedMail['status'],
		subject: row.subject,
		toAddress: row.toAddress,
		createdAt: row.createdAt,
		text: isDemonstration ? row.bodyText : withoutSecret(row.template, row.bodyText),
		link: isDemonstration ? (line ?? null) : null
	};
}

/** A stored text without its one-time link: it may have been written while this was still a demonstration. */
function withoutSecret(template: string, text: string | null): string | null {
	const holdsSecret = !isMailTemplate(template) || tokenOf(template) !== null;
	return text !== null && holdsSecret ? text.replace(/https?:\/\/\S+/g, '[…]') : text;
}

/** Whether messages end in the outbox page, with their links: in a demonstration without a mail server. */
export function isOutboxShown(): boolean {
	return loadConfig().isDemonstration && mailTransport() === null;
}

/** Whether messages leave through a mail server. */
export function hasMailServer(): boolean {
	return mailTransport() !== null;
}
