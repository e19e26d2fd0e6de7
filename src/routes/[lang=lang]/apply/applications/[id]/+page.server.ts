import { redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { daysBetween, instantToDay } from '#lib/domain/time/zone.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { reopenApplication, returnToDraft } from '#lib/features/application/commands.server.ts';
import { applicationForApplicant } from '#lib/features/application/queries.server.ts';
import { applicationActSchema, requirementAnswerSchema } from '#lib/features/application/schema.ts';
import { answerRequirement } from '#lib/features/application/screening.server.ts';
import { wrongSentence } from '#lib/features/application/section-page.server.ts';
import { screeningForApplicant } from '#lib/features/application/staff-queries.server.ts';
import { decisionForApplicant } from '#lib/features/award/queries.server.ts';
import { formatDate, formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { locale } = event.locals;
	const { now } = momentOf(event);
	const {
		definition: _definition,
		content: _content,
		...application
	} = await orError(() => applicationForApplicant(actor, event.params.id, now));
	const { opportunity, zone } = application;
	const at = (instant: Date): string => formatInstant(instant, zone, locale);
	const today = instantToDay(now, opportunity.zone);
	return {
		...application,
		sections: application.sections.map((section) => ({ ...section, wrong: wrongSentence(section, locale) })),
		screening: await orError(() => screeningForApplicant(actor, event.params.id)),
		decision: await orError(() => decisionForApplicant(actor, event.params.id)),
		sentence: {
			closes: formatInstant(opportunity.closesAt, opportunity.zone, locale),
			daysLeft: daysBetween(today, instantToDay(opportunity.closesAt, opportunity.zone)),
			savedAt: application.savedAt ? at(application.savedAt) : null
		},
		requirements: application.requirements.map((requirement) => ({
			...requirement,
			due: requirement.dueOn ? formatDate(requirement.dueOn, locale) : null,
			answered: requirement.respondedAt ? at(requirement.respondedAt) : null
		})),
		events: application.events.map((entry) => ({ ...entry, time: at(entry.occurredAt) })),
		answered: event.url.searchParams.has('answered')
	};
};

export const actions: Actions = {
	answer: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, requirementAnswerSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const result = await attempt(() => answerRequirement(actor, id, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, `${paths(event.locals.locale).apply.application(id)}?answered`);
	},
	takeBack: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, applicationActSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const result = await attempt(() => returnToDraft(actor, id, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		redirect(303, paths(event.locals.locale).apply.application(id));
	},
	reopen: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, applicationActSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const result = await attempt(() => reopenApplication(actor, id, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		redirect(303, paths(event.locals.locale).apply.application(id));
	}
};
