import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { endOtherSessions, endOwnSession, ownSessions } from '#lib/features/identity/account.server.ts';
import { deviceName } from '#lib/features/identity/labels.ts';
import { endSessionSchema } from '#lib/features/identity/schema.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const { locale, receivedAt } = event.locals;
	const sessions = await orError(() => ownSessions(viewer, receivedAt));
	return {
		sessions: sessions.map(({ id, deviceLabel, sharedComputer, createdAt, lastSeenAt, isThis }) => ({
			id,
			device: deviceName(deviceLabel, locale),
			sharedComputer,
			isThis,
			createdAt,
			lastSeenAt,
			since: formatInstant(createdAt, DEFAULT_ZONE, locale),
			lastSeen: formatInstant(lastSeenAt, DEFAULT_ZONE, locale)
		}))
	};
};

export const actions: Actions = {
	end: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, endSessionSchema);
		if (!form.ok) return refuseForm(form);
		const ended = await attempt(() => endOwnSession(actor, form.input.session, momentOf(event)));
		if (isProblem(ended)) return refuse(ended, form.values);
		redirect(303, paths(event.locals.locale).account.sessions());
	},
	endOthers: async (event) => {
		const actor = requireActor(event);
		const ended = await attempt(() => endOtherSessions(actor, momentOf(event)));
		if (isProblem(ended)) return refuse(ended);
		redirect(303, paths(event.locals.locale).account.sessions());
	}
};
