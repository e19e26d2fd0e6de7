import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { Handle } from '@sveltejs/kit';

/*
 * Headers of every answer that this application makes. The policy of a page (Content-Security-Policy with its nonce)
 * comes from the framework; what is not a page gets a policy under which nothing in it can run.
 */

const EVERYWHERE: Readonly<Record<string, string>> = {
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	'referrer-policy': 'same-origin',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'x-permitted-cross-domain-policies': 'none',
	'permissions-policy':
		'accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), usb=(), xr-spatial-tracking=()'
};

const HSTS = 'max-age=63072000; includeSubDomains';

/** Nothing runs, nothing loads, nobody frames: for answers that are not pages. */
const INERT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

const PERSONAL_ROUTES =
	/^\/\[lang=lang\]\/(?:apply|review|manage|account|\(public\)\/(?:sign-in|sign-out|register|reset-password|confirm|invitation))(?:\/|$)/;

/**
 * Gives the same headers to what no hook sees: fonts, styles and scripts are served by the framework's server before the
 * application is asked. Node tells of every request as it arrives; what the application sets later replaces these.
 */
export function headAssets(encrypted: boolean): void {
	subscribe('http.server.request.start', (message) => {
		const { response } = message as { response: ServerResponse };
		for (const [name, value] of Object.entries(EVERYWHERE)) response.setHeader(name, value);
		if (encrypted) response.setHeader('strict-transport-security', HSTS);
	});
}

/** Sets the headers; `encrypted` is true where people reach us over TLS, and only then is HSTS sent. */
export function securityHeaders(encrypted: boolean): Handle {
	return async ({ event, resolve }) => {
		const response = await resolve(event);
		const headers = mutable(response);
		for (const [name, value] of Object.entries(EVERYWHERE)) if (!headers.has(name)) headers.set(name, value);
		if (encrypted) headers.set('strict-transport-security', HSTS);
		if (!headers.has('content-security-policy')) headers.set('content-security-policy', INERT_POLICY);
		if (headers.get('content-type') === 'text/html') headers.set('content-type', 'text/html; charset=utf-8');
		headers.set('x-request-id', event.locals.requestId);
		if (event.locals.signedIn || PERSONAL_ROUTES.test(event.route.id ?? '')) {
			headers.set('cache-control', 'private, no-store');
		} else if (!headers.has('cache-control')) {
			// A public page may differ by language header or sign-in tomorrow; it is asked for again each time.
			headers.set('cache-control', 'private, no-cache');
		}
		return headers === response.headers
			? response
			: new Response(response.body, { status: response.status, statusText: response.statusText, headers });
	};
}

/** Answers passed on from `fetch` have frozen headers; all others are changed in place. */
function mutable(response: Response): Headers {
	try {
		response.headers.set('x-request-id', '');
		return response.headers;
	} catch {
		return new Headers(response.headers);
	}
}
