import { Temporal } from 'temporal-polyfill';
import { refuse, type Problem } from '#lib/domain/problem.ts';
import { fiscalYearOf, isDay, type Day, type FiscalYear } from './fiscal-year.ts';

/*
 * The only place where a wall clock becomes an instant and back. It runs under the Node we ship, because its zone rules
 * know that British Columbia and Alberta stopped changing their clocks in 2026; the database is never asked.
 */

/** Default zone of a program: the seat of the funder. */
export const DEFAULT_ZONE = 'America/Toronto';

/** One zone for each way that clocks run in Canada, by a city people know, east to west: what a deadline page lists. */
export const CANADIAN_ZONES = [
	{ zone: 'America/St_Johns', city: "St. John's" },
	{ zone: 'America/Halifax', city: 'Halifax' },
	{ zone: 'America/Toronto', city: 'Toronto' },
	{ zone: 'America/Iqaluit', city: 'Iqaluit' },
	{ zone: 'America/Winnipeg', city: 'Winnipeg' },
	{ zone: 'America/Regina', city: 'Regina' },
	{ zone: 'America/Edmonton', city: 'Edmonton' },
	{ zone: 'America/Yellowknife', city: 'Yellowknife' },
	{ zone: 'America/Inuvik', city: 'Inuvik' },
	{ zone: 'America/Vancouver', city: 'Vancouver' },
	{ zone: 'America/Whitehorse', city: 'Whitehorse' }
] as const;

/** A wall clock to the minute, `YYYY-MM-DDTHH:MM`, as an `<input type="datetime-local">` sends it. */
export type WallClock = string;

const WALL = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)$/;

export function isWallClock(value: unknown): value is WallClock {
	const match = typeof value === 'string' ? WALL.exec(value) : null;
	return match !== null && isDay(match[1]);
}

/** True for a zone this runtime has rules for. */
export function isZone(zone: string): boolean {
	try {
		Temporal.PlainDateTime.from('2026-01-01T00:00').toZonedDateTime(zone);
		return true;
	} catch {
		return false;
	}
}

/**
 * The instant at which clocks in the zone show this wall clock.
 * A time shown twice (clocks go back) means the second showing: a deadline must never fall earlier than someone may
 * have read it. A time never shown (clocks go forward) is refused, so that whoever sets it chooses another.
 */
export function wallClockToInstant(wall: WallClock, zone: string): Date | Problem {
	if (!isWallClock(wall)) return refuse('time_invalid', { wall });
	const plain = Temporal.PlainDateTime.from(wall);
	const zoned = plain.toZonedDateTime(zone, { disambiguation: 'later' });
	if (!zoned.toPlainDateTime().equals(plain)) return refuse('time_skipped', { wall, zone });
	return dateAt(zoned.epochMilliseconds);
}

/** A Date at a known count of milliseconds. It reads no clock. */
function dateAt(epochMilliseconds: number): Date {
	return new Date(epochMilliseconds);
}

/** What clocks in the zone show at the instant, to the minute. */
export function instantToWallClock(instant: Date, zone: string): WallClock {
	const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
	return zoned.toPlainDateTime().toString({ smallestUnit: 'minute', roundingMode: 'floor' });
}

/** What clocks across the country show at the instant: one entry a reading, with the cities that share it, east to west. */
export function clocksAcrossCanada(instant: Date): { wall: WallClock; zone: string; cities: string[] }[] {
	const readings = new Map<WallClock, { wall: WallClock; zone: string; cities: string[] }>();
	for (const { zone, city } of CANADIAN_ZONES) {
		const wall = instantToWallClock(instant, zone);
		const reading = readings.get(wall);
		if (reading) reading.cities.push(city);
		else readings.set(wall, { wall, zone, cities: [city] });
	}
	return [...readings.values()].sort((a, b) => (a.wall < b.wall ? 1 : -1));
}

/** The calendar day that it is in the zone at the instant. */
export function instantToDay(instant: Date, zone: string): Day {
	return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The fiscal year that it is in a program's zone at the instant. */
export function fiscalYearAt(instant: Date, zone: string): FiscalYear {
	return fiscalYearOf(instantToDay(instant, zone));
}

/** The day `days` later (or earlier, when negative). */
export function addDays(day: Day, days: number): Day {
	return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** How many days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
	return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
}

/** Negative when a is earlier than b: days in this form order as text. */
export function compareDays(a: Day, b: Day): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
