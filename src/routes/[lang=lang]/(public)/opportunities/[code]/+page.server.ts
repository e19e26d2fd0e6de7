import { currentActor, momentOf } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { ownApplicationTo } from '#lib/features/application/queries.server.ts';
import { publicOpportunity } from '#lib/features/opportunity/queries.server.ts';
import { deadlineElsewhere, windowSentence } from '#lib/features/opportunity/deadline.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { locale } = event.locals;
	const { definition, ...opportunity } = await orError(() => publicOpportunity(event.params.code, momentOf(event).now));
	const actor = currentActor(event);
	return {
		opportunity,
		sectionCount: definition.sections.length,
		when: windowSentence(opportunity, locale),
		closes: formatInstant(opportunity.closesAt, opportunity.zone, locale),
		opens: formatInstant(opportunity.opensAt, opportunity.zone, locale),
		elsewhere: deadlineElsewhere(opportunity.closesAt, opportunity.zone, locale),
		ownApplicationId: actor ? ((await ownApplicationTo(actor, opportunity.id))?.id ?? null) : null
	};
};
