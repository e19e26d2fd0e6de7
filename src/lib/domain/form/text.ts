import { refuse, type Problem } from '#lib/domain/problem.ts';

/**
 * A person's text as it is kept: line ends become LF, nothing else is changed. Refuses NUL, which the database cannot
 * hold, and lone surrogates, which it would silently replace.
 */
export function cleanText(text: string): string | Problem {
	if (text.includes('\0') || /\p{Surrogate}/u.test(text)) return refuse('text_unreadable');
	return text.replace(/\r\n?/g, '\n');
}

/**
 * How many characters a limit counts: code points, with a line end as one. Server and browser count alike, and a letter
 * beyond the first plane counts as one letter.
 */
export function countCharacters(text: string): number {
	let count = 0;
	for (const _ of text.replace(/\r\n?/g, '\n')) count += 1;
	return count;
}

/** How many words: runs without spaces that hold at least one letter or digit, so « : » alone is none. */
export function countWords(text: string): number {
	return (text.match(/\S+/gu) ?? []).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
}

export type TextLimits = { minCharacters?: number; maxCharacters?: number; maxWords?: number };

/** What is wrong with the length of a text. */
export function lengthProblems(text: string, limits: TextLimits): Problem[] {
	const problems: Problem[] = [];
	const characters = countCharacters(text);
	if (limits.maxCharacters !== undefined && characters > limits.maxCharacters) {
		problems.push(refuse('too_long', { limit: limits.maxCharacters, actual: characters }));
	}
	if (limits.minCharacters !== undefined && characters < limits.minCharacters) {
		problems.push(refuse('too_short', { limit: limits.minCharacters, actual: characters }));
	}
	const words = limits.maxWords === undefined ? 0 : countWords(text);
	if (limits.maxWords !== undefined && words > limits.maxWords) {
		problems.push(refuse('too_many_words', { limit: limits.maxWords, actual: words }));
	}
	return problems;
}
