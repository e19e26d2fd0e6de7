import { requireActorWho } from '#lib/door/actor.ts';
import { organizationsForStaff } from '#lib/features/organization/freeze.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'member.freeze');
	const search = (event.url.searchParams.get('find') ?? '').trim().slice(0, 100);
	return { search, ...(await organizationsForStaff(viewer, search, event.locals.locale)) };
};
