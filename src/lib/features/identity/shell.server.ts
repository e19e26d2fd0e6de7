import type { MembershipRole, StaffRole } from '#lib/domain/access/roles.ts';
import { localized, type Locale } from '#lib/i18n/locale.ts';
import { paths } from '#lib/paths.ts';
import type { SignedIn } from '#lib/server/auth/sessions.ts';
import { loadConfig } from '#lib/server/config.ts';
import * as shell from '#lib/i18n/generated/shell.ts';

/** What roles are called; the page hands the words in. */
export type RoleNames = {
	staff: (role: StaffRole, locale: Locale) => string;
	member: (role: MembershipRole, locale: Locale) => string;
};

/** One of the reader's ways of being here, and where it leads. */
type Way = { key: string; area: 'manage' | 'review' | 'apply'; label: string; detail: string; href: string };

/** What the shell of a page shows; the shape is `ShellFacts` of the design system. */
export type Shell = {
	viewer: null | {
		displayName: string;
		current: { label: string; detail: string };
		choices: { label: string; detail: string; href: string }[];
		/** What is left of the session, from this answer on: idle, and at most. */
		session: { idleMillis: number; endsMillis: number };
	};
	help: { phoneDisplay: string; phoneHref: string; hours: string };
	/** Someone to talk with, for who reads hard files. */
	care: { phoneDisplay: string; phoneHref: string };
	quickExit: boolean;
	wide: boolean;
};

/** A telephone number as the language writes it: 1-800-555-0142, or 1 800 555-0142. */
export function writtenPhone(phone: string, locale: Locale): string {
	return locale === 'fr' ? phone.replace(/^1-(\d{3})-/, '1 $1 ') : phone;
}

/** A number to read and to press. */
export function phoneOf(phone: string, locale: Locale): { phoneDisplay: string; phoneHref: string } {
	return { phoneDisplay: writtenPhone(phone, locale), phoneHref: `tel:+${phone.replace(/\D/g, '')}` };
}

/** Which part of the house a route belongs to; public pages to none. */
export function areaOf(routeId: string | null): 'manage' | 'review' | 'apply' | 'account' | null {
	const area = /^\/\[lang=lang\]\/(manage|review|apply|account)(?:\/|$)/.exec(routeId ?? '')?.[1];
	return (area as 'manage' | 'review' | 'apply' | 'account' | undefined) ?? null;
}

/**
 * Who one is being, who else one may be, the help line, and whether quick exit stands on this page: on public,
 * applicant and reviewer pages, never on staff pages.
 */
export function shellFor(
	signedIn: SignedIn | null,
	page: { routeId: string | null; url: URL; locale: Locale; receivedAt: Date },
	names: RoleNames
): Shell {
	const { routeId, url, locale } = page;
	const area = areaOf(routeId);
	const { helpPhone, carePhone } = loadConfig();
	const frame = {
		help: { ...phoneOf(helpPhone, locale), hours: shell.helpHours(locale) },
		care: phoneOf(carePhone, locale),
		quickExit: area !== 'manage',
		wide: area === 'manage'
	};
	if (!signedIn) return { viewer: null, ...frame };
	const ways = waysOf(signedIn, names, locale);
	const current = currentWay(ways, area, url.searchParams.get('as'), signedIn.actingAs);
	return {
		viewer: {
			displayName: signedIn.displayName,
			current: current ? { label: current.label, detail: current.detail } : { label: signedIn.displayName, detail: '' },
			choices: ways.map(({ label, detail, href }) => ({ label, detail, href })),
			// Spans and not instants: the clock of the reader's machine may be anywhere.
			session: {
				idleMillis: signedIn.idleEndsAt.getTime() - page.receivedAt.getTime(),
				endsMillis: signedIn.endsAt.getTime() - page.receivedAt.getTime()
			}
		},
		...frame
	};
}

function waysOf(signedIn: SignedIn, names: RoleNames, locale: Locale): Way[] {
	const to = paths(locale);
	const byRole = new Map<StaffRole, string[]>();
	for (const held of signedIn.staffRoles) {
		const programs = byRole.get(held.role) ?? [];
		if (held.programName) programs.push(localized(held.programName, locale));
		byRole.set(held.role, programs);
	}
	const staff = [...byRole].map(([role, programs]): Way => {
		const area = role === 'reviewer' ? 'review' : 'manage';
		const home = area === 'review' ? to.review.home() : to.manage.home();
		const detail = programs.length === 1 ? (programs[0] ?? '') : '';
		return { key: `staff:${role}`, area, label: names.staff(role, locale), detail, href: `${home}?as=staff:${role}` };
	});
	const member = signedIn.memberships.map(({ organizationId, organizationName, role }): Way => ({
		key: `organization:${organizationId}`,
		area: 'apply',
		label: organizationName,
		detail: names.member(role, locale),
		href: `${to.apply.home()}?as=organization:${organizationId}`
	}));
	return [...staff, ...member];
}

/** In a part of the house one is somebody of that part: the one just chosen, else the one kept, else the first. */
function currentWay(
	ways: readonly Way[],
	area: string | null,
	chosen: string | null,
	kept: string | null
): Way | undefined {
	const inArea = ways.filter((way) => area === null || area === 'account' || way.area === area);
	return inArea.find((way) => way.key === chosen) ?? inArea.find((way) => way.key === kept) ?? inArea[0] ?? ways[0];
}

/** The keys and names of the ways, for the account page where one of them is kept. */
export function waysToBe(
	signedIn: SignedIn,
	names: RoleNames,
	locale: Locale
): { key: string; label: string; detail: string }[] {
	return waysOf(signedIn, names, locale).map(({ key, label, detail }) => ({ key, label, detail }));
}
