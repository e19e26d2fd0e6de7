/** What a person may be in an organization. One role each; an owner may do all that the others may. */
export type MembershipRole = 'owner' | 'editor' | 'signatory' | 'reader';

/**
 * What a person may be on the funder's side, or for it. A role is held for one program, or for all when its program is
 * null. Roles open pages; signing needs a delegation too.
 */
export type StaffRole =
	| 'reviewer'
	| 'program_officer'
	| 'program_manager'
	| 'finance_officer'
	| 'director'
	| 'observer'
	| 'auditor'
	| 'administrator';

export const MEMBERSHIP_ROLES: readonly MembershipRole[] = ['owner', 'editor', 'signatory', 'reader'];

export const STAFF_ROLES: readonly StaffRole[] = [
	'reviewer',
	'program_officer',
	'program_manager',
	'finance_officer',
	'director',
	'observer',
	'auditor',
	'administrator'
];

export function isStaffRole(value: unknown): value is StaffRole {
	return STAFF_ROLES.some((role) => role === value);
}

export function isMembershipRole(value: unknown): value is MembershipRole {
	return MEMBERSHIP_ROLES.some((role) => role === value);
}

/** A staff role as held: in one program, or in all when null. */
export type HeldRole = { role: StaffRole; programId: string | null };

/** Refusing a change that would leave nobody to invite and repair: the last active administrator stays. */
export function leavesNoAdministrator(activeAdministrators: readonly string[], removedUserId: string): boolean {
	return activeAdministrators.every((userId) => userId === removedUserId);
}
