import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { roundsForStaff } from '#lib/features/allocation/queries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'allocation.view');
	return { rounds: await orError(() => roundsForStaff(viewer)) };
};
