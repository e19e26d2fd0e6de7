import { redirect } from '@sveltejs/kit';
import { requireActor } from '#lib/door/actor.ts';
import { paths } from '#lib/paths.ts';
import type { PageServerLoad } from './$types';

/** The desk lists them; an address that people shorten by hand still leads somewhere. */
export const load: PageServerLoad = (event) => {
	requireActor(event);
	redirect(303, paths(event.locals.locale).apply.home());
};
