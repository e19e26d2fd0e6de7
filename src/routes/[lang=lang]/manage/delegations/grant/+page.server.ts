import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { delegationHolders, grantDelegation, positionHolders } from '#lib/features/identity/delegations.server.ts';
import { grantDelegationSchema } from '#lib/features/identity/schema.ts';
import { programChoices } from '#lib/features/identity/users.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'delegation.grant');
	return {
		holders: await orError(() => delegationHolders(viewer, event.locals.locale)),
		positions: await orError(() => positionHolders(viewer, event.locals.locale, event.locals.receivedAt)),
		programs: await orError(() => programChoices(viewer, event.locals.locale))
	};
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, grantDelegationSchema);
		if (!form.ok) return refuseForm(form);
		const granted = await attempt(() => grantDelegation(actor, form.input, momentOf(event)));
		if (isProblem(granted)) return refuse(granted, form.values);
		redirect(303, `${paths(event.locals.locale).manage.delegations()}?granted=${granted.number}`);
	}
};
