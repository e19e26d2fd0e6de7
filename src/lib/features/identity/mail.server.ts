import { writtenPhone } from './shell.server.ts';
import { formatDate, formatInstant } from '#lib/i18n/format.ts';
import * as m from '#lib/i18n/generated/mail.ts';
import { languageTag, type Locale, type Message } from '#lib/i18n/locale.ts';
import { paths, type Paths } from '#lib/paths.ts';
import type { TokenPurpose } from '#lib/server/auth/tokens.ts';
import type { MailTemplate } from '#lib/domain/mail/message.ts';

/*
 * The words of every message, in the reader's language, as text and as HTML. A message says that something is there and
 * where to read it. It names nobody, no organization and no place: a mailbox may be read by someone who must not know.
 */

type Values = Readonly<Record<string, string | number>>;
type Words = (locale: Locale, values: Values) => string;

type Template = {
	subject: Words;
	/** Paragraphs above the button. */
	body: readonly Words[];
	/** Where the button leads; `token` is the one-time secret of a template that has a purpose. */
	link?: (to: Paths, values: Values, token: string) => string;
	button?: Message;
	/** Paragraphs below it: what to do if this was not you, how long the link works. */
	after?: readonly Words[];
	/** A one-time link is minted when the message is sent; `subject` names the value that says what it is about. */
	token?: { purpose: TokenPurpose; subject?: string };
};

/** A value that the template cannot do without. */
function need(values: Values, name: string): string {
	const value = values[name];
	if (value === undefined) throw new TypeError(`the message lacks its value ${name}`);
	return String(value);
}

const plain = (message: Message): Words => message;
const waiting: Words = plain(m.subjectWaiting);
const waitingAbout =
	(name: string): Words =>
	(locale, values) =>
		m.subjectWaitingAbout(locale, { reference: need(values, name) });

const TEMPLATES: Readonly<Record<MailTemplate, Template>> = {
	'sign-in-link': {
		subject: plain(m.subjectLink),
		body: [plain(m.signInLinkBody)],
		link: (to, _values, token) => to.account.link(token),
		button: m.signInLinkButton,
		after: [plain(m.linkLife), plain(m.notYouIgnore)],
		token: { purpose: 'sign_in' }
	},
	'sign-in-unknown': {
		subject: plain(m.subjectLink),
		body: [plain(m.signInUnknownBody)],
		link: (to) => to.account.signUp(),
		button: m.signInUnknownButton,
		after: [plain(m.notYouIgnore)]
	},
	'confirm-address': {
		subject: plain(m.subjectConfirm),
		body: [plain(m.confirmAddressBody)],
		link: (to, _values, token) => to.account.confirm(token),
		button: m.confirmAddressButton,
		after: [plain(m.confirmLife), plain(m.notYouIgnore)],
		token: { purpose: 'confirm_email' }
	},
	'already-registered': {
		subject: plain(m.subjectConfirm),
		body: [plain(m.alreadyRegisteredBody)],
		link: (to) => to.account.signIn(),
		button: m.alreadyRegisteredButton,
		after: [plain(m.notYouIgnore)]
	},
	'reset-password': {
		subject: plain(m.subjectLink),
		body: [plain(m.resetPasswordBody)],
		link: (to, _values, token) => to.account.resetPassword(token),
		button: m.resetPasswordButton,
		after: [plain(m.linkLife), plain(m.notYouIgnore)],
		token: { purpose: 'reset_password' }
	},
	'password-changed': {
		subject: waiting,
		body: [plain(m.passwordChangedBody), plain(m.notYouCall)],
		link: (to) => to.account.sessions(),
		button: m.openAccount
	},
	invitation: {
		subject: waiting,
		body: [plain(m.invitationBody)],
		link: (to, _values, token) => to.account.invitation(token),
		button: m.invitationButton,
		after: [plain(m.invitationLife), plain(m.notYouIgnore)],
		token: { purpose: 'invitation', subject: 'invitationId' }
	},
	'address-change-old': {
		subject: plain(m.subjectConfirm),
		body: [plain(m.addressChangeOldBody)],
		link: (to, _values, token) => to.account.confirmOldAddress(token),
		button: m.addressChangeButton,
		after: [plain(m.confirmLife), plain(m.notYouCall)],
		token: { purpose: 'change_email_old', subject: 'emailChangeId' }
	},
	'address-change-new': {
		subject: plain(m.subjectConfirm),
		body: [plain(m.addressChangeNewBody)],
		link: (to, _values, token) => to.account.confirmNewAddress(token),
		button: m.addressChangeButton,
		after: [plain(m.confirmLife), plain(m.notYouIgnore)],
		token: { purpose: 'change_email_new', subject: 'emailChangeId' }
	},
	'address-changed': {
		subject: waiting,
		body: [plain(m.addressChangedBody), plain(m.notYouCall)]
	},
	'organization-duplicate': {
		subject: waiting,
		body: [plain(m.organizationDuplicateBody)],
		link: (to) => to.apply.home(),
		button: m.openHearth
	},
	'membership-frozen': {
		subject: waiting,
		body: [plain(m.membershipFrozenBody)],
		link: (to, values) => to.intake.members(need(values, 'organizationId')),
		button: m.openHearth
	},
	'membership-freeze-lifted': {
		subject: waiting,
		body: [plain(m.membershipFreezeLiftedBody)],
		link: (to, values) => to.intake.members(need(values, 'organizationId')),
		button: m.openHearth
	},
	'organization-telephone-changed': {
		subject: waiting,
		body: [plain(m.organizationTelephoneChangedBody)],
		link: (to, values) => to.intake.members(need(values, 'organizationId')),
		button: m.openHearth,
		after: [plain(m.notYouCall)]
	},
	'application-received': {
		subject: waitingAbout('reference'),
		body: [
			(locale, values) => m.applicationReceivedBody(locale, { reference: need(values, 'reference') }),
			(locale, values) =>
				m.applicationReceivedAt(locale, {
					instant: formatInstant(new Date(need(values, 'receivedAt')), need(values, 'zone'), locale)
				})
		],
		link: (to, values) => to.apply.application(need(values, 'applicationId')),
		button: m.openApplication
	},
	'application-news': {
		subject: waitingAbout('reference'),
		body: [(locale, values) => m.applicationNewsBody(locale, { reference: need(values, 'reference') })],
		link: (to, values) => to.apply.application(need(values, 'applicationId')),
		button: m.openApplication
	},
	'review-invited': {
		subject: waitingAbout('reference'),
		body: [plain(m.reviewInvitedBody)],
		link: (to, values) => to.review.assignment(need(values, 'assignmentId')),
		button: m.openHearth,
		after: [plain(m.reviewInvitedAfter)]
	},
	'award-news': {
		subject: waitingAbout('number'),
		body: [(locale, values) => m.awardNewsBody(locale, { number: need(values, 'number') })],
		link: (to, values) => to.money.ownAward(need(values, 'awardId')),
		button: m.openHearth
	},
	'agreement-to-sign': {
		subject: waitingAbout('number'),
		body: [(locale, values) => m.agreementToSignBody(locale, { number: need(values, 'number') })],
		link: (to, values) => to.money.ownAgreement(need(values, 'awardId')),
		button: m.openHearth
	},
	'agreement-in-force': {
		subject: waitingAbout('number'),
		body: [(locale, values) => m.agreementInForceBody(locale, { number: need(values, 'number') })],
		link: (to, values) => to.money.agreement(need(values, 'awardId')),
		button: m.openHearth
	},
	'offer-declined': {
		subject: waitingAbout('number'),
		body: [(locale, values) => m.offerDeclinedBody(locale, { number: need(values, 'number') })],
		link: (to, values) => to.money.agreement(need(values, 'awardId')),
		button: m.openHearth
	},
	'payment-sent': {
		subject: waitingAbout('number'),
		body: [(locale, values) => m.paymentSentBody(locale, { number: need(values, 'number') })],
		link: (to, values) => to.money.ownAward(need(values, 'awardId')),
		button: m.openHearth
	},
	'payee-account-changed': {
		subject: waiting,
		body: [(locale, values) => m.payeeAccountChangedBody(locale, { lastThree: need(values, 'lastThree') })],
		link: (to, values) => to.money.bank(need(values, 'organizationId')),
		button: m.openHearth,
		after: [plain(m.notYouCall)]
	},
	'payee-account-verified': {
		subject: waiting,
		body: [(locale, values) => m.payeeAccountVerifiedBody(locale, { lastThree: need(values, 'lastThree') })],
		link: (to, values) => to.money.bank(need(values, 'organizationId')),
		button: m.openHearth
	},
	waiting: {
		subject: waitingAbout('reference'),
		body: [(locale, values) => m.waitingBody(locale, { reference: need(values, 'reference') })],
		link: (to, values) => to.below(need(values, 'path')),
		button: m.openHearth
	},
	'audit-anchor': {
		subject: (locale, values) => m.auditAnchorSubject(locale, { day: formatDate(need(values, 'day'), locale) }),
		body: [
			plain(m.auditAnchorBody),
			// The values stand as they were signed, so that they can be compared letter by letter.
			(locale, values) =>
				[
					m.auditAnchorDay(locale, { day: need(values, 'day') }),
					m.auditAnchorBlock(locale, { number: need(values, 'sealNumber') }),
					m.auditAnchorHash(locale, { hash: need(values, 'headHash') }),
					m.auditAnchorSignature(locale, { signature: need(values, 'signature') })
				].join('\n')
		]
	}
};

/** Whether a message of this kind carries a one-time link, and of which purpose. */
export function tokenOf(template: MailTemplate): Template['token'] {
	return TEMPLATES[template].token;
}

export function isMailTemplate(name: string): name is MailTemplate {
	return Object.hasOwn(TEMPLATES, name);
}

export type RenderedMail = { subject: string; text: string; html: string; link: string | null };

/**
 * Writes a message. `origin` is the address of this installation; `token` the secret of a one-time link, or null where
 * the link must not be shown (an outbox outside the demonstration): the message then says so in its place.
 */
export function renderMail(
	template: MailTemplate,
	locale: Locale,
	values: Values,
	surroundings: { origin: string; token: string | null; helpPhone: string }
): RenderedMail {
	const words = TEMPLATES[template];
	const hidden = words.token !== undefined && surroundings.token === null;
	const path = words.link && !hidden ? words.link(paths(locale), values, surroundings.token ?? '') : null;
	const link = path === null ? null : surroundings.origin + path;
	const above = words.body.map((write) => write(locale, values)).filter((paragraph) => paragraph !== '');
	const below = (words.after ?? []).map((write) => write(locale, values));
	const foot = m.foot(locale, { phone: writtenPhone(surroundings.helpPhone, locale) });
	const button = words.button?.(locale);
	const middle = hidden ? m.linkHidden(locale) : link;
	const text = [m.greeting(locale), ...above, ...(middle === null ? [] : [middle]), ...below, `-- \n${foot}`].join(
		'\n\n'
	);
	return {
		// A line break in a subject would start another header; no message of ours has one, and none may come in by a value.
		subject: words.subject(locale, values).replace(/[\r\n]+/g, ' '),
		text: `${text}\n`,
		html: page(locale, { above, below, foot, link, button, hidden: hidden ? m.linkHidden(locale) : null }),
		link
	};
}

function escape(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;')
		.replaceAll('\n', '<br>');
}

/** One simple column that any mail program can draw: no image, nothing loaded from anywhere. */
function page(
	locale: Locale,
	parts: {
		above: string[];
		below: string[];
		foot: string;
		link: string | null;
		button: string | undefined;
		hidden: string | null;
	}
): string {
	const paragraph = (text: string) => `<p style="margin:0 0 16px">${escape(text)}</p>`;
	const small = (text: string) => `<p style="margin:0 0 12px;font-size:15px;color:#544a5a">${escape(text)}</p>`;
	const button =
		parts.link && parts.button
			? `<p style="margin:24px 0"><a href="${escape(parts.link)}" style="display:inline-block;background:#1d5c52;color:#ffffff;padding:13px 22px;border-radius:8px;text-decoration:none;font-weight:600">${escape(parts.button)}</a></p>`
			: '';
	return `<!doctype html>
<html lang="${languageTag(locale)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Hearth</title></head>
<body style="margin:0;padding:24px;background:#f3f0ee;color:#2a2330;font:17px/1.55 Verdana,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto;background:#fffdfb;border-radius:14px;padding:28px">
<p style="margin:0 0 20px;font:600 22px Georgia,serif">Hearth</p>
${paragraph(m.greeting(locale))}
${parts.above.map(paragraph).join('\n')}
${button}${parts.hidden ? paragraph(parts.hidden) : ''}
${parts.below.map(small).join('\n')}
<hr style="border:0;border-top:1px solid #dad2ce;margin:24px 0 16px">
${small(parts.foot)}
</div></body></html>
`;
}
