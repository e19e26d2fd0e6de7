import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { assignmentsForReviewer } from '#lib/features/review/queries.server.ts';
import { formatDay } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'review.accept');
	const { locale } = event.locals;
	const assignments = await orError(() => assignmentsForReviewer(viewer));
	return {
		assignments: assignments.map(({ zone, submittedAt, ...held }) => ({
			...held,
			submittedOn: submittedAt ? formatDay(submittedAt, zone, locale) : null
		}))
	};
};
