import type { Moment } from '#lib/server/clock.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import { enqueueAll } from '#lib/server/jobs/queue.ts';

/**
 * Every kind of message. The words and links of each stand in `features/identity/mail.server.ts`; what it needs in
 * `values` is said here. A message carries a link and a reference number, never an attachment, a name or a place.
 */
export const MAIL_TEMPLATES = [
	/** A one-time link to sign in. */
	'sign-in-link',
	/** Somebody asked for a link, but no account has this address. */
	'sign-in-unknown',
	/** A one-time link that confirms a new account's address. */
	'confirm-address',
	/** Somebody registered with an address that has an account. */
	'already-registered',
	/** A one-time link to choose a new password. */
	'reset-password',
	/** The password was changed. */
	'password-changed',
	/** An invitation to staff roles or to an organization. Values: invitationId. */
	'invitation',
	/** Both addresses confirm a change of address. Values: emailChangeId. */
	'address-change-old',
	'address-change-new',
	/** To the old address, once the change took effect. */
	'address-changed',
	/** Somebody tried to register an organization that exists; to its owners. */
	'organization-duplicate',
	/** Membership was frozen, or the freeze was lifted; to the owners. Values: organizationId. */
	'membership-frozen',
	'membership-freeze-lifted',
	/** The number that the program office calls was changed; to the owners. Values: organizationId. */
	'organization-telephone-changed',
	/** An application was received. Values: reference, applicationId, receivedAt (ISO instant), zone. */
	'application-received',
	/** Something changed about an application: a question, a decision. Values: reference, applicationId. */
	'application-news',
	/** A file waits for a reviewer. Values: reference, assignmentId. */
	'review-invited',
	/** An award's news: an offer, a payment. Values: number, awardId. */
	'award-news',
	/** An agreement waits for a signature. Values: number, awardId. */
	'agreement-to-sign',
	/** An agreement took effect; to the officer. Values: number, awardId. */
	'agreement-in-force',
	/** A recipient declined an offer; to the program's officers. Values: number, awardId. */
	'offer-declined',
	/** A payment left. Values: number, awardId. */
	'payment-sent',
	/** Where an organization is paid was entered or changed; to its owners. Values: lastThree, organizationId. */
	'payee-account-changed',
	/** The account was verified by a call back. Values: lastThree, organizationId. */
	'payee-account-verified',
	/** Something waits on a member of staff. Values: reference, path (without the language, such as `/manage/payments`). */
	'waiting',
	/** A day's signed head of the sealed trail. Values: day, sealNumber, headHash, signature. */
	'audit-anchor'
] as const;

export type MailTemplate = (typeof MAIL_TEMPLATES)[number];

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
			status: 'queued',
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
