import { redirect } from '@sveltejs/kit';
import { momentOf } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, refuse, refuseForm } from '#lib/door/refuse.ts';
import { addressOf } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { askLinkSchema } from '#lib/features/identity/schema.ts';
import { askPasswordReset } from '#lib/features/identity/signing-in.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions } from './$types';

export const actions: Actions = {
	default: async (event) => {
		const form = await parseForm(event.request, askLinkSchema);
		if (!form.ok) return refuseForm(form);
		const from = { address: addressOf(event), locale: event.locals.locale };
		const asked = await attempt(() => askPasswordReset(form.input.email, from, momentOf(event)));
		if (isProblem(asked)) return refuse(asked, form.values);
		redirect(303, paths(event.locals.locale).account.mailSent());
	}
};
