import { redirect, type RequestEvent } from '@sveltejs/kit';
import type { Actor, UserActor } from '#lib/domain/access/actor.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { confirmPublication, editOrganization } from '#lib/features/organization/commands.server.ts';
import {
	chosenOrganizationId,
	organizationForViewer,
	organizationIdFor,
	organizationsOf
} from '#lib/features/organization/queries.server.ts';
import { profileChangeSchema, publicationSchema } from '#lib/features/organization/schema.ts';
import { zoneOfProvince } from '#lib/domain/organization/zone.ts';
import { formatDay } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

function chosen(event: RequestEvent, actor: Actor & UserActor): Promise<string> {
	return orError(async () => chosenOrganizationId(actor, event.url.searchParams.get('organization')));
}

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const organizationId = await orError(async () =>
		organizationIdFor(actor, event.url.searchParams.get('organization'))
	);
	if (organizationId === null) redirect(303, paths(event.locals.locale).intake.newOrganization());
	const { publicConfirmedAt, ...organization } = await orError(() => organizationForViewer(actor, organizationId));
	return {
		organization,
		confirmedOn: publicConfirmedAt
			? formatDay(publicConfirmedAt, zoneOfProvince(organization.province), event.locals.locale)
			: null,
		organizations: await organizationsOf(actor),
		saved: event.url.searchParams.has('saved')
	};
};

export const actions: Actions = {
	save: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, profileChangeSchema);
		if (!form.ok) return refuseForm(form);
		const id = await chosen(event, actor);
		const result = await attempt(() => editOrganization(actor, id, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).intake.organization(id)}&saved`);
	},
	confirm: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, publicationSchema);
		if (!form.ok) return refuseForm(form);
		const id = await chosen(event, actor);
		const result = await attempt(() => confirmPublication(actor, id, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		redirect(303, `${paths(event.locals.locale).intake.organization(id)}&saved`);
	}
};
