import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { saveOverall, saveScore, submitReview } from '#lib/features/review/commands.server.ts';
import { fileForReviewer, fileHeadFor } from '#lib/features/review/queries.server.ts';
import { overallSchema, saveScoreSchema } from '#lib/features/review/schema.ts';
import { formatInstant, formatTime } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

const OVERALL = 'overall';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const { locale } = event.locals;
	const head = await orError(() => fileHeadFor(viewer, event.params.id));
	if (head.isClosed) return { head, file: null, current: OVERALL };
	if (head.status === 'invited') redirect(303, paths(locale).review.conflict(head.id));
	const { zone, savedAt, submittedAt, ...file } = await orError(() => fileForReviewer(viewer, head.id));
	const keys = file.rubric.criteria.map((criterion) => criterion.key);
	const open = keys.find((key) => !file.judgments.some((judgment) => judgment.criterionKey === key));
	const asked = event.url.searchParams.get('criterion') ?? open ?? OVERALL;
	return {
		head,
		current: keys.includes(asked) ? asked : OVERALL,
		file: {
			...file,
			savedAtText: savedAt ? formatTime(savedAt, zone, locale) : null,
			submittedAtText: submittedAt ? formatInstant(submittedAt, zone, locale) : null
		}
	};
};

export const actions: Actions = {
	score: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, saveScoreSchema);
		if (!form.ok) return refuseForm(form);
		const saved = await attempt(() => saveScore(actor, event.params.id, form.input, momentOf(event)));
		if (isProblem(saved)) return refuse(saved, form.values);
		const at = paths(event.locals.locale).review.criterion(event.params.id, saved.next ?? OVERALL);
		redirect(303, `${at}#rubric`);
	},
	overall: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, overallSchema);
		if (!form.ok) return refuseForm(form);
		const saved = await attempt(() => saveOverall(actor, event.params.id, form.input.overall, momentOf(event)));
		if (isProblem(saved)) return refuse(saved, form.values);
		redirect(303, `${paths(event.locals.locale).review.criterion(event.params.id, OVERALL)}#rubric`);
	},
	submit: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, overallSchema);
		if (!form.ok) return refuseForm(form);
		const sent = await attempt(() => submitReview(actor, event.params.id, form.input.overall, momentOf(event)));
		if (isProblem(sent)) return refuse(sent, form.values);
		redirect(303, paths(event.locals.locale).review.assignment(event.params.id));
	}
};
