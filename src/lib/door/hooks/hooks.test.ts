import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { RequestOrigin } from '#lib/server/auth/origin.ts';
import { systemMoment, type Moment } from '#lib/server/clock.ts';
import { mayWrite } from './cross-origin.ts';
import { securityHeaders } from './headers.ts';
import { localeOf, receive } from './receive.ts';
import { answerBusy, logRequests, reportFault } from './record.ts';

const OURS = 'https://grants.example.org';

describe('a write from another site', () => {
	const TYPES = [
		'application/x-www-form-urlencoded',
		'multipart/form-data; boundary=x',
		'text/plain',
		'TEXT/PLAIN',
		'application/json',
		'application/x-sveltekit-formdata',
		'image/png',
		'',
		null
	];
	const FOREIGN: Record<string, string>[] = [
		{ origin: 'https://evil.example' },
		{ origin: 'null' },
		{ origin: 'http://grants.example.org' },
		{ origin: 'https://grants.example.org.evil.example' },
		{ origin: 'https://grants.example.org:8443' },
		{},
		{ 'sec-fetch-site': 'same-origin' },
		{ origin: OURS, 'sec-fetch-site': 'cross-site' },
		{ origin: OURS, 'sec-fetch-site': 'same-site' },
		{ origin: OURS, 'sec-fetch-site': 'none' }
	];

	test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'post'])(
		'by %s is refused for every content type',
		(method) => {
			for (const type of TYPES) {
				for (const from of FOREIGN) {
					const headers = new Headers({ ...from, ...(type === null ? {} : { 'content-type': type }) });
					expect(mayWrite(method, OURS, '/en/apply', headers), `${type} ${JSON.stringify(from)}`).toBe(false);
				}
			}
		}
	);

	test('is one of ours when its origin is ours', () => {
		expect(mayWrite('POST', OURS, '/en/apply', new Headers({ origin: OURS }))).toBe(true);
		expect(mayWrite('POST', OURS, '/en/apply', new Headers({ origin: OURS, 'sec-fetch-site': 'same-origin' }))).toBe(
			true
		);
	});

	test('is let through to the signed webhook alone', () => {
		expect(mayWrite('POST', OURS, '/api/webhooks/stripe', new Headers())).toBe(true);
		for (const path of ['/api/webhooks/stripe/', '/api/webhooks/stripe/x', '/api/webhooks', '//api/webhooks/stripe']) {
			expect(mayWrite('POST', OURS, path, new Headers())).toBe(false);
		}
	});
});

type Event = Parameters<ReturnType<typeof securityHeaders>>[0]['event'];

function eventFor(routeId: string | null, locals: Record<string, unknown> = {}): Event {
	return {
		route: { id: routeId },
		request: new Request(`${OURS}/en/x?secret=1`, { method: 'GET' }),
		locals: { requestId: 'r1', signedIn: null, locale: 'en', ...locals }
	} as unknown as Event;
}

async function headersOf(
	routeId: string | null,
	locals = {},
	response = new Response('x'),
	encrypted = true
): Promise<Headers> {
	const handle = securityHeaders(encrypted);
	return (await handle({ event: eventFor(routeId, locals), resolve: () => Promise.resolve(response) })).headers;
}

describe('every answer', () => {
	test.each([[null], ['/api/health'], ['/[lang=lang]/(public)'], ['/[lang=lang]/manage/users']])(
		'of %s carries the headers',
		async (routeId) => {
			const headers = await headersOf(routeId);
			for (const name of [
				'x-content-type-options',
				'x-frame-options',
				'referrer-policy',
				'permissions-policy',
				'cross-origin-opener-policy',
				'cross-origin-resource-policy',
				'content-security-policy',
				'strict-transport-security',
				'cache-control',
				'x-request-id'
			]) {
				expect(headers.has(name), name).toBe(true);
			}
		}
	);

	test('of a personal page, or to a signed-in person, is kept nowhere', async () => {
		expect((await headersOf('/[lang=lang]/apply')).get('cache-control')).toBe('private, no-store');
		expect((await headersOf('/[lang=lang]/(public)/sign-in/[token]')).get('cache-control')).toBe('private, no-store');
		expect((await headersOf('/[lang=lang]/(public)', { signedIn: {} })).get('cache-control')).toBe('private, no-store');
		expect((await headersOf('/[lang=lang]/(public)')).get('cache-control')).toBe('private, no-cache');
	});

	test('keeps its own policy, and HSTS is sent over TLS alone', async () => {
		const page = new Response('x', {
			headers: { 'content-security-policy': "script-src 'nonce-x'", 'content-type': 'text/html' }
		});
		const headers = await headersOf('/[lang=lang]/(public)', {}, page, false);
		expect(headers.get('content-security-policy')).toBe("script-src 'nonce-x'");
		expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
		expect(headers.has('strict-transport-security')).toBe(false);
	});

	test('whose headers are frozen gets them too', async () => {
		const frozen = Response.redirect(`${OURS}/en`, 303);
		expect((await headersOf(null, {}, frozen)).get('x-content-type-options')).toBe('nosniff');
	});
});

test.each([
	['/en/apply', 'fr-CA', 'en'],
	['/fr', null, 'fr'],
	['/', 'fr-CA,fr;q=0.9,en;q=0.8', 'fr'],
	['/', 'en;q=0.5, fr;q=0.9', 'fr'],
	['/', 'de, *;q=0.1', 'en'],
	['/frog', 'fr;q=0, en', 'en'],
	['/', null, 'en']
])('%s asked with %s is answered in %s', (path, header, locale) => {
	expect(localeOf(path, header)).toBe(locale);
});

describe('the moment of a request', () => {
	async function momentWith(getClientAddress: () => string): Promise<Moment> {
		const event = eventFor('/[lang=lang]/x');
		Object.assign(event, { getClientAddress, url: new URL(`${OURS}/en/x`) });
		await receive(() => systemMoment())({ event, resolve: () => Promise.resolve(new Response('x')) });
		return event.locals.moment;
	}

	test('says where it came from, sealed to one signature, and prints the address nowhere', async () => {
		const moment = await momentWith(() => '203.0.113.9');
		expect(moment.origin).toBeInstanceOf(RequestOrigin);
		expect(JSON.stringify(moment) + inspect(moment, { depth: 9, showHidden: true })).not.toContain('203.0.113');
	});

	test('comes from nowhere where the server cannot tell: no signature gets a made-up address', async () => {
		const moment = await momentWith(() => {
			throw new Error('a misconfigured proxy');
		});
		expect(moment).not.toHaveProperty('origin');
	});
});

describe('the log of a request', () => {
	function recorder() {
		const lines: { level: string; line: unknown }[] = [];
		const at = (level: string) => (line: unknown) => void lines.push({ level, line });
		return { lines, log: { info: at('info'), warn: at('warn'), error: at('error') } as never };
	}

	test('names the route, never the path, the query or an address', async () => {
		const { lines, log } = recorder();
		await logRequests(
			log,
			() => 0
		)({ event: eventFor('/[lang=lang]/x'), resolve: () => Promise.resolve(new Response('x', { status: 404 })) });
		expect(lines).toEqual([
			{ level: 'warn', line: { requestId: 'r1', method: 'GET', routeId: '/[lang=lang]/x', status: 404, durationMs: 0 } }
		]);
		expect(JSON.stringify(lines)).not.toContain('secret');
	});

	test('is no place for what the framework refused: who sends JSON to a form could fill it with faults', async () => {
		const { lines, log } = recorder();
		const report = reportFault(log, () => false);
		const event = eventFor('/[lang=lang]/x');
		expect(await report({ error: new Error('415'), event, status: 415, message: '' })).toEqual({
			message: 'Refused',
			reference: 'r1'
		});
		expect(lines).toEqual([]);
	});

	test('a fault has a reference for the person and its kind for us; a busy database is told apart', async () => {
		const { lines, log } = recorder();
		const event = eventFor('/[lang=lang]/x');
		const busy = new Error('busy');
		const report = reportFault(log, (error) => error === busy);
		expect(await report({ error: new Error('a person’s words'), event, status: 500, message: '' })).toEqual({
			message: 'Internal error',
			reference: 'r1'
		});
		expect(event.locals.busy).toBeUndefined();
		expect(await report({ error: busy, event, status: 500, message: '' })).toEqual({
			message: 'Busy',
			reference: 'r1'
		});
		expect(lines.map(({ level }) => level)).toEqual(['error', 'warn']);
		const handle = answerBusy((error) => error === busy);
		const page = await handle({ event, resolve: () => Promise.resolve(new Response('x', { status: 500 })) });
		expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
		const early = await handle({ event: eventFor(null), resolve: () => Promise.reject(busy) });
		expect([early.status, early.headers.get('retry-after')]).toEqual([503, '5']);
		await expect(handle({ event, resolve: () => Promise.reject(new Error('other')) })).rejects.toThrow('other');
	});
});
