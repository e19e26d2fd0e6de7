import { requireActor } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { awardsForRecipient } from '#lib/features/agreement/queries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	return { awards: await orError(() => awardsForRecipient(viewer)) };
};
