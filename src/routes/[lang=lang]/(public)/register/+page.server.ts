import { redirect } from '@sveltejs/kit';
import { currentActor, momentOf } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, refuse, refuseForm } from '#lib/door/refuse.ts';
import { addressOf } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { registerSchema } from '#lib/features/identity/schema.ts';
import { registerUser } from '#lib/features/identity/signing-in.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	if (currentActor(event)) redirect(303, paths(event.locals.locale).account.home());
};

export const actions: Actions = {
	default: async (event) => {
		const form = await parseForm(event.request, registerSchema);
		if (!form.ok) return refuseForm(form);
		const begun = await attempt(() => registerUser(form.input, { address: addressOf(event) }, momentOf(event)));
		if (isProblem(begun)) return refuse(begun, form.values);
		redirect(303, paths(event.locals.locale).account.mailSent());
	}
};
