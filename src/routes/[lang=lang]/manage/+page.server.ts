import { redirect } from '@sveltejs/kit';
import { requireActor } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { deskForStaff } from '#lib/features/desk/queries.server.ts';
import { paths } from '#lib/paths.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	// A reviewer's desk is the list of files.
	const isReviewerOnly = viewer.staffRoles.length > 0 && viewer.staffRoles.every((held) => held.role === 'reviewer');
	if (isReviewerOnly) redirect(303, paths(event.locals.locale).review.home());
	return { desk: await orError(() => deskForStaff(viewer)) };
};
