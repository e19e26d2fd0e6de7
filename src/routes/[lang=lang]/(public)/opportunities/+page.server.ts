import { momentOf } from '#lib/door/actor.ts';
import { publicOpportunities } from '#lib/features/opportunity/queries.server.ts';
import { windowSentence } from '#lib/features/opportunity/deadline.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { locale } = event.locals;
	const opportunities = await publicOpportunities(momentOf(event).now);
	return {
		opportunities: opportunities.map((opportunity) => ({
			code: opportunity.code,
			title: opportunity.title,
			summary: opportunity.summary,
			state: opportunity.state,
			programName: opportunity.programName,
			maximumMinor: opportunity.maximumMinor,
			when: windowSentence(opportunity, locale)
		}))
	};
};
