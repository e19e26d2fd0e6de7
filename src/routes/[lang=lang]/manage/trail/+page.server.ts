import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { trailForAuditor, TRAIL_SUBJECTS } from '#lib/features/observation/trail.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'audit.view');
	const asked = event.url.searchParams;
	const filter = {
		subject: asked.get('subject'),
		name: asked.get('name')?.slice(0, 80) || null,
		about: asked.get('about')?.slice(0, 80) || null,
		before: asked.get('before')
	};
	return { trail: await orError(() => trailForAuditor(viewer, filter)), filter, subjects: TRAIL_SUBJECTS };
};
