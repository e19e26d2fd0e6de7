import { redirect, type RequestEvent } from '@sveltejs/kit';
import { may } from '#lib/domain/access/access.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { requirementDecisionSchema, screeningSchemaFor } from '#lib/features/application/schema.ts';
import { acceptRequirement, returnRequirement, screenApplication } from '#lib/features/application/screening.server.ts';
import { applicationForStaff } from '#lib/features/application/staff-queries.server.ts';
import { formatDate, formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { locale } = event.locals;
	const page = await orError(() => applicationForStaff(actor, event.params.id));
	const at = (instant: Date): string => formatInstant(instant, page.opportunity.zone, locale);
	return {
		...page,
		received: at(page.submittedAt),
		screenings: page.screenings.map((screening) => ({ ...screening, when: at(screening.at) })),
		requirements: page.requirements.map((requirement) => ({
			...requirement,
			due: requirement.dueOn ? formatDate(requirement.dueOn, locale) : null,
			answered: requirement.respondedAt ? at(requirement.respondedAt) : null
		})),
		events: page.events.map((entry) => ({ ...entry, time: at(entry.occurredAt) })),
		mayFreeze: may(actor, 'member.freeze', { organizationId: page.organization.id }),
		done: event.url.searchParams.get('done')
	};
};

function back(event: RequestEvent, id: string, done: string): never {
	redirect(303, `${paths(event.locals.locale).intake.receivedOne(id)}?done=${done}`);
}

export const actions: Actions = {
	screen: async (event) => {
		const actor = requireActor(event);
		const { id } = event.params;
		const { eligibility } = await orError(() => applicationForStaff(actor, id));
		const { schema, inputOf } = screeningSchemaFor(eligibility.map((criterion) => criterion.key));
		const form = await parseForm(event.request, schema);
		if (!form.ok) return refuseForm(form);
		const screened = await attempt(() => screenApplication(actor, id, inputOf(form.input), momentOf(event)));
		if (isProblem(screened)) return refuse(screened, form.values);
		back(event, id, 'screened');
	},
	accept: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, requirementDecisionSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const accepted = await attempt(() => acceptRequirement(actor, id, form.input, momentOf(event)));
		if (isProblem(accepted)) return refuse(accepted);
		back(event, id, 'accepted');
	},
	again: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, requirementDecisionSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const returned = await attempt(() => returnRequirement(actor, id, form.input, momentOf(event)));
		if (isProblem(returned)) return refuse(returned);
		back(event, id, 'again');
	}
};
