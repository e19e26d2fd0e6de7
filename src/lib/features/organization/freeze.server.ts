import { authorize, may } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { MembershipRole } from '#lib/domain/access/roles.ts';
import { isId } from '#lib/domain/id.ts';
import { zoneOfProvince } from '#lib/domain/organization/zone.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { phoneOf } from '#lib/features/identity/shell.server.ts';
import { compareNames } from '#lib/i18n/format.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { lockOrganization } from './locking.server.ts';
import type { FreezeInput, LiftInput } from './schema.ts';
import { tellEveryOwner } from './telephone.server.ts';

/*
 * When owners dispute, an officer freezes membership and calls the number on file (safeguard B2). While it is frozen
 * nobody joins, changes role, is locked out or leaves, nobody is named for a sealed site or unnamed, and the number
 * stays. Leaving is among it: in a dispute a person can be pressed to leave, and whoever stays would then be alone.
 * Everything that is no change of people goes on: drafts, sending, signing, payments, opening a site by whom it was
 * named for, one's own password and sessions. An administrator can still disable an account at once.
 *
 * One officer does both. A freeze takes nothing from anybody and a lift gives nothing that was not there before, so a
 * second person would guard nothing; and while membership stands still no owner can lock out a member who is the danger,
 * so that waiting for a second hand would cost safety. What holds the officer is the note of the call, which is asked
 * for, the mail to every owner, and the trail.
 */

/** Freezes membership from now. At once, since the next act of a dispute may be seconds away. */
export function freezeMembership(
	actor: Actor,
	organizationId: string,
	input: FreezeInput,
	moment: Moment
): Promise<{ freezeId: string }> {
	return transactAs(
		actor,
		async (tx) => {
			await lockOrganization(tx, organizationId);
			const frozenById = await officerOf(tx, actor, organizationId);
			if (await openFreeze(tx, organizationId)) throw new Refusal(refuse('already_done'));
			const freezeId = moment.random.uuid();
			const reason = input.freezeReason;
			await tx.membershipFreeze.create({
				data: { id: freezeId, organizationId, frozenById, frozenAt: moment.now, reason }
			});
			await recordEvent(tx, moment, {
				name: 'membership.frozen',
				actor,
				subject: { type: 'organization', id: organizationId },
				organizationId,
				facts: { freezeId },
				detail: reason
			});
			await tellEveryOwner(tx, organizationId, 'membership-frozen', moment);
			return { freezeId };
		},
		{ random: moment.random }
	);
}

/** Lifts the freeze that the officer saw, with what came of the call and, where something was, what was settled. */
export function liftFreeze(actor: Actor, organizationId: string, input: LiftInput, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			await lockOrganization(tx, organizationId);
			const liftedById = await officerOf(tx, actor, organizationId);
			const freeze = await openFreeze(tx, organizationId);
			if (freeze?.id !== input.freeze) throw new Refusal(refuse('already_done'));
			const { callNote, settled } = input;
			await tx.membershipFreeze.update({
				where: { id: freeze.id },
				data: { liftedById, liftedAt: moment.now, callNote, settled }
			});
			await recordEvent(tx, moment, {
				name: 'membership.freezeLifted',
				actor,
				subject: { type: 'organization', id: organizationId },
				organizationId,
				facts: { freezeId: freeze.id },
				detail: settled === null ? callNote : `${callNote}\n\n${settled}`
			});
			await tellEveryOwner(tx, organizationId, 'membership-freeze-lifted', moment);
		},
		{ random: moment.random }
	);
}

/** Who freezes and lifts takes no side: a member of any day does neither. */
async function officerOf(tx: Tx, actor: Actor, organizationId: string): Promise<string> {
	authorize(actor, 'member.freeze', { organizationId });
	const userId = actorUserId(actor);
	if (userId === null) throw new Refusal(refuse('forbidden'));
	if (await belonged(tx, userId, organizationId)) throw new Refusal(refuse('forbidden'));
	return userId;
}

async function belonged(tx: Pick<Tx, 'membership'>, userId: string, organizationId: string): Promise<boolean> {
	return (await tx.membership.count({ where: { userId, organizationId } })) > 0;
}

function openFreeze(tx: Pick<Tx, 'membershipFreeze'>, organizationId: string) {
	return tx.membershipFreeze.findFirst({ where: { organizationId, liftedAt: null } });
}

/** Since when membership stands still, for owners: not why, and not who asked. Null where it does not, or for others. */
export async function freezeForOwner(
	viewer: Actor,
	organizationId: string
): Promise<{ since: Date; zone: string } | null> {
	if (!may(viewer, 'member.change', { organizationId })) return null;
	const freeze = await database().membershipFreeze.findFirst({
		where: { organizationId, liftedAt: null },
		select: { frozenAt: true, organization: { select: { province: true } } }
	});
	return freeze && { since: freeze.frozenAt, zone: zoneOfProvince(freeze.organization.province) };
}

/** How many are listed; more are found by their name or number. */
const LISTED = 50;

/** Organizations for the officer: those whose membership is frozen first, then by name. */
export async function organizationsForStaff(viewer: Actor, search: string, locale: Locale) {
	authorize(viewer, 'member.freeze');
	const text = { contains: search, mode: 'insensitive' as const };
	const where =
		search === ''
			? {}
			: { OR: [{ legalName: text }, { operatingName: text }, { businessNumber: { contains: search } }] };
	const found = await database().organization.findMany({
		where,
		select: {
			id: true,
			legalName: true,
			operatingName: true,
			province: true,
			freezes: { where: { liftedAt: null }, select: { id: true } }
		}
	});
	const compare = compareNames(locale);
	const rows = found
		.map(({ freezes, ...row }) => ({ ...row, isFrozen: freezes.length > 0 }))
		.sort(
			(a, b) => Number(b.isFrozen) - Number(a.isFrozen) || compare(a.legalName, b.legalName) || (a.id < b.id ? -1 : 1)
		);
	return { rows: rows.slice(0, LISTED), total: rows.length };
}

/** A number that took another's place within this time is shown with its predecessor as the one to call too. */
const NEW_NUMBER_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/** One organization for the officer who may have to freeze it and call: its people by name and role, and its numbers. */
export async function organizationForStaff(viewer: Actor, organizationId: string, locale: Locale, now: Date) {
	authorize(viewer, 'member.freeze', { organizationId });
	if (!isId(organizationId)) throw new Refusal(refuse('not_found'));
	const organization = await database().organization.findUnique({
		where: { id: organizationId },
		include: {
			memberships: {
				where: { endedAt: null },
				select: { id: true, role: true, createdAt: true, user: { select: { displayName: true } } },
				orderBy: { id: 'asc' }
			},
			telephones: { orderBy: [{ setAt: 'desc' }, { id: 'desc' }] },
			freezes: { orderBy: [{ frozenAt: 'desc' }, { id: 'desc' }] }
		}
	});
	if (!organization) throw new Refusal(refuse('not_found'));
	const { memberships, telephones, freezes, ...profile } = organization;
	const people = await database().user.findMany({
		where: {
			id: {
				in: [
					...telephones.map((row) => row.setById),
					...freezes.flatMap((row) => [row.frozenById, row.liftedById]).filter((id) => id !== null)
				]
			}
		},
		select: { id: true, displayName: true }
	});
	const nameOf = (id: string | null): string => people.find((person) => person.id === id)?.displayName ?? '';
	const past = freezes.map((row) => ({
		id: row.id,
		reason: row.reason,
		frozenAt: row.frozenAt,
		frozenBy: nameOf(row.frozenById),
		liftedAt: row.liftedAt,
		liftedBy: nameOf(row.liftedById),
		callNote: row.callNote,
		settled: row.settled
	}));
	const userId = actorUserId(viewer);
	const present = telephones.find((row) => row.replacedAt === null);
	return {
		id: profile.id,
		legalName: profile.legalName,
		operatingName: profile.operatingName,
		businessNumber: profile.businessNumber,
		province: profile.province,
		kind: profile.kind,
		language: profile.language,
		zone: zoneOfProvince(profile.province),
		members: memberships.map((row) => ({
			id: row.id,
			displayName: row.user.displayName,
			role: row.role as MembershipRole,
			since: row.createdAt
		})),
		telephones: telephones.map((row) => ({
			id: row.id,
			...phoneOf(row.number, locale),
			setAt: row.setAt,
			setBy: nameOf(row.setById),
			replacedAt: row.replacedAt
		})),
		/** It took the place of another not long ago: who dispute may have set it for this very call. */
		isNumberNew:
			present !== undefined &&
			telephones.length > 1 &&
			now.getTime() - present.setAt.getTime() < NEW_NUMBER_MILLISECONDS,
		freeze: past.find((row) => row.liftedAt === null) ?? null,
		past: past.filter((row) => row.liftedAt !== null),
		mayAct: userId !== null && !(await belonged(database(), userId, organizationId))
	};
}
