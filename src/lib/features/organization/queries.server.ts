import { authorize, may } from '#lib/domain/access/access.ts';
import { isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import type { MembershipRole } from '#lib/domain/access/roles.ts';
import { isId } from '#lib/domain/id.ts';
import { zoneOfProvince } from '#lib/domain/organization/zone.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { formatDay } from '#lib/i18n/format.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { open } from '#lib/server/crypto/seal.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs } from '#lib/server/db/transact.ts';

/** The organization a member works for: the one asked for, or the first joined. Null for a person without one. */
export function organizationIdFor(viewer: Actor, wanted?: string | null): string | null {
	if (viewer.kind !== 'user') return null;
	if (wanted && isId(wanted)) {
		if (isMemberOf(viewer, wanted)) return wanted;
		throw new Refusal(refuse('not_found'));
	}
	return viewer.memberships[0]?.organizationId ?? null;
}

/** The same for a form, which can be sent by whoever is signed in: without an organization there is nothing to change. */
export function chosenOrganizationId(viewer: Actor, wanted?: string | null): string {
	const organizationId = organizationIdFor(viewer, wanted);
	if (organizationId === null) throw new Refusal(refuse('not_found'));
	return organizationId;
}

/** Names of the viewer's organizations, for the choice of one. */
export async function organizationsOf(viewer: Actor): Promise<{ id: string; name: string; role: MembershipRole }[]> {
	if (viewer.kind !== 'user' || viewer.memberships.length === 0) return [];
	const roles = new Map(viewer.memberships.map((held) => [held.organizationId, held.role]));
	const rows = await database().organization.findMany({
		where: { id: { in: [...roles.keys()] } },
		select: { id: true, legalName: true, operatingName: true },
		orderBy: { id: 'asc' }
	});
	return rows.map((row) => ({
		id: row.id,
		name: row.operatingName ?? row.legalName,
		role: roles.get(row.id) ?? 'reader'
	}));
}

/** The profile for a member or for staff; 404 to strangers. */
export async function organizationForViewer(viewer: Actor, organizationId: string) {
	authorize(viewer, 'organization.view', { organizationId });
	const organization = await database().organization.findUnique({
		where: { id: organizationId }
	});
	if (!organization) throw new Refusal(refuse('not_found'));
	const sites = await database().location.findMany({
		where: { organizationId, class: 'sealed_site', endedAt: null },
		select: { id: true }
	});
	return {
		...organization,
		mayEdit: may(viewer, 'organization.edit', { organizationId }),
		mayConfirm: may(viewer, 'publication.confirm', { organizationId }),
		// Told to those alone who may know that there is one (safeguard B9).
		hasSealedSite: sites.length > 0 && (await knowsOfSites(viewer, organizationId, sites))
	};
}

/** That a sealed site exists is known to owners and to the persons named for one. */
async function knowsOfSites(viewer: Actor, organizationId: string, sites: { id: string }[]): Promise<boolean> {
	if (viewer.kind !== 'user' || !isMemberOf(viewer, organizationId)) return false;
	if (may(viewer, 'sealedSite.edit', { organizationId })) return true;
	const named = await database().sealedLocationReader.count({
		where: { userId: viewer.userId, locationId: { in: sites.map(({ id }) => id) } }
	});
	return named > 0;
}

/**
 * The members as they see each other: display name and role, no mail address, no sign-in time or place (safeguard B2).
 */
export async function membersForViewer(viewer: Actor, organizationId: string) {
	authorize(viewer, 'member.view', { organizationId });
	const rows = await database().membership.findMany({
		where: { organizationId, endedAt: null },
		select: {
			id: true,
			role: true,
			userId: true,
			user: { select: { displayName: true } }
		},
		orderBy: { id: 'asc' }
	});
	const mayChange = may(viewer, 'member.change', { organizationId });
	return rows.map((row) => ({
		membershipId: row.id,
		userId: row.userId,
		displayName: row.user.displayName,
		role: row.role as MembershipRole,
		isViewer: viewer.kind === 'user' && viewer.userId === row.userId,
		mayChange
	}));
}

/** Invitations that stand: the name that was typed, role and day; no address, since members do not see each other's. Empty for who may not invite. */
export async function invitationsForViewer(viewer: Actor, organizationId: string, locale: Locale, now: Date) {
	if (!may(viewer, 'member.invite', { organizationId })) return [];
	const organization = await database().organization.findUniqueOrThrow({
		where: { id: organizationId },
		select: { province: true }
	});
	const rows = await database().invitation.findMany({
		where: { organizationId, acceptedAt: null, cancelledAt: null, expiresAt: { gt: now } },
		select: { id: true, displayName: true, membershipRole: true, createdAt: true },
		orderBy: { id: 'asc' }
	});
	return rows.map((row) => ({
		id: row.id,
		displayName: row.displayName,
		role: row.membershipRole ?? 'reader',
		sentOn: formatDay(row.createdAt, zoneOfProvince(organization.province), locale)
	}));
}

/**
 * The locations with what may be shown of each, for members. That a sealed site exists is seen by owners and by the
 * persons named for it.
 */
export async function locationsForViewer(viewer: Actor, organizationId: string) {
	if (viewer.kind !== 'user' || !isMemberOf(viewer, organizationId)) throw new Refusal(refuse('not_found'));
	const isOwner = may(viewer, 'sealedSite.edit', { organizationId });
	const locations = await database().location.findMany({
		where: { organizationId, endedAt: null },
		select: { id: true, class: true, label: true, publicText: true },
		orderBy: { id: 'asc' }
	});
	const readers = await database().sealedLocationReader.findMany({
		where: { locationId: { in: locations.map((location) => location.id) } },
		orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }]
	});
	return locations.flatMap((location) => {
		const named = readers.filter((reader) => reader.locationId === location.id).map((reader) => reader.userId);
		const viewerMayOpen = named.includes(viewer.userId);
		if (location.class === 'sealed_site' && !isOwner && !viewerMayOpen) return [];
		const { id, label, publicText } = location;
		return [{ id, class: location.class, label, publicText, readerUserIds: named, viewerMayOpen }];
	});
}

/**
 * Opens one sealed site for a person an owner named, and records that it was opened. Everyone else, owners who are not
 * named included, gets the answer a stranger gets: row-level security shows them no row.
 */
export function openSealedSite(viewer: Actor, locationId: string, moment: Moment): Promise<{ text: string }> {
	return transactAs(viewer, async (tx) => {
		const location = await tx.location.findFirst({
			where: { id: locationId, class: 'sealed_site', endedAt: null }
		});
		if (!location || !isMemberOf(viewer, location.organizationId)) throw new Refusal(refuse('not_found'));
		const sealed = await tx.sealedLocation.findUnique({
			where: { locationId }
		});
		if (!sealed) throw new Refusal(refuse('not_found'));
		const text = open(sealed.ciphertext, {
			table: 'sealed_location',
			column: 'ciphertext',
			row: locationId
		});
		await recordEvent(tx, moment, {
			name: 'location.unsealed',
			actor: viewer,
			subject: { type: 'organization', id: location.organizationId },
			organizationId: location.organizationId,
			facts: { locationId }
		});
		return { text };
	});
}

/** What happened to a sealed site, for its owners: who named whom, who took a naming back, who opened it. */
export type SiteEvent = {
	id: string;
	kind: 'named' | 'unnamed' | 'opened';
	at: Date;
	actorName: string;
	/** Who was named; null where the site was opened. */
	personName: string | null;
};

const SITE_EVENTS: Record<string, SiteEvent['kind']> = {
	'location.readerNamed': 'named',
	'location.readerUnnamed': 'unnamed',
	'location.unsealed': 'opened'
};

/** The latest ten events of each sealed site that stands. Owners alone see who did; for anybody else there is none. */
export async function siteEventsForOwner(viewer: Actor, organizationId: string) {
	if (!may(viewer, 'sealedSite.edit', { organizationId })) return { zone: 'UTC', sites: {} };
	const { province } = await database().organization.findUniqueOrThrow({
		where: { id: organizationId },
		select: { province: true }
	});
	const locations = await database().location.findMany({
		where: { organizationId, class: 'sealed_site', endedAt: null },
		select: { id: true }
	});
	const sites: Record<string, SiteEvent[]> = {};
	for (const { id } of locations) {
		const rows = await database().auditEvent.findMany({
			where: {
				organizationId,
				name: { in: Object.keys(SITE_EVENTS) },
				facts: { path: ['locationId'], equals: id }
			},
			orderBy: { id: 'desc' },
			take: 10,
			select: { id: true, name: true, occurredAt: true, actorUserId: true, facts: true }
		});
		const named = rows.map((row) => personIn(row.facts));
		const names = await namesOf([...rows.map((row) => row.actorUserId), ...named]);
		sites[id] = rows.map((row, at) => ({
			id: row.id.toString(),
			kind: SITE_EVENTS[row.name] ?? 'opened',
			at: row.occurredAt,
			actorName: names.get(row.actorUserId ?? '') ?? '',
			personName: SITE_EVENTS[row.name] === 'opened' ? null : (names.get(named[at] ?? '') ?? '')
		}));
	}
	return { zone: zoneOfProvince(province), sites };
}

function personIn(facts: unknown): string | null {
	const { userId } = (facts ?? {}) as { userId?: unknown };
	return typeof userId === 'string' ? userId : null;
}

async function namesOf(userIds: readonly (string | null)[]): Promise<Map<string, string>> {
	const people = await database().user.findMany({
		where: { id: { in: userIds.filter((id) => id !== null) } },
		select: { id: true, displayName: true }
	});
	return new Map(people.map((person) => [person.id, person.displayName]));
}

const WEEK_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** Who was a member within the last week and is none now, for owners. */
export async function formerMembersForOwner(
	viewer: Actor,
	organizationId: string,
	now: Date
): Promise<{ userId: string; displayName: string }[]> {
	if (!may(viewer, 'member.change', { organizationId })) return [];
	const rows = await database().membership.findMany({
		where: {
			organizationId,
			endedAt: { gt: new Date(now.getTime() - WEEK_MILLISECONDS) },
			user: { memberships: { none: { organizationId, endedAt: null } } }
		},
		select: { userId: true, user: { select: { displayName: true } } },
		orderBy: [{ endedAt: 'desc' }, { id: 'asc' }]
	});
	const once = new Map(rows.map((row) => [row.userId, row.user.displayName]));
	return [...once].map(([userId, displayName]) => ({ userId, displayName }));
}

/** What one person did here within the last week, newest first: events of the trail, by name. */
export async function weekOfMemberForOwner(viewer: Actor, organizationId: string, userId: string, now: Date) {
	authorize(viewer, 'member.change', { organizationId });
	const membership = isId(userId)
		? await database().membership.findFirst({
				where: { organizationId, userId },
				select: { user: { select: { displayName: true } }, organization: { select: { province: true } } }
			})
		: null;
	if (!membership) throw new Refusal(refuse('not_found'));
	const rows = await database().auditEvent.findMany({
		where: {
			organizationId,
			actorUserId: userId,
			occurredAt: { gt: new Date(now.getTime() - WEEK_MILLISECONDS) }
		},
		orderBy: { id: 'desc' },
		take: 200,
		select: { id: true, name: true, occurredAt: true }
	});
	return {
		displayName: membership.user.displayName,
		zone: zoneOfProvince(membership.organization.province),
		events: rows.map((row) => ({ id: row.id.toString(), name: row.name, at: row.occurredAt }))
	};
}
