/*
 * Apart from the rest of the engine, so that a page which only shows answers does not carry the evaluator of conditions.
 */

/** What a sensitive question may be answered with, whatever its type. */
export const PREFER_NOT = 'prefer_not_to_answer';

/** True for what counts as no answer: nothing, empty or blank text, no choice. */
export function isUnanswered(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return value.trim() === '';
	return Array.isArray(value) && value.length === 0;
}
