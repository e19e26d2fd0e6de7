import { describe, expect, test } from 'vitest';
import { isProblem, Refusal } from '#lib/domain/problem.ts';
import {
	accessProblem,
	authorize,
	hasStaffRole,
	knowsOf,
	may,
	organizationsWhere,
	programsWhere,
	type Subject
} from './access.ts';
import { actorUserId, isMemberOf, mintActor, systemActor, type UserActor } from './actor.ts';
import { MEMBERSHIP_PERMISSIONS, ROLE_PERMISSIONS, STAFF_PERMISSIONS, type Permission } from './permissions.ts';
import {
	isMembershipRole,
	isStaffRole,
	leavesNoAdministrator,
	MEMBERSHIP_ROLES,
	STAFF_ROLES,
	type HeldRole,
	type MembershipRole
} from './roles.ts';

function person(staffRoles: HeldRole[] = [], memberships: UserActor['memberships'] = []) {
	return mintActor({
		kind: 'user',
		userId: 'user-1',
		sessionId: 'session-1',
		displayName: 'Robin Tremblay',
		locale: 'fr',
		staffRoles,
		memberships
	});
}

const member = (role: MembershipRole, organizationId = 'ours') => person([], [{ organizationId, role }]);
const staff = (role: HeldRole['role'], programId: string | null = null) => person([{ role, programId }]);
const ours: Subject = { organizationId: 'ours', programId: 'awareness' };

function holders(permission: Permission): string[] {
	return [...MEMBERSHIP_ROLES, ...STAFF_ROLES].filter((role) => ROLE_PERMISSIONS[role].includes(permission));
}

describe('the table of permissions', () => {
	test('names each permission once per role', () => {
		for (const permissions of Object.values(ROLE_PERMISSIONS)) {
			expect(new Set(permissions).size).toBe(permissions.length);
		}
	});

	test('gives certification and requisition to different roles', () => {
		expect(holders('disbursement.certify')).toEqual(['program_manager']);
		expect(holders('disbursement.requisition')).toEqual(['finance_officer']);
	});

	test('gives the decision to the director alone', () => {
		expect(holders('award.decide')).toEqual(['director']);
		expect(holders('allocation.approve')).toEqual(['director']);
	});

	test('gives the administrator nothing that reads files, decides or moves money', () => {
		const administrator: readonly string[] = STAFF_PERMISSIONS.administrator;
		const forbidden =
			/^(application|attachment|review|allocation|award|agreement|disbursement|payment|payeeAccount|budget|ledger|commitment)\./;
		expect(administrator.filter((permission) => forbidden.test(permission))).toEqual([]);
	});

	test('lets observer and auditor read only, and the auditor ask for what is kept from them', () => {
		const readers: readonly string[] = [...STAFF_PERMISSIONS.observer, ...STAFF_PERMISSIONS.auditor];
		expect(readers.filter((permission) => !/\.(view|viewSubmitted)$/.test(permission))).toEqual(['disclosure.ask']);
		expect(holders('disclosure.grant')).toEqual(['director', 'administrator']);
	});

	test('keeps sealed sites, reviewer identity and bank numbers from the auditor', () => {
		const auditor: readonly string[] = STAFF_PERMISSIONS.auditor;
		for (const kept of ['review.viewIdentity', 'payeeAccount.unmask', 'payeeAccount.view', 'sealedSite.edit']) {
			expect(auditor.includes(kept)).toBe(false);
		}
	});

	test('lets officers freeze membership, and nobody of an organization', () => {
		expect(holders('member.freeze')).toEqual(['program_officer', 'program_manager']);
	});

	test('lets an owner do all that any other member may', () => {
		const owner: readonly string[] = MEMBERSHIP_PERMISSIONS.owner;
		for (const role of MEMBERSHIP_ROLES) {
			expect(MEMBERSHIP_PERMISSIONS[role].filter((permission) => !owner.includes(permission))).toEqual([]);
		}
	});

	test('lets only an owner or signatory submit and sign', () => {
		expect(holders('application.submit')).toEqual(['owner', 'signatory']);
		expect(holders('agreement.sign')).toEqual(['owner', 'signatory', 'director']);
	});
});

describe('a member', () => {
	test('may in the own organization what the role says, and nothing in another', () => {
		expect(may(member('editor'), 'application.edit', ours)).toBe(true);
		expect(may(member('reader'), 'application.edit', ours)).toBe(false);
		expect(may(member('owner', 'theirs'), 'application.edit', ours)).toBe(false);
	});

	test('is told forbidden about what is known, and not found about the rest', () => {
		expect(accessProblem(member('reader'), 'application.submit', ours)?.code).toBe('forbidden');
		expect(accessProblem(member('owner', 'theirs'), 'application.submit', ours)?.code).toBe('not_found');
		expect(accessProblem(member('owner'), 'application.submit', ours)).toBeNull();
	});

	test('may nothing on a subject without an organization', () => {
		expect(may(member('owner'), 'application.edit', {})).toBe(false);
	});

	test('has organizations for the scope of a query', () => {
		const two = person(
			[],
			[
				{ organizationId: 'a', role: 'owner' },
				{ organizationId: 'b', role: 'reader' }
			]
		);
		expect(organizationsWhere(two, 'application.edit')).toEqual(['a']);
		expect(isMemberOf(two, 'b')).toBe(true);
		expect(isMemberOf(two, 'c')).toBe(false);
	});
});

describe('staff', () => {
	test('may in the program held, and in all where no program is named', () => {
		expect(may(staff('program_officer', 'awareness'), 'application.screen', ours)).toBe(true);
		expect(may(staff('program_officer', 'shelters'), 'application.screen', ours)).toBe(false);
		expect(may(staff('program_officer'), 'application.screen', ours)).toBe(true);
	});

	test('of another program are strangers', () => {
		expect(accessProblem(staff('program_officer', 'shelters'), 'application.screen', ours)?.code).toBe('not_found');
		expect(accessProblem(staff('program_officer'), 'award.decide', ours)?.code).toBe('forbidden');
	});

	test('see no draft', () => {
		const draft = { ...ours, isDraft: true };
		for (const role of STAFF_ROLES) {
			expect(may(staff(role), 'application.viewSubmitted', draft)).toBe(false);
			expect(knowsOf(staff(role), draft)).toBe(false);
		}
		expect(may(member('reader'), 'application.view', draft)).toBe(true);
	});

	test('have programs for the scope of a query', () => {
		expect(programsWhere(staff('observer'), 'ledger.view')).toBe('all');
		expect(programsWhere(staff('observer', 'awareness'), 'ledger.view')).toEqual(['awareness']);
		expect(programsWhere(staff('observer'), 'ledger.view' as Permission)).toBe('all');
		expect(programsWhere(staff('reviewer'), 'ledger.view')).toEqual([]);
		expect(hasStaffRole(staff('observer', 'awareness'), 'observer', 'shelters')).toBe(false);
		expect(hasStaffRole(staff('observer'), 'observer', 'shelters')).toBe(true);
	});
});

describe('a reviewer', () => {
	const assigned: Subject = { ...ours, assignedUserId: 'user-1' };

	test('may score what was assigned by name, and does not know of the rest', () => {
		expect(may(staff('reviewer'), 'review.score', assigned)).toBe(true);
		expect(may(staff('reviewer'), 'review.score', { ...ours, assignedUserId: 'user-2' })).toBe(false);
		expect(accessProblem(staff('reviewer'), 'review.score', { ...ours, assignedUserId: 'user-2' })?.code).toBe(
			'not_found'
		);
		expect(accessProblem(staff('reviewer'), 'application.screen', assigned)?.code).toBe('forbidden');
	});
});

describe('access', () => {
	test('without a subject asks whether a page may open at all', () => {
		expect(may(member('reader'), 'application.view')).toBe(true);
		expect(may(person(), 'application.view')).toBe(false);
		expect(accessProblem(person(), 'audit.view')?.code).toBe('forbidden');
	});

	test('throws the refusal that rolls a command back', () => {
		expect(() => authorize(person(), 'application.edit', ours)).toThrow(Refusal);
		expect(() => authorize(member('owner'), 'application.edit', ours)).not.toThrow();
	});

	test('lets the system do what it is asked: rules and walls hold it, not roles', () => {
		const job = systemActor('evaluate-gates');
		expect(may(job, 'instalment.hold', ours)).toBe(true);
		expect(knowsOf(job, ours)).toBe(true);
		expect(programsWhere(job, 'ledger.view')).toBe('all');
		expect([actorUserId(job), actorUserId(person())]).toEqual([null, 'user-1']);
		expect(isMemberOf(job, 'ours')).toBe(false);
	});

	test('the last administrator stays', () => {
		expect(leavesNoAdministrator(['a'], 'a')).toBe(true);
		expect(leavesNoAdministrator(['a', 'b'], 'a')).toBe(false);
	});

	test('knows its roles by name', () => {
		expect([isStaffRole('director'), isStaffRole('owner'), isMembershipRole('owner'), isMembershipRole(3)]).toEqual([
			true,
			false,
			true,
			false
		]);
		expect(isProblem(null)).toBe(false);
	});
});
