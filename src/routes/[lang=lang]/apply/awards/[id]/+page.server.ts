import { requireActor } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { awardForRecipient } from '#lib/features/agreement/queries.server.ts';
import { instalmentsForRecipient } from '#lib/features/payment/queries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const award = await orError(() => awardForRecipient(viewer, event.params.id));
	const payment = await orError(() => instalmentsForRecipient(viewer, event.params.id));
	return { award, payment, done: event.url.searchParams.get('done') };
};
