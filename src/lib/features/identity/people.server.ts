import { mintActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import { Refusal, refuse } from '#lib/domain/problem.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { countAttempt, type ThrottledAct } from '#lib/server/throttle/throttle.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** What the commands of signing in need of a person. */
export type Person = {
	id: string;
	email: string;
	displayName: string;
	locale: Locale;
	status: 'invited' | 'active' | 'disabled';
	passwordHash: string | null;
	emailConfirmedAt: Date | null;
	version: number;
};

const COLUMNS = {
	id: true,
	email: true,
	displayName: true,
	locale: true,
	status: true,
	passwordHash: true,
	emailConfirmedAt: true,
	version: true
} as const;

export async function personByEmail(db: Tx, email: string): Promise<Person | null> {
	return (await db.user.findUnique({ where: { email }, select: COLUMNS })) as Person | null;
}

export async function personById(db: Tx, id: string): Promise<Person | null> {
	return (await db.user.findUnique({ where: { id }, select: COLUMNS })) as Person | null;
}

/** Whether this person may come in by password or link: active, with an address that was shown to be theirs. */
export function maySignIn(person: Person | null): person is Person {
	return person !== null && person.status === 'active' && person.emailConfirmedAt !== null;
}

/** A person acting for themselves before a session exists: for the trail, with no scope at all. */
export function oneself(person: Pick<Person, 'id' | 'displayName' | 'locale'>, sessionId = ''): Actor & UserActor {
	return mintActor({
		kind: 'user',
		userId: person.id,
		sessionId,
		displayName: person.displayName,
		locale: person.locale,
		staffRoles: [],
		memberships: []
	});
}

/** One registration, invitation or change for an address at a time: two at once could otherwise both find it free. */
export async function lockAddress(tx: Tx, email: string): Promise<void> {
	await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`address:${email}`}, 0))`;
}

/** Counts an attempt and refuses it, with how long to wait, when there were too many. */
export async function throttled(act: ThrottledAct, account: string, address: string): Promise<void> {
	const wait = await countAttempt(act, account, address);
	if (wait) {
		const { waitSeconds } = wait;
		throw new Refusal(refuse('too_many_attempts', { seconds: waitSeconds, minutes: Math.ceil(waitSeconds / 60) }));
	}
}

/** The signed-in person behind an actor; the system has no account. */
export function userOf(actor: Actor): UserActor {
	if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
	return actor;
}
