import { expect, test } from 'vitest';
import { isInForce } from '#lib/domain/access/delegation.ts';
import { delegationsFor, grantDelegation, revokeDelegation } from '#lib/features/identity/delegations.server.ts';
import type { GrantDelegationInput } from '#lib/features/identity/schema.ts';
import { seededMoment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { makeWorld } from '../payment/world.ts';
import { at, makePerson, refusalOf, signedIn } from './people.ts';

const administrator = await makePerson('grants@example.org', { roles: [{ role: 'administrator', programId: null }] });
const manager = await makePerson('manager@example.org', { roles: [{ role: 'program_manager', programId: null }] });
const { actor } = await signedIn(administrator.id, at(0));

function input(change: Partial<GrantDelegationInput> = {}): GrantDelegationInput {
	return {
		userId: manager.id,
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
