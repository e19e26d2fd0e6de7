import { momentOf, requireActor } from '#lib/door/actor.ts';
import { attempt, orError } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { draftForApplicant, receiptForApplicant } from '#lib/features/application/queries.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

/** What was sent, or the draft as it stands: one page, with nothing on it but the application. */
export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { id } = event.params;
	const { now } = momentOf(event);
	const sent = await attempt(() => receiptForApplicant(actor, id, now));
	if (!isProblem(sent)) {
		return {
			id,
			reference: sent.reference,
			definition: sent.definition,
			content: sent.frozen,
			opportunityTitle: sent.opportunity.title,
			sent: formatInstant(sent.receipt.submittedAt, sent.zone, event.locals.locale),
			number: sent.receipt.number
		};
	}
	const draft = await orError(() => draftForApplicant(actor, id, now));
	return {
		id,
		reference: draft.reference,
		definition: draft.definition,
		content: draft.frozen,
		opportunityTitle: draft.opportunity.title,
		sent: null,
		number: 0
	};
};
