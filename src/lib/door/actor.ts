import { redirect, type RequestEvent } from '@sveltejs/kit';
import type { Actor, UserActor } from '#lib/domain/access/actor.ts';
import { may } from '#lib/domain/access/access.ts';
import type { Permission } from '#lib/domain/access/permissions.ts';
import { refuse as problemOf } from '#lib/domain/problem.ts';
import type { Moment } from '#lib/server/clock.ts';
import { paths } from '#lib/paths.ts';
import { refuseWithPage } from './refuse.ts';
import { placeOf } from './return-target.ts';

/** What these functions need of a request: any route's event has it. */
type Asked = Pick<RequestEvent, 'locals' | 'url' | 'request'>;

/** The signed-in person with their scopes, or null. Minted once a request, from one query. */
export function currentActor(event: Pick<RequestEvent, 'locals'>): (Actor & UserActor) | null {
	const actor = event.locals.actor;
	return actor?.kind === 'user' ? (actor as Actor & UserActor) : null;
}

/**
 * The signed-in person; a visitor is sent to sign in, and comes back to this page afterwards. Who posted a form without
 * scripts is not sent anywhere: a redirect would leave the form behind, while one step back it still stands.
 */
export function requireActor(event: Asked): Actor & UserActor {
	const actor = currentActor(event);
	if (actor) return actor;
	const { method, headers } = event.request;
	if (method === 'POST' && headers.get('x-sveltekit-action') === null) refuseWithPage(problemOf('sign_in_required'));
	const here = placeOf(event.url);
	redirect(303, paths(event.locals.locale).account.signIn(here ?? undefined));
}

/**
 * The signed-in person, for a page that one permission opens. Someone who does not hold it anywhere gets 404, since the
 * page's existence is not theirs to know; the command asks again with the subject.
 */
export function requireActorWho(event: Asked, permission: Permission): Actor & UserActor {
	const actor = requireActor(event);
	if (!may(actor, permission)) refuseWithPage(problemOf('not_found'));
	return actor;
}

/** The moment of this request: the instant its first line ran, and the installation's randomness. */
export function momentOf(event: Pick<RequestEvent, 'locals'>): Moment {
	return event.locals.moment;
}
