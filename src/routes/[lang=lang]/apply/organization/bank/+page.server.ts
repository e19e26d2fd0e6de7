import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { chosenOrganizationId } from '#lib/features/organization/queries.server.ts';
import { enterPayeeAccount, payeeAccountForRecipient } from '#lib/features/payment/payee.server.ts';
import { payeeAccountSchema } from '#lib/features/payment/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const wanted = event.url.searchParams.get('organization');
	const organizationId = await orError(async () => chosenOrganizationId(viewer, wanted));
	const page = await orError(() => payeeAccountForRecipient(viewer, organizationId));
	return { ...page, organizationId, done: event.url.searchParams.get('done') };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, payeeAccountSchema);
		const typed = { organizationId: form.values.organizationId ?? '' };
		// Bank numbers go one way: a form that comes back never carries them.
		if (!form.ok) return refuseForm({ ...form, values: typed });
		const result = await attempt(() => enterPayeeAccount(actor, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, typed);
		const here = paths(event.locals.locale).money.bank(form.input.organizationId);
		redirect(303, `${here}&done=entered`);
	}
};
