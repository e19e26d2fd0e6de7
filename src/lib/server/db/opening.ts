import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/*
 * Prisma opens a transaction with a bare BEGIN, so a level of isolation and the actor of row-level security would each cost
 * a round trip more, and round trips are most of what a short command takes. The connection sends all three as one text.
 * It also knows which transaction it is in, so that the few statements of every command can go to it directly.
 */

/** A transaction announced, and, from its BEGIN to its end, the connection it runs on. */
export class Opening {
	readonly settings: Readonly<Record<string, string>>;
	sent = false;
	client: OpeningClient | undefined;

	constructor(settings: Readonly<Record<string, string>>) {
		this.settings = settings;
	}
}

const openings = new AsyncLocalStorage<Opening>();

/**
 * Runs `start`, in which the next transaction begins READ COMMITTED with these settings, local to it. `start` is given a
 * function to call once the transaction stands: it throws when the settings did not travel with BEGIN, because a
 * transaction without its actor would show too little, and one meant to read only could write.
 */
export function openingWith<T>(
	settings: Readonly<Record<string, string>>,
	start: (opened: () => Opening) => Promise<T>
): Promise<T> {
	const opening = new Opening(settings);
	return openings.run(opening, () =>
		start(() => {
			if (!opening.sent) throw new Error('the transaction began without its settings');
			return opening;
		})
	);
}

/**
 * A connection of the pool that adds what `openingWith` announced to the BEGIN it is asked to send, and lets go of that
 * transaction with the COMMIT or ROLLBACK that ends it, whoever sent it: a statement that comes later must not run in
 * whatever the connection does next.
 */
export class OpeningClient extends pg.Client {
	#current: Opening | undefined;

	constructor(config?: string | pg.ClientConfig) {
		super(config);
		const send = this.query.bind(this) as (...call: readonly unknown[]) => unknown;
		const query = (...call: readonly unknown[]): unknown => {
			const text = textOf(call[0]);
			if (this.#current !== undefined && /^\s*(commit|rollback(?!\s+to)|end|abort)\b/i.test(text)) {
				this.#current.client = undefined;
				this.#current = undefined;
			}
			const opening = text === 'BEGIN' ? openings.getStore() : undefined;
			if (opening === undefined || opening.sent) return send(...call);
			opening.sent = true;
			opening.client = this;
			this.#current = opening;
			return send({ text: beginning(opening.settings) });
		};
		// One function stands for the many signatures of node-postgres: what goes through is passed on as it came.
		this.query = query as typeof this.query;
	}
}

function textOf(asked: unknown): string {
	if (typeof asked === 'string') return asked;
	const text = typeof asked === 'object' && asked !== null && 'text' in asked ? asked.text : '';
	return typeof text === 'string' ? text : '';
}

function beginning(settings: Readonly<Record<string, string>>): string {
	const set = Object.entries(settings).map(
		([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`
	);
	const begin = 'BEGIN ISOLATION LEVEL READ COMMITTED';
	return set.length === 0 ? begin : `${begin}; SELECT ${set.join(', ')}`;
}
