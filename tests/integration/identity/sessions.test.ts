import { describe, expect, test } from 'vitest';
import {
	actAs,
	askAddressChange,
	changePassword,
	confirmAddressChange,
	endOtherSessions,
	endOwnSession,
	ownSessions,
	signOut
} from '#lib/features/identity/account.server.ts';
import { forgetExpired } from '#lib/features/identity/jobs.server.ts';
import { changeRoles, disableUser } from '#lib/features/identity/users.server.ts';
import { readSession } from '#lib/server/auth/sessions.ts';
import { database } from '#lib/server/db/client.ts';
import { actorOf, at, deliver, HERE, LAPTOP, makePerson, operator, refusalOf, signedIn } from './people.ts';

const PASSWORD = 'the kettle sings at four';
const SHARED = { ...LAPTOP, sharedComputer: true };

async function isOpen(token: string, minutes: number): Promise<boolean> {
	return (await readSession(token, at(minutes).now)) !== null;
}

describe('a session ends by itself', () => {
	test.each([
		['an applicant’s after 2 hours', [], LAPTOP, 120],
		['a reviewer’s after 2 hours', [{ role: 'reviewer', programId: null }], LAPTOP, 120],
		['a staff member’s after 30 minutes', [{ role: 'director', programId: null }], LAPTOP, 30],
		['on a shared computer after 20 minutes', [], SHARED, 20],
		['a staff member’s on a shared computer after 20 minutes', [{ role: 'auditor', programId: null }], SHARED, 20]
	] as const)('without activity: %s', async (_name, roles, device, minutes) => {
		const person = await makePerson(`idle-${at(0).random.token(5).toLowerCase()}@example.org`, { roles: [...roles] });
		const early = await signedIn(person.id, at(0), device);
		const late = await signedIn(person.id, at(0), device);
		expect(await isOpen(early.token, minutes - 1)).toBe(true);
		expect(await isOpen(late.token, minutes)).toBe(false);
		// Ended is ended: the clock of another process that is a little behind does not open it again.
		expect(await isOpen(late.token, minutes - 2)).toBe(false);
	});

	test('after 12 hours, however busy', async () => {
		const person = await makePerson('busy@example.org');
		const { token } = await signedIn(person.id, at(0));
		for (let minutes = 60; minutes < 720; minutes += 60) expect(await isOpen(token, minutes)).toBe(true);
		expect(await isOpen(token, 719)).toBe(true);
		expect(await isOpen(token, 720)).toBe(false);
	});

	test('and the 12 hours do not begin anew with a new secret', async () => {
		const person = await makePerson('renewed@example.org', {
			roles: [
				{ role: 'observer', programId: null },
				{ role: 'reviewer', programId: null }
			]
		});
		const { token, actor } = await signedIn(person.id, at(0));
		for (let minutes = 20; minutes <= 700; minutes += 20) await isOpen(token, minutes);
		const cookie = await actAs(actor, 'staff:reviewer', at(700));
		expect(await isOpen(token, 701)).toBe(false);
		expect(await readSession(cookie.value, at(701).now)).toMatchObject({ actingAs: 'staff:reviewer' });
		expect(await isOpen(cookie.value, 720)).toBe(false);
	});
});

describe('a session is ended', () => {
	test('by signing out: a copy of its cookie opens nothing', async () => {
		const person = await makePerson('out@example.org');
		const { token, actor } = await signedIn(person.id, at(0));
		await signOut(actor, at(1));
		expect(await isOpen(token, 1)).toBe(false);
	});

	test('by disabling the person, at once, and nobody signs in again', async () => {
		const person = await makePerson('kept-out@example.org', { password: PASSWORD });
		const { token } = await signedIn(person.id, at(0));
		await disableUser(operator, person.id, at(1));
		expect(await isOpen(token, 1)).toBe(false);
	});

	test('by another password, everywhere but here, and here the secret changes', async () => {
		const person = await makePerson('password@example.org', { password: PASSWORD });
		const here = await signedIn(person.id, at(0));
		const there = await signedIn(person.id, at(0));
		const wrong = { currentPassword: 'not this one', password: 'another long sentence' };
		expect(await refusalOf(changePassword(here.actor, wrong, HERE, at(1)))).toBe('password_wrong');
		const cookie = await changePassword(here.actor, { ...wrong, currentPassword: PASSWORD }, HERE, at(1));
		expect(await isOpen(there.token, 1)).toBe(false);
		expect(await isOpen(here.token, 1)).toBe(false);
		expect(await isOpen(cookie.value, 1)).toBe(true);
	});

	test('by other roles: no session outlives the power it was opened with', async () => {
		const person = await makePerson('roles@example.org', { roles: [{ role: 'program_officer', programId: null }] });
		const { token } = await signedIn(person.id, at(0));
		await changeRoles(operator, { userId: person.id, roles: [], version: 1 }, at(1));
		expect(await isOpen(token, 1)).toBe(false);
	});

	test('by its owner from the list of devices, which shows no address', async () => {
		const person = await makePerson('devices@example.org');
		const stranger = await makePerson('devices-stranger@example.org');
		const here = await signedIn(person.id, at(0));
		const there = await signedIn(person.id, at(0), { label: 'Chrome · Android', sharedComputer: true });
		const sessions = await ownSessions(here.actor, at(1).now);
		expect(sessions).toHaveLength(2);
		expect(sessions.filter(({ isThis }) => isThis)).toHaveLength(1);
		expect(Object.keys(sessions[0] ?? {}).sort()).toEqual([
			'createdAt',
			'deviceLabel',
			'id',
			'isThis',
			'lastSeenAt',
			'sharedComputer'
		]);
		const other = sessions.find(({ isThis }) => !isThis)?.id ?? '';
		const foreign = await signedIn(stranger.id, at(0));
		expect(await refusalOf(endOwnSession(foreign.actor, other, at(2)))).toBe('not_found');
		await endOwnSession(here.actor, other, at(2));
		expect(await isOpen(there.token, 2)).toBe(false);
		const third = await signedIn(person.id, at(2));
		expect(await endOtherSessions(here.actor, at(3))).toBe(1);
		expect(await isOpen(third.token, 3)).toBe(false);
		expect(await isOpen(here.token, 3)).toBe(true);
	});

	test('and forgotten by the hourly job, with used links and old attempts', async () => {
		const person = await makePerson('forgotten@example.org');
		await signedIn(person.id, at(0));
		await forgetExpired.run({
			payload: {},
			moment: at(24 * 60),
			actor: operator,
			signal: new AbortController().signal,
			jobId: 'x'
		});
		expect(await database().session.count({ where: { userId: person.id } })).toBe(0);
	});
});

describe('the session says who one is now', () => {
	test('a role given or taken counts at the next request', async () => {
		const person = await makePerson('now@example.org');
		const { token } = await signedIn(person.id, at(0));
		expect((await actorOf(token, at(1))).staffRoles).toEqual([]);
		const id = at(1).random.uuid();
		await database().roleAssignment.create({ data: { id, userId: person.id, role: 'observer', createdAt: at(1).now } });
		expect((await actorOf(token, at(2))).staffRoles).toEqual([{ role: 'observer', programId: null }]);
	});

	test('one cannot act as what one is not', async () => {
		const person = await makePerson('pretender@example.org');
		const { actor } = await signedIn(person.id, at(0));
		expect(await refusalOf(actAs(actor, 'staff:director', at(1)))).toBe('choice_unknown');
	});
});

describe('a change of mail address', () => {
	test('holds only when both addresses have confirmed it; then everything ends and the old one is told', async () => {
		const person = await makePerson('old@example.org', { password: PASSWORD });
		const { token, actor } = await signedIn(person.id, at(0));
		expect(
			await refusalOf(askAddressChange(actor, { email: 'new@example.org', currentPassword: 'wrong' }, HERE, at(0)))
		).toBe('password_wrong');
		await askAddressChange(actor, { email: 'new@example.org', currentPassword: PASSWORD }, HERE, at(0));
		const mails = await deliver(at(1));
		const tokenFor = (to: string) => mails.find((mail) => mail.to === to)?.token ?? '';
		expect(await confirmAddressChange('new', tokenFor('new@example.org'), at(2))).toBe('half');
		expect(await database().user.findUnique({ where: { id: person.id } })).toMatchObject({ email: 'old@example.org' });
		expect(await refusalOf(confirmAddressChange('old', tokenFor('new@example.org'), at(2)))).toBe('link_over');
		expect(await confirmAddressChange('old', tokenFor('old@example.org'), at(3))).toBe('changed');
		expect(await database().user.findUnique({ where: { id: person.id } })).toMatchObject({ email: 'new@example.org' });
		expect(await isOpen(token, 3)).toBe(false);
		expect((await deliver(at(3))).map(({ to, template }) => ({ to, template }))).toEqual([
			{ to: 'old@example.org', template: 'address-changed' }
		]);
	});

	test('to an address that has an account says nothing, and never takes effect', async () => {
		const person = await makePerson('mover@example.org');
		await makePerson('taken@example.org');
		const { actor } = await signedIn(person.id, at(0));
		await askAddressChange(actor, { email: 'taken@example.org', currentPassword: null }, HERE, at(0));
		const mails = await deliver(at(1));
		expect(mails.map(({ to, template }) => [to, template])).toEqual([
			['mover@example.org', 'address-change-old'],
			['taken@example.org', 'already-registered']
		]);
		expect(await confirmAddressChange('old', mails[0]?.token ?? '', at(2))).toBe('half');
	});

	test('asked again, the first one’s links are over', async () => {
		const person = await makePerson('twice@example.org');
		const { actor } = await signedIn(person.id, at(0));
		await askAddressChange(actor, { email: 'twice-a@example.org', currentPassword: null }, HERE, at(0));
		const first = await deliver(at(1));
		await askAddressChange(actor, { email: 'twice-b@example.org', currentPassword: null }, HERE, at(2));
		expect(await refusalOf(confirmAddressChange('old', first[0]?.token ?? '', at(3)))).toBe('link_over');
	});
});
