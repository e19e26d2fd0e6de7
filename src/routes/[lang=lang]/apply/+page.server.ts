import { momentOf, requireActor } from '#lib/door/actor.ts';
import { applicationsForApplicant } from '#lib/features/application/queries.server.ts';
import { organizationsOf } from '#lib/features/organization/queries.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { locale } = event.locals;
	const applications = await applicationsForApplicant(actor, momentOf(event).now);
	const signs = actor.memberships.filter((held) => held.role === 'owner' || held.role === 'signatory');
	return {
		organizations: await organizationsOf(actor),
		signs: signs.length > 0,
		applications: applications.map(({ closesAt, submittedAt, zone, ...application }) => ({
			...application,
			closes: formatInstant(closesAt, zone, locale),
			submitted: submittedAt ? formatInstant(submittedAt, zone, locale) : null
		}))
	};
};
