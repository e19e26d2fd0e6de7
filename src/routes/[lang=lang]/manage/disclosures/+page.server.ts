import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { disclosuresFor, grantDisclosure, refuseDisclosure } from '#lib/features/identity/disclosures.server.ts';
import { grantDisclosureSchema, refuseDisclosureSchema } from '#lib/features/identity/schema.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import * as m from '#lib/i18n/generated/disclosure.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'disclosure.grant');
	const { locale, receivedAt } = event.locals;
	const requests = await orError(() => disclosuresFor(viewer, receivedAt));
	return {
		requests: requests.map(({ kind, reference, askedAt, endsAt, ...request }) => ({
			...request,
			what: kind === 'account_number' ? m.kindAccount(locale, { reference }) : m.kindReviewers(locale, { reference }),
			asked: m.askedBy(locale, { name: request.askedBy, instant: formatInstant(askedAt, DEFAULT_ZONE, locale) }),
			until: endsAt ? formatInstant(endsAt, DEFAULT_ZONE, locale) : ''
		})),
		done: event.url.searchParams.get('done')
	};
};

export const actions: Actions = {
	grant: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, grantDisclosureSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => grantDisclosure(actor, form.input, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, `${paths(event.locals.locale).manage.disclosures()}?done=granted`);
	},
	refuse: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, refuseDisclosureSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => refuseDisclosure(actor, form.input.request, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, `${paths(event.locals.locale).manage.disclosures()}?done=refused`);
	}
};
