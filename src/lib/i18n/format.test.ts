import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProblem } from '#lib/domain/problem.ts';
import { cad, parseMoney } from '#lib/domain/money/money.ts';
import { CANADIAN_ZONES } from '#lib/domain/time/zone.ts';
import {
	compareNames,
	formatDate,
	formatDay,
	formatFileSize,
	formatFiscalYear,
	formatInstant,
	formatList,
	formatMoney,
	formatMoneyInput,
	formatNumber,
	formatPercent,
	formatScaled,
	formatTime,
	formatZone
} from './format.ts';
import { isLocale, localized, otherLocale } from './locale.ts';

/** A no-break space shown as an underscore, so that the tests can be read. */
const shown = (text: string): string => text.replaceAll('\u00a0', '_');

describe('money', () => {
	test('is $1,234.50 in English and « 1 234,50 $ » in French, with no-break spaces', () => {
		expect(shown(formatMoney(cad(123450n), 'en'))).toBe('$1,234.50');
		expect(shown(formatMoney(cad(123450n), 'fr'))).toBe('1_234,50_$');
		expect(shown(formatMoney(cad(123456750n), 'fr'))).toBe('1_234_567,50_$');
		expect(formatMoney(cad(0n), 'en')).toBe('$0.00');
		expect(shown(formatMoney(cad(5n), 'fr'))).toBe('0,05_$');
	});

	test('below zero carries a minus sign in front', () => {
		expect(formatMoney(cad(-123450n), 'en')).toBe('\u2212$1,234.50');
		expect(shown(formatMoney(cad(-5n), 'fr'))).toBe('\u22120,05_$');
	});

	test('without cents is rounded half up, and nothing is never negative', () => {
		expect(formatMoney(cad(123450n), 'en', { cents: false })).toBe('$1,235');
		expect(formatMoney(cad(123449n), 'en', { cents: false })).toBe('$1,234');
		expect(formatMoney(cad(-49n), 'en', { cents: false })).toBe('$0');
	});

	test('written by either language is read back to the cent', () => {
		fc.assert(
			fc.property(
				fc.bigInt({ min: 0n, max: 10n ** 15n }),
				fc.constantFrom('en' as const, 'fr' as const),
				(minor, locale) => {
					for (const text of [formatMoney(cad(minor), locale), formatMoneyInput(cad(minor), locale)]) {
						const money = parseMoney(text);
						expect(isProblem(money) ? money.code : money.minor).toBe(minor);
					}
				}
			)
		);
	});
});

describe('numbers', () => {
	test('are grouped, and carry the mark of the language', () => {
		expect(formatNumber(1234567.5, 'en')).toBe('1,234,567.5');
		expect(shown(formatNumber(1234567.5, 'fr'))).toBe('1_234_567,5');
		expect(shown(formatNumber(12345678901234567890n, 'fr'))).toBe('12_345_678_901_234_567_890');
		expect([
			formatNumber(-3, 'en'),
			formatNumber(-0.001, 'en'),
			formatNumber(100, 'en'),
			formatNumber(0, 'fr')
		]).toEqual(['\u22123', '0', '100', '0']);
	});

	test('as rates come from basis points', () => {
		expect(formatPercent(1250, 'en')).toBe('12.5%');
		expect(shown(formatPercent(1250n, 'fr'))).toBe('12,5_%');
		expect(formatPercent(10_000, 'en')).toBe('100%');
	});

	test('that are exact and scaled keep their decimals, half up', () => {
		expect(formatScaled(40_500n, 10_000n, 'en')).toBe('4.05');
		expect(formatScaled(40_450n, 10_000n, 'fr', 2)).toBe('4,05');
		expect(formatScaled(46_666n, 10_000n, 'en')).toBe('4.67');
		expect(formatScaled(-46_666n, 10_000n, 'en', 0)).toBe('\u22125');
		expect(formatScaled(-1n, 10_000n, 'en', 2)).toBe('0.00');
	});

	test('of bytes are in decimal units of the language', () => {
		expect(shown(formatFileSize(999, 'en'))).toBe('999_bytes');
		expect(shown(formatFileSize(1_440_000, 'en'))).toBe('1.4_MB');
		expect(shown(formatFileSize(1_440_000, 'fr'))).toBe('1,4_Mo');
		expect(shown(formatFileSize(5_000_000_000_000, 'en'))).toBe('5,000_GB');
	});
});

describe('dates', () => {
	test('are written out, the first of the month as « 1er »', () => {
		expect(formatDate('2026-04-01', 'en')).toBe('April 1, 2026');
		expect(formatDate('2026-04-01', 'fr')).toBe('1er avril 2026');
		expect(formatDate('2027-08-14', 'fr')).toBe('14 août 2027');
		expect(() => formatDate('14/08/2027', 'fr')).toThrow(RangeError);
	});

	test('name a fiscal year by both its years', () => {
		expect(formatFiscalYear(2026)).toBe('2026-2027');
	});
});

describe('an instant', () => {
	const deadline = new Date('2027-01-15T04:59:00Z');

	test('names its zone', () => {
		expect(shown(formatInstant(deadline, 'America/Toronto', 'en'))).toBe('January 14, 2027, 11:59_p.m._Eastern');
		expect(shown(formatInstant(deadline, 'America/Toronto', 'fr'))).toBe('14 janvier 2027, 23_h_59, heure de l’Est');
	});

	test('is the day and the time of its zone', () => {
		expect(formatDay(deadline, 'America/St_Johns', 'en')).toBe('January 15, 2027');
		expect(shown(formatTime(deadline, 'America/St_Johns', 'fr'))).toBe('1_h_29');
	});

	test('on the hour drops the minutes in French, and noon and midnight are 12 in English', () => {
		const noon = new Date('2027-07-01T16:00:00Z');
		const midnight = new Date('2027-07-01T04:00:00Z');
		expect(shown(formatTime(noon, 'America/Toronto', 'fr'))).toBe('12_h');
		expect(shown(formatTime(noon, 'America/Toronto', 'en'))).toBe('12:00_p.m.');
		expect(shown(formatTime(midnight, 'America/Toronto', 'en'))).toBe('12:00_a.m.');
		expect(shown(formatTime(midnight, 'America/Toronto', 'fr'))).toBe('0_h');
	});

	test('in British Columbia and Alberta no longer goes back in winter', () => {
		expect(shown(formatTime(new Date('2026-12-14T19:00:00Z'), 'America/Vancouver', 'fr'))).toBe('12_h');
		expect(shown(formatTime(new Date('2026-12-14T18:00:00Z'), 'America/Edmonton', 'fr'))).toBe('12_h');
	});

	test('has a name for every Canadian zone in both languages, and a city for any other', () => {
		for (const { zone } of CANADIAN_ZONES) {
			expect(formatZone(zone, 'fr')).toMatch(/^heure d/);
			expect(formatZone(zone, 'en')).not.toMatch(/America/);
		}
		expect(formatZone('Europe/Paris', 'en')).toBe('Paris time');
		expect(formatZone('Pacific/Port_Moresby', 'fr')).toBe('heure de Port Moresby');
	});
});

describe('names', () => {
	test('sort as the language does, accents beside their letters', () => {
		const names = ['Zoé', 'Étoile', 'eau', 'Ecole', 'École', 'àne', 'Nord'];
		expect([...names].sort(compareNames('fr'))).toEqual(['àne', 'eau', 'Ecole', 'École', 'Étoile', 'Nord', 'Zoé']);
		expect([...names].sort(compareNames('en')).at(0)).toBe('àne');
	});

	test('are joined as a sentence does', () => {
		expect([
			formatList([], 'en'),
			formatList(['A'], 'en'),
			formatList(['A', 'B'], 'fr'),
			formatList(['A', 'B', 'C'], 'en')
		]).toEqual(['', 'A', 'A et B', 'A, B and C']);
	});
});

describe('a locale', () => {
	test('is one of two, and each is the other of the other', () => {
		expect([isLocale('en'), isLocale('fr'), isLocale('de'), isLocale(null)]).toEqual([true, true, false, false]);
		expect([otherLocale('en'), otherLocale('fr')]).toEqual(['fr', 'en']);
	});

	test('chooses the text, and falls back to the other only while one is unwritten', () => {
		expect(localized({ en: 'Call', fr: 'Appel' }, 'fr')).toBe('Appel');
		expect(localized({ en: 'Call', fr: '' }, 'fr')).toBe('Call');
	});
});
