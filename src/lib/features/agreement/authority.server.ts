import type { Actor } from '#lib/domain/access/actor.ts';
import { orRefuse } from '#lib/domain/problem.ts';
import { delegationFor, type ReliedDelegation } from '#lib/features/allocation/authority.server.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** As `delegationFor`, thrown: without a delegation in force for this act nothing is signed. */
export async function relyOnDelegation(
	tx: Tx,
	actor: Actor,
	act: Parameters<typeof delegationFor>[2]
): Promise<ReliedDelegation> {
	return orRefuse(await delegationFor(tx, actor, act));
}
