import { authorize } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { MembershipRole } from '#lib/domain/access/roles.ts';
import { parseBusinessNumber } from '#lib/domain/organization/business-number.ts';
import { orRefuse, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { endSessionsFor } from '#lib/server/auth/sessions.ts';
import type { Moment } from '#lib/server/clock.ts';
import { seal } from '#lib/server/crypto/seal.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import { lockAddress, personByEmail, throttled } from '#lib/features/identity/people.server.ts';
import { refuseWhileFrozen } from '#lib/features/identity/standing-still.server.ts';
import { lockOrganization } from './locking.server.ts';
import { putOnFileWithin } from './telephone.server.ts';
import type {
	MemberInvitation,
	OrganizationProfile,
	OrganizationRegistration,
	ProfileChange,
	SealedSite,
	ShownLocation
} from './schema.ts';

/** What came of a registration. `exists` names nobody: whoever asks learns only that an invitation is the way in. */
export type Registration = { outcome: 'registered'; organizationId: string } | { outcome: 'exists' };

/** One attempt a day tells the owners of an existing organization; further ones by the same person stay silent. */
const DUPLICATE_NOTICE_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Registers an organization with its first owner. A business number or a name that is already here answers `exists` and
 * tells that organization's owners by mail (safeguard B2): typing a number lets nobody in.
 */
export function registerOrganization(
	actor: Actor,
	input: OrganizationRegistration,
	moment: Moment
): Promise<Registration> {
	return transactAs(actor, (tx) => registerOrganizationWithin(tx, actor, input, moment), { random: moment.random });
}

export async function registerOrganizationWithin(
	tx: Tx,
	actor: Actor,
	input: OrganizationRegistration,
	moment: Moment
): Promise<Registration> {
	if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
	await lockNames(tx);
	const profile = columnsOf(input);
	const existing = await findNamesakes(tx, profile);
	if (existing.length > 0) {
		for (const { id } of existing) await tellOwners(tx, actor, id, moment);
		return { outcome: 'exists' };
	}
	const organizationId = moment.random.uuid();
	await tx.organization.create({
		data: {
			id: organizationId,
			...profile,
			publicConfirmedAt: null,
			createdAt: moment.now
		}
	});
	const membership = {
		id: moment.random.uuid(),
		organizationId,
		userId: actor.userId,
		role: 'owner' satisfies MembershipRole,
		createdAt: moment.now
	};
	await tx.membership.create({ data: membership });
	await recordEvent(tx, moment, {
		name: 'organization.registered',
		actor,
		subject: { type: 'organization', id: organizationId },
		organizationId,
		facts: { province: input.province }
	});
	if (input.telephone) await putOnFileWithin(tx, actor, organizationId, input.telephone, moment);
	return { outcome: 'registered', organizationId };
}

/** One name or number is taken at a time: two at once could otherwise both find it free. */
async function lockNames(tx: Tx): Promise<void> {
	await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('register-organization'))`;
}

/** Organizations with the same nine digits or the same name, however the name is spaced or capitalized. */
async function findNamesakes(
	tx: Tx,
	input: { legalName: string; businessNumber: string | null }
): Promise<{ id: string; hasNumber: boolean }[]> {
	const nineDigits = input.businessNumber?.slice(0, 9) ?? null;
	return tx.$queryRaw<{ id: string; hasNumber: boolean }[]>`
		select id, coalesce(left(business_number, 9) = ${nineDigits}::text, false) as "hasNumber" from organization
		where (${nineDigits}::text is not null and left(business_number, 9) = ${nineDigits}::text)
		   or lower(regexp_replace(btrim(legal_name), '[[:space:][:punct:]]+', ' ', 'g'))
		    = lower(regexp_replace(btrim(${input.legalName}::text), '[[:space:][:punct:]]+', ' ', 'g'))
		order by id`;
}

async function tellOwners(tx: Tx, actor: Actor, organizationId: string, moment: Moment): Promise<void> {
	const by = actorUserId(actor);
	const since = new Date(moment.now.getTime() - DUPLICATE_NOTICE_MILLISECONDS);
	const told = await tx.auditEvent.count({
		where: {
			name: 'organization.duplicateAttempted',
			subjectType: 'organization',
			subjectId: organizationId,
			actorUserId: by,
			occurredAt: { gt: since }
		}
	});
	if (told > 0) return;
	await recordEvent(tx, moment, {
		name: 'organization.duplicateAttempted',
		actor,
		subject: { type: 'organization', id: organizationId },
		organizationId,
		facts: { by: by ?? 'system' }
	});
	const owners = await tx.membership.findMany({
		where: {
			organizationId,
			role: 'owner',
			endedAt: null,
			user: { status: 'active' }
		},
		select: { userId: true, user: { select: { locale: true } } },
		orderBy: { id: 'asc' }
	});
	for (const owner of owners) {
		await queueMail(tx, moment, {
			template: 'organization-duplicate',
			to: { userId: owner.userId },
			locale: owner.user.locale === 'fr' ? 'fr' : 'en',
			values: {}
		});
	}
}

function columnsOf(input: OrganizationProfile) {
	return {
		legalName: input.legalName,
		operatingName: input.operatingName,
		businessNumber: input.businessNumber === null ? null : orRefuse(parseBusinessNumber(input.businessNumber)),
		province: input.province,
		kind: input.kind,
		language: input.language,
		mandate: input.mandate,
		publicName: input.publicName,
		publicCity: input.publicCity,
		publicDescription: input.publicDescription
	};
}

/**
 * Changes the profile. A changed public statement must be confirmed again (safeguard B9). Refuses `stale_version` when
 * someone saved in between; the page keeps what was typed. A name or number of another organization is refused at its
 * field as it would be on registering, and that organization's owners are told: what is told stays, so the refusal is
 * thrown after the transaction.
 */
export async function editOrganization(
	actor: Actor,
	organizationId: string,
	input: ProfileChange,
	moment: Moment
): Promise<void> {
	const refused = await transactAs(actor, async (tx): Promise<Problem | null> => {
		// Before the row, as registering does, so that nobody waits in a ring.
		await lockNames(tx);
		const before = await lockOrganization(tx, organizationId);
		authorize(actor, 'organization.edit', { organizationId });
		if (before.version !== input.version) throw new Refusal(refuse('stale_version', { current: before.version }));
		const columns = columnsOf(input);
		const fields = (Object.keys(columns) as (keyof typeof columns)[]).filter((key) => columns[key] !== before[key]);
		if (fields.length === 0) return null;
		const taken = await takenNames(tx, organizationId, before, columns);
		if (taken.length > 0) {
			for (const { id } of taken) await tellOwners(tx, actor, id, moment);
			const hasNumber = taken.some((other) => other.hasNumber) && fields.includes('businessNumber');
			return refuse('organization_exists', {}, hasNumber ? 'businessNumber' : 'legalName');
		}
		const publicChanged = fields.some((field) => field.startsWith('public'));
		await tx.organization.update({
			where: { id: organizationId, version: input.version },
			data: {
				...columns,
				version: { increment: 1 },
				...(publicChanged ? { publicConfirmedAt: null } : {})
			}
		});
		await recordEvent(tx, moment, {
			name: 'organization.edited',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { fields: fields.join(',') }
		});
		return null;
	});
	if (refused) throw new Refusal(refused);
}

/** The other organizations that already have what was changed of name and number; what stays is not asked again. */
async function takenNames(
	tx: Tx,
	organizationId: string,
	before: { legalName: string; businessNumber: string | null },
	after: { legalName: string; businessNumber: string | null }
): Promise<{ id: string; hasNumber: boolean }[]> {
	const numberChanged = before.businessNumber !== after.businessNumber;
	if (before.legalName === after.legalName && !numberChanged) return [];
	const others = await findNamesakes(tx, {
		legalName: after.legalName,
		businessNumber: numberChanged ? after.businessNumber : null
	});
	return others.filter(
		({ id, hasNumber }) => id !== organizationId && (hasNumber || before.legalName !== after.legalName)
	);
}

/**
 * The organization confirms the statement that may be published about it: its own words, apart from any location.
 * Refuses `stale_version` when the words changed since they were read: nobody confirms what they did not see.
 */
export function confirmPublication(
	actor: Actor,
	organizationId: string,
	input: { version: number },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const organization = await lockOrganization(tx, organizationId);
		authorize(actor, 'publication.confirm', { organizationId });
		if (organization.version !== input.version) {
			throw new Refusal(refuse('stale_version', { current: organization.version }));
		}
		if (!organization.publicName) throw new Refusal(refuse('required', {}, 'publicName'));
		if (!organization.publicCity) throw new Refusal(refuse('required', {}, 'publicCity'));
		await tx.organization.update({
			where: { id: organizationId },
			data: { publicConfirmedAt: moment.now, version: { increment: 1 } }
		});
		await recordEvent(tx, moment, {
			name: 'organization.publicationConfirmed',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: {}
		});
	});
}

/** How long an invitation stands. */
const INVITATION_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/**
 * Invites a person to the organization by mail: bound to the address, single-use, 7 days. The answer is the same whether
 * the address has an account or not, so that an owner learns nothing about who else is here. A new invitation to the
 * same person takes the place of the one before.
 */
export async function inviteMember(
	actor: Actor,
	organizationId: string,
	input: MemberInvitation,
	from: { address: string },
	moment: Moment
): Promise<void> {
	// Each invitation is a message to an address that somebody typed: as many as of any other link, and no more.
	await throttled('mail-link', input.email, from.address);
	await transactAs(actor, async (tx) => {
		await lockOrganization(tx, organizationId);
		authorize(actor, 'member.invite', { organizationId });
		await refuseWhileFrozen(tx, organizationId);
		if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
		await lockAddress(tx, input.email);
		const known = await personByEmail(tx, input.email);
		const userId = known?.id ?? moment.random.uuid();
		if (!known) {
			await tx.user.create({
				data: {
					id: userId,
					email: input.email,
					displayName: input.displayName,
					locale: input.language,
					status: 'invited',
					createdAt: moment.now
				}
			});
		}
		const already = await tx.membership.count({ where: { organizationId, userId, endedAt: null } });
		// Members see who is a member, so this is no secret; a disabled person hears nothing.
		if (already > 0) throw new Refusal(refuse('already_done', {}, 'email'));
		if (known?.status === 'disabled') return;
		await tx.invitation.updateMany({
			where: { organizationId, userId, acceptedAt: null, cancelledAt: null },
			data: { cancelledAt: moment.now }
		});
		const invitationId = moment.random.uuid();
		await tx.invitation.create({
			data: {
				id: invitationId,
				userId,
				invitedById: actor.userId,
				organizationId,
				membershipRole: input.role,
				displayName: input.displayName,
				createdAt: moment.now,
				expiresAt: new Date(moment.now.getTime() + INVITATION_MILLISECONDS)
			}
		});
		await queueMail(tx, moment, {
			template: 'invitation',
			to: { userId, email: input.email },
			// A person who is here chose a language; what the inviter picked is for somebody new.
			locale: known?.locale ?? input.language,
			values: { invitationId }
		});
		await recordEvent(tx, moment, {
			name: 'member.invited',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { invitationId, role: input.role }
		});
	});
}

/** Takes back an invitation that stands: its link opens nothing any more. The invited person hears nothing. */
export function cancelInvitation(
	actor: Actor,
	organizationId: string,
	invitationId: string,
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		await lockOrganization(tx, organizationId);
		authorize(actor, 'member.invite', { organizationId });
		await refuseWhileFrozen(tx, organizationId);
		const { count } = await tx.invitation.updateMany({
			where: { id: invitationId, organizationId, acceptedAt: null, cancelledAt: null },
			data: { cancelledAt: moment.now }
		});
		if (count === 0) throw new Refusal(refuse('not_found'));
		await recordEvent(tx, moment, {
			name: 'member.invitationCancelled',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { invitationId }
		});
	});
}

/** Gives a member another role. The last owner keeps the role: an organization without an owner can invite nobody. */
export function changeMemberRole(
	actor: Actor,
	organizationId: string,
	input: { membershipId: string; role: MembershipRole },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const membership = await lockMembership(tx, actor, organizationId, input.membershipId);
		if (membership.role === input.role) return;
		if (membership.role === 'owner') await keepAnOwner(tx, organizationId, membership.id);
		await tx.membership.update({
			where: { id: membership.id },
			data: { role: input.role }
		});
		await recordEvent(tx, moment, {
			name: 'member.roleChanged',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: {
				userId: membership.userId,
				before: membership.role,
				after: input.role
			}
		});
	});
}

/**
 * Ends a membership at once, by any owner alone, since the member may be the danger (safeguard B2): sessions in which
 * the person acts for the organization end, invitations they made stand no longer, and no message tells them who did it.
 * The person's drafts and answers stay with the organization.
 */
export function endMembership(
	actor: Actor,
	organizationId: string,
	membershipId: string,
	moment: Moment
): Promise<{ userId: string }> {
	return transactAs(actor, async (tx) => {
		const membership = await lockMembership(tx, actor, organizationId, membershipId);
		if (membership.role === 'owner') await keepAnOwner(tx, organizationId, membership.id);
		await tx.membership.update({
			where: { id: membership.id },
			data: { endedAt: moment.now }
		});
		const { userId } = membership;
		// Whoever is no longer a member reads no sealed site: the naming ends with the membership.
		const named = await tx.sealedLocationReader.findMany({
			where: { userId, locationId: { in: await siteIds(tx, organizationId) } },
			select: { locationId: true },
			orderBy: { locationId: 'asc' }
		});
		for (const { locationId } of named) await unname(tx, actor, organizationId, { locationId, userId }, moment);
		// Whoever leaves by their own hand is no danger to keep out.
		const sessionCount = actorUserId(actor) === userId ? 0 : await endSessionsFor(tx, userId, organizationId);
		// An invitation to a mailbox of their own would be a way back in.
		const { count: invitationCount } = await tx.invitation.updateMany({
			where: { organizationId, invitedById: userId, acceptedAt: null, cancelledAt: null },
			data: { cancelledAt: moment.now }
		});
		await recordEvent(tx, moment, {
			name: 'member.ended',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { userId, sessionCount, invitationCount }
		});
		return { userId };
	});
}

async function siteIds(tx: Tx, organizationId: string): Promise<string[]> {
	const sites = await tx.location.findMany({
		where: { organizationId, class: 'sealed_site' },
		select: { id: true }
	});
	return sites.map((site) => site.id);
}

async function lockMembership(tx: Tx, actor: Actor, organizationId: string, membershipId: string) {
	// The organization's row serializes changes of its members, so that two owners cannot remove each other at once.
	await lockOrganization(tx, organizationId);
	authorize(actor, 'member.change', { organizationId });
	await refuseWhileFrozen(tx, organizationId);
	const membership = await tx.membership.findFirst({
		where: { id: membershipId, organizationId, endedAt: null }
	});
	if (!membership) throw new Refusal(refuse('not_found'));
	return membership;
}

async function keepAnOwner(tx: Tx, organizationId: string, leavingId: string): Promise<void> {
	const others = await tx.membership.count({
		where: {
			organizationId,
			role: 'owner',
			endedAt: null,
			id: { not: leavingId }
		}
	});
	if (others === 0) throw new Refusal(refuse('last_owner'));
}

/** Adds a mailing address or a service region: text that may be shown. */
export function addShownLocation(
	actor: Actor,
	organizationId: string,
	input: ShownLocation,
	moment: Moment
): Promise<{ locationId: string }> {
	return transactAs(actor, async (tx) => {
		await lockOrganization(tx, organizationId);
		authorize(actor, 'organization.edit', { organizationId });
		const locationId = moment.random.uuid();
		await tx.location.create({
			data: {
				id: locationId,
				organizationId,
				class: input.class,
				label: input.label,
				publicText: input.publicText,
				createdAt: moment.now
			}
		});
		await recordEvent(tx, moment, {
			name: 'location.changed',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { locationId, class: input.class }
		});
		return { locationId };
	});
}

/**
 * Adds a sealed site. Its text is ciphertext bound to its row, behind row-level security; the person who enters it is
 * the first named reader, and nobody else in the organization is unless an owner names them (safeguard B2).
 */
export function addSealedSite(
	actor: Actor,
	organizationId: string,
	input: SealedSite,
	moment: Moment
): Promise<{ locationId: string }> {
	return transactAs(actor, async (tx) => {
		await lockOrganization(tx, organizationId);
		authorize(actor, 'sealedSite.edit', { organizationId });
		await refuseWhileFrozen(tx, organizationId);
		if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
		const locationId = moment.random.uuid();
		await tx.location.create({
			data: {
				id: locationId,
				organizationId,
				class: 'sealed_site',
				label: input.siteLabel,
				publicText: null,
				createdAt: moment.now
			}
		});
		await tx.sealedLocationReader.create({
			data: {
				locationId,
				userId: actor.userId,
				namedById: actor.userId,
				createdAt: moment.now
			}
		});
		const place = {
			table: 'sealed_location',
			column: 'ciphertext',
			row: locationId
		};
		// createMany writes without reading back: the row is behind row-level security.
		await tx.sealedLocation.createMany({
			data: [
				{
					locationId,
					ciphertext: seal(input.siteText, place),
					createdAt: moment.now
				}
			]
		});
		await recordEvent(tx, moment, {
			name: 'location.changed',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { locationId, class: 'sealed_site' }
		});
		return { locationId };
	});
}

/** Names a member who may read one sealed site. Only owners name; only members can be named. */
export function nameSiteReader(
	actor: Actor,
	organizationId: string,
	input: { locationId: string; userId: string },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		await lockOrganization(tx, organizationId);
		authorize(actor, 'sealedSite.edit', { organizationId });
		await refuseWhileFrozen(tx, organizationId);
		if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
		const site = await tx.location.findFirst({
			where: {
				id: input.locationId,
				organizationId,
				class: 'sealed_site',
				endedAt: null
			}
		});
		const member = await tx.membership.findFirst({
			where: { organizationId, userId: input.userId, endedAt: null }
		});
		if (!site || !member) throw new Refusal(refuse('not_found'));
		const named = await tx.sealedLocationReader.findUnique({
			where: {
				locationId_userId: { locationId: site.id, userId: input.userId }
			}
		});
		if (named) return;
		await tx.sealedLocationReader.create({
			data: {
				locationId: site.id,
				userId: input.userId,
				namedById: actor.userId,
				createdAt: moment.now
			}
		});
		await recordEvent(tx, moment, {
			name: 'location.readerNamed',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { locationId: site.id, userId: input.userId }
		});
	});
}

/** Takes a naming back: the person opens the site no more, from the next moment on. */
export function unnameSiteReader(
	actor: Actor,
	organizationId: string,
	input: { locationId: string; userId: string },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		await lockOrganization(tx, organizationId);
		authorize(actor, 'sealedSite.edit', { organizationId });
		await refuseWhileFrozen(tx, organizationId);
		if (!(await siteIds(tx, organizationId)).includes(input.locationId)) throw new Refusal(refuse('not_found'));
		if (!(await unname(tx, actor, organizationId, input, moment))) throw new Refusal(refuse('already_done'));
	});
}

/** Takes a naming back and puts it on record; says whether there was one. */
async function unname(
	tx: Tx,
	actor: Actor,
	organizationId: string,
	input: { locationId: string; userId: string },
	moment: Moment
): Promise<boolean> {
	const { locationId, userId } = input;
	const { count } = await tx.sealedLocationReader.deleteMany({ where: { locationId, userId } });
	if (count === 0) return false;
	await recordEvent(tx, moment, {
		name: 'location.readerUnnamed',
		actor,
		subject: { type: 'organization', id: organizationId },
		organizationId,
		facts: { locationId, userId }
	});
	return true;
}

/** Ends a location. A sealed site's text is destroyed; that there was one is kept. */
export function endLocation(actor: Actor, organizationId: string, locationId: string, moment: Moment): Promise<void> {
	return transactAs(actor, async (tx) => {
		await lockOrganization(tx, organizationId);
		const location = await tx.location.findFirst({
			where: { id: locationId, organizationId, endedAt: null }
		});
		authorize(actor, location?.class === 'sealed_site' ? 'sealedSite.edit' : 'organization.edit', { organizationId });
		if (!location) throw new Refusal(refuse('not_found'));
		if (location.class === 'sealed_site') await refuseWhileFrozen(tx, organizationId);
		if (location.class === 'sealed_site' && actor.kind === 'user') {
			// The wall shows the row only to named readers, and a row one cannot see one cannot delete: the owner is named
			// for the length of this transaction, and reads nothing.
			await tx.sealedLocationReader.createMany({
				data: [{ locationId, userId: actor.userId, namedById: actor.userId, createdAt: moment.now }],
				skipDuplicates: true
			});
		}
		await tx.sealedLocation.deleteMany({ where: { locationId } });
		await tx.sealedLocationReader.deleteMany({ where: { locationId } });
		await tx.location.update({
			where: { id: locationId },
			data: { endedAt: moment.now }
		});
		await recordEvent(tx, moment, {
			name: 'location.changed',
			actor,
			subject: { type: 'organization', id: organizationId },
			organizationId,
			facts: { locationId, class: location.class }
		});
	});
}
