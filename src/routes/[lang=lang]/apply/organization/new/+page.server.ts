import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, refuse, refuseForm } from '#lib/door/refuse.ts';
import { registerOrganization } from '#lib/features/organization/commands.server.ts';
import { registrationSchema } from '#lib/features/organization/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireActor(event);
	return { exists: event.url.searchParams.has('exists') };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, registrationSchema);
		if (!form.ok) return refuseForm(form);
		const registration = await attempt(() => registerOrganization(actor, form.input, momentOf(event)));
		if (isProblem(registration)) return refuse(registration, form.values);
		const to = paths(event.locals.locale);
		if (registration.outcome === 'exists') redirect(303, `${to.intake.newOrganization()}?exists`);
		const code = event.url.searchParams.get('opportunity');
		redirect(303, code ? to.intake.start(code) : to.apply.home());
	}
};
