import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { holdOrigin, openOrigin, releaseOrigin, signatureForDirector } from '#lib/features/payment/origin.server.ts';
import { originReasonSchema } from '#lib/features/payment/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'signatureOrigin.open');
	const signature = await orError(() => signatureForDirector(viewer, event.params.id));
	return { signature, done: event.url.searchParams.get('done') };
};

/** Holds or lets go, with the reason that was typed, and comes back to the page. */
function actionWith(done: string, run: typeof holdOrigin) {
	return async (event: RequestEvent) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, originReasonSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const result = await attempt(() => run(actor, id, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.signature(id)}?done=${done}`);
	};
}

export const actions: Actions = {
	/** The address is answered to this one request and kept nowhere: no query, no cookie, no later page. */
	open: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, originReasonSchema);
		if (!form.ok) return refuseForm(form);
		const opened = await attempt(() => openOrigin(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(opened)) return refuse(opened, form.values);
		return { opened, problem: null, values: {}, issues: [] };
	},
	hold: actionWith('held', holdOrigin),
	release: actionWith('released', releaseOrigin)
};
