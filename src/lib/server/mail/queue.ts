import type { MailStatus, MailTemplate } from '#lib/domain/mail/message.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import { enqueueAll } from '#lib/server/jobs/queue.ts';

export type OutgoingMail = {
	template: MailTemplate;
	/** A person, at their own address or at another one (a change of address), or a bare address. */
	to: { userId: string; email?: string } | { email: string };
	/** The reader's language; left out, a person's own. */
	locale?: 'en' | 'fr';
	values?: Readonly<Record<string, string | number>>;
};

/**
 * Puts a message into the outbox in the same transaction as what it tells about: both happen or neither. It is sent by
 * the job `send-mail`, which mints one-time links at that moment; until then no row holds a secret. Returns its id.
 */
export async function queueMail(tx: Tx, moment: Moment, mail: OutgoingMail): Promise<string> {
	const [id] = await queueMails(tx, moment, [mail]);
	return id!;
}

/** `queueMail` for several messages in as few statements as for one. Returns their ids, in order. */
export async function queueMails(tx: Tx, moment: Moment, mails: readonly OutgoingMail[]): Promise<string[]> {
	const readers = await readersOf(tx, mails);
	const rows = mails.map((mail) => {
		const userId = 'userId' in mail.to ? mail.to.userId : null;
		const reader = userId === null ? undefined : readers.get(userId);
		const address = mail.to.email ?? reader?.email;
		if (address === undefined) throw new TypeError('a message needs a person or an address');
		return {
			id: moment.random.uuid(),
			toUserId: userId,
			toAddress: address.toLowerCase(),
			locale: mail.locale ?? (reader?.locale === 'fr' ? 'fr' : 'en'),
			template: mail.template,
			values: { ...mail.values },
			status: 'queued' satisfies MailStatus,
			createdAt: moment.now
		};
	});
	await tx.mailMessage.createMany({ data: rows });
	await enqueueAll(
		tx,
		'send-mail',
		rows.map(({ id }) => ({ mailMessageId: id }))
	);
	return rows.map(({ id }) => id);
}

/** Address and language of the persons whose caller did not know both. */
async function readersOf(
	tx: Tx,
	mails: readonly OutgoingMail[]
): Promise<ReadonlyMap<string, { email: string; locale: string }>> {
	const unknown = mails.flatMap(({ to, locale }) =>
		'userId' in to && (to.email === undefined || locale === undefined) ? [to.userId] : []
	);
	if (unknown.length === 0) return new Map();
	const people = await tx.user.findMany({
		where: { id: { in: unknown } },
		select: { id: true, email: true, locale: true }
	});
	return new Map(people.map((person) => [person.id, person]));
}
