/** How long the address a signature was given from is kept, unless a director holds it. The database has the same rule. */
export const ORIGIN_KEPT_DAYS = 90;

const DAY = 24 * 60 * 60 * 1000;

/** From when on the address of a signature is deleted, unless it is held. */
export function originKeptUntil(signedAt: Date): Date {
	return new Date(signedAt.getTime() + ORIGIN_KEPT_DAYS * DAY);
}
