import { momentOf, requireActor } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { receiptForApplicant } from '#lib/features/application/queries.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { locale } = event.locals;
	const page = await orError(() => receiptForApplicant(actor, event.params.id, momentOf(event).now));
	const requested = page.frozen.budgetLines.reduce((sum, line) => sum + BigInt(line.requestedMinor), 0n);
	return {
		id: page.id,
		reference: page.reference,
		opportunityTitle: page.opportunity.title,
		title: page.frozen.title,
		requestedMinor: requested,
		number: page.receipt.number,
		contentHash: page.receipt.contentHash,
		submittedAt: page.receipt.submittedAt,
		// In the applicant's own zone, and in the opportunity's where that differs: the deadline is judged there.
		received: formatInstant(page.receipt.submittedAt, page.zone, locale),
		receivedThere:
			page.zone === page.opportunity.zone
				? null
				: formatInstant(page.receipt.submittedAt, page.opportunity.zone, locale)
	};
};
