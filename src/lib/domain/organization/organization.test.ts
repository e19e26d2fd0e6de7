import { describe, expect, test } from 'vitest';
import { isProblem } from '#lib/domain/problem.ts';
import { canonicalBankAccount, lastThree, parseBankAccount } from './bank-account.ts';
import { businessNumberWarning, parseBusinessNumber, passesLuhn } from './business-number.ts';
import { isOrganizationKind, mayBeShown } from './kinds.ts';
import { parsePostalCode, postalCodeProblem } from './postal-code.ts';
import { isProvince, PROVINCES } from './province.ts';
import { parseTelephone } from './telephone.ts';

const read = <T>(value: T): unknown => (isProblem(value) ? value.code : value);

describe('a telephone number', () => {
	test.each([
		['819-555-0137', '1-819-555-0137'],
		['(819) 555 0137', '1-819-555-0137'],
		['+1 819.555.0137', '1-819-555-0137'],
		['1\u00a0819\u00a0555\u20110137', '1-819-555-0137'],
		['18195550137', '1-819-555-0137'],
		['555-0137', 'telephone_format'],
		['119-555-0137', 'telephone_format'],
		['819-155-0137', 'telephone_format'],
		['+44 20 7946 0958', 'telephone_format'],
		['819-555-0137 ext. 4', 'telephone_format'],
		['', 'telephone_format']
	])('%j is read as %s', (text, expected) => {
		expect(read(parseTelephone(text))).toBe(expected);
	});
});

describe('a business number', () => {
	test.each([
		['123456782', '123456782'],
		['12345 6782 RR 0001', '123456782RR0001'],
		['123456782rt0001', '123456782RT0001'],
		['12-345-6782', '123456782'],
		['000089987', '000089987'],
		['12345678', 'business_number_format'],
		['123456782XX0001', 'business_number_format'],
		['123456782RR001', 'business_number_format'],
		['', 'business_number_format']
	])('%j is read as %s', (text, expected) => {
		expect(read(parseBusinessNumber(text))).toBe(expected);
	});

	test('that fails its check digit is warned of, never refused', () => {
		expect(businessNumberWarning('123456789')?.code).toBe('business_number_check');
		expect(businessNumberWarning('123456782RR0001')).toBeNull();
		expect([passesLuhn('000089987'), passesLuhn('123456788')]).toEqual([true, false]);
	});
});

describe('a postal code', () => {
	test.each([
		['K1A 0B1', 'K1A 0B1'],
		['k1a0b1', 'K1A 0B1'],
		[' H2X-1Y4 ', 'H2X 1Y4'],
		['D1A 0B1', 'postal_code_format'],
		['W1A 0B1', 'postal_code_format'],
		['K1O 0B1', 'postal_code_format'],
		['90210', 'postal_code_format']
	])('%j is read as %s', (text, expected) => {
		expect(read(parsePostalCode(text))).toBe(expected);
	});

	test('belongs to its province', () => {
		expect(postalCodeProblem('K1A 0B1', 'ON')).toBeNull();
		expect(postalCodeProblem('K1A 0B1', 'QC')?.code).toBe('postal_code_province');
		expect(postalCodeProblem('X0A 0H0', 'NU')).toBeNull();
	});
});

describe('a bank account', () => {
	const typed = { institution: '815', transit: '12 345', account: '001-2345678' };

	test('is three, five and seven to twelve digits', () => {
		expect(parseBankAccount(typed)).toEqual({ institution: '815', transit: '12345', account: '0012345678' });
		expect(read(parseBankAccount({ ...typed, institution: '81' }))).toBe('value_invalid');
		expect(parseBankAccount({ ...typed, transit: 'abcde' })).toMatchObject({ field: 'transit' });
		expect(parseBankAccount({ ...typed, account: '1'.repeat(13) })).toMatchObject({ field: 'account' });
	});

	test('shows its last three digits alone, and has one text for its fingerprint', () => {
		const account = { institution: '815', transit: '12345', account: '0012345678' };
		expect(lastThree(account)).toBe('678');
		expect(canonicalBankAccount(account)).toBe('815-12345-0012345678');
	});
});

describe('codes', () => {
	test('are known by name', () => {
		expect(PROVINCES.length).toBe(13);
		expect([isProvince('QC'), isProvince('XX'), isOrganizationKind('charity'), isOrganizationKind('')]).toEqual([
			true,
			false,
			true,
			false
		]);
	});

	test('of a sealed site never let its text be shown', () => {
		expect([mayBeShown('sealed_site'), mayBeShown('service_region'), mayBeShown('public_mailing')]).toEqual([
			false,
			true,
			true
		]);
	});
});
