import type { Locale } from '#lib/i18n/locale.ts';

/*
 * The only place where a URL of this application is written. `paths('en').apply.application(id)`. One group an audience,
 * each built by its own function, so that two hands can add pages without meeting.
 */

function segment(value: string): string {
	return encodeURIComponent(value);
}

function publicPaths(at: string) {
	return {
		home: () => at,
		opportunities: () => `${at}/opportunities`,
		opportunity: (code: string) => `${at}/opportunities/${segment(code)}`
	};
}

/** What Hearth says about itself; linked from the foot of every page. */
function aboutPaths(at: string) {
	return {
		privacy: () => `${at}/privacy`,
		accessibility: () => `${at}/accessibility`,
		security: () => `${at}/security`,
		money: () => `${at}/how-money-is-divided`,
		components: () => `${at}/components`
	};
}

function accountPaths(at: string) {
	return {
		/** `returnTo` is a page of ours to come back to; the door checks it again. */
		signIn: (returnTo?: string) => `${at}/sign-in${returnTo === undefined ? '' : `?from=${segment(returnTo)}`}`,
		/** The page of a one-time link, with its button. */
		link: (token: string) => `${at}/sign-in/${segment(token)}`,
		/** "Look at your mail", the same for whatever was asked. */
		mailSent: () => `${at}/mail-sent`,
		signUp: () => `${at}/register`,
		confirm: (token: string) => `${at}/confirm/${segment(token)}`,
		confirmOldAddress: (token: string) => `${at}/confirm/address/old/${segment(token)}`,
		confirmNewAddress: (token: string) => `${at}/confirm/address/new/${segment(token)}`,
		forgotPassword: () => `${at}/reset-password`,
		resetPassword: (token: string) => `${at}/reset-password/${segment(token)}`,
		invitation: (token: string) => `${at}/invitation/${segment(token)}`,
		signOut: () => `${at}/sign-out`,
		/** Whether one is signed in, for forms that are being filled. */
		session: () => '/api/session',
		home: () => `${at}/account`,
		sessions: () => `${at}/account/devices`,
		password: () => `${at}/account/password`,
		address: () => `${at}/account/address`
	};
}

function applyPaths(at: string) {
	return {
		home: () => `${at}/apply`,
		application: (id: string) => `${at}/apply/applications/${segment(id)}`
	};
}

function reviewPaths(at: string) {
	return {
		home: () => `${at}/review`,
		assignment: (id: string) => `${at}/review/assignments/${segment(id)}`,
		criterion: (id: string, key: string) => `${at}/review/assignments/${segment(id)}?criterion=${segment(key)}`,
		conflict: (id: string) => `${at}/review/assignments/${segment(id)}/conflict`,
		give: (id: string) => `${at}/review/assignments/${segment(id)}/give`
	};
}

function decisionPaths(at: string) {
	return {
		reviewers: (applicationId: string) => `${at}/manage/applications/${segment(applicationId)}/reviewers`,
		rounds: () => `${at}/manage/rounds`,
		round: (opportunityCode: string) => `${at}/manage/rounds/${segment(opportunityCode)}`,
		roundLine: (opportunityCode: string, lineId: string) =>
			`${at}/manage/rounds/${segment(opportunityCode)}/lines/${segment(lineId)}`,
		awards: () => `${at}/manage/awards`,
		award: (id: string) => `${at}/manage/awards/${segment(id)}`
	};
}

function moneyPaths(at: string) {
	return {
		ownAwards: () => `${at}/apply/awards`,
		ownAward: (id: string) => `${at}/apply/awards/${segment(id)}`,
		ownAgreement: (awardId: string) => `${at}/apply/awards/${segment(awardId)}/agreement`,
		bank: (organizationId?: string) =>
			`${at}/apply/organization/bank${organizationId === undefined ? '' : `?organization=${segment(organizationId)}`}`,
		agreements: () => `${at}/manage/agreements`,
		agreement: (awardId: string) => `${at}/manage/agreements/${segment(awardId)}`,
		payments: () => `${at}/manage/payments`,
		payment: (id: string) => `${at}/manage/payments/${segment(id)}`,
		paymentEvidence: (id: string) => `${at}/manage/payments/${segment(id)}/evidence`,
		signature: (id: string) => `${at}/manage/signatures/${segment(id)}`,
		payees: () => `${at}/manage/payees`,
		payee: (id: string) => `${at}/manage/payees/${segment(id)}`,
		overview: (search = '') => `${at}/manage/money${search}`,
		awardLedger: (awardId: string) => `${at}/manage/money/awards/${segment(awardId)}`,
		budgets: () => `${at}/manage/budgets`,
		trail: (search = '') => `${at}/manage/trail${search}`
	};
}

/** From a published opportunity to a submitted application, and the officer's side of it. */
function intakePaths(at: string) {
	const own = (id: string): string => `${at}/apply/applications/${segment(id)}`;
	const of = (organizationId?: string): string =>
		organizationId === undefined ? '' : `?organization=${segment(organizationId)}`;
	return {
		questions: (code: string) => `${at}/opportunities/${segment(code)}/questions`,
		start: (code: string) => `${at}/apply/opportunities/${segment(code)}/start`,
		applications: () => `${at}/apply/applications`,
		section: (id: string, key: string) => `${own(id)}/sections/${segment(key)}`,
		budget: (id: string, lineId?: string) =>
			`${own(id)}/budget${lineId === undefined ? '' : `?line=${segment(lineId)}#line`}`,
		attachments: (id: string) => `${own(id)}/attachments`,
		reviewAndSubmit: (id: string) => `${own(id)}/review-and-submit`,
		receipt: (id: string) => `${own(id)}/receipt`,
		history: (id: string) => `${own(id)}/history`,
		print: (id: string) => `${own(id)}/print`,
		withdraw: (id: string) => `${own(id)}/withdraw`,
		newOrganization: (opportunityCode?: string) =>
			`${at}/apply/organization/new${opportunityCode === undefined ? '' : `?opportunity=${segment(opportunityCode)}`}`,
		organization: (organizationId?: string) => `${at}/apply/organization${of(organizationId)}`,
		members: (organizationId?: string) => `${at}/apply/organization/members${of(organizationId)}`,
		places: (organizationId?: string) => `${at}/apply/organization/places${of(organizationId)}`,
		file: (fileId: string) => `/api/files/${segment(fileId)}`,
		received: (search = '') => `${at}/manage/applications${search}`,
		receivedOne: (id: string) => `${at}/manage/applications/${segment(id)}`
	};
}

function managePaths(at: string) {
	return {
		home: () => `${at}/manage`,
		users: () => `${at}/manage/users`,
		user: (id: string) => `${at}/manage/users/${segment(id)}`,
		inviteUser: () => `${at}/manage/users/invite`,
		organizations: (search = '') => `${at}/manage/organizations${search}`,
		organization: (id: string) => `${at}/manage/organizations/${segment(id)}`,
		disclosures: () => `${at}/manage/disclosures`,
		delegations: () => `${at}/manage/delegations`,
		grantDelegation: () => `${at}/manage/delegations/grant`,
		mail: () => `${at}/manage/mail`,
		mailMessage: (id: string) => `${at}/manage/mail/${segment(id)}`,
		jobs: () => `${at}/manage/jobs`
	};
}

/** Every page in one language. */
export function paths(locale: Locale) {
	const at = `/${locale}`;
	return {
		public: publicPaths(at),
		about: aboutPaths(at),
		account: accountPaths(at),
		apply: applyPaths(at),
		intake: intakePaths(at),
		review: reviewPaths(at),
		manage: managePaths(at),
		decide: decisionPaths(at),
		money: moneyPaths(at),
		/** A page given without its language (`/manage/payments`), as jobs and messages keep it. */
		below: (path: string) => `${at}${/^\/[a-z]/.test(path) ? path : ''}`
	};
}

export type Paths = ReturnType<typeof paths>;

/** The same page in the other language, for the toggle: only the first segment changes. */
export function inLocale(pathname: string, locale: Locale): string {
	return pathname.replace(/^\/(?:en|fr)(?=\/|$)/, `/${locale}`);
}
