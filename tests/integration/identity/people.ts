import { mintActor, systemActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import type { HeldRole } from '#lib/domain/access/roles.ts';
import { Refusal, type Problem } from '#lib/domain/problem.ts';
import { sendQueuedMail } from '#lib/features/identity/outbox.server.ts';
import { hashPassword } from '#lib/server/auth/passwords.ts';
import { readSession, startSession } from '#lib/server/auth/sessions.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';

/** A morning in the demonstration's time. */
export const MORNING = new Date('2027-01-14T14:00:00Z');
export const HERE = { address: '203.0.113.7', locale: 'en' as const };
export const ELSEWHERE = { address: '198.51.100.23', locale: 'en' as const };
export const LAPTOP = { label: 'Firefox · Windows', sharedComputer: false };

let counter = 0;

/** A moment some minutes after the morning, with a seed of its own. */
export function at(minutes: number): Moment {
	counter += 1;
	return seededMoment(new Date(MORNING.getTime() + minutes * 60_000), `identity ${counter}`);
}

/** A confirmed person with these roles; with a password where one is given. */
export async function makePerson(
	email: string,
	options: { displayName?: string; password?: string; roles?: HeldRole[]; locale?: 'en' | 'fr'; status?: string } = {}
): Promise<{ id: string; email: string }> {
	const { random } = at(-60);
	const id = random.uuid();
	await database().user.create({
		data: {
			id,
			email,
			displayName: options.displayName ?? email.split('@', 1)[0] ?? email,
			locale: options.locale ?? 'en',
			status: options.status ?? 'active',
			passwordHash: options.password === undefined ? null : await hashPassword(options.password),
			emailConfirmedAt: new Date(MORNING.getTime() - 86_400_000),
			createdAt: new Date(MORNING.getTime() - 86_400_000)
		}
	});
	for (const held of options.roles ?? []) {
		await database().roleAssignment.create({
			data: { id: random.uuid(), userId: id, ...held, createdAt: new Date(MORNING.getTime() - 86_400_000) }
		});
	}
	return { id, email };
}

/** Starts a session and answers its secret and an actor as the door would mint it. */
export async function signedIn(
	userId: string,
	moment: Moment,
	device = LAPTOP
): Promise<{ token: string; actor: Actor & UserActor }> {
	const { cookie } = await transact((tx) => startSession(tx, moment, userId, device));
	return { token: cookie.value, actor: await actorOf(cookie.value, moment) };
}

export async function actorOf(token: string, moment: Moment): Promise<Actor & UserActor> {
	const found = await readSession(token, moment.now);
	if (!found) throw new Error('the session is over');
	return mintActor({
		kind: 'user',
		userId: found.userId,
		sessionId: found.sessionId,
		displayName: found.displayName,
		locale: found.locale,
		staffRoles: found.staffRoles.map(({ role, programId }) => ({ role, programId })),
		memberships: found.memberships.map(({ organizationId, role }) => ({ organizationId, role }))
	});
}

/** Writes every queued message, as the job does, and answers them with the one-time secret of each link. */
export async function deliver(
	moment: Moment
): Promise<{ to: string; template: string; token: string | null; text: string }[]> {
	const queued = await database().mailMessage.findMany({ where: { status: 'queued' }, orderBy: { id: 'asc' } });
	const delivered = [];
	for (const { id } of queued) {
		await sendQueuedMail(id, moment);
		const row = await database().mailMessage.findUniqueOrThrow({ where: { id } });
		const text = row.bodyText ?? '';
		const token = /\/([A-Za-z0-9_-]{43})$/m.exec(text)?.[1] ?? null;
		delivered.push({ to: row.toAddress, template: row.template, token, text });
	}
	return delivered;
}

/** What a command refuses with; fails when it does not refuse. */
export async function problemOf(command: Promise<unknown>): Promise<Problem> {
	try {
		await command;
	} catch (error) {
		if (error instanceof Refusal) return error.problem;
		throw error;
	}
	throw new Error('it was not refused');
}

/** The code of that refusal. */
export async function refusalOf(command: Promise<unknown>): Promise<string> {
	return (await problemOf(command)).code;
}

export const operator = systemActor('test');
