import { redirect } from '@sveltejs/kit';
import { isProblem, type Problem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { issueFrom, parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { askSignOff, submitApplication } from '#lib/features/application/commands.server.ts';
import { draftForApplicant } from '#lib/features/application/queries.server.ts';
import { applicationActSchema } from '#lib/features/application/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

/** A missing file is to be chosen, not written. */
function asToDo(kind: string, problem: Problem): Problem {
	return kind === 'files' && problem.code === 'required' ? { ...problem, code: 'file_missing' } : problem;
}

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { id } = event.params;
	const { content: _content, ...draft } = await orError(() => draftForApplicant(actor, id, momentOf(event).now));
	const to = paths(event.locals.locale);
	// What is no longer a draft has its receipt, and nothing left to send.
	if (draft.status !== 'draft' && draft.status !== 'awaiting_sign_off') redirect(303, to.apply.application(id));
	return {
		...draft,
		signer: actor.displayName,
		left: draft.sections.flatMap((section) =>
			section.problems.map((problem) => ({ section: section.key, ...issueFrom(asToDo(section.kind, problem)) }))
		)
	};
};

export const actions: Actions = {
	submit: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, applicationActSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const receipt = await attempt(() => submitApplication(actor, id, form.input, momentOf(event)));
		if (isProblem(receipt)) return refuse(receipt);
		redirect(303, paths(event.locals.locale).intake.receipt(id));
	},
	ask: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, applicationActSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const asked = await attempt(() => askSignOff(actor, id, form.input, momentOf(event)));
		if (isProblem(asked)) return refuse(asked);
		redirect(303, paths(event.locals.locale).apply.application(id));
	}
};
