import { describe, expect, test } from 'vitest';
import { isInForce } from '#lib/domain/access/delegation.ts';
import { cad } from '#lib/domain/money/money.ts';
import { delegationFor } from '#lib/features/allocation/authority.server.ts';
import {
	delegationsFor,
	grantDelegation,
	positionHolders,
	revokeDelegation
} from '#lib/features/identity/delegations.server.ts';
import type { GrantDelegationInput } from '#lib/features/identity/schema.ts';
import { seededMoment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { makeWorld } from '../payment/world.ts';
import { at, makePerson, problemOf, refusalOf, signedIn } from './people.ts';

const administrator = await makePerson('grants@example.org', { roles: [{ role: 'administrator', programId: null }] });
const manager = await makePerson('manager@example.org', { roles: [{ role: 'program_manager', programId: null }] });
const { actor } = await signedIn(administrator.id, at(0));

function input(change: Partial<GrantDelegationInput> = {}): GrantDelegationInput {
	return {
		userId: manager.id,
		actingForId: null,
		authority: 's34_certification',
		positionEn: 'Manager, Programs',
		positionFr: 'Gestionnaire des programmes',
		instrument: 'Delegation chart, line 14',
		programId: null,
		limit: 5_000_000n,
		validFrom: '2027-01-14',
		validTo: '2027-03-31',
		...change
	};
}

test('a delegation holds from the start of its first day to the end of its last, where the funder is', async () => {
	const { id, number } = await grantDelegation(actor, input(), at(0));
	expect(number).toMatch(/^D-\d{4}$/);
	const row = await database().delegation.findUniqueOrThrow({ where: { id } });
	expect(row.validFrom.toISOString()).toBe('2027-01-14T05:00:00.000Z');
	expect(row.validTo.toISOString()).toBe('2027-04-01T04:00:00.000Z');
	const held = { ...row, authority: 's34_certification' as const };
	expect(isInForce(held, new Date('2027-04-01T03:59:59Z'))).toBe(true);
	expect(isInForce(held, new Date('2027-04-01T04:00:00Z'))).toBe(false);
	expect(await delegationsFor(actor, at(0).now)).toContainEqual(
		expect.objectContaining({ number, validFrom: '2027-01-14', validTo: '2027-03-31', standing: 'in_force' })
	);
});

test('numbers have no gaps: a refused grant gives its number back', async () => {
	const first = await grantDelegation(actor, input(), at(1));
	await refusalOf(grantDelegation(actor, input({ validTo: '2027-01-13' }), at(1)));
	const second = await grantDelegation(actor, input(), at(1));
	expect(Number(second.number.slice(2))).toBe(Number(first.number.slice(2)) + 1);
});

test.each([
	['one’s own', { userId: administrator.id }, 'own_authority'],
	['to nobody', { userId: '0190a000-0000-7000-8000-00000000dead' }, 'choice_unknown'],
	['for no program of ours', { programId: '0190a000-0000-7000-8000-00000000dead' }, 'choice_unknown'],
	['that ends before it begins', { validTo: '2027-01-13' }, 'date_too_early']
])('a delegation %s is refused', async (_name, change, code) => {
	expect(await refusalOf(grantDelegation(actor, input(change), at(2)))).toBe(code);
});

test('who may only see delegations grants and revokes none', async () => {
	const { actor: viewer } = await signedIn(manager.id, at(0));
	const { id } = await grantDelegation(actor, input(), at(3));
	expect(await refusalOf(grantDelegation(viewer, input(), at(3)))).toBe('forbidden');
	expect(await refusalOf(revokeDelegation(viewer, id, at(3)))).toBe('forbidden');
});

test('revoked, it ends at once and once; the record stays', async () => {
	const { id } = await grantDelegation(actor, input(), at(4));
	await revokeDelegation(actor, id, at(5));
	expect(await refusalOf(revokeDelegation(actor, id, at(6)))).toBe('already_done');
	const row = await database().delegation.findUniqueOrThrow({ where: { id } });
	expect(isInForce({ ...row, authority: 's34_certification' }, at(6).now)).toBe(false);
	const ahead = await grantDelegation(actor, input({ validFrom: '2027-06-01', validTo: '2027-07-01' }), at(7));
	await revokeDelegation(actor, ahead.id, at(8));
	const over = await grantDelegation(actor, input(), at(9));
	const later = seededMoment(new Date('2027-05-01T00:00:00Z'), 'later');
	expect(await refusalOf(revokeDelegation(actor, over.id, later))).toBe('already_done');
});

describe('acting for another', () => {
	const POSITION = { positionEn: 'Director, Programs', positionFr: 'Directrice des programmes' };

	test('a signature given while acting names the person acted for and that person’s position, in both languages', async () => {
		const director = await makePerson('away@example.org', { displayName: 'Odile Roy' });
		const deputy = await makePerson('deputy@example.org');
		await grantDelegation(actor, input({ userId: director.id, authority: 'transaction', ...POSITION }), at(10));
		const { id, number } = await grantDelegation(
			actor,
			input({ userId: deputy.id, actingForId: director.id, authority: 'transaction' }),
			at(11)
		);
		const position = {
			en: 'Manager, Programs, acting for Odile Roy, Director, Programs',
			fr: 'Gestionnaire des programmes, agissant pour Odile Roy, Directrice des programmes'
		};
		expect(await delegationsFor(actor, at(11).now)).toContainEqual(expect.objectContaining({ number, position }));
		const { actor: signer } = await signedIn(deputy.id, at(11));
		const act = {
			authority: 'transaction' as const,
			programId: (await makeWorld()).programId,
			amount: cad(100n),
			at: at(12).now
		};
		expect(await delegationFor(database(), signer, act)).toMatchObject({ id, position });
		const granted = await database().auditEvent.findFirstOrThrow({ where: { subjectId: id } });
		expect(granted.facts).toMatchObject({ actingForId: director.id });
	});

	test('nobody acts for themself, and the database refuses it too', async () => {
		const alone = await makePerson('alone@example.org');
		const refused = problemOf(grantDelegation(actor, input({ userId: alone.id, actingForId: alone.id }), at(13)));
		expect(await refused).toMatchObject({ code: 'acting_for_oneself', field: 'actingForId' });
		const { id } = await grantDelegation(actor, input({ userId: alone.id }), at(13));
		const row = await database().delegation.findUniqueOrThrow({ where: { id } });
		const forOneself = {
			...row,
			id: at(14).random.uuid(),
			number: 'D-9999',
			actingForId: alone.id,
			actingForPositionEn: 'x',
			actingForPositionFr: 'x'
		};
		await expect(database().delegation.create({ data: forOneself })).rejects.toThrow('delegation_not_for_oneself');
	});

	test('who acts for another carries no more than the other does of their own', async () => {
		const other = await makePerson('limited@example.org');
		const deputy = await makePerson('stands-in@example.org');
		const acting = (change: Partial<GrantDelegationInput> = {}) =>
			grantDelegation(actor, input({ userId: deputy.id, actingForId: other.id, limit: 100n, ...change }), at(16));
		const refused = { code: 'acting_for_no_authority', field: 'actingForId' };
		expect(await problemOf(acting())).toMatchObject(refused);
		const { id } = await grantDelegation(actor, input({ userId: other.id, limit: 100n }), at(15));
		for (const change of [
			{ limit: 101n },
			{ limit: null },
			{ authority: 's33_requisition' as const },
			{ validFrom: '2027-01-13' }
		]) {
			expect(await problemOf(acting(change))).toMatchObject(refused);
		}
		await acting();
		// Whoever only stands in holds no position that a third person could act in.
		const third = await makePerson('third@example.org');
		expect(await problemOf(acting({ userId: third.id, actingForId: deputy.id }))).toMatchObject(refused);
		const offered = (await positionHolders(actor, 'en', at(16).now)).map((holder) => holder.id);
		expect([offered.includes(other.id), offered.includes(deputy.id)]).toEqual([true, false]);
		await revokeDelegation(actor, id, at(17));
		expect(await problemOf(acting())).toMatchObject(refused);
	});
});

test('every grant and revocation stands in the trail, without a name', async () => {
	const events = await database().auditEvent.findMany({ where: { subjectType: 'delegation' } });
	expect(new Set(events.map((event) => event.name))).toEqual(new Set(['delegation.granted', 'delegation.revoked']));
	expect(
		JSON.stringify(events, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
	).not.toContain('manager@');
});

test('staff of one program see its delegations and those for every program, never another program’s', async () => {
	const [mine, other] = [await makeWorld(), await makeWorld()];
	const numbers = [];
	for (const programId of [mine.programId, other.programId, null])
		numbers.push((await grantDelegation(actor, input({ programId }), at(3))).number);
	const seen = (await delegationsFor(mine.people.officer, at(3).now)).map(({ number }) => number);
	expect(numbers.map((number) => seen.includes(number))).toEqual([true, false, true]);
});
