import type { Day } from '#lib/domain/time/fiscal-year.ts';
import { addDays, instantToDay } from '#lib/domain/time/zone.ts';

/** How long a recipient has to answer an offer, from the day on which there is a text to sign. */
export const RESPONSE_DAYS = 60;

/**
 * The last day for an answer, or null while the program office still has to sign: an offer that waits on us does not run
 * out. It runs from the funder's signature under the text that stands.
 */
export function respondBy(offer: { offeredAt: Date | null; funderSignedAt: Date | null; zone: string }): Day | null {
	if (offer.offeredAt === null || offer.funderSignedAt === null) return null;
	const from = offer.funderSignedAt > offer.offeredAt ? offer.funderSignedAt : offer.offeredAt;
	return addDays(instantToDay(from, offer.zone), RESPONSE_DAYS);
}

/** True once the last day for an answer is over in the program's zone. */
export function isExpired(offer: Parameters<typeof respondBy>[0], now: Date): boolean {
	const last = respondBy(offer);
	return last !== null && instantToDay(now, offer.zone) > last;
}
