import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { isId } from '#lib/domain/id.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { appropriationsForStaff, commitReserved } from '#lib/features/award/appropriation.server.ts';
import { commitReservedSchema } from '#lib/features/award/schema.ts';
import { moneyForViewer } from '#lib/features/observation/queries.server.ts';
import { problemText } from '#lib/i18n/problem-text.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'budget.view');
	const asked = event.url.searchParams;
	const year = /^\d{4}$/.test(asked.get('year') ?? '') ? Number(asked.get('year')) : null;
	const program = asked.get('program');
	const filter = {
		fiscalYear: year,
		programId: isId(program) ? program : null,
		province: asked.get('province'),
		page: /^\d{1,6}$/.test(asked.get('page') ?? '') ? Number(asked.get('page')) : 1
	};
	const { now } = momentOf(event);
	const overview = await orError(() => moneyForViewer(viewer, filter, now));
	const appropriations = await orError(() => appropriationsForStaff(viewer, now));
	return {
		overview,
		appropriations: appropriations.map(({ authority, ...waiting }) => ({
			...waiting,
			delegation: isProblem(authority) ? null : authority,
			refusal: isProblem(authority) ? problemText(authority, event.locals.locale) : null
		})),
		asTable: asked.get('view') === 'table',
		done: asked.get('done')
	};
};

export const actions: Actions = {
	commit: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, commitReservedSchema);
		if (!form.ok) return refuseForm(form);
		const result = await attempt(() => commitReserved(actor, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		redirect(303, paths(event.locals.locale).money.overview('?done=committed'));
	}
};
