import { createHash } from 'node:crypto';
import type { Adapter, DatabaseSession, DatabaseUser } from 'lucia';
import type { HeldRole, MembershipRole } from '#lib/domain/access/roles.ts';
import { isStaffRole } from '#lib/domain/access/roles.ts';
import type { UserActor } from '#lib/domain/access/actor.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/*
 * Lucia keeps a session under the very secret that the cookie holds. This adapter stores SHA-256 of it instead, and
 * hands back the id it was asked with, since Lucia writes that one into the cookie again. Idle and absolute limits are
 * columns of ours, judged by the injected clock; Lucia's own sliding limit only ends what they would end anyway.
 */

const MINUTE = 60_000;

/** Idle limits in milliseconds (safeguard B6). */
export const IDLE_LIMITS = { member: 120 * MINUTE, staff: 30 * MINUTE, sharedComputer: 20 * MINUTE } as const;

/** However busy a session is, it ends after twelve hours. */
export const ABSOLUTE_LIMIT = 12 * 60 * MINUTE;

/** The time of the last request is written at most once in this span, so that reading a page is not a write. */
const SEEN_GRAIN = MINUTE;

/** An organization the person belongs to, with its name for the role switch. */
export type HeldMembership = { organizationId: string; organizationName: string; role: MembershipRole };

/** A staff role with its program's name for the role switch; null covers all programs. */
export type HeldStaffRole = HeldRole & { programName: { en: string; fr: string } | null };

/** Our columns of a session. */
export type SessionAttributes = {
	/** The public name of the session: the sessions page lists and ends by it. */
	publicId: string;
	createdAt: Date;
	lastSeenAt: Date;
	absoluteExpiresAt: Date;
	deviceLabel: string;
	sharedComputer: boolean;
	actingAs: string | null;
};

/** What a request needs to know of the person, read in the same query as the session. */
export type UserAttributes = {
	email: string;
	displayName: string;
	locale: UserActor['locale'];
	staffRoles: HeldStaffRole[];
	memberships: HeldMembership[];
};

declare module 'lucia' {
	interface Register {
		DatabaseSessionAttributes: SessionAttributes;
		DatabaseUserAttributes: UserAttributes;
	}
}

/** What the session table stores in place of the cookie's secret. */
export function hashSessionToken(token: string): string {
	return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** How long this person may be idle: staff shorter than applicants and reviewers, a shared computer shortest. */
export function idleLimitOf(sharedComputer: boolean, staffRoles: readonly HeldRole[]): number {
	const staff = staffRoles.some((held) => held.role !== 'reviewer');
	const own = staff ? IDLE_LIMITS.staff : IDLE_LIMITS.member;
	return sharedComputer ? Math.min(own, IDLE_LIMITS.sharedComputer) : own;
}

type Row = {
	id: string;
	user_id: string;
	created_at: Date;
	last_seen_at: Date;
	expires_at: Date;
	absolute_expires_at: Date;
	device_label: string;
	shared_computer: boolean;
	acting_as: string | null;
	email: string;
	display_name: string;
	locale: UserActor['locale'];
	status: string;
	staff_roles: { role: string; programId: string | null; programName: { en: string; fr: string } | null }[];
	memberships: HeldMembership[];
};

/** The seven methods Lucia asks for, over one database handle (a transaction or the client) and one instant. */
export function sessionAdapter(db: Tx, now: Date): Adapter {
	return {
		async getSessionAndUser(token): Promise<[DatabaseSession | null, DatabaseUser | null]> {
			const hash = hashSessionToken(token);
			const row = await readSession(db, hash);
			if (!row) return [null, null];
			const staffRoles = row.staff_roles.filter((held): held is HeldStaffRole => isStaffRole(held.role));
			const idleEnds = row.last_seen_at.getTime() + idleLimitOf(row.shared_computer, staffRoles);
			const instant = now.getTime();
			if (row.status !== 'active' || instant >= idleEnds || instant >= row.absolute_expires_at.getTime()) {
				await db.session.deleteMany({ where: { tokenHash: hash } });
				return [null, null];
			}
			if (instant - row.last_seen_at.getTime() >= SEEN_GRAIN) {
				await db.session.updateMany({ where: { tokenHash: hash, lastSeenAt: { lt: now } }, data: { lastSeenAt: now } });
			}
			const session: DatabaseSession = {
				id: token,
				userId: row.user_id,
				expiresAt: row.expires_at,
				attributes: {
					publicId: row.id,
					createdAt: row.created_at,
					lastSeenAt: row.last_seen_at,
					absoluteExpiresAt: row.absolute_expires_at,
					deviceLabel: row.device_label,
					sharedComputer: row.shared_computer,
					actingAs: row.acting_as
				}
			};
			const user: DatabaseUser = {
				id: row.user_id,
				attributes: {
					email: row.email,
					displayName: row.display_name,
					locale: row.locale,
					staffRoles,
					memberships: row.memberships
				}
			};
			return [session, user];
		},

		/** Lucia's list would need the secrets, which nobody has; the sessions page reads the public columns instead. */
		getUserSessions: () => Promise.resolve([]),

		async setSession(session) {
			const { publicId, ...columns } = session.attributes;
			await db.session.create({
				data: {
					...columns,
					id: publicId,
					tokenHash: hashSessionToken(session.id),
					userId: session.userId,
					expiresAt: session.expiresAt
				}
			});
		},

		async updateSessionExpiration(token, expiresAt) {
			await db.session.updateMany({ where: { tokenHash: hashSessionToken(token) }, data: { expiresAt } });
		},

		async deleteSession(token) {
			await db.session.deleteMany({ where: { tokenHash: hashSessionToken(token) } });
		},

		async deleteUserSessions(userId) {
			await db.session.deleteMany({ where: { userId } });
		},

		async deleteExpiredSessions() {
			await db.session.deleteMany({
				where: { OR: [{ expiresAt: { lte: now } }, { absoluteExpiresAt: { lte: now } }] }
			});
		}
	};
}

/** Session, person, roles and memberships in one query: it runs at every request of a signed-in person. */
async function readSession(db: Tx, tokenHash: string): Promise<Row | undefined> {
	const rows = await db.$queryRaw<Row[]>`
		select s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at, s.absolute_expires_at, s.device_label,
			s.shared_computer, s.acting_as, p.email, p.display_name, p.locale, p.status,
			coalesce((
				select json_agg(json_build_object('role', r.role, 'programId', r.program_id, 'programName',
					case when g.id is null then null else json_build_object('en', g.name_en, 'fr', g.name_fr) end)
					order by r.created_at, r.id)
				from role_assignment r left join program g on g.id = r.program_id
				where r.user_id = s.user_id and r.ended_at is null
			), '[]'::json) as staff_roles,
			coalesce((
				select json_agg(json_build_object('organizationId', m.organization_id,
					'organizationName', coalesce(o.operating_name, o.legal_name), 'role', m.role) order by m.created_at, m.id)
				from membership m join organization o on o.id = m.organization_id
				where m.user_id = s.user_id and m.ended_at is null
			), '[]'::json) as memberships
		from session s join person p on p.id = s.user_id
		where s.token_hash = ${tokenHash}`;
	return rows[0];
}
