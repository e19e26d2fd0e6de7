import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { addressOf } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { askAddressChange, ownAccount } from '#lib/features/identity/account.server.ts';
import { changeAddressSchema } from '#lib/features/identity/schema.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	return { account: await orError(() => ownAccount(viewer)) };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, changeAddressSchema);
		if (!form.ok) return refuseForm(form);
		const from = { address: addressOf(event) };
		const asked = await attempt(() => askAddressChange(actor, form.input, from, momentOf(event)));
		if (isProblem(asked)) return refuse(asked, form.values);
		return { asked: true, problem: null, issues: [], values: {} as Record<string, string> };
	}
};
