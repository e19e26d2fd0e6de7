import { accessProblem, authorize } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { isStaffRole, leavesNoAdministrator, type HeldRole } from '#lib/domain/access/roles.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { compareNames } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { requiresSecondFactor } from '#lib/server/auth/second-factor.ts';
import { endAllSessions } from '#lib/server/auth/sessions.ts';
import { endTokens, INVITATION_LIFE, mintToken } from '#lib/server/auth/tokens.ts';
import type { Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import { lockAddress, personByEmail, personById, type Person } from './people.server.ts';
import type { InviteUserInput } from './schema.ts';

/*
 * The administrator's side of people: invite, change roles, disable, enable. A role opens pages; signing needs a
 * delegation too. Whoever loses or gains a role signs in anew, so no session outlives the power it was opened with.
 */

/** One line of the users page. */
export type ListedUser = {
	id: string;
	displayName: string;
	email: string;
	status: Person['status'];
	roles: HeldRole[];
	/** Roles in organizations, counted: whose they are is not the administrator's business. */
	membershipCount: number;
};

/** A program as a choice. */
export type ProgramChoice = { id: string; name: { en: string; fr: string } };

/** Everyone with an account, by name. */
export async function usersForAdministrator(viewer: Actor, locale: Locale): Promise<ListedUser[]> {
	authorize(viewer, 'user.view');
	const rows = await database().user.findMany({
		select: {
			id: true,
			displayName: true,
			email: true,
			status: true,
			roleAssignments: { where: { endedAt: null }, select: { role: true, programId: true }, orderBy: { id: 'asc' } },
			_count: { select: { memberships: { where: { endedAt: null } } } }
		}
	});
	const compare = compareNames(locale);
	return rows
		.map(({ roleAssignments, _count, ...row }) => ({
			...row,
			status: row.status as Person['status'],
			roles: roleAssignments as HeldRole[],
			membershipCount: _count.memberships
		}))
		.sort((a, b) => compare(a.displayName, b.displayName) || (a.id < b.id ? -1 : 1));
}

/** One person for the page that changes them, with the version the form is drawn from. */
export async function userForAdministrator(
	viewer: Actor,
	id: string
): Promise<ListedUser & { version: number; invitedUntil: Date | null }> {
	authorize(viewer, 'user.view');
	const person = await personById(database(), id);
	if (!person) throw new Refusal(refuse('not_found'));
	const invitation = await database().invitation.findFirst({
		where: { userId: id, acceptedAt: null, cancelledAt: null, organizationId: null },
		orderBy: { createdAt: 'desc' },
		select: { expiresAt: true }
	});
	const membershipCount = await database().membership.count({ where: { userId: id, endedAt: null } });
	return {
		id: person.id,
		displayName: person.displayName,
		email: person.email,
		status: person.status,
		roles: await rolesOf(database(), id),
		membershipCount,
		version: person.version,
		invitedUntil: invitation?.expiresAt ?? null
	};
}

/** The programs that a role or a delegation may be for. */
export async function programChoices(viewer: Actor, locale: Locale): Promise<ProgramChoice[]> {
	if (accessProblem(viewer, 'user.view') && accessProblem(viewer, 'delegation.view'))
		throw new Refusal(refuse('forbidden'));
	const rows = await database().program.findMany({ select: { id: true, nameEn: true, nameFr: true } });
	const compare = compareNames(locale);
	return rows
		.map((row) => ({ id: row.id, name: { en: row.nameEn, fr: row.nameFr } }))
		.sort((a, b) => compare(a.name[locale], b.name[locale]));
}

/** Invites a person to staff roles. The invitation is for that address alone, single-use, and lives 7 days. */
export function inviteUser(actor: Actor, input: InviteUserInput, moment: Moment): Promise<string> {
	return transactAs(actor, (tx) => inviteUserWithin(tx, actor, input, moment), { random: moment.random });
}

export async function inviteUserWithin(tx: Tx, actor: Actor, input: InviteUserInput, moment: Moment): Promise<string> {
	guard(actor, 'user.invite');
	await lockAddress(tx, input.email);
	if (await personByEmail(tx, input.email)) throw new Refusal(refuse('user_exists', {}, 'email'));
	await assertPrograms(tx, input.roles);
	const id = moment.random.uuid();
	const { email, displayName, locale } = input;
	await tx.user.create({ data: { id, email, displayName, locale, status: 'invited', createdAt: moment.now } });
	await writeRoles(tx, actor, id, [], input.roles, moment);
	await recordEvent(tx, moment, {
		name: 'user.invited',
		actor,
		subject: { type: 'user', id },
		facts: { roles: written(input.roles) }
	});
	await sendInvitation(tx, actor, { id, email, locale }, moment);
	return id;
}

/** Sends the invitation again; the former link ends. */
export function inviteAgain(actor: Actor, userId: string, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			guard(actor, 'user.invite');
			await lockRow(tx, 'person', userId);
			const person = await personById(tx, userId);
			if (!person) throw new Refusal(refuse('not_found'));
			if (person.status !== 'invited') throw new Refusal(refuse('already_done'));
			await sendInvitation(tx, actor, person, moment);
		},
		{ random: moment.random }
	);
}

async function sendInvitation(
	tx: Tx,
	actor: Actor,
	person: { id: string; email: string; locale: Locale },
	moment: Moment
): Promise<void> {
	await tx.invitation.updateMany({
		where: { userId: person.id, organizationId: null, acceptedAt: null, cancelledAt: null },
		data: { cancelledAt: moment.now }
	});
	await endTokens(tx, person.id, moment.now, ['invitation']);
	const invitationId = moment.random.uuid();
	await tx.invitation.create({
		data: {
			id: invitationId,
			userId: person.id,
			// The command line invites the first administrator; the row then names the invited person.
			invitedById: actorUserId(actor) ?? person.id,
			createdAt: moment.now,
			expiresAt: new Date(moment.now.getTime() + INVITATION_LIFE)
		}
	});
	await queueMail(tx, moment, {
		template: 'invitation',
		to: { userId: person.id, email: person.email },
		locale: person.locale,
		values: { invitationId }
	});
}

/** Gives a person exactly these staff roles. Sessions end, so that the next page is drawn with the new ones. */
export function changeRoles(
	actor: Actor,
	input: { userId: string; roles: HeldRole[]; version: number },
	moment: Moment
): Promise<void> {
	return transactAs(actor, (tx) => changeRolesWithin(tx, actor, input, moment), { random: moment.random });
}

export async function changeRolesWithin(
	tx: Tx,
	actor: Actor,
	input: { userId: string; roles: HeldRole[]; version: number },
	moment: Moment
): Promise<void> {
	guard(actor, 'user.change');
	await lockAdministrators(tx);
	await lockRow(tx, 'person', input.userId);
	const person = await personById(tx, input.userId);
	if (!person) throw new Refusal(refuse('not_found'));
	const before = await rolesOf(tx, person.id);
	if (person.version !== input.version) throw new Refusal(refuse('stale_version', { current: written(before) }));
	const wanted = distinct(input.roles);
	await assertPrograms(tx, wanted);
	assertNotForOneself(actor, person.id, before, wanted);
	if (written(before) === written(wanted)) return;
	if (isAdministrator(before) && !isAdministrator(wanted)) await assertNotLast(tx, person.id);
	await writeRoles(tx, actor, person.id, before, wanted, moment);
	await tx.user.update({ where: { id: person.id }, data: { version: { increment: 1 } } });
	const subject = { type: 'user', id: person.id };
	await recordEvent(tx, moment, {
		name: 'user.rolesChanged',
		actor,
		subject,
		facts: { before: written(before), after: written(wanted) }
	});
	const count = await endAllSessions(tx, person.id, actor.kind === 'user' ? actor.sessionId : undefined);
	if (count > 0)
		await recordEvent(tx, moment, {
			name: 'session.allEnded',
			actor,
			subject,
			facts: { reason: 'roles_changed', count }
		});
}

/** Keeps a person out: sessions and links end at once. */
export function disableUser(actor: Actor, userId: string, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			guard(actor, 'user.change');
			await lockAdministrators(tx);
			await lockRow(tx, 'person', userId);
			const person = await personById(tx, userId);
			if (!person) throw new Refusal(refuse('not_found'));
			if (person.status === 'disabled') throw new Refusal(refuse('already_done'));
			if (person.status === 'active' && isAdministrator(await rolesOf(tx, userId))) await assertNotLast(tx, userId);
			await tx.user.update({ where: { id: userId }, data: { status: 'disabled', version: { increment: 1 } } });
			await endAllSessions(tx, userId);
			await endTokens(tx, userId, moment.now);
			await recordEvent(tx, moment, { name: 'user.disabled', actor, subject: { type: 'user', id: userId }, facts: {} });
		},
		{ random: moment.random }
	);
}

/**
 * Lets a disabled person in again. One whose address was never confirmed is invited still while an invitation stands;
 * else the account is as after registering, and the next link that is asked for confirms the address.
 */
export function enableUser(actor: Actor, userId: string, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			guard(actor, 'user.change');
			await lockRow(tx, 'person', userId);
			const person = await personById(tx, userId);
			if (!person) throw new Refusal(refuse('not_found'));
			if (person.status !== 'disabled') throw new Refusal(refuse('already_done'));
			const standing = await tx.invitation.count({
				where: { userId, acceptedAt: null, cancelledAt: null, expiresAt: { gt: moment.now } }
			});
			const status = person.emailConfirmedAt === null && standing > 0 ? 'invited' : 'active';
			await tx.user.update({ where: { id: userId }, data: { status, version: { increment: 1 } } });
			await recordEvent(tx, moment, { name: 'user.enabled', actor, subject: { type: 'user', id: userId }, facts: {} });
		},
		{ random: moment.random }
	);
}

/**
 * Makes an administrator from the command line: the first one of an installation, or one more when nobody can sign in.
 * Returns the invitation's link, since there may be no mail server yet; the mail goes out as any other does.
 */
export function createAdministrator(
	actor: Actor,
	input: { email: string; displayName: string; locale: Locale },
	moment: Moment
): Promise<string> {
	return transactAs(
		actor,
		async (tx) => {
			const roles: HeldRole[] = [{ role: 'administrator', programId: null }];
			const userId = await inviteUserWithin(tx, actor, { ...input, roles }, moment);
			const subject = { type: 'user', id: userId };
			await recordEvent(tx, moment, { name: 'user.administratorCreated', actor, subject, facts: {} });
			const invitation = await tx.invitation.findFirstOrThrow({
				where: { userId, cancelledAt: null },
				select: { id: true, expiresAt: true }
			});
			const token = await mintToken(tx, moment, {
				userId,
				purpose: 'invitation',
				subjectId: invitation.id,
				notAfter: invitation.expiresAt
			});
			return loadConfig().origin + paths(input.locale).account.invitation(token);
		},
		{ random: moment.random }
	);
}

/** Access, and the second factor once there is one. */
function guard(actor: Actor, permission: 'user.invite' | 'user.change'): void {
	authorize(actor, permission);
	if (requiresSecondFactor(actor, permission)) throw new Refusal(refuse('forbidden', { permission }));
}

/** Of two administrators who remove each other at once, the second waits and finds only one left. */
async function lockAdministrators(tx: Tx): Promise<void> {
	await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('administrators', 0))`;
}

async function assertNotLast(tx: Tx, userId: string): Promise<void> {
	const rows = await tx.roleAssignment.findMany({
		where: { role: 'administrator', endedAt: null, user: { status: 'active' } },
		select: { userId: true }
	});
	if (
		leavesNoAdministrator(
			rows.map((row) => row.userId),
			userId
		)
	)
		throw new Refusal(refuse('last_administrator'));
}

/** Whoever hands out roles takes none: a person who gave themself every role could walk money through alone. */
function assertNotForOneself(
	actor: Actor,
	userId: string,
	before: readonly HeldRole[],
	wanted: readonly HeldRole[]
): void {
	const had = new Set(before.map(textOf));
	if (actorUserId(actor) === userId && wanted.some((held) => !had.has(textOf(held))))
		throw new Refusal(refuse('own_authority', {}, 'roles'));
}

async function rolesOf(db: Tx, userId: string): Promise<HeldRole[]> {
	const rows = await db.roleAssignment.findMany({
		where: { userId, endedAt: null },
		select: { role: true, programId: true },
		orderBy: { id: 'asc' }
	});
	return rows.flatMap(({ role, programId }) => (isStaffRole(role) ? [{ role, programId }] : []));
}

async function assertPrograms(tx: Tx, roles: readonly HeldRole[]): Promise<void> {
	const ids = [...new Set(roles.flatMap((held) => (held.programId === null ? [] : [held.programId])))];
	if ((await tx.program.count({ where: { id: { in: ids } } })) !== ids.length) {
		throw new Refusal(refuse('choice_unknown', {}, 'roles'));
	}
}

async function writeRoles(
	tx: Tx,
	actor: Actor,
	userId: string,
	before: readonly HeldRole[],
	wanted: readonly HeldRole[],
	moment: Moment
): Promise<void> {
	const had = new Set(before.map(textOf));
	const wants = new Set(wanted.map(textOf));
	for (const held of before) {
		if (wants.has(textOf(held))) continue;
		await tx.roleAssignment.updateMany({ where: { userId, ...held, endedAt: null }, data: { endedAt: moment.now } });
	}
	for (const held of distinct(wanted)) {
		if (had.has(textOf(held))) continue;
		await tx.roleAssignment.create({
			data: { id: moment.random.uuid(), userId, ...held, createdAt: moment.now, createdById: actorUserId(actor) }
		});
	}
}

function isAdministrator(roles: readonly HeldRole[]): boolean {
	return roles.some((held) => held.role === 'administrator');
}

/** `director`, or `program_officer@<program id>`: as forms send it and the trail keeps it. */
export function textOf(held: HeldRole): string {
	return held.programId === null ? held.role : `${held.role}@${held.programId}`;
}

function distinct(roles: readonly HeldRole[]): HeldRole[] {
	return [...new Map(roles.map((held) => [textOf(held), held])).values()];
}

function written(roles: readonly HeldRole[]): string {
	return roles.map(textOf).sort().join(',');
}
