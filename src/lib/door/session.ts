import type { Cookies, RequestEvent } from '@sveltejs/kit';
import { deviceLabel } from '#lib/server/auth/device.ts';
import { SESSION_COOKIE, type Device, type SessionCookie, type SignedIn } from '#lib/server/auth/sessions.ts';

/** The session of this request, with what the account pages show of it; null for a visitor. */
export function signedIn(event: RequestEvent): SignedIn | null {
	return event.locals.signedIn;
}

/** Gives the browser the secret of a session that a command just started or renewed. */
export function keepSession(cookies: Cookies, cookie: SessionCookie): void {
	cookies.set(cookie.name, cookie.value, cookie.attributes);
}

/** Tells the browser to forget the secret. */
export function dropSession(cookies: Cookies): void {
	cookies.delete(SESSION_COOKIE, { path: '/', secure: true, httpOnly: true, sameSite: 'lax' });
}

/** The device a person signs in from: what the browser calls itself, coarsely, and whether others use it. */
export function deviceOf(event: RequestEvent, sharedComputer: boolean): Device {
	return { label: deviceLabel(event.request.headers.get('user-agent')), sharedComputer };
}

/** The machine's address, for throttling alone: it is turned into an HMAC at once and kept nowhere else. */
export function addressOf(event: RequestEvent): string {
	try {
		return event.getClientAddress();
	} catch {
		// A misconfigured proxy header must not close the door to everyone: all then share one count.
		return 'unknown';
	}
}
