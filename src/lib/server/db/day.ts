/** A calendar day `YYYY-MM-DD` as a DATE column takes it: the UTC midnight of that day, in whatever zone we run. */
export function dayColumn(day: string): Date {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new RangeError(`${day} is not a day of the form YYYY-MM-DD`);
	return new Date(`${day}T00:00:00Z`);
}

/** The day `YYYY-MM-DD` that a DATE column holds. */
export function dayOfColumn(column: Date): string {
	return column.toISOString().slice(0, 10);
}
