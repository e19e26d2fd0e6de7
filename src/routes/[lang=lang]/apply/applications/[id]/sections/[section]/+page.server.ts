import { fail, redirect } from '@sveltejs/kit';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { issueFrom, readFields } from '#lib/door/form.ts';
import { attempt, orError, refuse } from '#lib/door/refuse.ts';
import { saveSection, type SectionSaved } from '#lib/features/application/answers.server.ts';
import { sectionForApplicant } from '#lib/features/application/queries.server.ts';
import { conflictsOf, sectionInputOf, sectionPageOf } from '#lib/features/application/section-page.server.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { id, section } = event.params;
	const { now } = momentOf(event);
	const page = await orError(() => sectionForApplicant(actor, id, section, now));
	const to = paths(event.locals.locale);
	if (page.state.kind === 'budget') redirect(303, to.intake.budget(id));
	if (page.state.kind === 'files') redirect(303, to.intake.attachments(id));
	return sectionPageOf(page, now, event.locals.locale);
};

/** What still needs the person: texts that met another's, and answers to look at again. Leaving leaves those for later. */
function left(saved: SectionSaved, isLeaving: boolean, locale: Locale) {
	const wrong = isLeaving ? saved.problems : [...saved.problems, ...saved.unfit];
	return { conflicts: conflictsOf(saved.conflicts, saved.zone, locale), issues: wrong.map(issueFrom) };
}

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const { id, section } = event.params;
		const { fields, values, issues } = await readFields(event.request);
		if (issues.length > 0) return fail(400, { problem: null, values, issues, conflicts: [] });
		const saved = await attempt(() => saveSection(actor, id, sectionInputOf(section, fields), momentOf(event)));
		if (isProblem(saved)) return refuse(saved, values);
		const [then, next] = [fields['then']?.[0], fields['next']?.[0]];
		const remains = left(saved, then === 'leave', event.locals.locale);
		if (remains.conflicts.length > 0) return fail(409, { problem: null, values, ...remains });
		if (remains.issues.length > 0) return fail(422, { problem: null, values, ...remains });
		const to = paths(event.locals.locale);
		if (then === 'leave') redirect(303, to.apply.application(id));
		redirect(303, next ? to.intake.section(id, next) : to.intake.reviewAndSubmit(id));
	}
};
