import { redirect } from '@sveltejs/kit';
import { currentActor, momentOf } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, refuse, refuseForm } from '#lib/door/refuse.ts';
import { returnTarget } from '#lib/door/return-target.ts';
import { addressOf, deviceOf, enterWith } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { askLinkSchema, signInSchema } from '#lib/features/identity/schema.ts';
import { askSignInLink, signInWithPassword } from '#lib/features/identity/signing-in.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const from = returnTarget(event.url.searchParams.get('from'));
	if (currentActor(event)) redirect(303, from ?? paths(event.locals.locale).account.home());
	return { from };
};

export const actions: Actions = {
	password: async (event) => {
		const form = await parseForm(event.request, signInSchema);
		if (!form.ok) return refuseForm(form);
		const { email, password, sharedComputer, from } = form.input;
		const device = deviceOf(event, sharedComputer);
		const entered = await attempt(() =>
			signInWithPassword({ email, password }, device, { address: addressOf(event) }, momentOf(event))
		);
		if (isProblem(entered)) return refuse(entered, form.values);
		enterWith(event, entered, from);
	},
	link: async (event) => {
		const form = await parseForm(event.request, askLinkSchema);
		if (!form.ok) return refuseForm(form);
		const from = { address: addressOf(event), locale: event.locals.locale };
		const asked = await attempt(() => askSignInLink(form.input.email, from, momentOf(event)));
		if (isProblem(asked)) return refuse(asked, form.values);
		redirect(303, paths(event.locals.locale).account.mailSent());
	}
};
