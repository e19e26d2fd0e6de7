import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { withdrawApplication } from '#lib/features/application/commands.server.ts';
import { applicationForApplicant } from '#lib/features/application/queries.server.ts';
import { applicationActSchema } from '#lib/features/application/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const page = await orError(() => applicationForApplicant(actor, event.params.id, momentOf(event).now));
	const final = ['awarded', 'declined', 'ineligible', 'withdrawn'].includes(page.status);
	if (final || !page.may.withdraw) redirect(303, paths(event.locals.locale).apply.application(page.id));
	return { id: page.id, reference: page.reference, version: page.version };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, applicationActSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const withdrawn = await attempt(() => withdrawApplication(actor, id, form.input, momentOf(event)));
		if (isProblem(withdrawn)) return refuse(withdrawn);
		redirect(303, paths(event.locals.locale).apply.application(id));
	}
};
