import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import {
	lapseOffer,
	prepareAgreement,
	proposeAgreement,
	signAgreement
} from '#lib/features/agreement/commands.server.ts';
import { agreementForStaff } from '#lib/features/agreement/queries.server.ts';
import { agreementVersionSchema, lapseOfferSchema, prepareAgreementSchema } from '#lib/features/agreement/schema.ts';
import { keptOrigins } from '#lib/features/payment/origin.server.ts';
import { problemText } from '#lib/i18n/problem-text.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'agreement.view');
	const page = await orError(() => agreementForStaff(viewer, event.params.awardId, momentOf(event).now));
	const { sign } = page.may;
	const signatures = page.agreement?.signatures ?? [];
	return {
		...page,
		origins: await keptOrigins(
			viewer,
			page.programId,
			signatures.map(({ id }) => id)
		),
		signRefusal: sign ? problemText(sign, event.locals.locale) : null,
		maySign: sign === null,
		done: event.url.searchParams.get('done')
	};
};

export const actions: Actions = {
	prepare: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, prepareAgreementSchema);
		if (!form.ok) return refuseForm(form);
		const input = { ...form.input, awardId: event.params.awardId };
		const result = await attempt(() => prepareAgreement(actor, input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.agreement(event.params.awardId)}?done=prepared`);
	},
	propose: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, agreementVersionSchema);
		if (!form.ok) return refuseForm(form);
		const input = { ...form.input, awardId: event.params.awardId };
		const result = await attempt(() => proposeAgreement(actor, input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.agreement(event.params.awardId)}?done=proposed`);
	},
	sign: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, agreementVersionSchema);
		if (!form.ok) return refuseForm(form);
		const input = { ...form.input, awardId: event.params.awardId };
		const result = await attempt(() => signAgreement(actor, input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.agreement(event.params.awardId)}?done=signed`);
	},
	lapse: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, lapseOfferSchema);
		if (!form.ok) return refuseForm(form);
		const result = await attempt(() => lapseOffer(actor, { awardId: event.params.awardId }, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.agreement(event.params.awardId)}?done=lapsed`);
	}
};
