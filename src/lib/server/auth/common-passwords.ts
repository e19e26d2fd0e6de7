import list from './common-passwords.json' with { type: 'json' };

/*
 * Passwords that guessers try first. The list is 17,951 entries of eight characters and more from the frequency lists of
 * zxcvbn and @zxcvbn-ts/language-common (MIT, see common-passwords.LICENSE.txt). A password of twelve characters is
 * common also when it is one of them with digits or signs around it, written twice, or a run along the keyboard.
 */

const COMMON: ReadonlySet<string> = new Set(list);

/** Letters that people write as signs, and back. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
	'0': 'o',
	'1': 'i',
	'3': 'e',
	'4': 'a',
	'5': 's',
	'7': 't',
	'@': 'a',
	$: 's',
	'!': 'i'
};

const RUNS = [
	'abcdefghijklmnopqrstuvwxyz',
	'01234567890123456789',
	'qwertyuiop[]asdfghjkl;zxcvbnm',
	'azertyuiopqsdfghjklmwxcvbn',
	'1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p'
] as const;

/** Words of the place that a guesser knows. */
const OURS = ['hearth', 'foyer', 'password', 'motdepasse', 'subvention', 'grants', 'canada', 'welcome', 'bienvenue'];

/** True when a guesser would try this text early. `context` are the person's own name and address. */
export function isCommonPassword(password: string, context: readonly string[] = []): boolean {
	const text = password.toLowerCase();
	const variants = new Set([text, unsubstituted(text)]);
	for (const variant of variants) {
		if (COMMON.has(variant) || isRepetition(variant) || isRun(variant)) return true;
		const core = variant.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
		if (core !== variant && (core === '' || COMMON.has(core) || isRepetition(core) || isRun(core))) return true;
		if (isMadeOf(variant, [...OURS, ...contextWords(context)])) return true;
	}
	// A common password with digits before or after it: `1qaz2wsx2024`, `sunshine12345`.
	for (let length = 8; length < text.length; length += 1) {
		const head = text.slice(0, length);
		const tail = text.slice(text.length - length);
		if (COMMON.has(head) && /^[\d\W_]*$/.test(text.slice(length))) return true;
		if (COMMON.has(tail) && /^[\d\W_]*$/.test(text.slice(0, text.length - length))) return true;
	}
	return false;
}

function unsubstituted(text: string): string {
	return [...text].map((character) => SUBSTITUTES[character] ?? character).join('');
}

/** One short piece written again and again: `aaaaaaaaaaaa`, `abcabcabcabc`, `passwordpassword`. */
function isRepetition(text: string): boolean {
	for (let size = 1; size <= text.length / 2; size += 1) {
		const piece = text.slice(0, size);
		const isCommonPiece = size <= 4 || COMMON.has(piece) || isRun(piece);
		if (isCommonPiece && piece.repeat(Math.ceil(text.length / size)).slice(0, text.length) === text) return true;
	}
	return false;
}

function isRun(text: string): boolean {
	if (text.length < 6) return false;
	const backwards = [...text].reverse().join('');
	return RUNS.some((run) => run.includes(text) || run.includes(backwards));
}

function contextWords(context: readonly string[]): string[] {
	return context
		.flatMap((entry) => [entry, ...entry.split(/[^\p{L}\p{N}]+/u)])
		.map((word) => word.toLowerCase())
		.filter((word) => word.length >= 4);
}

/** Nothing but these words, digits and signs: a name and a year is known to whoever knows the person. */
function isMadeOf(text: string, words: readonly string[]): boolean {
	let rest = text;
	for (const word of [...words].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '');
	return rest !== text && /^[\d\W_]*$/.test(rest);
}
