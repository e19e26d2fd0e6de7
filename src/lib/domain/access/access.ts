import { refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import type { Actor } from './actor.ts';
import { MEMBERSHIP_PERMISSIONS, STAFF_PERMISSIONS, type Permission } from './permissions.ts';
import type { StaffRole } from './roles.ts';

/**
 * What is acted on, as far as access needs to know: whose it is, in which program, and who was given it by name. Leave
 * out what does not exist (a new organization has no id yet), never what was not looked up.
 */
export type Subject = {
	organizationId?: string | null;
	programId?: string | null;
	/** The person to whom this very record was assigned: a review is its reviewer's, not every reviewer's. */
	assignedUserId?: string | null;
	/** A draft belongs to its organization alone: not one staff role sees it. */
	isDraft?: boolean;
};

/** Permissions that a reviewer has only over what was assigned to that person by name. */
const ASSIGNED_ONLY: ReadonlySet<Permission> = new Set([
	'review.accept',
	'review.score',
	'review.submit',
	'conflict.declare'
]);

function permissionsOf(
	role: keyof typeof STAFF_PERMISSIONS | keyof typeof MEMBERSHIP_PERMISSIONS
): readonly Permission[] {
	return role in STAFF_PERMISSIONS
		? STAFF_PERMISSIONS[role as keyof typeof STAFF_PERMISSIONS]
		: MEMBERSHIP_PERMISSIONS[role as keyof typeof MEMBERSHIP_PERMISSIONS];
}

function mayAsMember(actor: Actor & { kind: 'user' }, permission: Permission, subject: Subject): boolean {
	return actor.memberships.some(
		(held) =>
			subject.organizationId != null &&
			held.organizationId === subject.organizationId &&
			permissionsOf(held.role).includes(permission)
	);
}

function mayAsStaff(actor: Actor & { kind: 'user' }, permission: Permission, subject: Subject): boolean {
	if (subject.isDraft) return false;
	return actor.staffRoles.some((held) => {
		if (held.programId !== null && subject.programId != null && held.programId !== subject.programId) return false;
		if (held.role === 'reviewer' && ASSIGNED_ONLY.has(permission) && subject.assignedUserId !== actor.userId)
			return false;
		return permissionsOf(held.role).includes(permission);
	});
}

/**
 * The one access function: pages, search, exports, notifications and averages ask it. Without a subject it answers
 * whether the actor may do so anywhere, which opens a page; the act asks again with the subject. The system actor may do
 * what it is asked: it is held by the rules and by the database, not by roles.
 */
export function may(actor: Actor, permission: Permission, subject?: Subject): boolean {
	if (actor.kind === 'system') return true;
	if (subject) return mayAsMember(actor, permission, subject) || mayAsStaff(actor, permission, subject);
	return (
		actor.memberships.some((held) => permissionsOf(held.role).includes(permission)) ||
		actor.staffRoles.some((held) => permissionsOf(held.role).includes(permission))
	);
}

/** True when the subject's existence is no secret to this actor: a member of its organization, or staff of its program. */
export function knowsOf(actor: Actor, subject: Subject): boolean {
	if (actor.kind === 'system') return true;
	if (
		subject.organizationId != null &&
		actor.memberships.some((held) => held.organizationId === subject.organizationId)
	) {
		return true;
	}
	if (subject.isDraft) return false;
	if (subject.assignedUserId != null && subject.assignedUserId === actor.userId) return true;
	return actor.staffRoles.some(
		(held) =>
			// A reviewer knows of what was assigned, an administrator of nothing in the files.
			held.role !== 'reviewer' &&
			held.role !== 'administrator' &&
			held.role !== 'observer' &&
			(held.programId === null || subject.programId == null || held.programId === subject.programId)
	);
}

/** The refusal for this actor, or null: `not_found` to strangers, who must not learn that it exists; else `forbidden`. */
export function accessProblem(actor: Actor, permission: Permission, subject?: Subject): Problem | null {
	if (may(actor, permission, subject)) return null;
	return subject && !knowsOf(actor, subject) ? refuse('not_found') : refuse('forbidden', { permission });
}

/** Throws the Refusal (404 to strangers, 403 to members) that rolls the command back. */
export function authorize(actor: Actor, permission: Permission, subject?: Subject): void {
	const problem = accessProblem(actor, permission, subject);
	if (problem) throw new Refusal(problem);
}

/** Programs in which the actor holds the permission: `all`, or their ids, for the scope of a query. */
export function programsWhere(actor: Actor, permission: Permission): 'all' | string[] {
	if (actor.kind === 'system') return 'all';
	const held = actor.staffRoles.filter((role) => permissionsOf(role.role).includes(permission));
	if (held.some((role) => role.programId === null)) return 'all';
	return [...new Set(held.flatMap((role) => (role.programId === null ? [] : [role.programId])))];
}

/** Organizations in which the actor holds the permission, for the scope of a query. */
export function organizationsWhere(actor: Actor, permission: Permission): string[] {
	if (actor.kind === 'system') return [];
	return actor.memberships
		.filter((held) => permissionsOf(held.role).includes(permission))
		.map((held) => held.organizationId);
}

export function hasStaffRole(actor: Actor, role: StaffRole, programId?: string): boolean {
	return (
		actor.kind === 'user' &&
		actor.staffRoles.some(
			(held) =>
				held.role === role && (programId === undefined || held.programId === null || held.programId === programId)
		)
	);
}
