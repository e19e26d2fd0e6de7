import { beforeEach, describe, expect, test } from 'vitest';
import { setTelephone } from '#lib/features/organization/telephone.server.ts';
import {
	enterPayeeAccount,
	payeeAccountForRecipient,
	payeeForStaff,
	payeesForStaff,
	unmaskPayeeAccount,
	verifyPayeeAccount
} from '#lib/features/payment/payee.server.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import { mintActor, systemActor } from '#lib/domain/access/actor.ts';
import {
	at,
	bringIntoForce,
	CALL,
	enterAccount,
	makeWorld,
	NUMBERS,
	refusalOf,
	verifyAccount,
	type World
} from './world.ts';

let world: World;
beforeEach(async () => {
	world = await makeWorld();
	await bringIntoForce(world);
});

const rowOf = (id: string) =>
	transactAs(systemActor('test'), (tx) => tx.payeeAccount.findUniqueOrThrow({ where: { id } }));

describe('an account is entered by an owner and sealed at once', () => {
	test('no column, event or message holds more than the last three digits', async () => {
		const id = await enterAccount(world);
		const row = await rowOf(id);
		expect(row.lastThree).toBe('567');
		const events = await database().auditEvent.findMany({ where: { organizationId: world.organizationId } });
		const mail = await database().mailMessage.findMany();
		const kept = JSON.stringify([row, events, mail], (_, value: unknown) =>
			typeof value === 'bigint' ? String(value) : value
		);
		expect(kept).not.toContain(NUMBERS.account);
		expect(kept).not.toMatch(new RegExp(`\\b${NUMBERS.transit}\\b`));
	});

	test('formats are checked field by field', async () => {
		const enter = (numbers: typeof NUMBERS) =>
			refusalOf(() =>
				enterPayeeAccount(world.people.owner, { organizationId: world.organizationId, ...numbers }, at())
			);
		expect(await enter({ ...NUMBERS, institution: '1' })).toBe('value_invalid');
		expect(await enter({ ...NUMBERS, transit: '123456' })).toBe('value_invalid');
		expect(await enter({ ...NUMBERS, account: '123456' })).toBe('value_invalid');
		expect(await enter(NUMBERS)).toBe('done');
		expect(await enter(NUMBERS)).toBe('already_done');
	});

	test('a signatory sees it and does not change it; a reader and another organization see nothing', async () => {
		await enterAccount(world);
		const page = await payeeAccountForRecipient(world.people.signatory, world.organizationId);
		expect(page).toMatchObject({ account: { lastThree: '567', status: 'unverified' }, mayEdit: false });
		expect(await refusalOf(() => enterAccount(world, NUMBERS, world.people.signatory))).toBe('forbidden');
		expect(await refusalOf(() => payeeAccountForRecipient(world.people.reader, world.organizationId))).toBe(
			'forbidden'
		);
		expect(await refusalOf(() => payeeAccountForRecipient(world.people.stranger, world.organizationId))).toBe(
			'not_found'
		);
		expect(await refusalOf(() => enterAccount(world, NUMBERS, world.people.stranger))).toBe('not_found');
	});
});

describe('a finance officer verifies it by calling back', () => {
	test('the record of the call is kept, and who verified', async () => {
		const id = await enterAccount(world);
		await verifyAccount(world, id);
		const page = await payeeForStaff(world.people.secondFinance, id);
		expect(page).toMatchObject({
			status: 'verified',
			verifiedBy: 'Femi Finance',
			call: { calledOn: CALL.calledOn, spokeWith: 'Wren', numberSource: 'The registration of 2025' }
		});
	});

	test('the number to call is one that stood before the account was entered, never one set after it', async () => {
		const set = (telephone: string, minutes: number) =>
			setTelephone(world.people.owner, world.organizationId, { telephone }, at(minutes));
		await set('902 555 0101', -60);
		const id = await enterAccount(world);
		await set('902 555 0199', 60);
		const page = await payeeForStaff(world.people.secondFinance, id);
		expect(page.telephones.map(({ number }) => number)).toEqual([expect.stringMatching(/0101$/)]);
	});

	test('a call before the account was entered, or on a day to come, is no verification', async () => {
		const id = await enterAccount(world);
		const on = (calledOn: string) =>
			refusalOf(() => verifyPayeeAccount(world.people.finance, id, { ...CALL, calledOn }, at(7)));
		expect(await on('2026-11-23')).toBe('date_too_early');
		expect(await on('2026-11-25')).toBe('date_too_late');
	});

	test('a member of the organization does not verify, and neither does anyone outside finance', async () => {
		const id = await enterAccount(world);
		await database().membership.create({
			data: {
				id: at().random.uuid(),
				organizationId: world.organizationId,
				userId: world.people.secondFinance.userId,
				role: 'reader',
				createdAt: at().now
			}
		});
		const by = (actor: World['people']['owner']) => refusalOf(() => verifyPayeeAccount(actor, id, CALL, at(7)));
		expect(await by(world.people.secondFinance)).toBe('person_can_benefit');
		expect(await by(world.people.officer)).toBe('forbidden');
		expect(await by(world.people.auditor)).toBe('not_found');
		expect(await by(world.people.stranger)).toBe('not_found');
	});

	test('opening the numbers is for who verifies, and is written down', async () => {
		const id = await enterAccount(world);
		expect(await unmaskPayeeAccount(world.people.finance, id, at(7))).toEqual(NUMBERS);
		const opened = await database().auditEvent.findMany({
			where: { name: 'payeeAccount.unmasked', subjectId: world.organizationId }
		});
		expect(opened.map((event) => event.actorUserId)).toEqual([world.people.finance.userId]);
		expect(await refusalOf(() => unmaskPayeeAccount(world.people.officer, id, at(7)))).toBe('forbidden');
		expect(await refusalOf(() => unmaskPayeeAccount(world.people.auditor, id, at(7)))).toBe('not_found');
	});

	test('finance of one program who is an officer in another neither opens nor verifies the accounts of the other', async () => {
		const id = await enterAccount(world);
		const elsewhere = await makeWorld();
		const { finance } = elsewhere.people;
		await database().roleAssignment.create({
			data: {
				id: at().random.uuid(),
				userId: finance.userId,
				role: 'program_officer',
				programId: world.programId,
				createdAt: at().now
			}
		});
		const both = mintActor({
			...finance,
			staffRoles: [...finance.staffRoles, { role: 'program_officer', programId: world.programId }]
		});
		expect(await refusalOf(() => unmaskPayeeAccount(both, id, at(7)))).toBe('forbidden');
		expect(await refusalOf(() => verifyPayeeAccount(both, id, CALL, at(7)))).toBe('forbidden');
		expect((await rowOf(id)).status).toBe('unverified');
	});

	test('finance of another program does not see it', async () => {
		const id = await enterAccount(world);
		const elsewhere = await makeWorld();
		expect(await payeesForStaff(elsewhere.people.finance)).toEqual([]);
		expect(await refusalOf(() => payeeForStaff(elsewhere.people.finance, id))).toBe('not_found');
		expect((await payeesForStaff(world.people.finance)).map((row) => row.id)).toEqual([id]);
	});
});
