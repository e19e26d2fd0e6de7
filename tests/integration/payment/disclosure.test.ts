import { beforeEach, describe, expect, test } from 'vitest';
import { mintActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import type { StaffRole } from '#lib/domain/access/roles.ts';
import { deskForStaff } from '#lib/features/desk/queries.server.ts';
import { disclosuresFor, grantDisclosure, refuseDisclosure } from '#lib/features/identity/disclosures.server.ts';
import {
	accountDisclosureFor,
	askForAccountNumber,
	lookAtAccountNumber,
	unmaskPayeeAccount
} from '#lib/features/payment/payee.server.ts';
import { seededMoment, systemMoment, type Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { readAs, transact } from '#lib/server/db/transact.ts';
import { expectRefusal } from '../db/refused.ts';
import { at, draftPayment, makeReady, makeWorld, NUMBERS, refusalOf, type World } from './world.ts';

/*
 * The database closes a grant by its own clock, so these moments are of the real present and count in hours from it.
 */

const HOUR = 60 * 60 * 1000;
const present = systemMoment().now.getTime();
let count = 0;
function hoursFromNow(hours: number): Moment {
	count += 1;
	return seededMoment(
		new Date(present + hours * HOUR),
		`disclosure ${count} of ${process.env['VITEST_POOL_ID'] ?? ''}`
	);
}

type Person = Actor & UserActor;

async function personWith(role: StaffRole, programId: string | null): Promise<Person> {
	const { random, now } = at();
	const userId = random.uuid();
	await database().user.create({
		data: {
			id: userId,
			email: `${userId}@example.org`,
			displayName: `Person ${userId.slice(-4)}`,
			locale: 'en',
			status: 'active',
			createdAt: now
		}
	});
	await database().roleAssignment.create({ data: { id: random.uuid(), userId, role, programId, createdAt: now } });
	return mintActor({
		kind: 'user',
		userId,
		sessionId: random.uuid(),
		displayName: 'Person',
		locale: 'en',
		staffRoles: [{ role, programId }],
		memberships: []
	}) as Person;
}

let world: World;
let payment: string;
beforeEach(async () => {
	world = await makeWorld();
	await makeReady(world);
	payment = await draftPayment(world);
});

const WHY = { disclosureReason: 'The sample of this year' };

async function asked(when = hoursFromNow(0)): Promise<string> {
	return (await askForAccountNumber(world.people.auditor, payment, WHY, when)).requestId;
}

const accountsSeenBy = (person: Actor & UserActor): Promise<number> => readAs(person, (tx) => tx.payeeAccount.count());

const eventsOf = async (requestId: string): Promise<string[]> =>
	(
		await database().auditEvent.findMany({
			where: { subjectType: 'disclosure-request', subjectId: requestId },
			orderBy: { id: 'asc' }
		})
	).map((event) => event.name);

describe('an account number is kept from the auditor', () => {
	test('until another person opens it, and every look is written down', async () => {
		const { auditor, director } = world.people;
		expect(await refusalOf(() => lookAtAccountNumber(auditor, payment, hoursFromNow(0)))).toBe('disclosure_not_open');
		const request = await asked();
		expect(await refusalOf(() => lookAtAccountNumber(auditor, payment, hoursFromNow(0)))).toBe('disclosure_not_open');
		expect(await accountsSeenBy(auditor)).toBe(0);
		await grantDisclosure(director, { request, hours: 4 }, hoursFromNow(0));
		expect((await accountDisclosureFor(auditor, payment, hoursFromNow(1).now))?.state).toBe('granted');
		expect(await lookAtAccountNumber(auditor, payment, hoursFromNow(1))).toEqual(NUMBERS);
		await lookAtAccountNumber(auditor, payment, hoursFromNow(2));
		expect(await eventsOf(request)).toEqual([
			'disclosure.asked',
			'disclosure.granted',
			'disclosure.used',
			'disclosure.used'
		]);
		const events = await database().auditEvent.findMany({ where: { subjectId: request }, select: { facts: true } });
		expect(JSON.stringify(events)).not.toContain(NUMBERS.account);
	});

	test('and closes by itself at the instant, in the product and in the database', async () => {
		const { auditor, director } = world.people;
		const request = await asked(hoursFromNow(-5));
		await grantDisclosure(director, { request, hours: 3 }, hoursFromNow(-5));
		expect(await refusalOf(() => lookAtAccountNumber(auditor, payment, hoursFromNow(-2)))).toBe('disclosure_not_open');
		// Even asked with an instant inside the grant: the database has a clock of its own.
		expect(await refusalOf(() => lookAtAccountNumber(auditor, payment, hoursFromNow(-3)))).toBe('disclosure_not_open');
		expect(await accountsSeenBy(auditor)).toBe(0);
		expect((await accountDisclosureFor(auditor, payment, hoursFromNow(-2).now))?.state).toBe('over');
	});

	test('and is opened to that auditor and for that account alone', async () => {
		const { auditor, director, manager } = world.people;
		const other = await makeWorld();
		await makeReady(other);
		const otherPayment = await draftPayment(other);
		const everywhere = await personWith('auditor', null);
		await grantDisclosure(director, { request: await asked(), hours: 4 }, hoursFromNow(0));
		expect(await accountsSeenBy(auditor)).toBe(1);
		expect(await accountsSeenBy(everywhere)).toBe(0);
		for (const act of [
			() => lookAtAccountNumber(everywhere, payment, hoursFromNow(1)),
			() => lookAtAccountNumber(everywhere, otherPayment, hoursFromNow(1))
		]) {
			expect(await refusalOf(act)).toBe('disclosure_not_open');
		}
		expect(await refusalOf(() => lookAtAccountNumber(auditor, otherPayment, hoursFromNow(1)))).toBe('not_found');
		expect(await refusalOf(() => lookAtAccountNumber(manager, payment, hoursFromNow(1)))).toBe('forbidden');
		const { payeeAccountId } = await database().disbursement.findUniqueOrThrow({ where: { id: payment } });
		expect(await refusalOf(() => unmaskPayeeAccount(auditor, payeeAccountId, hoursFromNow(1)))).toBe('forbidden');
	});

	test('and closes when the auditor is one no more', async () => {
		const { auditor, director } = world.people;
		await grantDisclosure(director, { request: await asked(), hours: 4 }, hoursFromNow(0));
		await database().roleAssignment.updateMany({
			where: { userId: auditor.userId },
			data: { endedAt: hoursFromNow(0).now }
		});
		expect(await accountsSeenBy(auditor)).toBe(0);
	});
});

describe('a request for disclosure', () => {
	test('is decided by an administrator or a director of the program, never by who asked', async () => {
		const { auditor, officer, director } = world.people;
		const request = await asked();
		const elsewhere = await personWith('director', (await makeWorld()).programId);
		expect(await refusalOf(() => grantDisclosure(officer, { request, hours: 4 }, hoursFromNow(0)))).toBe('forbidden');
		expect(await refusalOf(() => grantDisclosure(elsewhere, { request, hours: 4 }, hoursFromNow(0)))).toBe('not_found');
		const both = mintActor({
			...auditor,
			staffRoles: [...auditor.staffRoles, { role: 'director', programId: world.programId }]
		});
		expect(await refusalOf(() => grantDisclosure(both, { request, hours: 4 }, hoursFromNow(0)))).toBe('same_person');
		const administrator = await personWith('administrator', null);
		await refuseDisclosure(administrator, request, hoursFromNow(0));
		expect(await refusalOf(() => grantDisclosure(director, { request, hours: 4 }, hoursFromNow(0)))).toBe(
			'already_done'
		);
		expect((await accountDisclosureFor(auditor, payment, hoursFromNow(1).now))?.state).toBe('refused');
	});

	test('lasts from 1 to 72 hours', async () => {
		const { director } = world.people;
		const request = await asked();
		expect(await refusalOf(() => grantDisclosure(director, { request, hours: 0 }, hoursFromNow(0)))).toBe(
			'number_too_small'
		);
		expect(await refusalOf(() => grantDisclosure(director, { request, hours: 73 }, hoursFromNow(0)))).toBe(
			'number_too_large'
		);
		await grantDisclosure(director, { request, hours: 72 }, hoursFromNow(0));
	});

	test('waits once for a subject, and on the desk of who decides with its count', async () => {
		const { auditor, director } = world.people;
		await asked();
		expect(await refusalOf(() => askForAccountNumber(auditor, payment, WHY, hoursFromNow(0)))).toBe('already_done');
		const desk = await deskForStaff(director);
		expect(desk.lists.find((list) => list.topic === 'decideDisclosure')?.count).toBe(1);
		expect(desk.places).toContain('disclosures');
		const [row] = await disclosuresFor(director, hoursFromNow(0).now);
		expect(row).toMatchObject({ reason: WHY.disclosureReason, state: 'asked', isOwn: false });
	});

	test('is asked by nobody but an auditor', async () => {
		const { officer, stranger } = world.people;
		expect(await refusalOf(() => askForAccountNumber(officer, payment, WHY, hoursFromNow(0)))).toBe('forbidden');
		expect(await refusalOf(() => askForAccountNumber(stranger, payment, WHY, hoursFromNow(0)))).toBe('not_found');
		expect(await accountDisclosureFor(officer, payment, hoursFromNow(0).now)).toBeNull();
	});

	test('is held by the database: two people, 72 hours, decided once, never deleted', async () => {
		const { auditor, director } = world.people;
		const request = await asked();
		const { now } = hoursFromNow(0);
		const decide = (decidedById: string, hours: number) =>
			transact((tx) =>
				tx.disclosureRequest.update({
					where: { id: request },
					data: { decision: 'granted', decidedById, decidedAt: now, endsAt: new Date(now.getTime() + hours * HOUR) }
				})
			);
		await expectRefusal(decide(auditor.userId, 1), 'disclosure_two_people');
		await expectRefusal(decide(director.userId, 73), 'disclosure_time_boxed');
		await decide(director.userId, 1);
		await expectRefusal(decide(director.userId, 2), 'append_only');
		await expectRefusal(
			transact((tx) => tx.disclosureRequest.delete({ where: { id: request } })),
			'42501'
		);
	});
});
