import { redirect, type Cookies, type RequestEvent } from '@sveltejs/kit';
import { paths } from '#lib/paths.ts';
import { deviceLabel } from '#lib/server/auth/device.ts';
import { RequestOrigin } from '#lib/server/auth/origin.ts';
import { SESSION_COOKIE, type Device, type SessionCookie, type SignedIn } from '#lib/server/auth/sessions.ts';
import { returnTarget } from './return-target.ts';

/** The session of this request, with what the account pages show of it; null for a visitor. */
export function signedIn(event: Pick<RequestEvent, 'locals'>): SignedIn | null {
	return event.locals.signedIn;
}

/** Gives the browser the secret of a session that a command just started or renewed. */
export function keepSession(cookies: Cookies, cookie: SessionCookie): void {
	cookies.set(cookie.name, cookie.value, cookie.attributes);
}

/**
 * Lets a person in after a command started their session: the cookie, then the page they came for, or the first page of
 * what they are.
 */
export function enterWith(
	event: Pick<RequestEvent, 'cookies' | 'locals'>,
	entered: { cookie: SessionCookie; landing: 'manage' | 'review' | 'apply' },
	from?: string
): never {
	keepSession(event.cookies, entered.cookie);
	redirect(303, returnTarget(from) ?? paths(event.locals.locale)[entered.landing].home());
}

/** Tells the browser to forget the secret. */
export function dropSession(cookies: Cookies): void {
	cookies.delete(SESSION_COOKIE, { path: '/', secure: true, httpOnly: true, sameSite: 'lax' });
}

/** The device a person signs in from: what the browser calls itself, coarsely, and whether others use it. */
export function deviceOf(event: Pick<RequestEvent, 'request'>, sharedComputer: boolean): Device {
	return { label: deviceLabel(event.request.headers.get('user-agent')), sharedComputer };
}

/** The machine's address, for throttling alone: it is turned into an HMAC at once. Where a person signs, see `originOf`. */
export function addressOf(event: Pick<RequestEvent, 'getClientAddress'>): string {
	// A misconfigured proxy header must not close the door to everyone: all then share one count.
	return knownAddress(event) ?? 'unknown';
}

/** Where a request comes from, for the signature that it may give; null where the server cannot tell. */
export function originOf(event: Pick<RequestEvent, 'getClientAddress'>): RequestOrigin | null {
	const address = knownAddress(event);
	return address === null ? null : new RequestOrigin(address);
}

function knownAddress(event: Pick<RequestEvent, 'getClientAddress'>): string | null {
	try {
		return event.getClientAddress();
	} catch {
		return null;
	}
}
