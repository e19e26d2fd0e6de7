import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProblem } from '#lib/domain/problem.ts';
import { deadlineDrifted, isBeforeDeadline, makeDeadline, requireOpen, windowState } from './deadline.ts';
import { firstDayOf, fiscalQuarterOf, fiscalYearOf, fiscalYearsBetween, isDay, lastDayOf } from './fiscal-year.ts';
import {
	addDays,
	CANADIAN_ZONES,
	clocksAcrossCanada,
	compareDays,
	daysBetween,
	fiscalYearAt,
	instantToDay,
	instantToWallClock,
	isWallClock,
	isZone,
	wallClockToInstant
} from './zone.ts';

function instant(iso: string): Date {
	return new Date(iso);
}

function instantOf(wall: string, zone: string): string {
	const at = wallClockToInstant(wall, zone);
	return isProblem(at) ? at.code : at.toISOString();
}

describe('a fiscal year', () => {
	test('begins on 1 April and ends on 31 March', () => {
		expect([fiscalYearOf('2026-03-31'), fiscalYearOf('2026-04-01'), fiscalYearOf('2027-03-31')]).toEqual([
			2025, 2026, 2026
		]);
		expect([firstDayOf(2026), lastDayOf(2026)]).toEqual(['2026-04-01', '2027-03-31']);
	});

	test('has four quarters from April', () => {
		expect(['2026-04-01', '2026-07-01', '2026-10-31', '2027-03-31'].map(fiscalQuarterOf)).toEqual([1, 2, 3, 4]);
	});

	test('of a period lists every year it touches', () => {
		expect(fiscalYearsBetween('2026-03-31', '2028-04-01')).toEqual([2025, 2026, 2027, 2028]);
		expect(fiscalYearsBetween('2027-01-01', '2026-01-01')).toEqual([]);
	});

	test('is of the zone: the last minute of March in Toronto is already April in UTC', () => {
		expect(fiscalYearAt(instant('2027-04-01T03:59:59Z'), 'America/Toronto')).toBe(2026);
		expect(fiscalYearAt(instant('2027-04-01T04:00:00Z'), 'America/Toronto')).toBe(2027);
	});

	test('is not asked of something that is no day', () => {
		expect(() => fiscalYearOf('2026-02-30')).toThrow(RangeError);
	});
});

describe('a day', () => {
	test.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '26-04-01', '1899-01-01', '', null, 20260401])(
		'%j is none',
		(text) => {
			expect(isDay(text)).toBe(false);
		}
	);

	test('2028-02-29 is one', () => {
		expect(isDay('2028-02-29')).toBe(true);
	});

	test('moves over month ends, and the distance is the way back', () => {
		expect(addDays('2027-03-31', 1)).toBe('2027-04-01');
		expect(daysBetween('2026-04-01', '2027-04-01')).toBe(365);
		expect(daysBetween('2027-04-01', '2026-04-01')).toBe(-365);
		expect(compareDays('2026-04-01', '2026-04-02')).toBe(-1);
		expect(compareDays('2026-04-02', '2026-04-02')).toBe(0);
	});
});

describe('a wall clock', () => {
	test.each([
		// Toronto still changes its clocks.
		['2027-01-14T23:59', 'America/Toronto', '2027-01-15T04:59:00.000Z'],
		['2027-07-14T23:59', 'America/Toronto', '2027-07-15T03:59:00.000Z'],
		['2027-01-14T12:00', 'America/St_Johns', '2027-01-14T15:30:00.000Z'],
		['2027-01-14T12:00', 'America/Halifax', '2027-01-14T16:00:00.000Z'],
		['2027-01-14T12:00', 'America/Winnipeg', '2027-01-14T18:00:00.000Z'],
		['2027-01-14T12:00', 'America/Regina', '2027-01-14T18:00:00.000Z'],
		['2027-07-14T12:00', 'America/Regina', '2027-07-14T18:00:00.000Z'],
		['2027-01-14T12:00', 'America/Whitehorse', '2027-01-14T19:00:00.000Z'],
		['2027-01-14T12:00', 'America/Iqaluit', '2027-01-14T17:00:00.000Z']
	])('%s in %s is %s', (wall, zone, expected) => {
		expect(instantOf(wall, zone)).toBe(expected);
	});

	test.each([
		['2026-01-14T12:00', 'America/Vancouver', '2026-01-14T20:00:00.000Z'],
		['2026-12-14T12:00', 'America/Vancouver', '2026-12-14T19:00:00.000Z'],
		['2027-07-14T12:00', 'America/Vancouver', '2027-07-14T19:00:00.000Z'],
		['2026-01-14T12:00', 'America/Edmonton', '2026-01-14T19:00:00.000Z'],
		['2026-12-14T12:00', 'America/Edmonton', '2026-12-14T18:00:00.000Z'],
		['2027-07-14T12:00', 'America/Edmonton', '2027-07-14T18:00:00.000Z']
	])('%s in %s is %s: British Columbia and Alberta no longer go back in autumn', (wall, zone, expected) => {
		expect(instantOf(wall, zone)).toBe(expected);
	});

	test('that is shown twice means the later showing, so that no deadline falls before anyone read it', () => {
		expect(instantOf('2026-11-01T01:30', 'America/Toronto')).toBe('2026-11-01T06:30:00.000Z');
	});

	test('that is never shown is refused', () => {
		expect(instantOf('2027-03-14T02:30', 'America/Toronto')).toBe('time_skipped');
	});

	test.each(['2027-01-14', '2027-01-14T24:00', '2027-01-14T23:60', '2027-02-30T10:00', '2027-01-14T23:59:00', ''])(
		'%j is none',
		(text) => {
			expect(isWallClock(text)).toBe(false);
			expect(instantOf(text, 'America/Toronto')).toBe('time_invalid');
		}
	);

	test('comes back from its instant in every Canadian zone, unless it was skipped', () => {
		const zones = fc.constantFrom(...CANADIAN_ZONES.map(({ zone }) => zone));
		const minutes = fc.integer({ min: 0, max: 60 * 24 * 366 * 4 });
		fc.assert(
			fc.property(zones, minutes, (zone, offset) => {
				const wall = instant('2025-01-01T00:00:00Z');
				wall.setUTCMinutes(wall.getUTCMinutes() + offset);
				const text = wall.toISOString().slice(0, 16);
				const at = wallClockToInstant(text, zone);
				expect(isProblem(at) ? at.code : instantToWallClock(at, zone)).toBe(isProblem(at) ? 'time_skipped' : text);
			})
		);
	});

	test('every Canadian zone is known here, and nonsense is not', () => {
		expect(CANADIAN_ZONES.every(({ zone }) => isZone(zone))).toBe(true);
		expect(isZone('America/Atlantis')).toBe(false);
	});

	test('is read across the country, cities that share a reading together', () => {
		expect(clocksAcrossCanada(instant('2027-01-15T04:59:00Z')).map(({ wall, cities }) => [wall, ...cities])).toEqual([
			['2027-01-15T01:29', "St. John's"],
			['2027-01-15T00:59', 'Halifax'],
			['2027-01-14T23:59', 'Toronto', 'Iqaluit'],
			['2027-01-14T22:59', 'Winnipeg', 'Regina', 'Edmonton', 'Yellowknife'],
			['2027-01-14T21:59', 'Inuvik', 'Vancouver', 'Whitehorse']
		]);
	});

	test('the day of an instant is that of the zone', () => {
		expect(instantToDay(instant('2027-01-15T04:59:59Z'), 'America/Toronto')).toBe('2027-01-14');
		expect(instantToDay(instant('2027-01-15T04:59:59Z'), 'America/St_Johns')).toBe('2027-01-15');
	});
});

describe('a deadline', () => {
	const closesAt = instant('2027-01-15T04:59:00.000Z');

	test.each([
		['2027-01-15T04:58:00.000Z', true],
		['2027-01-15T04:58:59.999Z', true],
		['2027-01-15T04:59:00.000Z', true],
		['2027-01-15T04:59:59.999Z', true],
		['2027-01-15T05:00:00.000Z', false],
		['2027-01-15T05:00:00.001Z', false]
	])('of 23:59 answers a request received at %s with %s: the whole minute counts', (receivedAt, expected) => {
		expect(isBeforeDeadline(instant(receivedAt), closesAt)).toBe(expected);
	});

	test('keeps what was written, the instant and the version of the zone rules', () => {
		expect(makeDeadline('2027-01-14T23:59', 'America/Toronto', '2026c')).toEqual({
			wall: '2027-01-14T23:59',
			zone: 'America/Toronto',
			at: closesAt,
			tzVersion: '2026c'
		});
		expect(isProblem(makeDeadline('2027-03-14T02:30', 'America/Toronto', '2026c'))).toBe(true);
	});

	test('computed under older zone rules is found, not moved', () => {
		const wall = '2026-12-14T12:00';
		const older = { wall, zone: 'America/Vancouver', at: instant('2026-12-14T20:00:00Z'), tzVersion: '2025b' };
		expect(deadlineDrifted(older)).toBe(true);
		expect(deadlineDrifted({ ...older, at: instant('2026-12-14T19:00:00Z') })).toBe(false);
	});

	test('and an opening make a window: scheduled, open, closed', () => {
		const window = { opensAt: instant('2027-01-01T05:00:00Z'), closesAt };
		expect(windowState(window, instant('2027-01-01T04:59:59.999Z'))).toBe('scheduled');
		expect(windowState(window, window.opensAt)).toBe('open');
		expect(windowState(window, instant('2027-01-15T05:00:00Z'))).toBe('closed');
		expect(windowState({ ...window, closesAt: null }, instant('2099-01-01T00:00:00Z'))).toBe('open');
		expect(requireOpen(window, window.opensAt)).toBeNull();
		expect(requireOpen(window, instant('2026-01-01T00:00:00Z'))?.code).toBe('not_open_yet');
		expect(requireOpen(window, instant('2028-01-01T00:00:00Z'))?.code).toBe('deadline_passed');
	});
});
