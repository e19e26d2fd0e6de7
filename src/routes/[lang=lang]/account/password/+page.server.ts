import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { addressOf, keepSession } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { changePassword, ownAccount } from '#lib/features/identity/account.server.ts';
import { changePasswordSchema } from '#lib/features/identity/schema.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const { hasPassword, email } = await orError(() => ownAccount(viewer));
	return { hasPassword, email };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, changePasswordSchema);
		if (!form.ok) return refuseForm(form);
		const from = { address: addressOf(event) };
		const cookie = await attempt(() => changePassword(actor, form.input, from, momentOf(event)));
		if (isProblem(cookie)) return refuse(cookie, form.values);
		keepSession(event.cookies, cookie);
		return { saved: true, problem: null, issues: [] };
	}
};
