import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProblem } from '#lib/domain/problem.ts';
import { cad } from '#lib/domain/money/money.ts';
import { findDelegation, isInForce, type Delegation } from './delegation.ts';

const at = new Date('2026-11-24T15:00:00Z');

function delegation(change: Partial<Delegation> = {}): Delegation {
	return {
		id: 'd-1',
		userId: 'user-1',
		authority: 's34_certification',
		programId: 'awareness',
		limitMinor: 1_000_00n,
		validFrom: new Date('2026-04-01T04:00:00Z'),
		validTo: new Date('2027-04-01T04:00:00Z'),
		revokedAt: null,
		...change
	};
}

function find(held: Delegation[], amount = 500_00n, when = at): string {
	const found = findDelegation(held, {
		authority: 's34_certification',
		programId: 'awareness',
		amount: cad(amount),
		at: when
	});
	return isProblem(found) ? found.code : found.id;
}

describe('a delegation', () => {
	test('lets one sign up to its limit, the limit included', () => {
		expect(find([delegation()], 1_000_00n)).toBe('d-1');
		expect(find([delegation()], 1_000_01n)).toBe('delegation_limit_too_low');
		expect(find([delegation({ limitMinor: null })], 10n ** 14n)).toBe('d-1');
	});

	test('of another authority or program is none', () => {
		expect(find([])).toBe('delegation_none');
		expect(find([delegation({ authority: 's33_requisition' })])).toBe('delegation_none');
		expect(find([delegation({ programId: 'shelters' })])).toBe('delegation_none');
		expect(find([delegation({ programId: null })])).toBe('d-1');
	});

	test('holds from its first instant until its last, not at it', () => {
		const held = delegation();
		expect(isInForce(held, held.validFrom)).toBe(true);
		expect(isInForce(held, new Date(held.validFrom.getTime() - 1))).toBe(false);
		expect(isInForce(held, new Date('2027-04-01T03:59:59.999Z'))).toBe(true);
		expect(isInForce(held, new Date('2027-04-01T04:00:00Z'))).toBe(false);
		expect(isInForce(delegation({ validTo: null }), new Date('2099-01-01T00:00:00Z'))).toBe(true);
		expect(find([held], 1n, new Date('2028-01-01T00:00:00Z'))).toBe('delegation_not_in_force');
	});

	test('revoked no longer holds from that instant', () => {
		expect(find([delegation({ revokedAt: at })])).toBe('delegation_not_in_force');
		expect(find([delegation({ revokedAt: new Date(at.getTime() + 1) })])).toBe('d-1');
	});

	test('of several, the narrowest serves: the program before all, then the lowest sufficient limit', () => {
		const wide = delegation({ id: 'wide', programId: null, limitMinor: null });
		const high = delegation({ id: 'high', limitMinor: 9_000_00n });
		const low = delegation({ id: 'low', limitMinor: 600_00n });
		const open = delegation({ id: 'open', limitMinor: null });
		expect(find([wide, open, high, low])).toBe('low');
		expect(find([wide, open, high, low], 700_00n)).toBe('high');
		expect(find([wide, open, high, low], 10_000_00n)).toBe('open');
		expect(find([wide])).toBe('wide');
	});

	test('the refusal names the highest limit held', () => {
		const problem = findDelegation([delegation(), delegation({ id: 'd-2', limitMinor: 2_000_00n })], {
			authority: 's34_certification',
			programId: 'awareness',
			amount: cad(5_000_00n),
			at
		});
		expect(isProblem(problem) && problem.facts).toMatchObject({ limit: 2_000_00n, amount: 5_000_00n });
	});

	test('the answer does not depend on the order of the records', () => {
		const held = [
			delegation({ id: 'a' }),
			delegation({ id: 'b' }),
			delegation({ id: 'c', programId: null }),
			delegation({ id: 'd', limitMinor: null })
		];
		fc.assert(
			fc.property(fc.shuffledSubarray(held, { minLength: held.length }), (shuffled) => {
				expect(find(shuffled)).toBe('a');
			})
		);
	});
});
