import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { may } from '#lib/domain/access/access.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { assignReviewers } from '#lib/features/review/commands.server.ts';
import { askDisclosureSchema } from '#lib/features/identity/schema.ts';
import { askWhoReviewed, lookWhoReviewed, reviewerDisclosureFor } from '#lib/features/review/disclosure.server.ts';
import { panelForStaff } from '#lib/features/review/queries.server.ts';
import { assignReviewersSchema } from '#lib/features/review/schema.ts';
import { formatDay } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const { locale } = event.locals;
	const panel = await orError(() => panelForStaff(viewer, event.params.id, locale));
	const { organizationId, programId } = panel;
	return {
		panel: {
			...panel,
			people: panel.people.map((person) => ({ ...person, since: formatDay(person.since, panel.zone, locale) }))
		},
		disclosure: await orError(() => reviewerDisclosureFor(viewer, event.params.id, event.locals.receivedAt)),
		mayAssign: may(viewer, 'review.assign', { organizationId, programId })
	};
};

export const actions: Actions = {
	assign: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, assignReviewersSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => assignReviewers(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, paths(event.locals.locale).decide.reviewers(event.params.id));
	},
	/** The auditor's way to who reviewed (safeguard A9): asked for, and shown as the answer to a press. */
	ask: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, askDisclosureSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => askWhoReviewed(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, paths(event.locals.locale).decide.reviewers(event.params.id));
	},
	look: async (event) => {
		const actor = requireActor(event);
		const result = await attempt(() => lookWhoReviewed(actor, event.params.id, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		return { reviewers: result, problem: null, values: {}, issues: [] };
	}
};
