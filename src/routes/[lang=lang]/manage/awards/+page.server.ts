import { requireActor } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { awardsForStaff } from '#lib/features/award/queries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const page = Number(event.url.searchParams.get('page') ?? '1');
	return orError(() => awardsForStaff(viewer, Number.isSafeInteger(page) ? page : 1));
};
