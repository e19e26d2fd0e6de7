import { onDatabaseClose } from './client.ts';

/** The most answers kept; beyond, the oldest makes room. */
const MOST = 500;

/**
 * Remembers answers for a moment, and lets those who ask meanwhile wait for the same one. For figures that cost much
 * more than the page they stand on and that nobody acts on by themselves, such as the length of a list; never for what
 * somebody decides, signs or pays by. A failed question is forgotten at once.
 */
export class ShortMemory<Answer> {
	readonly #answers = new Map<string, { answer: Promise<Answer>; until: number }>();
	readonly #millis: number;
	readonly #ticks: () => number;

	/** `millis` is how long an answer serves, from the moment it was asked; `ticks` counts milliseconds. */
	constructor(millis: number, ticks: () => number = () => performance.now()) {
		this.#millis = millis;
		this.#ticks = ticks;
	}

	/** The remembered answer, or the one that `ask` gives now. */
	recall(question: string, ask: () => Promise<Answer>): Promise<Answer> {
		const now = this.#ticks();
		const known = this.#answers.get(question);
		if (known && now < known.until) return known.answer;
		// What one database answered is never told of another that the process opens later.
		if (this.#answers.size === 0) onDatabaseClose(() => Promise.resolve(this.#answers.clear()));
		const answer = ask();
		this.#answers.delete(question);
		this.#answers.set(question, { answer, until: now + this.#millis });
		answer.catch(() => this.#answers.delete(question));
		for (const oldest of this.#answers.keys()) {
			if (this.#answers.size <= MOST) break;
			this.#answers.delete(oldest);
		}
		return answer;
	}
}
