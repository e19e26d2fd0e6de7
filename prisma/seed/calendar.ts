import { DEFAULT_ZONE, fiscalYearAt, instantToDay } from '#lib/domain/time/zone.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * The days of the demonstration, counted back from the day it is made. What binds money (decision, agreement, payment)
 * takes a week and stays within one fiscal year, whatever today is.
 */
export type Calendar = {
	/** The present fiscal year, and the one in which the earlier opportunity was decided: the same but in early April. */
	today: string;
	currentYear: number;
	decisionYear: number;
	/** The moment `days` after the decision (before it when negative) at an hour of the office. */
	fromDecision: (days: number, hour?: number) => Moment;
	/** The moment `days` from now; negative for the past. */
	fromNow: (days: number, hour?: number) => Moment;
	wallFromNow: (days: number, clock: string) => string;
	wallFromDecision: (days: number, clock: string) => string;
	dayFromNow: (days: number) => string;
	dayFromDecision: (days: number) => string;
};

export function calendarFor(now: Date): Calendar {
	let step = 0;
	const momentAt = (instant: Date): Moment => {
		step += 1;
		// A minute apart, so that what happened one after the other also reads so.
		const then = new Date(Math.min(instant.getTime() + step * MINUTE, now.getTime() - 1));
		return seededMoment(then, `demonstration ${step}`);
	};
	const at = (from: Date, days: number, hour: number): Date => {
		const day = new Date(from.getTime() + days * DAY);
		const morning = new Date(`${instantToDay(day, DEFAULT_ZONE)}T14:00:00Z`);
		return new Date(morning.getTime() + (hour - 9) * 60 * MINUTE);
	};
	const decided = decisionDay(now);
	const day = (from: Date, days: number): string => instantToDay(new Date(from.getTime() + days * DAY), DEFAULT_ZONE);
	return {
		today: instantToDay(now, DEFAULT_ZONE),
		currentYear: fiscalYearAt(now, DEFAULT_ZONE),
		decisionYear: fiscalYearAt(decided, DEFAULT_ZONE),
		fromDecision: (days, hour = 10) => momentAt(at(decided, days, hour)),
		fromNow: (days, hour = 10) => momentAt(at(now, days, hour)),
		wallFromNow: (days, clock) => `${day(now, days)}T${clock}`,
		wallFromDecision: (days, clock) => `${day(decided, days)}T${clock}`,
		dayFromNow: (days) => day(now, days),
		dayFromDecision: (days) => day(decided, days)
	};
}

/** Ten days ago, or in the first half of April twenty: the week that follows lies in one fiscal year. */
function decisionDay(now: Date): Date {
	const ago = (days: number): Date => new Date(now.getTime() - days * DAY);
	const isSplit = fiscalYearAt(ago(10), DEFAULT_ZONE) !== fiscalYearAt(ago(2), DEFAULT_ZONE);
	return ago(isSplit ? 20 : 10);
}

/** The year of a wall clock, for the code of an opportunity and its title. */
export function yearOf(wall: string): number {
	return Number(wall.slice(0, 4));
}
