import { requireActor } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { awardForStaff } from '#lib/features/award/queries.server.ts';
import { formatDate, formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const { locale } = event.locals;
	const award = await orError(() => awardForStaff(viewer, event.params.id));
	const instant = (at: Date): string => formatInstant(at, award.zone, locale);
	const { decision, certification, paper } = award;
	return {
		award: {
			...award,
			offeredAt: award.offeredAt ? instant(award.offeredAt) : null,
			acceptedAt: award.acceptedAt ? instant(award.acceptedAt) : null,
			decision: { ...decision, at: instant(decision.at) },
			paper: paper ? { ...paper, signedOn: formatDate(paper.signedOn, locale) } : null,
			certification: certification ? { ...certification, at: instant(certification.at) } : null,
			entries: award.entries.map((entry) => ({ ...entry, when: instant(entry.occurredAt) }))
		}
	};
};
