import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { attempt, orError, refuse } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { giveFileBack } from '#lib/features/review/commands.server.ts';
import { fileHeadFor } from '#lib/features/review/queries.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const held = await orError(() => fileHeadFor(viewer, event.params.id));
	if (!held.mayGive) redirect(303, paths(event.locals.locale).review.assignment(held.id));
	return { held };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const done = await attempt(() => giveFileBack(actor, event.params.id, momentOf(event)));
		if (isProblem(done)) return refuse(done);
		redirect(303, paths(event.locals.locale).review.home());
	}
};
