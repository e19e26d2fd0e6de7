import { redirect } from '@sveltejs/kit';
import { currentActor, momentOf } from '#lib/door/actor.ts';
import { dropSession } from '#lib/door/session.ts';
import { signOut } from '#lib/features/identity/account.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions } from './$types';

export const actions: Actions = {
	default: async (event) => {
		const actor = currentActor(event);
		if (actor) await signOut(actor, momentOf(event));
		dropSession(event.cookies);
		// Also what the browser kept in memory of the last pages, which "back" would show.
		event.setHeaders({ 'clear-site-data': '"cache", "storage"' });
		redirect(303, paths(event.locals.locale).account.signOut());
	}
};
