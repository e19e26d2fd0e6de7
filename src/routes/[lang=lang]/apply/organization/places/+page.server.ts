import { redirect, type RequestEvent } from '@sveltejs/kit';
import { may } from '#lib/domain/access/access.ts';
import type { Actor, UserActor } from '#lib/domain/access/actor.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import {
	addSealedSite,
	addShownLocation,
	endLocation,
	nameSiteReader,
	unnameSiteReader
} from '#lib/features/organization/commands.server.ts';
import {
	chosenOrganizationId,
	locationsForViewer,
	membersForViewer,
	openSealedSite,
	organizationForViewer,
	organizationsOf,
	siteEventsForOwner
} from '#lib/features/organization/queries.server.ts';
import {
	locationEndSchema,
	sealedSiteSchema,
	shownLocationSchema,
	siteReaderSchema
} from '#lib/features/organization/schema.ts';
import { freezeForOwner } from '#lib/features/organization/freeze.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

function here(event: RequestEvent, actor: Actor & UserActor): Promise<string> {
	return orError(async () => chosenOrganizationId(actor, event.url.searchParams.get('organization')));
}

function back(event: RequestEvent, organizationId: string): never {
	redirect(303, paths(event.locals.locale).intake.places(organizationId));
}

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const organizationId = await here(event, actor);
	const organization = await orError(() => organizationForViewer(actor, organizationId));
	return {
		organizationId,
		name: organization.operatingName ?? organization.legalName,
		locations: await orError(() => locationsForViewer(actor, organizationId)),
		members: await orError(() => membersForViewer(actor, organizationId)),
		organizations: await organizationsOf(actor),
		siteEvents: await siteEventsForOwner(actor, organizationId),
		isFrozen: (await freezeForOwner(actor, organizationId)) !== null,
		mayEdit: may(actor, 'organization.edit', { organizationId })
	};
};

export const actions: Actions = {
	show: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, shownLocationSchema);
		if (!form.ok) return refuseForm(form);
		const organizationId = await here(event, actor);
		const result = await attempt(() => addShownLocation(actor, organizationId, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		back(event, organizationId);
	},
	seal: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, sealedSiteSchema);
		if (!form.ok) return refuseForm(form);
		const organizationId = await here(event, actor);
		const result = await attempt(() => addSealedSite(actor, organizationId, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		back(event, organizationId);
	},
	name: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, siteReaderSchema);
		if (!form.ok) return refuseForm(form);
		const organizationId = await here(event, actor);
		const result = await attempt(() => nameSiteReader(actor, organizationId, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		back(event, organizationId);
	},
	unname: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, siteReaderSchema);
		if (!form.ok) return refuseForm(form);
		const organizationId = await here(event, actor);
		const result = await attempt(() => unnameSiteReader(actor, organizationId, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		back(event, organizationId);
	},
	end: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, locationEndSchema);
		if (!form.ok) return refuseForm(form);
		const organizationId = await here(event, actor);
		const { locationId } = form.input;
		const result = await attempt(() => endLocation(actor, organizationId, locationId, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		back(event, organizationId);
	},
	/** The address is answered to this one request and kept nowhere: no query, no cookie, no later page. */
	open: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, locationEndSchema);
		if (!form.ok) return refuseForm(form);
		const { locationId } = form.input;
		const opened = await attempt(() => openSealedSite(actor, locationId, momentOf(event)));
		if (isProblem(opened)) return refuse(opened);
		return { opened: { locationId, text: opened.text } };
	}
};
