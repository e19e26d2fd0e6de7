import { momentOf } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { publicOpportunity } from '#lib/features/opportunity/queries.server.ts';
import { windowSentence } from '#lib/features/opportunity/deadline.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const opportunity = await orError(() => publicOpportunity(event.params.code, momentOf(event).now));
	return {
		code: opportunity.code,
		title: opportunity.title,
		definition: opportunity.definition,
		when: windowSentence(opportunity, event.locals.locale)
	};
};
