import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { phoneOf } from '#lib/features/identity/shell.server.ts';
import { payeeForStaff, unmaskPayeeAccount, verifyPayeeAccount } from '#lib/features/payment/payee.server.ts';
import { verifyPayeeSchema } from '#lib/features/payment/schema.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'payeeAccount.verify');
	const { telephones, ...payee } = await orError(() => payeeForStaff(viewer, event.params.id));
	const { locale } = event.locals;
	return {
		payee,
		telephones: telephones.map(({ id, number, setAt, replacedAt }) => ({
			id,
			...phoneOf(number, locale),
			setAt: formatInstant(setAt, DEFAULT_ZONE, locale),
			replacedAt: replacedAt && formatInstant(replacedAt, DEFAULT_ZONE, locale)
		})),
		done: event.url.searchParams.get('done')
	};
};

export const actions: Actions = {
	/** The numbers are the answer to a press, never part of a page that a history keeps. */
	unmask: async (event) => {
		const actor = requireActor(event);
		const result = await attempt(() => unmaskPayeeAccount(actor, event.params.id, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		return { numbers: result, problem: null, values: {}, issues: [] };
	},
	verify: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, verifyPayeeSchema);
		if (!form.ok) return refuseForm(form);
		const result = await attempt(() => verifyPayeeAccount(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).money.payee(event.params.id)}?done=verified`);
	}
};
