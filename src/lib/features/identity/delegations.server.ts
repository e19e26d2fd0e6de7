import { authorize, programsWhere } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { isInForce, type Authority } from '#lib/domain/access/delegation.ts';
import { orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { addDays, compareDays, DEFAULT_ZONE, instantToDay, wallClockToInstant } from '#lib/domain/time/zone.ts';
import { compareNames } from '#lib/i18n/format.ts';
import type { Bilingual, Locale } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { requiresSecondFactor } from '#lib/server/auth/second-factor.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { takeNumber } from '#lib/server/db/numbers.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { ACTED_FOR, positionHeld } from './position.server.ts';
import type { GrantDelegationInput } from './schema.ts';

/*
 * Delegations (safeguard A2): dated records of who may sign what, from an instrument signed on paper. They are granted
 * and revoked, never changed: a signature keeps the id of the one it relied on.
 */

export type DelegationStanding = 'in_force' | 'not_yet' | 'over' | 'revoked';

/** One line of the delegations page. Days are of the funder's zone; `validTo` is the last day on which it holds. */
export type ListedDelegation = {
	id: string;
	number: string;
	personName: string;
	authority: Authority;
	/** With the person acted for, where there is one. */
	position: Bilingual;
	instrument: string;
	programName: { en: string; fr: string } | null;
	limitMinor: bigint | null;
	validFrom: string;
	validTo: string;
	standing: DelegationStanding;
};

/**
 * Delegations for the viewer's programs, and those for every program, since they hold there too. Those in force first,
 * then by number, latest first.
 */
export async function delegationsFor(viewer: Actor, now: Date): Promise<ListedDelegation[]> {
	authorize(viewer, 'delegation.view');
	const scope = programsWhere(viewer, 'delegation.view');
	const rows = await database().delegation.findMany({
		where: scope === 'all' ? {} : { OR: [{ programId: { in: scope } }, { programId: null }] },
		include: {
			user: { select: { displayName: true } },
			program: { select: { nameEn: true, nameFr: true } },
			...ACTED_FOR
		},
		orderBy: { number: 'desc' }
	});
	return rows
		.map((row) => ({
			id: row.id,
			number: row.number,
			personName: row.user.displayName,
			authority: row.authority as Authority,
			position: positionHeld(row),
			instrument: row.instrument,
			programName: row.program ? { en: row.program.nameEn, fr: row.program.nameFr } : null,
			limitMinor: row.limitMinor,
			validFrom: instantToDay(row.validFrom, DEFAULT_ZONE),
			validTo: addDays(instantToDay(row.validTo, DEFAULT_ZONE), -1),
			standing: standingOf(row, now)
		}))
		.sort((a, b) => Number(b.standing === 'in_force') - Number(a.standing === 'in_force'));
}

function standingOf(row: { validFrom: Date; validTo: Date; revokedAt: Date | null }, now: Date): DelegationStanding {
	if (row.revokedAt !== null && row.revokedAt <= now) return 'revoked';
	if (row.validFrom > now) return 'not_yet';
	return row.validTo <= now ? 'over' : 'in_force';
}

/** The persons a delegation may be given to: active staff, reviewers apart, by name. */
export async function delegationHolders(viewer: Actor, locale: Locale): Promise<{ id: string; displayName: string }[]> {
	authorize(viewer, 'delegation.grant');
	const holders = await database().user.findMany({
		where: {
			status: 'active',
			roleAssignments: {
				some: { endedAt: null, role: { in: ['program_officer', 'program_manager', 'finance_officer', 'director'] } }
			}
		},
		select: { id: true, displayName: true },
		orderBy: { id: 'asc' }
	});
	const compare = compareNames(locale);
	return holders.sort((one, other) => compare(one.displayName, other.displayName));
}

/** A person who can be acted for, with the positions that person holds. */
export type PositionHolder = { id: string; displayName: string; positions: Bilingual[] };

/** Who holds a position now or will, by name: whoever only acts for another holds none to act for. */
export async function positionHolders(viewer: Actor, locale: Locale, now: Date): Promise<PositionHolder[]> {
	authorize(viewer, 'delegation.grant');
	const rows = await database().delegation.findMany({
		where: { actingForId: null, revokedAt: null, validTo: { gt: now } },
		select: { positionEn: true, positionFr: true, user: { select: { id: true, displayName: true } } },
		orderBy: { number: 'asc' }
	});
	const holders = new Map<string, PositionHolder>();
	for (const { user, positionEn: en, positionFr: fr } of rows) {
		const holder = holders.get(user.id) ?? { ...user, positions: [] };
		if (!holder.positions.some((held) => held.en === en && held.fr === fr)) holder.positions.push({ en, fr });
		holders.set(user.id, holder);
	}
	const compare = compareNames(locale);
	return [...holders.values()].sort((one, other) => compare(one.displayName, other.displayName));
}

/**
 * The position that is acted in: of the person's own delegations the one that carries what is granted. Who acts for
 * another carries no more than the other does, or an absence would widen an authority.
 */
async function positionActedFor(
	tx: Tx,
	actingForId: string,
	input: GrantDelegationInput,
	validFrom: Date
): Promise<Bilingual> {
	const own = await tx.delegation.findMany({
		where: {
			userId: actingForId,
			actingForId: null,
			authority: input.authority,
			revokedAt: null,
			validFrom: { lte: validFrom },
			validTo: { gt: validFrom },
			OR: [{ programId: null }, ...(input.programId === null ? [] : [{ programId: input.programId }])]
		},
		orderBy: { number: 'asc' }
	});
	const held = own.find(({ limitMinor }) => limitMinor === null || (input.limit !== null && input.limit <= limitMinor));
	if (!held) throw new Refusal(refuse('acting_for_no_authority', {}, 'actingForId'));
	return { en: held.positionEn, fr: held.positionFr };
}

/** Records a delegation from its instrument. It holds from the start of its first day to the end of its last. */
export function grantDelegation(
	actor: Actor,
	input: GrantDelegationInput,
	moment: Moment
): Promise<{ id: string; number: string }> {
	return transactAs(actor, (tx) => grantDelegationWithin(tx, actor, input, moment), { random: moment.random });
}

export async function grantDelegationWithin(
	tx: Tx,
	actor: Actor,
	input: GrantDelegationInput,
	moment: Moment
): Promise<{ id: string; number: string }> {
	guard(actor);
	// Whoever records authority does not record their own.
	if (actorUserId(actor) === input.userId) throw new Refusal(refuse('own_authority', {}, 'userId'));
	if (input.actingForId === input.userId) throw new Refusal(refuse('acting_for_oneself', {}, 'actingForId'));
	if (compareDays(input.validTo, input.validFrom) < 0) {
		throw new Refusal(refuse('date_too_early', { limit: input.validFrom }, 'validTo'));
	}
	const person = await tx.user.findUnique({ where: { id: input.userId }, select: { status: true } });
	if (person?.status !== 'active') throw new Refusal(refuse('choice_unknown', {}, 'userId'));
	const program = input.programId === null ? null : await tx.program.findUnique({ where: { id: input.programId } });
	if (input.programId !== null && !program) throw new Refusal(refuse('choice_unknown', {}, 'programId'));
	const validFrom = startOf(input.validFrom);
	const validTo = startOf(addDays(input.validTo, 1));
	const actedFor = input.actingForId === null ? null : await positionActedFor(tx, input.actingForId, input, validFrom);
	const id = moment.random.uuid();
	const number = `D-${String(await takeNumber(tx, 'delegation')).padStart(4, '0')}`;
	await tx.delegation.create({
		data: {
			id,
			number,
			userId: input.userId,
			actingForId: input.actingForId,
			actingForPositionEn: actedFor?.en ?? null,
			actingForPositionFr: actedFor?.fr ?? null,
			authority: input.authority,
			positionEn: input.positionEn,
			positionFr: input.positionFr,
			instrument: input.instrument,
			programId: input.programId,
			limitMinor: input.limit,
			validFrom,
			validTo,
			createdAt: moment.now,
			createdById: actorUserId(actor)
		}
	});
	await recordEvent(tx, moment, {
		name: 'delegation.granted',
		actor,
		subject: { type: 'delegation', id },
		programId: input.programId,
		facts: {
			userId: input.userId,
			...(input.actingForId === null ? {} : { actingForId: input.actingForId }),
			authority: input.authority,
			programId: input.programId,
			limitMinor: input.limit,
			validFrom: validFrom.toISOString(),
			validTo: validTo.toISOString()
		}
	});
	return { id, number };
}

/** Ends a delegation before its date, at once. What was signed under it stays signed. */
export function revokeDelegation(actor: Actor, id: string, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			guard(actor);
			await lockRow(tx, 'delegation', id);
			const row = await tx.delegation.findUnique({ where: { id } });
			if (!row) throw new Refusal(refuse('not_found'));
			const { userId, authority, programId, limitMinor, validFrom, validTo, revokedAt } = row;
			const held = {
				id,
				userId,
				authority: authority as Authority,
				programId,
				limitMinor,
				validFrom,
				validTo,
				revokedAt
			};
			const isAhead = validFrom > moment.now && revokedAt === null;
			if (!isAhead && !isInForce(held, moment.now)) throw new Refusal(refuse('already_done'));
			await tx.delegation.update({ where: { id }, data: { revokedAt: moment.now } });
			await recordEvent(tx, moment, {
				name: 'delegation.revoked',
				actor,
				subject: { type: 'delegation', id },
				programId,
				facts: { userId, authority }
			});
		},
		{ random: moment.random }
	);
}

function guard(actor: Actor): void {
	authorize(actor, 'delegation.grant');
	if (requiresSecondFactor(actor, 'delegation.grant'))
		throw new Refusal(refuse('forbidden', { permission: 'delegation.grant' }));
}

function startOf(day: string): Date {
	return orRefuse(wallClockToInstant(`${day}T00:00`, DEFAULT_ZONE));
}
