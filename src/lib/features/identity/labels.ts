import type { Authority } from '#lib/domain/access/delegation.ts';
import type { HeldRole, MembershipRole, StaffRole } from '#lib/domain/access/roles.ts';
import * as m from '#lib/i18n/generated/identity.ts';
import { localized, type Bilingual, type Locale, type Message } from '#lib/i18n/locale.ts';
import type { MailStatus, MailTemplate } from '#lib/domain/mail/message.ts';
import type { Status } from '#lib/ui/status.ts';

const STAFF: Readonly<Record<StaffRole, Message>> = {
	reviewer: m.roleReviewer,
	program_officer: m.roleProgramOfficer,
	program_manager: m.roleProgramManager,
	finance_officer: m.roleFinanceOfficer,
	director: m.roleDirector,
	observer: m.roleObserver,
	auditor: m.roleAuditor,
	administrator: m.roleAdministrator
};

const MEMBER: Readonly<Record<MembershipRole, Message>> = {
	owner: m.roleOwner,
	editor: m.roleEditor,
	signatory: m.roleSignatory,
	reader: m.roleReader
};

const AUTHORITY: Readonly<Record<Authority, { name: Message; meaning: Message }>> = {
	s32_commitment: { name: m.authorityS32, meaning: m.authorityS32Meaning },
	transaction: { name: m.authorityTransaction, meaning: m.authorityTransactionMeaning },
	s34_certification: { name: m.authorityS34, meaning: m.authorityS34Meaning },
	s33_requisition: { name: m.authorityS33, meaning: m.authorityS33Meaning }
};

/** A staff role's name. */
export function staffRoleName(role: StaffRole, locale: Locale): string {
	return STAFF[role](locale);
}

/** What a person is in an organization. */
export function membershipRoleName(role: MembershipRole, locale: Locale): string {
	return MEMBER[role](locale);
}

/** The names of roles, for whoever draws them without seeing this file. */
export const ROLE_NAMES = { staff: staffRoleName, member: membershipRoleName } as const;

/** "Program officer, Awareness": a role with its program, where it is for one. */
export function heldRoleName(
	held: HeldRole,
	programs: readonly { id: string; name: Bilingual }[],
	locale: Locale
): string {
	const program = programs.find(({ id }) => id === held.programId);
	const role = staffRoleName(held.role, locale);
	return program ? `${role}, ${localized(program.name, locale)}` : role;
}

export function authorityName(authority: Authority, locale: Locale): string {
	return AUTHORITY[authority].name(locale);
}

/** What an authority lets one sign, in a sentence. */
export function authorityMeaning(authority: Authority, locale: Locale): string {
	return AUTHORITY[authority].meaning(locale);
}

/** Where a person's account stands, for staff. */
export function userStatus(status: 'invited' | 'active' | 'disabled', locale: Locale): Status {
	if (status === 'active') return { kind: 'done', label: m.userActive(locale) };
	if (status === 'invited') return { kind: 'info', label: m.userInvited(locale) };
	return { kind: 'none', label: m.userDisabled(locale), icon: 'cross' };
}

/** Whether a delegation holds now, for staff. */
export function delegationStatus(standing: 'in_force' | 'not_yet' | 'over' | 'revoked', locale: Locale): Status {
	if (standing === 'in_force') return { kind: 'done', label: m.delegationInForce(locale) };
	if (standing === 'not_yet') return { kind: 'todo', label: m.delegationNotYet(locale) };
	if (standing === 'over') return { kind: 'none', label: m.delegationOver(locale) };
	return { kind: 'none', label: m.delegationRevoked(locale), icon: 'cross' };
}

/** Where a message stands, for staff. */
export function mailStatus(status: MailStatus, locale: Locale): Status {
	if (status === 'sent') return { kind: 'done', label: m.mailSent(locale) };
	if (status === 'queued') return { kind: 'info', label: m.mailQueued(locale) };
	if (status === 'outbox') return { kind: 'done', label: m.mailInOutbox(locale) };
	if (status === 'unneeded') return { kind: 'todo', label: m.mailUnneeded(locale) };
	return { kind: 'bad', label: m.mailFailed(locale) };
}

const MAIL_KINDS: Readonly<Record<MailTemplate, Message>> = {
	'sign-in-link': m.mailKindSignInLink,
	'sign-in-unknown': m.mailKindSignInUnknown,
	'confirm-address': m.mailKindConfirmAddress,
	'already-registered': m.mailKindAlreadyRegistered,
	'reset-password': m.mailKindResetPassword,
	'password-changed': m.mailKindPasswordChanged,
	invitation: m.mailKindInvitation,
	'address-change-old': m.mailKindAddressChangeOld,
	'address-change-new': m.mailKindAddressChangeNew,
	'address-changed': m.mailKindAddressChanged,
	'organization-duplicate': m.mailKindOrganizationDuplicate,
	'membership-frozen': m.mailKindMembershipFrozen,
	'membership-freeze-lifted': m.mailKindMembershipFreezeLifted,
	'organization-telephone-changed': m.mailKindOrganizationTelephoneChanged,
	'application-received': m.mailKindApplicationReceived,
	'application-news': m.mailKindApplicationNews,
	'review-invited': m.mailKindReviewInvited,
	'award-news': m.mailKindAwardNews,
	'agreement-to-sign': m.mailKindAgreementToSign,
	'agreement-in-force': m.mailKindAgreementInForce,
	'offer-declined': m.mailKindOfferDeclined,
	'payment-sent': m.mailKindPaymentSent,
	'payee-account-changed': m.mailKindPayeeAccountChanged,
	'payee-account-verified': m.mailKindPayeeAccountVerified,
	waiting: m.mailKindWaiting,
	'audit-anchor': m.mailKindAuditAnchor
};

/** What a message is for. Its subject says nothing by intention, so a list of subjects would tell none from another. */
export function mailKind(template: MailTemplate, locale: Locale): string {
	return MAIL_KINDS[template](locale);
}

/** A device's name: "Firefox · Windows", or a sentence where it said nothing we know. */
export function deviceName(label: string, locale: Locale): string {
	return label === '' ? m.deviceUnknown(locale) : label;
}
