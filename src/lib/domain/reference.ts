/*
 * Numbers that people read aloud and print. They are neutral: nothing in them tells a program, a place or a name, so
 * they may stand in a mail's subject. The counters come from the database, one row lock each.
 */

function padded(count: number): string {
	return count.toString().padStart(4, '0');
}

/** `27-0142`: the opportunity's code, then the count within it. */
export function applicationReference(opportunityCode: string, count: number): string {
	return `${opportunityCode}-${padded(count)}`;
}

/** `A-27-0142`: the award carries its application's reference. */
export function awardNumber(reference: string): string {
	return `A-${reference}`;
}

/** `P-2026-0001`: counted within the fiscal year it is paid from. */
export function disbursementNumber(fiscalYear: number, count: number): string {
	return `P-${fiscalYear}-${padded(count)}`;
}

/** `D-0001`, printed beside each signature made under the delegation. */
export function delegationNumber(count: number): string {
	return `D-${padded(count)}`;
}
