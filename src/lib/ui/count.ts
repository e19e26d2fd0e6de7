/** Words as a person counts them: runs of text between blanks; a run without a letter or a digit is no word. */
export function countWords(text: string): number {
	return text.split(/\s+/u).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
}

/** Characters as a person sees them, by code point; line ends count once however the browser sends them. */
export function countCharacters(text: string): number {
	return Array.from(text.replaceAll('\r\n', '\n')).length;
}
