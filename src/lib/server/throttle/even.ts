import { setTimeout as pause } from 'node:timers/promises';

/** Longer than any of the paths behind it usually takes. */
const FLOOR_MILLIS = 150;

/**
 * Answers no sooner than a fixed time after it began, so that an account that exists and one that does not take equally
 * long. For requests that say the same either way; not for those that verify a password, whose work is equal itself.
 */
export async function evenly<T>(work: () => Promise<T>): Promise<T> {
	const floor = pause(FLOOR_MILLIS);
	try {
		return await work();
	} finally {
		await floor;
	}
}
