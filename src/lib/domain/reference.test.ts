import { describe, expect, test } from 'vitest';
import { isBilingual } from './bilingual.ts';
import { neutralFileName } from './privacy/neutral.ts';
import { instrumentCode, INSTRUMENTS, isAccountedFor, sourceFits } from './program/instrument.ts';
import { applicationReference, awardNumber, delegationNumber, disbursementNumber } from './reference.ts';

describe('a reference', () => {
	test('is a neutral number', () => {
		expect(applicationReference('27', 142)).toBe('27-0142');
		expect(awardNumber('27-0142')).toBe('A-27-0142');
		expect(disbursementNumber(2026, 1)).toBe('P-2026-0001');
		expect(delegationNumber(12_345)).toBe('D-12345');
	});

	test('names a file that is handed out, never the name it came with', () => {
		expect(neutralFileName('27-0142', 1, 'PDF')).toBe('27-0142-1.pdf');
		expect(neutralFileName('27-0142/../x', 2, 'p/d\nf')).toBe('27-0142x-2.pdf');
		expect(neutralFileName('27-0142', 3, '')).toBe('27-0142-3');
	});
});

describe('a program', () => {
	test('is coded by its instrument, and only contributions are accounted for', () => {
		expect(INSTRUMENTS.map(instrumentCode)).toEqual(['G', 'C', 'O']);
		expect(INSTRUMENTS.map(isAccountedFor)).toEqual([false, true, false]);
	});

	test('is planned by reference levels and voted by Estimates', () => {
		expect(sourceFits('planned', 'reference_level')).toBe(true);
		expect(sourceFits('voted', 'reference_level')).toBe(false);
		expect(sourceFits('voted', 'interim_supply')).toBe(true);
		expect(sourceFits('planned', 'main_estimates')).toBe(false);
	});

	test('is published in both languages or not at all', () => {
		expect([isBilingual({ en: 'a', fr: 'b' }), isBilingual({ en: 'a', fr: ' ' }), isBilingual(undefined)]).toEqual([
			true,
			false,
			false
		]);
	});
});
