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

/** Where a message stands. `unneeded`: when its turn came, its link had nothing left to open, and nothing was sent. */
export type MailStatus = 'queued' | 'sent' | 'outbox' | 'unneeded' | 'failed';
