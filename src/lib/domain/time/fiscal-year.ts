/** A fiscal year, named by the year of its 1 April: 2026 is written 2026-2027. */
export type FiscalYear = number;

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** True for a day that exists in the calendar, between the years 1900 and 2199. */
export function isDay(value: unknown): value is Day {
	const match = typeof value === 'string' ? DAY.exec(value) : null;
	if (!match) return false;
	const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
	return year >= 1900 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
	if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
	return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The fiscal year (1 April – 31 March) of a day. */
export function fiscalYearOf(day: Day): FiscalYear {
	if (!isDay(day)) throw new RangeError(`fiscalYearOf needs a day YYYY-MM-DD, got ${JSON.stringify(day)}`);
	const year = Number(day.slice(0, 4));
	return Number(day.slice(5, 7)) >= 4 ? year : year - 1;
}

export function firstDayOf(fiscalYear: FiscalYear): Day {
	return `${fiscalYear}-04-01`;
}

export function lastDayOf(fiscalYear: FiscalYear): Day {
	return `${fiscalYear + 1}-03-31`;
}

/** Every fiscal year that a period from one day to another (both included) touches. */
export function fiscalYearsBetween(startsOn: Day, endsOn: Day): FiscalYear[] {
	const first = fiscalYearOf(startsOn);
	const last = fiscalYearOf(endsOn);
	return Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first + step);
}

/** Quarter 1 is April to June; quarter 4 is January to March. */
export function fiscalQuarterOf(day: Day): 1 | 2 | 3 | 4 {
	const month = Number(day.slice(5, 7));
	return (Math.floor(((month + 8) % 12) / 3) + 1) as 1 | 2 | 3 | 4;
}
