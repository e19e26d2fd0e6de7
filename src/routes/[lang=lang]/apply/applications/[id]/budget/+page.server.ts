import { fail, redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { issueFrom, parseForm, readFields } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { saveSection } from '#lib/features/application/answers.server.ts';
import { removeBudgetLine, saveBudgetLine } from '#lib/features/application/budget.server.ts';
import { budgetForApplicant } from '#lib/features/application/queries.server.ts';
import { budgetLineRemovalSchema, budgetLineSchema } from '#lib/features/application/schema.ts';
import { conflictsOf, sectionInputOf, sectionPageOf } from '#lib/features/application/section-page.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { now } = momentOf(event);
	const page = await orError(() => budgetForApplicant(actor, event.params.id, now));
	const reach = page.definition.sections.find((section) =>
		section.questions.some((question) => question.key === page.content.questions.reach)
	);
	const drawn = sectionPageOf(page, now, event.locals.locale);
	return {
		...drawn,
		questions: drawn.questions.filter(({ question }) => question.type !== 'budget'),
		reachSection: reach?.key ?? null,
		editing: event.url.searchParams.get('line')
	};
};

export const actions: Actions = {
	line: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, budgetLineSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const saved = await attempt(() => saveBudgetLine(actor, id, form.input, momentOf(event)));
		if (isProblem(saved)) return refuse(saved, form.values);
		redirect(303, `${paths(event.locals.locale).intake.budget(id)}#lines`);
	},
	remove: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, budgetLineRemovalSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const removed = await attempt(() => removeBudgetLine(actor, id, form.input));
		if (isProblem(removed)) return refuse(removed);
		redirect(303, `${paths(event.locals.locale).intake.budget(id)}#lines`);
	},
	other: async (event) => {
		const actor = requireActor(event);
		const { id } = event.params;
		const { fields, values, issues } = await readFields(event.request);
		if (issues.length > 0) return fail(400, { problem: null, values, issues, conflicts: [] });
		const input = sectionInputOf(fields['section']?.[0] ?? '', fields);
		const saved = await attempt(() => saveSection(actor, id, input, momentOf(event)));
		if (isProblem(saved)) return refuse(saved, values);
		const conflicts = conflictsOf(saved.conflicts, saved.zone, event.locals.locale);
		const wrong = [...saved.problems, ...saved.unfit].map(issueFrom);
		if (wrong.length + conflicts.length > 0) return fail(422, { problem: null, values, issues: wrong, conflicts });
		redirect(303, paths(event.locals.locale).intake.budget(id));
	}
};
