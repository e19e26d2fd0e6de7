import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { saveLine } from '#lib/features/allocation/commands.server.ts';
import { lineForStaff } from '#lib/features/allocation/queries.server.ts';
import { lineChangeFrom, lineSchema } from '#lib/features/allocation/schema.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => lineOf(event);

async function lineOf(event: RequestEvent | Parameters<PageServerLoad>[0]) {
	const viewer = requireActor(event);
	const { locale, receivedAt } = event.locals;
	return orError(() => lineForStaff(viewer, event.params.code, event.params.line, locale, receivedAt));
}

export const actions: Actions = {
	default: async (event) => {
		const { line, next } = await lineOf(event);
		const fiscalYears = line.years.map((year) => year.fiscalYear);
		const actor = requireActor(event);
		const form = await parseForm(event.request, lineSchema(fiscalYears));
		if (!form.ok) return refuseForm(form);
		const change = lineChangeFrom(form.input, fiscalYears);
		const saved = await attempt(() => saveLine(actor, line.id, change, momentOf(event)));
		if (isProblem(saved)) return refuse(saved, form.values);
		const { decide } = paths(event.locals.locale);
		redirect(303, next ? decide.roundLine(event.params.code, next.id) : decide.round(event.params.code));
	}
};
