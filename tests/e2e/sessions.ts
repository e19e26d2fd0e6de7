/*
 * Sessions made in the database, for tests that ask as everybody at once and need no browser. A session is the row that
 * signing in leaves behind, with a secret that only the test knows.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
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

export type Asking = {
	cookie?: string | null;
	method?: string;
	body?: BodyInit | undefined;
	headers?: Record<string, string>;
};

/**
 * One request as a browser on our own pages makes it, on a connection of its own: a connection that is kept may be closed
 * by the other side at the very moment it is used again, which would look like a fault.
 */
export async function ask(application: Application, path: string, options: Asking = {}): Promise<Asked> {
	const { cookie = null, method = 'GET', body, headers = {} } = options;
	// A Response knows the bytes of every kind of body, and what it calls them.
	const packed = body === undefined ? null : new Response(body);
	const type = packed?.headers.get('content-type');
	const bytes = packed ? Buffer.from(await packed.arrayBuffer()) : null;
	const asked = request(`${application.baseUrl}${path}`, {
		method,
		agent: false,
		headers: {
			// As a page, not as a script: a form's answer is then a page or the way to one.
			accept: 'text/html',
			...(cookie ? { cookie } : {}),
			...(method === 'GET' ? {} : { origin: application.baseUrl }),
			...(type ? { 'content-type': type } : {}),
			...(bytes ? { 'content-length': String(bytes.length) } : {}),
			...headers
		}
	});
	asked.end(bytes ?? undefined);
	const [answer] = (await once(asked, 'response')) as [IncomingMessage];
	const found = new Headers();
	for (const [name, value] of Object.entries(answer.headers)) {
		for (const one of [value ?? []].flat()) found.append(name, one);
	}
	return {
		status: answer.statusCode ?? 0,
		location: answer.headers.location ?? null,
		headers: found,
		text: (await buffer(answer)).toString('utf8')
	};
}
