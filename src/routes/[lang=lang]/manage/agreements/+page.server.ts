import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { agreementsForStaff } from '#lib/features/agreement/queries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'agreement.view');
	const status = event.url.searchParams.get('status');
	return { agreements: await orError(() => agreementsForStaff(viewer, { status })), status };
};
