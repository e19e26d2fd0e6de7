import { redirect, type RequestEvent } from '@sveltejs/kit';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm, refuseWithPage } from '#lib/door/refuse.ts';
import { isId } from '#lib/domain/id.ts';
import { isProblem, refuse as problem } from '#lib/domain/problem.ts';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { changeRolesSchema } from '#lib/features/identity/schema.ts';
import {
	changeRoles,
	disableUser,
	enableUser,
	inviteAgain,
	programChoices,
	userForAdministrator
} from '#lib/features/identity/users.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

function idOf(event: RequestEvent): string {
	const id = event.params['id'];
	return isId(id) ? id : refuseWithPage(problem('not_found'));
}

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'user.view');
	const { locale, receivedAt } = event.locals;
	const { invitedUntil, ...user } = await orError(() => userForAdministrator(viewer, idOf(event)));
	return {
		user,
		invitedUntil: invitedUntil && invitedUntil > receivedAt ? formatInstant(invitedUntil, DEFAULT_ZONE, locale) : null,
		programs: await orError(() => programChoices(viewer, locale)),
		isSaved: event.url.searchParams.has('saved')
	};
};

/** One act on this person, then the page again. */
async function act(event: RequestEvent, command: typeof disableUser) {
	const id = idOf(event);
	const actor = requireActor(event);
	const done = await attempt(() => command(actor, id, momentOf(event)));
	if (isProblem(done)) return refuse(done);
	redirect(303, `${paths(event.locals.locale).manage.user(id)}?saved`);
}

export const actions: Actions = {
	roles: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, changeRolesSchema);
		if (!form.ok) return refuseForm(form);
		const userId = idOf(event);
		const done = await attempt(() => changeRoles(actor, { userId, ...form.input }, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, `${paths(event.locals.locale).manage.user(userId)}?saved`);
	},
	invite: (event) => act(event, inviteAgain),
	disable: (event) => act(event, disableUser),
	enable: (event) => act(event, enableUser)
};
