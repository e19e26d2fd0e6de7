import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitByYear, standingOf } from '#lib/domain/award/years.ts';
import { cad, compare, sum } from '#lib/domain/money/money.ts';
import { fiscalYearOf } from '#lib/domain/time/fiscal-year.ts';
import { closedGates } from './gates.ts';
import { planInstalments, scheduleProblems } from './schedule.ts';
import {
	canonicalBinding,
	isReleased,
	mayCertify,
	mayConfirmEvidence,
	mayRequisition,
	signatureOf,
	standingSignatures,
	type Binding,
	type PaymentSignature
} from './signatures.ts';

const agreement = { startsOn: '2026-12-01', endsOn: '2028-03-31' };
const years = fc.uniqueArray(
	fc.record({
		fiscalYear: fc.integer({ min: 2026, max: 2030 }),
		amount: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(cad)
	}),
	{ selector: ({ fiscalYear }) => fiscalYear, minLength: 1, maxLength: 5 }
);

describe('an award by year', () => {
	test('is what was asked where it is the whole of it', () => {
		const asked = [
			{ fiscalYear: 2027, amount: cad(30n) },
			{ fiscalYear: 2026, amount: cad(70n) }
		];
		expect(splitByYear(cad(100n), asked).map(({ amount }) => amount.minor)).toEqual([70n, 30n]);
	});

	test('is in proportion otherwise, and sums to the award always', () => {
		fc.assert(
			fc.property(years, fc.bigInt({ min: 0n, max: 10n ** 12n }), (asked, amount) => {
				const split = splitByYear(cad(amount), asked);
				expect(sum(split.map((year) => year.amount)).minor).toBe(amount);
				expect(split.every((year) => year.amount.minor > 0n)).toBe(true);
			})
		);
	});

	test('commits this year and reserves the years to come', () => {
		expect([2025, 2026, 2027].map((year) => standingOf(year, 2026))).toEqual(['committed', 'committed', 'reserved']);
	});
});

describe('a schedule', () => {
	test('pays each fiscal year in two parts, the first on the first day the agreement covers', () => {
		const plan = planInstalments(
			[
				{ fiscalYear: 2026, amount: cad(101n) },
				{ fiscalYear: 2027, amount: cad(100n) }
			],
			agreement
		);
		expect(plan).toEqual([
			{ number: 1, fiscalYear: 2026, dueOn: '2026-12-01', amount: cad(51n) },
			{ number: 2, fiscalYear: 2026, dueOn: '2027-01-30', amount: cad(50n) },
			{ number: 3, fiscalYear: 2027, dueOn: '2027-04-01', amount: cad(50n) },
			{ number: 4, fiscalYear: 2027, dueOn: '2027-09-30', amount: cad(50n) }
		]);
	});

	test('leaves out a part of nothing, and falls on the first day of a year the agreement does not cover', () => {
		expect(planInstalments([{ fiscalYear: 2030, amount: cad(1n) }], agreement)).toEqual([
			{ number: 1, fiscalYear: 2030, dueOn: '2030-04-01', amount: cad(1n) }
		]);
		expect(planInstalments([{ fiscalYear: 2020, amount: cad(1n) }], agreement)[0]?.dueOn).toBe('2020-04-01');
		expect(() => planInstalments([], agreement, 0)).toThrow(RangeError);
	});

	test('sums to every year to the cent, in order of date, each part within its year', () => {
		fc.assert(
			fc.property(years, fc.integer({ min: 1, max: 12 }), (award, perYear) => {
				const plan = planInstalments(award, agreement, perYear);
				if (plan.length > 0) expect(scheduleProblems(plan, award)).toEqual([]);
				expect(compare(sum(plan.map((part) => part.amount)), sum(award.map((year) => year.amount)))).toBe(0);
				for (const [index, part] of plan.entries()) {
					expect(part.number).toBe(index + 1);
					expect(fiscalYearOf(part.dueOn)).toBe(part.fiscalYear);
					expect(part.dueOn >= (plan[index - 1]?.dueOn ?? '')).toBe(true);
				}
			})
		);
	});

	test('that does not sum to its years, or is empty, is refused', () => {
		const award = [{ fiscalYear: 2026, amount: cad(100n) }];
		expect(scheduleProblems([], award)).toMatchObject([{ code: 'schedule_empty' }]);
		expect(scheduleProblems([{ fiscalYear: 2026, amount: cad(99n) }], award)).toMatchObject([
			{ code: 'schedule_sum_differs', facts: { actual: 99n, expected: 100n, year: 2026 } }
		]);
		expect(scheduleProblems([{ fiscalYear: 2027, amount: cad(100n) }], award).length).toBe(2);
	});
});

describe('a binding', () => {
	const binding: Binding = { organizationId: 'org', accountFingerprint: 'f1', amount: cad(100n), instalmentId: 'i1' };

	test('is one text, and any change of what it binds is another', () => {
		const changed: Binding[] = [
			{ ...binding, organizationId: 'other' },
			{ ...binding, accountFingerprint: 'f2' },
			{ ...binding, amount: cad(101n) },
			{ ...binding, instalmentId: 'i2' }
		];
		expect(canonicalBinding(binding)).toBe('hearth-payment-1\norg\nf1\n100\nCAD\ni1\n');
		expect(new Set([binding, ...changed].map(canonicalBinding)).size).toBe(5);
	});

	test('of a part with a line end, or of nothing, is refused', () => {
		expect(() => canonicalBinding({ ...binding, organizationId: 'a\nb' })).toThrow(RangeError);
		expect(() => canonicalBinding({ ...binding, accountFingerprint: '' })).toThrow(RangeError);
	});
});

describe('two people', () => {
	const payment = { organizationId: 'org', bindingHash: 'h1' };
	const signed = (section: string, userId: string, change: Partial<PaymentSignature> = {}): PaymentSignature => ({
		section,
		userId,
		bindingHash: 'h1',
		voidedAt: null,
		...change
	});
	const signer = (userId: string, ...memberOrganizationIds: string[]) => ({ userId, memberOrganizationIds });
	const certified = [signed('s34', 'manager')];

	test('certify and requisition; one person never does both', () => {
		expect(mayRequisition(certified, signer('finance'), payment)).toBeNull();
		expect(mayRequisition(certified, signer('manager'), payment)?.code).toBe('same_person');
		expect(mayCertify([signed('s33', 'finance')], signer('finance'), payment)?.code).toBe('same_person');
		expect(mayCertify([], signer('manager'), payment)).toBeNull();
	});

	test('cannot benefit: a member of the recipient signs neither section nor the evidence', () => {
		expect(mayCertify([], signer('manager', 'org'), payment)?.code).toBe('person_can_benefit');
		expect(mayRequisition(certified, signer('finance', 'org'), payment)?.code).toBe('person_can_benefit');
		expect(mayRequisition(certified, signer('finance', 'elsewhere'), payment)).toBeNull();
		expect(mayConfirmEvidence({ recordedById: 'a' }, signer('b', 'org'), payment)?.code).toBe('person_can_benefit');
	});

	test('sign the same payment: a certification of another hash, or a voided one, does not carry', () => {
		expect(mayRequisition([], signer('finance'), payment)?.code).toBe('signature_void');
		expect(mayRequisition([signed('s34', 'manager', { bindingHash: 'h0' })], signer('finance'), payment)?.code).toBe(
			'signature_void'
		);
		const voided = [signed('s34', 'manager', { voidedAt: new Date('2026-11-24T00:00:00Z') })];
		expect(mayRequisition(voided, signer('finance'), payment)?.code).toBe('signature_void');
		expect(standingSignatures(voided, 'h1')).toEqual([]);
		expect(signatureOf(certified, 's34', 'h1')?.userId).toBe('manager');
	});

	test('release a payment only together', () => {
		expect(isReleased([...certified, signed('s33', 'finance')], 'h1')).toBe(true);
		expect(isReleased([...certified, signed('s33', 'manager')], 'h1')).toBe(false);
		expect(isReleased([...certified, signed('s33', 'finance')], 'h2')).toBe(false);
		expect(isReleased(certified, 'h1')).toBe(false);
	});

	test('record and confirm a manual payment', () => {
		expect(mayConfirmEvidence({ recordedById: 'a' }, signer('a'), payment)?.code).toBe('same_person');
		expect(mayConfirmEvidence({ recordedById: 'a' }, signer('b'), payment)).toBeNull();
	});
});

describe('a gate', () => {
	const open = { agreementInForce: true, accountVerified: true, overdueRequirementCount: 0, isCommitted: true };

	test('that is closed is named', () => {
		expect(closedGates(open)).toEqual([]);
		expect(
			closedGates({ agreementInForce: false, accountVerified: false, overdueRequirementCount: 2, isCommitted: false })
		).toEqual(['agreement_in_force', 'account_verified', 'requirements_met', 'appropriation_voted']);
	});
});
