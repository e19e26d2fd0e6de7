import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { administrationOf } from '#lib/features/identity/administration.server.ts';
import { hasMailServer, isOutboxShown, mailForAdministrator } from '#lib/features/identity/outbox.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'mail.view');
	const { locale } = event.locals;
	const asked = Number(event.url.searchParams.get('page') ?? 1);
	const page = Number.isSafeInteger(asked) && asked > 0 && asked < 1_000_000 ? asked : 1;
	const { mails, total, pageSize } = await orError(() => mailForAdministrator(viewer, page));
	return {
		mails: mails.map(({ createdAt, ...mail }) => ({
			...mail,
			createdAt,
			when: formatInstant(createdAt, DEFAULT_ZONE, locale)
		})),
		page,
		pages: Math.max(1, Math.ceil(total / pageSize)),
		hasServer: hasMailServer(),
		isOutboxShown: isOutboxShown(),
		tabs: administrationOf(viewer)
	};
};
