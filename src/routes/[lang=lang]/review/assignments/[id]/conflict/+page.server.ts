import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { declareConflict } from '#lib/features/review/commands.server.ts';
import { conflictQuestionFor } from '#lib/features/review/queries.server.ts';
import { declareConflictSchema } from '#lib/features/review/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const question = await orError(() => conflictQuestionFor(viewer, event.params.id, event.locals.locale));
	if (!question.isAsked) redirect(303, paths(event.locals.locale).review.assignment(question.assignmentId));
	return { question };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, declareConflictSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => declareConflict(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, paths(event.locals.locale).review.assignment(event.params.id));
	}
};
