import type { MembershipRole } from '#lib/domain/access/roles.ts';
import type { LocationClass, OrganizationKind } from '#lib/domain/organization/kinds.ts';
import type { Province } from '#lib/domain/organization/province.ts';
import * as m from '#lib/i18n/generated/organization.ts';
import type { Bilingual, Locale, Message } from '#lib/i18n/locale.ts';
import { localized } from '#lib/i18n/locale.ts';

const ROLES: Record<MembershipRole, { label: Message; hint: Message }> = {
	owner: { label: m.roleOwner, hint: m.roleOwnerHint },
	editor: { label: m.roleEditor, hint: m.roleEditorHint },
	signatory: { label: m.roleSignatory, hint: m.roleSignatoryHint },
	reader: { label: m.roleReader, hint: m.roleReaderHint }
};

/** A role in an organization, in the words its members read. */
export function roleLabel(role: string, locale: Locale): string {
	return Object.hasOwn(ROLES, role) ? ROLES[role as MembershipRole].label(locale) : role;
}

/** What the role may do, in one line. */
export function roleHint(role: MembershipRole, locale: Locale): string {
	return ROLES[role].hint(locale);
}

const KINDS: Record<OrganizationKind, Message> = {
	not_for_profit: m.kindNotForProfit,
	charity: m.kindCharity,
	indigenous: m.kindIndigenous,
	academic: m.kindAcademic,
	government: m.kindGovernment,
	other: m.kindOther
};

export function kindLabel(kind: string, locale: Locale): string {
	return Object.hasOwn(KINDS, kind) ? KINDS[kind as OrganizationKind](locale) : kind;
}

const CLASSES: Record<LocationClass, Message> = {
	public_mailing: m.placeClassPublicMailing,
	service_region: m.placeClassServiceRegion,
	sealed_site: m.placeClassSealedSite
};

export function locationClassLabel(locationClass: string, locale: Locale): string {
	return Object.hasOwn(CLASSES, locationClass) ? CLASSES[locationClass as LocationClass](locale) : locationClass;
}

const ACTS: Readonly<Record<string, Message>> = {
	'organization.registered': m.didRegister,
	'organization.edited': m.didEditProfile,
	'organization.publicationConfirmed': m.didConfirmPublication,
	'member.invited': m.didInvite,
	'member.invitationCancelled': m.didCancelInvitation,
	'member.joined': m.didJoin,
	'user.invitationAccepted': m.didAcceptInvitation,
	'member.roleChanged': m.didChangeRole,
	'member.ended': m.didEndMember,
	'organization.telephoneChanged': m.didChangeTelephone,
	'location.changed': m.didChangePlace,
	'location.unsealed': m.didOpenSite,
	'location.readerNamed': m.didNameReader,
	'location.readerUnnamed': m.didUnnameReader,
	'payeeAccount.entered': m.didEnterAccount,
	'application.started': m.didStartApplication,
	'application.signOffAsked': m.didAskSignOff,
	'application.reopened': m.didReopenApplication,
	'application.submitted': m.didSubmitApplication,
	'application.withdrawn': m.didWithdrawApplication,
	'application.changesReceived': m.didAnswerQuestion,
	'requirement.submitted': m.didAnswerQuestion,
	'attachment.added': m.didAttach,
	'attachment.removed': m.didRemoveFile,
	'award.accepted': m.didAcceptAward,
	'agreement.negotiated': m.didNegotiate,
	'agreement.signed': m.didSignAgreement
};

/** What a member did, in words; what has no words of its own still shows that something was done. */
export function actLabel(event: string, locale: Locale): string {
	return Object.hasOwn(ACTS, event) ? (ACTS[event] as Message)(locale) : m.didSomething(locale);
}

/** Names of provinces and territories: facts, the same for every program. */
const PROVINCES: Record<Province, Bilingual> = {
	AB: { en: 'Alberta', fr: 'Alberta' },
	BC: { en: 'British Columbia', fr: 'Colombie-Britannique' },
	MB: { en: 'Manitoba', fr: 'Manitoba' },
	NB: { en: 'New Brunswick', fr: 'Nouveau-Brunswick' },
	NL: { en: 'Newfoundland and Labrador', fr: 'Terre-Neuve-et-Labrador' },
	NS: { en: 'Nova Scotia', fr: 'Nouvelle-Écosse' },
	NT: { en: 'Northwest Territories', fr: 'Territoires du Nord-Ouest' },
	NU: { en: 'Nunavut', fr: 'Nunavut' },
	ON: { en: 'Ontario', fr: 'Ontario' },
	PE: { en: 'Prince Edward Island', fr: 'Île-du-Prince-Édouard' },
	QC: { en: 'Quebec', fr: 'Québec' },
	SK: { en: 'Saskatchewan', fr: 'Saskatchewan' },
	YT: { en: 'Yukon', fr: 'Yukon' }
};

export function provinceLabel(province: string, locale: Locale): string {
	return Object.hasOwn(PROVINCES, province) ? localized(PROVINCES[province as Province], locale) : province;
}

/** The labels of the profile's fields, for an error summary. */
export function profileLabels(locale: Locale): Record<string, string> {
	return {
		legalName: m.legalName(locale),
		operatingName: m.operatingName(locale),
		businessNumber: m.businessNumber(locale),
		province: m.province(locale),
		kind: m.kind(locale),
		language: m.language(locale),
		mandate: m.mandate(locale),
		publicName: m.publicName(locale),
		publicCity: m.publicCity(locale),
		publicDescription: m.publicDescription(locale)
	};
}
