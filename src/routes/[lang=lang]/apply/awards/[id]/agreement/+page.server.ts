import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { acceptAgreement, declineOffer, negotiateAgreement } from '#lib/features/agreement/commands.server.ts';
import { awardForRecipient } from '#lib/features/agreement/queries.server.ts';
import { acceptAgreementSchema, declineOfferSchema, negotiateAgreementSchema } from '#lib/features/agreement/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	return { award: await orError(() => awardForRecipient(viewer, event.params.id)), viewerName: viewer.displayName };
};

export const actions: Actions = {
	accept: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, acceptAgreementSchema);
		if (!form.ok) return refuseForm(form);
		const input = { ...form.input, awardId: event.params.id };
		const result = await attempt(() => acceptAgreement(actor, input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.ownAward(event.params.id)}?done=signed`);
	},
	negotiate: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, negotiateAgreementSchema);
		if (!form.ok) return refuseForm(form);
		const input = { ...form.input, awardId: event.params.id };
		const result = await attempt(() => negotiateAgreement(actor, input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.ownAward(event.params.id)}?done=remark`);
	},
	decline: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, declineOfferSchema);
		if (!form.ok) return refuseForm(form);
		const input = { ...form.input, awardId: event.params.id };
		const result = await attempt(() => declineOffer(actor, input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.ownAward(event.params.id)}?done=declined`);
	}
};
