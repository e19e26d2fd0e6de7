/*
 * Sessions made in the database, for tests that ask as everybody at once and need no browser. A session is the row that
 * signing in leaves behind, with a secret that only the test knows.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Application } from '#tests/support/application.ts';

const HOUR = 3_600_000;
const COOKIE = '__Host-hearth';

/** Reads and writes the database of an application as its owner. */
export async function withOwner<T>(application: Application, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: application.database.ownerUrl });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

/** The `cookie` header of a fresh session of this person. */
export async function sessionOf(client: pg.Client, userId: string): Promise<string> {
	const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
	const secret = [...randomBytes(40)].map((byte) => letters[byte % letters.length]).join('');
	const now = new Date();
	const ends = new Date(now.getTime() + 11 * HOUR);
	await client.query(
		`insert into session (id, token_hash, user_id, created_at, last_seen_at, expires_at, absolute_expires_at, device_label)
		 values ($1, $2, $3, $4, $4, $5, $5, 'Test')`,
		[randomUUID(), createHash('sha256').update(secret).digest('hex'), userId, now, ends]
	);
	return `${COOKIE}=${secret}`;
}

export type Asked = { status: number; location: string | null; headers: Headers; text: string };

/** One request as a browser on our own pages makes it. */
export async function ask(
	application: Application,
	path: string,
	options: {
		cookie?: string | null;
		method?: string;
		body?: BodyInit | undefined;
		headers?: Record<string, string>;
	} = {}
): Promise<Asked> {
	const { cookie = null, method = 'GET', body, headers = {} } = options;
	const response = await fetch(`${application.baseUrl}${path}`, {
		method,
		redirect: 'manual',
		headers: {
			// As a page, not as a script: a form's answer is then a page or the way to one.
			accept: 'text/html',
			...(cookie ? { cookie } : {}),
			...(method === 'GET' ? {} : { origin: application.baseUrl }),
			...headers
		},
		...(body === undefined ? {} : { body })
	});
	return {
		status: response.status,
		location: response.headers.get('location'),
		headers: response.headers,
		text: await response.text()
	};
}
