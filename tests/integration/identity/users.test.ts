import { describe, expect, test } from 'vitest';
import type { HeldRole } from '#lib/domain/access/roles.ts';
import {
	acceptInvitation,
	askSignInLink,
	confirmAddress,
	registerUser,
	shownInvitation,
	signInWithPassword
} from '#lib/features/identity/signing-in.server.ts';
import {
	changeRoles,
	createAdministrator,
	disableUser,
	enableUser,
	inviteAgain,
	inviteUser,
	userForAdministrator,
	usersForAdministrator
} from '#lib/features/identity/users.server.ts';
import { database } from '#lib/server/db/client.ts';
import { at, deliver, HERE, LAPTOP, makePerson, operator, refusalOf, signedIn } from './people.ts';

const PASSWORD = 'the kettle sings at four';
const ADMINISTRATOR = { role: 'administrator', programId: null } as const;
const OFFICER = { role: 'program_officer', programId: null } as const;

async function administrator(email: string) {
	const person = await makePerson(email, { roles: [ADMINISTRATOR] });
	return { ...person, ...(await signedIn(person.id, at(0))) };
}

/** Leaves exactly these administrators, so that each rule starts from a known house. */
async function onlyAdministrators(...ids: string[]): Promise<void> {
	await database().roleAssignment.updateMany({
		where: { role: 'administrator', endedAt: null, userId: { notIn: ids } },
		data: { endedAt: at(0).now }
	});
}

describe('an invitation', () => {
	test('is for its mailbox alone, once, for 7 days', async () => {
		const admin = await administrator('inviter@example.org');
		const id = await inviteUser(
			admin.actor,
			{ email: 'guest@example.org', displayName: 'Guest', locale: 'en', roles: [OFFICER] },
			at(0)
		);
		// Before it is taken up the account opens nothing, and the roles lie still.
		expect(
			await refusalOf(signInWithPassword({ email: 'guest@example.org', password: PASSWORD }, LAPTOP, HERE, at(1)))
		).toBe('sign_in_wrong');
		const [mail] = await deliver(at(1));
		expect(mail).toMatchObject({ to: 'guest@example.org', template: 'invitation' });
		const token = mail?.token ?? '';
		expect(await shownInvitation(token, at(2).now)).toMatchObject({
			displayName: 'Guest',
			roles: [OFFICER],
			hasAccount: false
		});
		const entered = await acceptInvitation(
			{ token, displayName: 'Guest Name', password: PASSWORD },
			LAPTOP,
			HERE,
			at(3)
		);
		expect(entered.landing).toBe('manage');
		expect(await database().user.findUnique({ where: { id } })).toMatchObject({
			status: 'active',
			displayName: 'Guest Name'
		});
		expect(
			await refusalOf(acceptInvitation({ token, displayName: 'Again', password: PASSWORD }, LAPTOP, HERE, at(4)))
		).toBe('link_over');
	});

	test('is over after 7 days, and when it was sent anew', async () => {
		const admin = await administrator('inviter-2@example.org');
		const invite = { displayName: 'Late', locale: 'en' as const, roles: [OFFICER] };
		const late = await inviteUser(admin.actor, { ...invite, email: 'late@example.org' }, at(0));
		const first = (await deliver(at(1)))[0]?.token ?? '';
		const week = 7 * 24 * 60;
		expect(await shownInvitation(first, at(week - 1).now)).not.toBeNull();
		expect(
			await refusalOf(acceptInvitation({ token: first, displayName: 'Late', password: null }, LAPTOP, HERE, at(week)))
		).toBe('link_over');
		await inviteAgain(admin.actor, late, at(week));
		const second = (await deliver(at(week)))[0]?.token ?? '';
		expect(
			await refusalOf(acceptInvitation({ token: first, displayName: 'Late', password: null }, LAPTOP, HERE, at(10)))
		).toBe('link_over');
		await expect(
			acceptInvitation({ token: second, displayName: 'Late', password: null }, LAPTOP, HERE, at(week + 1))
		).resolves.toBeDefined();
	});

	test('to an address that has an account is refused to the administrator in plain words', async () => {
		const admin = await administrator('inviter-3@example.org');
		await makePerson('here-already@example.org');
		const input = { email: 'here-already@example.org', displayName: 'X', locale: 'en' as const, roles: [OFFICER] };
		expect(await refusalOf(inviteUser(admin.actor, input, at(0)))).toBe('user_exists');
	});

	test('is not given by anyone else, nor for a program that is none', async () => {
		const director = await makePerson('director@example.org', { roles: [{ role: 'director', programId: null }] });
		const { actor } = await signedIn(director.id, at(0));
		const input = { email: 'friend@example.org', displayName: 'Friend', locale: 'en' as const, roles: [OFFICER] };
		expect(await refusalOf(inviteUser(actor, input, at(0)))).toBe('forbidden');
		const admin = await administrator('inviter-4@example.org');
		const nowhere = { role: 'program_officer' as const, programId: at(0).random.uuid() };
		expect(await refusalOf(inviteUser(admin.actor, { ...input, roles: [nowhere] }, at(0)))).toBe('choice_unknown');
		expect(await database().user.count({ where: { email: 'friend@example.org' } })).toBe(0);
	});
});

describe('the last administrator', () => {
	test('cannot lose the role or be disabled, by anyone', async () => {
		const admin = await administrator('last@example.org');
		await onlyAdministrators(admin.id);
		expect(await refusalOf(changeRoles(admin.actor, { userId: admin.id, roles: [], version: 1 }, at(1)))).toBe(
			'last_administrator'
		);
		expect(await refusalOf(disableUser(admin.actor, admin.id, at(1)))).toBe('last_administrator');
		expect(await refusalOf(disableUser(operator, admin.id, at(1)))).toBe('last_administrator');
	});

	test('stays, when two remove each other at once', async () => {
		for (let round = 0; round < 5; round += 1) {
			const a = await administrator(`pair-a${round}@example.org`);
			const b = await administrator(`pair-b${round}@example.org`);
			await onlyAdministrators(a.id, b.id);
			const acts = await Promise.allSettled([
				disableUser(a.actor, b.id, at(1)),
				changeRoles(b.actor, { userId: a.id, roles: [], version: 1 }, at(1))
			]);
			expect(acts.filter((act) => act.status === 'fulfilled')).toHaveLength(1);
			const left = await database().roleAssignment.count({
				where: { role: 'administrator', endedAt: null, user: { status: 'active' } }
			});
			expect(left).toBe(1);
		}
	});

	test('does not count one who is only invited', async () => {
		const admin = await administrator('only@example.org');
		await onlyAdministrators(admin.id);
		await createAdministrator(operator, { email: 'to-come@example.org', displayName: 'To come', locale: 'en' }, at(1));
		expect(await refusalOf(disableUser(operator, admin.id, at(2)))).toBe('last_administrator');
	});
});

test('the command line’s link makes an administrator', async () => {
	const link = await createAdministrator(
		operator,
		{ email: 'first@example.org', displayName: 'First', locale: 'fr' },
		at(0)
	);
	expect(link).toMatch(/^http:\/\/localhost:\d+\/fr\/invitation\/[A-Za-z0-9_-]{43}$/);
	const token = link.split('/').at(-1) ?? '';
	await expect(
		acceptInvitation({ token, displayName: 'First', password: null }, LAPTOP, HERE, at(1))
	).resolves.toMatchObject({ landing: 'manage' });
});

test('of two who change one person, the second sees what it became and loses nothing', async () => {
	const admin = await administrator('two@example.org');
	const person = await makePerson('changed@example.org');
	await changeRoles(admin.actor, { userId: person.id, roles: [OFFICER], version: 1 }, at(1));
	await expect(
		changeRoles(admin.actor, { userId: person.id, roles: [{ role: 'observer', programId: null }], version: 1 }, at(2))
	).rejects.toMatchObject({ problem: { code: 'stale_version', facts: { current: 'program_officer' } } });
});

test('an administrator gives no role to themself, and may give one up', async () => {
	const admin = await administrator('self@example.org');
	const change = (roles: HeldRole[]) => changeRoles(admin.actor, { userId: admin.id, roles, version: 1 }, at(1));
	expect(await refusalOf(change([ADMINISTRATOR, { role: 'finance_officer', programId: null }]))).toBe('own_authority');
	expect((await userForAdministrator(admin.actor, admin.id)).roles).toEqual([ADMINISTRATOR]);
	await administrator('colleague@example.org');
	await change([]);
	expect(await database().roleAssignment.count({ where: { userId: admin.id, endedAt: null } })).toBe(0);
});

test('a disabled person comes back as they were', async () => {
	const admin = await administrator('enabler@example.org');
	const person = await makePerson('back@example.org', { roles: [OFFICER] });
	await disableUser(admin.actor, person.id, at(1));
	expect(await refusalOf(disableUser(admin.actor, person.id, at(2)))).toBe('already_done');
	await enableUser(admin.actor, person.id, at(3));
	expect(await userForAdministrator(admin.actor, person.id)).toMatchObject({ status: 'active', roles: [OFFICER] });
});

test('a person disabled before confirming comes back as after registering, since no invitation stands', async () => {
	const admin = await administrator('enabler-2@example.org');
	const input = { email: 'half@example.org', displayName: 'Half', locale: 'en' as const };
	await registerUser(input, HERE, at(0));
	const { id } = await database().user.findUniqueOrThrow({ where: { email: input.email } });
	await disableUser(admin.actor, id, at(1));
	await enableUser(admin.actor, id, at(2));
	expect(await userForAdministrator(admin.actor, id)).toMatchObject({ status: 'active' });
	await deliver(at(2));
	await askSignInLink(input.email, HERE, at(3));
	const [mail] = await deliver(at(3));
	expect(mail?.template).toBe('confirm-address');
	await expect(
		confirmAddress({ token: mail?.token ?? '', password: null }, LAPTOP, HERE, at(4))
	).resolves.toBeDefined();
	const invited = await inviteUser(admin.actor, { ...input, email: 'waits@example.org', roles: [OFFICER] }, at(0));
	await disableUser(admin.actor, invited, at(1));
	await enableUser(admin.actor, invited, at(2));
	expect(await userForAdministrator(admin.actor, invited)).toMatchObject({ status: 'invited' });
});

test('an invitation to staff roles is the one way in: registering neither opens the account nor gives the roles', async () => {
	const admin = await administrator('inviter-5@example.org');
	const email = 'to-be-officer@example.org';
	const id = await inviteUser(admin.actor, { email, displayName: 'To be', locale: 'en', roles: [OFFICER] }, at(0));
	await deliver(at(0));
	await registerUser({ email, displayName: 'Somebody', locale: 'fr' }, HERE, at(1));
	expect((await deliver(at(1))).map(({ template }) => template)).toEqual(['invitation']);
	// Also once the invitation is over: the roles still wait.
	await registerUser({ email, displayName: 'Somebody', locale: 'fr' }, HERE, at(8 * 24 * 60));
	expect(await userForAdministrator(admin.actor, id)).toMatchObject({ status: 'invited', displayName: 'To be' });
});

test('the list of people is for who may see it', async () => {
	const stranger = await makePerson('curious@example.org');
	const { actor } = await signedIn(stranger.id, at(0));
	expect(await refusalOf(Promise.resolve().then(() => usersForAdministrator(actor, 'en')))).toBe('forbidden');
});
