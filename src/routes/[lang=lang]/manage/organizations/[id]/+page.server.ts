import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { freezeMembership, liftFreeze, organizationForStaff } from '#lib/features/organization/freeze.server.ts';
import { freezeSchema, liftSchema } from '#lib/features/organization/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'member.freeze');
	const { now } = momentOf(event);
	return {
		organization: await orError(() => organizationForStaff(viewer, event.params.id, event.locals.locale, now)),
		done: event.url.searchParams.get('done')
	};
};

export const actions: Actions = {
	freeze: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, freezeSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => freezeMembership(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, `${paths(event.locals.locale).manage.organization(event.params.id)}?done=frozen`);
	},
	lift: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, liftSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => liftFreeze(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, `${paths(event.locals.locale).manage.organization(event.params.id)}?done=lifted`);
	}
};
