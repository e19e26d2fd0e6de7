import { momentOf } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, refuse, refuseForm } from '#lib/door/refuse.ts';
import { addressOf, deviceOf, enterWith } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { resetPasswordSchema } from '#lib/features/identity/schema.ts';
import { isLinkLive, resetPassword } from '#lib/features/identity/signing-in.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
	isLive: await isLinkLive('reset_password', event.params.token, event.locals.receivedAt)
});

export const actions: Actions = {
	default: async (event) => {
		const form = await parseForm(event.request, resetPasswordSchema);
		if (!form.ok) return refuseForm(form);
		const { password, sharedComputer } = form.input;
		const input = { token: event.params.token, password };
		const device = deviceOf(event, sharedComputer);
		const entered = await attempt(() => resetPassword(input, device, { address: addressOf(event) }, momentOf(event)));
		if (isProblem(entered)) return refuse(entered, form.values);
		enterWith(event, entered);
	}
};
