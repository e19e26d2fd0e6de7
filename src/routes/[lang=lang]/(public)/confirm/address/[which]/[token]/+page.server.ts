import { error } from '@sveltejs/kit';
import { momentOf } from '#lib/door/actor.ts';
import { attempt, refuse } from '#lib/door/refuse.ts';
import { dropSession } from '#lib/door/session.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { confirmAddressChange, isAddressChangeLive } from '#lib/features/identity/account.server.ts';
import type { Actions, PageServerLoad } from './$types';

function whichOf(text: string): 'old' | 'new' {
	if (text !== 'old' && text !== 'new') error(404, 'Not found');
	return text;
}

export const load: PageServerLoad = async (event) => ({
	isLive: await isAddressChangeLive(whichOf(event.params.which), event.params.token, event.locals.receivedAt)
});

export const actions: Actions = {
	default: async (event) => {
		const which = whichOf(event.params.which);
		const confirmed = await attempt(() => confirmAddressChange(which, event.params.token, momentOf(event)));
		if (isProblem(confirmed)) return refuse(confirmed);
		// Every session of the person ended with the change; a cookie of theirs on this device is of no use.
		if (confirmed === 'changed') dropSession(event.cookies);
		return { confirmed, problem: null, issues: [] };
	}
};
