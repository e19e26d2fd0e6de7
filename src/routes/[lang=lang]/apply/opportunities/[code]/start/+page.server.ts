import { redirect } from '@sveltejs/kit';
import { may } from '#lib/domain/access/access.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { startApplication } from '#lib/features/application/commands.server.ts';
import { startApplicationSchema } from '#lib/features/application/schema.ts';
import { publicOpportunity } from '#lib/features/opportunity/queries.server.ts';
import { organizationsOf } from '#lib/features/organization/queries.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { code } = event.params;
	const opportunity = await orError(() => publicOpportunity(code, momentOf(event).now));
	const organizations = await organizationsOf(actor);
	if (organizations.length === 0) redirect(303, paths(event.locals.locale).intake.newOrganization(code));
	return {
		code,
		title: opportunity.title,
		state: opportunity.state,
		privacyNotice: opportunity.definition.privacyNotice ?? null,
		closes: formatInstant(opportunity.closesAt, opportunity.zone, event.locals.locale),
		organizations: organizations.map((organization) => ({
			...organization,
			mayStart: may(actor, 'application.create', { organizationId: organization.id })
		}))
	};
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, startApplicationSchema);
		if (!form.ok) return refuseForm(form);
		const { locale } = event.locals;
		const input = { ...form.input, opportunityCode: event.params.code, locale };
		const begun = await attempt(() => startApplication(actor, input, momentOf(event)));
		if (isProblem(begun)) return refuse(begun, form.values);
		redirect(303, paths(locale).apply.application(begun.applicationId));
	}
};
