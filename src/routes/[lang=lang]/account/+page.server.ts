import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { keepSession, signedIn } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { actAs, changeProfile, ownAccount } from '#lib/features/identity/account.server.ts';
import { ROLE_NAMES } from '#lib/features/identity/labels.ts';
import { actAsSchema, profileSchema } from '#lib/features/identity/schema.ts';
import { waysToBe } from '#lib/features/identity/shell.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const session = signedIn(event);
	return {
		account: await orError(() => ownAccount(viewer)),
		ways: session ? waysToBe(session, ROLE_NAMES, event.locals.locale) : [],
		actingAs: session?.actingAs ?? null
	};
};

export const actions: Actions = {
	profile: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, profileSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => changeProfile(actor, form.input, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, paths(form.input.locale).account.home());
	},
	actAs: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, actAsSchema);
		if (!form.ok) return refuseForm(form);
		const cookie = await attempt(() => actAs(actor, form.input.actingAs, momentOf(event)));
		if (isProblem(cookie)) return refuse(cookie, form.values);
		keepSession(event.cookies, cookie);
		redirect(303, paths(event.locals.locale).account.home());
	}
};
