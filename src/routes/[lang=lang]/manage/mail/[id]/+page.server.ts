import { requireActorWho } from '#lib/door/actor.ts';
import { orError, refuseWithPage } from '#lib/door/refuse.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse as problem } from '#lib/domain/problem.ts';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { mailMessageForAdministrator } from '#lib/features/identity/outbox.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'mail.view');
	const { id } = event.params;
	if (!isId(id)) refuseWithPage(problem('not_found'));
	const { createdAt, ...mail } = await orError(() => mailMessageForAdministrator(viewer, id));
	return { mail: { ...mail, when: formatInstant(createdAt, DEFAULT_ZONE, event.locals.locale) } };
};
