import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { may } from '#lib/domain/access/access.ts';
import { cad } from '#lib/domain/money/money.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { administrationOf } from '#lib/features/identity/administration.server.ts';
import { delegationsFor, revokeDelegation } from '#lib/features/identity/delegations.server.ts';
import { revokeDelegationSchema } from '#lib/features/identity/schema.ts';
import { formatDate, formatMoney } from '#lib/i18n/format.ts';
import * as m from '#lib/i18n/generated/identity.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'delegation.view');
	const { locale, receivedAt } = event.locals;
	const delegations = await orError(() => delegationsFor(viewer, receivedAt));
	return {
		delegations: delegations.map(({ limitMinor, validFrom, validTo, ...delegation }) => ({
			...delegation,
			limit: limitMinor === null ? m.delegationNoLimit(locale) : formatMoney(cad(limitMinor), locale),
			dates: m.delegationFromTo(locale, { from: formatDate(validFrom, locale), to: formatDate(validTo, locale) })
		})),
		mayGrant: may(viewer, 'delegation.grant'),
		granted: delegations.find(({ number }) => number === event.url.searchParams.get('granted'))?.number ?? null,
		tabs: administrationOf(viewer)
	};
};

export const actions: Actions = {
	revoke: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, revokeDelegationSchema);
		if (!form.ok) return refuseForm(form);
		const revoked = await attempt(() => revokeDelegation(actor, form.input.delegation, momentOf(event)));
		if (isProblem(revoked)) return refuse(revoked, form.values);
		redirect(303, paths(event.locals.locale).manage.delegations());
	}
};
