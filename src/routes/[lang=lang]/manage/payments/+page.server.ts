import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { draftDisbursement } from '#lib/features/payment/commands.server.ts';
import { paymentsForStaff } from '#lib/features/payment/queries.server.ts';
import { draftDisbursementSchema } from '#lib/features/payment/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'payment.view');
	return orError(() => paymentsForStaff(viewer));
};

export const actions: Actions = {
	draft: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, draftDisbursementSchema);
		if (!form.ok) return refuseForm(form);
		const result = await attempt(() => draftDisbursement(actor, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, paths(event.locals.locale).money.payment(result.disbursementId));
	}
};
