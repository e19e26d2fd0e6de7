import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import {
	applicationsForStaff,
	opportunitiesForStaff,
	SORTS,
	STAFF_STATUSES,
	type Sort
} from '#lib/features/application/staff-queries.server.ts';
import { formatDay } from '#lib/i18n/format.ts';
import type { PageServerLoad } from './$types';

/** Text of a filter: short, storable, or nothing. */
function filterText(search: URLSearchParams, name: string): string | null {
	const text = (search.get(name) ?? '').trim().slice(0, 100);
	return text === '' || text.includes('\0') || !text.isWellFormed() ? null : text;
}

export const load: PageServerLoad = async (event) => {
	const actor = requireActorWho(event, 'application.viewSubmitted');
	const search = event.url.searchParams;
	const status = STAFF_STATUSES.find((known) => known === search.get('status')) ?? null;
	const sort: Sort = SORTS.find((known) => known === search.get('sort')) ?? 'submitted';
	const wanted = Number(search.get('page') ?? '1');
	const filter = {
		opportunity: filterText(search, 'opportunity'),
		status,
		search: filterText(search, 'find'),
		sort,
		page: Number.isSafeInteger(wanted) ? wanted : 1
	};
	const [list, opportunities] = await orError(() =>
		Promise.all([applicationsForStaff(actor, filter), opportunitiesForStaff(actor)])
	);
	return {
		...list,
		// Only what the page shows: everything named here travels twice, as HTML and as data.
		rows: list.rows.map(
			({ id, reference, title, organizationName, province, status, requestedAmountMinor, submittedAt }) => ({
				id,
				reference,
				title,
				organizationName,
				province,
				status,
				requestedAmountMinor,
				submittedAt,
				received: formatDay(submittedAt, 'America/Toronto', event.locals.locale)
			})
		),
		filter,
		opportunities,
		statuses: [...STAFF_STATUSES]
	};
};
