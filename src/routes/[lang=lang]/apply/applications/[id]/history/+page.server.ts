import { momentOf, requireActor } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { answerHistoryForApplicant } from '#lib/features/application/queries.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const page = await orError(() => answerHistoryForApplicant(actor, event.params.id, momentOf(event).now));
	return {
		id: page.id,
		reference: page.reference,
		questions: page.questions.map(({ question, entries }) => ({
			question,
			entries: entries.map((entry) => ({ ...entry, when: formatInstant(entry.at, page.zone, event.locals.locale) }))
		}))
	};
};
