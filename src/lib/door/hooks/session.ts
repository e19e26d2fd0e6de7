import type { Handle } from '@sveltejs/kit';
import { mintActor } from '#lib/domain/access/actor.ts';
import { readSession, SESSION_COOKIE, type SignedIn } from '#lib/server/auth/sessions.ts';
import { dropSession } from '../session.ts';

/** Reads who is asking, once and from one query, and forgets a cookie that no longer opens anything. */
export const session: Handle = async ({ event, resolve }) => {
	const token = event.cookies.get(SESSION_COOKIE);
	if (token) {
		const found = await readSession(token, event.locals.receivedAt);
		if (found) {
			event.locals.signedIn = found;
			event.locals.actor = actorOf(found);
		} else {
			dropSession(event.cookies);
		}
	}
	return resolve(event);
};

/** The actor of a session: what its person may do, as it stands at this request. */
export function actorOf(found: SignedIn): ReturnType<typeof mintActor> {
	return mintActor({
		kind: 'user',
		userId: found.userId,
		sessionId: found.sessionId,
		displayName: found.displayName,
		locale: found.locale,
		staffRoles: found.staffRoles.map(({ role, programId }) => ({ role, programId })),
		memberships: found.memberships.map(({ organizationId, role }) => ({ organizationId, role }))
	});
}
