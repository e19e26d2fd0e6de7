import { momentOf, requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { isId } from '#lib/domain/id.ts';
import { moneyForViewer } from '#lib/features/observation/queries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'budget.view');
	const asked = event.url.searchParams;
	const year = /^\d{4}$/.test(asked.get('year') ?? '') ? Number(asked.get('year')) : null;
	const program = asked.get('program');
	const filter = {
		fiscalYear: year,
		programId: isId(program) ? program : null,
		province: asked.get('province'),
		page: /^\d{1,6}$/.test(asked.get('page') ?? '') ? Number(asked.get('page')) : 1
	};
	const overview = await orError(() => moneyForViewer(viewer, filter, momentOf(event).now));
	return { overview, asTable: asked.get('view') === 'table' };
};
