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

function accountPaths(at: string) {
	return {
		signIn: () => `${at}/account/sign-in`,
		signUp: () => `${at}/account/sign-up`,
		signOut: () => `${at}/account/sign-out`,
		link: (token: string) => `${at}/account/link/${segment(token)}`,
		forgotPassword: () => `${at}/account/forgot-password`,
		home: () => `${at}/account`,
		sessions: () => `${at}/account/sessions`
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
		assignment: (id: string) => `${at}/review/assignments/${segment(id)}`
	};
}

function managePaths(at: string) {
	return {
		home: () => `${at}/manage`,
		users: () => `${at}/manage/users`,
		user: (id: string) => `${at}/manage/users/${segment(id)}`
	};
}

/** Every page in one language. */
export function paths(locale: Locale) {
	const at = `/${locale}`;
	return {
		public: publicPaths(at),
		account: accountPaths(at),
		apply: applyPaths(at),
		review: reviewPaths(at),
		manage: managePaths(at)
	};
}

export type Paths = ReturnType<typeof paths>;

/** The same page in the other language, for the toggle: only the first segment changes. */
export function inLocale(pathname: string, locale: Locale): string {
	return pathname.replace(/^\/(?:en|fr)(?=\/|$)/, `/${locale}`);
}
