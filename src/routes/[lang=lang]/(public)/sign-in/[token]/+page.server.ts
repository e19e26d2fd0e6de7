import { momentOf } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, refuse, refuseForm } from '#lib/door/refuse.ts';
import { addressOf, deviceOf, enterWith } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { useLinkSchema } from '#lib/features/identity/schema.ts';
import { isLinkLive, signInWithLink } from '#lib/features/identity/signing-in.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** The page only looks: mail scanners open links, and must not use them up. */
export const load: PageServerLoad = async (event) => ({
	isLive: await isLinkLive('sign_in', event.params.token, event.locals.receivedAt)
});

export const actions: Actions = {
	default: async (event) => {
		const form = await parseForm(event.request, useLinkSchema);
		if (!form.ok) return refuseForm(form);
		const device = deviceOf(event, form.input.sharedComputer);
		const entered = await attempt(() =>
			signInWithLink(event.params.token, device, { address: addressOf(event) }, momentOf(event))
		);
		if (isProblem(entered)) return refuse(entered, form.values);
		enterWith(event, entered);
	}
};
