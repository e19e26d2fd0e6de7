import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { may } from '#lib/domain/access/access.ts';
import { administrationOf } from '#lib/features/identity/administration.server.ts';
import { programChoices, usersForAdministrator } from '#lib/features/identity/users.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'user.view');
	const { locale } = event.locals;
	return {
		users: await orError(() => usersForAdministrator(viewer, locale)),
		programs: await orError(() => programChoices(viewer, locale)),
		mayInvite: may(viewer, 'user.invite'),
		isInvited: event.url.searchParams.has('invited'),
		tabs: administrationOf(viewer)
	};
};
