import { Lucia, TimeSpan, type Session, type User } from 'lucia';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import type { UserActor } from '#lib/domain/access/actor.ts';
import type { HeldRole } from '#lib/domain/access/roles.ts';
import {
	ABSOLUTE_LIMIT,
	idleLimitOf,
	sessionAdapter,
	type HeldMembership,
	type HeldStaffRole,
	type SessionAttributes,
	type UserAttributes
} from './adapter.ts';

/** The cookie of a session. Browsers accept a `__Host-` name only with Secure, path / and no domain. */
export const SESSION_COOKIE = '__Host-hearth';

/** A signed-in person as a request sees them. `sessionId` is the public name, never the cookie's secret. */
export type SignedIn = {
	sessionId: string;
	userId: string;
	email: string;
	displayName: string;
	locale: UserActor['locale'];
	sharedComputer: boolean;
	actingAs: string | null;
	staffRoles: readonly HeldStaffRole[];
	memberships: readonly HeldMembership[];
	/** When it ends if nothing more is asked of us. */
	idleEndsAt: Date;
	endsAt: Date;
};

/** What a browser is told to keep: the secret, and for how long (undefined: until the browser closes). */
export type SessionCookie = {
	name: string;
	value: string;
	attributes: {
		path: '/';
		httpOnly: true;
		secure: true;
		sameSite: 'lax';
		maxAge?: number;
	};
};

type OurLucia = Lucia<SessionAttributes, UserAttributes>;

function luciaOver(db: Tx, now: Date): OurLucia {
	return new Lucia(sessionAdapter(db, now), {
		sessionExpiresIn: new TimeSpan(ABSOLUTE_LIMIT, 'ms'),
		sessionCookie: { name: SESSION_COOKIE, attributes: { secure: true, sameSite: 'lax' } },
		getSessionAttributes: (attributes) => attributes,
		getUserAttributes: (attributes) => attributes
	});
}

/** Who this cookie belongs to, or null when it is unknown, ended, idle too long or older than its absolute limit. */
export async function readSession(token: string, now: Date): Promise<SignedIn | null> {
	// Lucia's ids are forty letters and digits; anything else is not looked up.
	if (!/^[a-z0-9]{40}$/.test(token)) return null;
	const { session, user } = await luciaOver(database(), now).validateSession(token);
	if (!session) return null;
	return describe(session as Session & SessionAttributes, user as User & UserAttributes, now);
}

function describe(session: Session & SessionAttributes, user: User & UserAttributes, now: Date): SignedIn {
	const idle = idleLimitOf(session.sharedComputer, user.staffRoles);
	return {
		sessionId: session.publicId,
		userId: user.id,
		email: user.email,
		displayName: user.displayName,
		locale: user.locale,
		sharedComputer: session.sharedComputer,
		actingAs: session.actingAs,
		staffRoles: user.staffRoles,
		memberships: user.memberships,
		idleEndsAt: new Date(Math.min(now.getTime() + idle, session.absoluteExpiresAt.getTime())),
		endsAt: session.absoluteExpiresAt
	};
}

/** A device as the browser presents itself, and whether others use it too. */
export type Device = { label: string; sharedComputer: boolean };

/**
 * Starts a session and returns its cookie. A sign-in always makes a new secret: one that was planted in the browser
 * before is worth nothing afterwards.
 */
export async function startSession(
	tx: Tx,
	moment: Moment,
	userId: string,
	device: Device
): Promise<{ cookie: SessionCookie; sessionId: string }> {
	const made = await create(tx, moment, userId, {
		deviceLabel: device.label,
		sharedComputer: device.sharedComputer,
		actingAs: null,
		absoluteExpiresAt: new Date(moment.now.getTime() + ABSOLUTE_LIMIT)
	});
	return { cookie: cookieFor(made.token, device.sharedComputer), sessionId: made.sessionId };
}

async function create(
	tx: Tx,
	moment: Moment,
	userId: string,
	kept: Pick<SessionAttributes, 'deviceLabel' | 'sharedComputer' | 'actingAs' | 'absoluteExpiresAt'>
): Promise<{ token: string; sessionId: string }> {
	const sessionId = moment.random.uuid();
	const session = await luciaOver(tx, moment.now).createSession(userId, {
		...kept,
		publicId: sessionId,
		createdAt: moment.now,
		lastSeenAt: moment.now
	});
	return { token: session.id, sessionId };
}

/**
 * Gives a running session a new secret, for whoever gained or changed power by it: after a password change or a switch
 * of role. The absolute limit stays where it was. Null when the session is gone.
 */
export async function rotateSession(
	tx: Tx,
	moment: Moment,
	sessionId: string,
	change: { actingAs?: string | null } = {}
): Promise<SessionCookie | null> {
	const old = await tx.session.findUnique({ where: { id: sessionId } });
	if (!old) return null;
	await tx.session.deleteMany({ where: { id: sessionId } });
	const { token } = await create(tx, moment, old.userId, {
		deviceLabel: old.deviceLabel,
		sharedComputer: old.sharedComputer,
		actingAs: change.actingAs === undefined ? old.actingAs : change.actingAs,
		absoluteExpiresAt: old.absoluteExpiresAt
	});
	return cookieFor(token, old.sharedComputer);
}

/** Ends one session of a person by its public name. Says whether there was one. */
export async function endSession(tx: Tx, userId: string, sessionId: string): Promise<boolean> {
	const { count } = await tx.session.deleteMany({ where: { id: sessionId, userId } });
	return count === 1;
}

/** Ends every session of a person, but for the one that is kept. Returns how many ended. */
export async function endAllSessions(tx: Tx, userId: string, keepSessionId?: string): Promise<number> {
	const { count } = await tx.session.deleteMany({
		where: { userId, ...(keepSessionId === undefined ? {} : { id: { not: keepSessionId } }) }
	});
	return count;
}

/**
 * Ends the sessions in which a person acts for an organization: those opened for it, and those that were opened for
 * nothing in particular. Sessions for another organization or for a staff role go on. Returns how many ended.
 */
export async function endSessionsFor(tx: Tx, userId: string, organizationId: string): Promise<number> {
	const { count } = await tx.session.deleteMany({
		where: { userId, OR: [{ actingAs: null }, { actingAs: `organization:${organizationId}` }] }
	});
	return count;
}

/** Deletes sessions whose time is over; nobody can use them any more, and they need not be kept. */
export async function forgetExpiredSessions(tx: Tx, now: Date): Promise<void> {
	await luciaOver(tx, now).deleteExpiredSessions();
}

/** One line of the sessions page: device and time only, never an address (safeguard B5). */
export type OpenSession = {
	id: string;
	deviceLabel: string;
	sharedComputer: boolean;
	createdAt: Date;
	lastSeenAt: Date;
};

/** The sessions of a person that could still be used at `now`, the latest first. */
export async function openSessions(
	db: Tx,
	userId: string,
	now: Date,
	staffRoles: readonly HeldRole[]
): Promise<OpenSession[]> {
	const rows = await db.session.findMany({
		where: { userId, absoluteExpiresAt: { gt: now } },
		orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
		select: { id: true, deviceLabel: true, sharedComputer: true, createdAt: true, lastSeenAt: true }
	});
	return rows.filter((row) => row.lastSeenAt.getTime() + idleLimitOf(row.sharedComputer, staffRoles) > now.getTime());
}

function cookieFor(token: string, sharedComputer: boolean): SessionCookie {
	return {
		name: SESSION_COOKIE,
		value: token,
		attributes: {
			path: '/',
			httpOnly: true,
			secure: true,
			sameSite: 'lax',
			// On a shared computer the cookie goes when the browser closes.
			...(sharedComputer ? {} : { maxAge: ABSOLUTE_LIMIT / 1000 })
		}
	};
}
