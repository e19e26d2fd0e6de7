import type { Handle } from '@sveltejs/kit';

/** Signed by its sender, so it needs no origin. */
const SIGNED_PATHS = new Set(['/api/webhooks/stripe']);

/**
 * Refuses every write that another site started, whatever its content type. The framework checks form types only and
 * lets JSON, unknown types and empty bodies through; this one asks every request but GET and HEAD where it comes from.
 */
export const refuseForeignWrites: Handle = ({ event, resolve }) => {
	const { request, url } = event;
	if (mayWrite(request.method, url.origin, url.pathname, request.headers)) return resolve(event);
	return new Response('This was sent from another site, so it was not done.\n', {
		status: 403,
		headers: { 'content-type': 'text/plain; charset=utf-8' }
	});
};

/** Whether a request of this method may go on, by the headers a browser cannot be made to forge. */
export function mayWrite(method: string, ourOrigin: string, pathname: string, headers: Headers): boolean {
	if (method === 'GET' || method === 'HEAD') return true;
	if (SIGNED_PATHS.has(pathname)) return true;
	const site = headers.get('sec-fetch-site');
	if (site !== null && site !== 'same-origin') return false;
	return headers.get('origin') === ourOrigin;
}
