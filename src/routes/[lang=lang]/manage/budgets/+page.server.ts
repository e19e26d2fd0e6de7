import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { budgetsForViewer, enterBudget, previewLowering } from '#lib/features/program/budget.server.ts';
import { budgetChangeSchema } from '#lib/features/program/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'budget.view');
	const programs = await orError(() => budgetsForViewer(viewer));
	const today = momentOf(event).now.toISOString().slice(0, 10);
	return { programs, today, done: event.url.searchParams.get('done') };
};

export const actions: Actions = {
	/** A lowering is shown with the awards it may touch before anything changes; the second press enters it. */
	enter: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, budgetChangeSchema);
		if (!form.ok) return refuseForm(form);
		const { seen, ...input } = form.input;
		if (input.direction === 'lower' && seen !== 'yes') {
			const preview = await attempt(() => previewLowering(actor, { ...input, amountMinor: input.amount.minor }));
			if (isProblem(preview)) return refuse(preview, form.values);
			return { preview, values: form.values, problem: null, issues: [] };
		}
		const result = await attempt(() => enterBudget(actor, input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.budgets()}?done=entered`);
	}
};
