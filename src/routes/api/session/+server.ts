import { currentActor } from '#lib/door/actor.ts';
import type { RequestHandler } from './$types';

/**
 * Whether this browser is signed in, and nothing of whom. Forms ask while somebody types: the question itself keeps the
 * session from ending under their hands, and the answer says it when it already has.
 */
export const GET: RequestHandler = (event) =>
	Response.json({ signedIn: currentActor(event) !== null }, { headers: { 'cache-control': 'no-store' } });
