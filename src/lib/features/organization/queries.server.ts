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
	return {
		...organization,
		mayEdit: may(viewer, 'organization.edit', { organizationId })
	};
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

/** Invitations that stand: role and day, no address, since members do not see each other's. Empty for who may not invite. */
export async function invitationsForViewer(viewer: Actor, organizationId: string, locale: Locale, now: Date) {
	if (!may(viewer, 'member.invite', { organizationId })) return [];
	const organization = await database().organization.findUniqueOrThrow({
		where: { id: organizationId },
		select: { province: true }
	});
	const rows = await database().invitation.findMany({
		where: { organizationId, acceptedAt: null, cancelledAt: null, expiresAt: { gt: now } },
		select: { id: true, membershipRole: true, createdAt: true },
		orderBy: { id: 'asc' }
	});
	return rows.map((row) => ({
		id: row.id,
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
