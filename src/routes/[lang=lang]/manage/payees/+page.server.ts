import { requireActorWho } from '#lib/door/actor.ts';
import { orError } from '#lib/door/refuse.ts';
import { payeesForStaff } from '#lib/features/payment/payee.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'payeeAccount.verify');
	return { payees: await orError(() => payeesForStaff(viewer)) };
};
