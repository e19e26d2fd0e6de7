import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { awardLedgerForViewer } from '#lib/features/observation/queries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'ledger.view');
	return { award: await orError(() => awardLedgerForViewer(viewer, event.params.awardId)) };
};
