import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** Every organization a person belongs to, or ever belonged to: an interest does not end with a membership. */
export async function interestsOf(tx: Pick<Tx, 'membership'>, actor: Actor): Promise<string[]> {
	const userId = actorUserId(actor);
	if (userId === null) return [];
	const rows = await tx.membership.findMany({
		where: { userId },
		select: { organizationId: true },
		distinct: ['organizationId']
	});
	return rows.map((row) => row.organizationId);
}

/** Never a person who can benefit: refuses who belongs, or once belonged, to one of these organizations (A1). */
export async function refuseInterested(
	tx: Pick<Tx, 'membership'>,
	actor: Actor,
	organizationIds: readonly string[]
): Promise<void> {
	const interests = await interestsOf(tx, actor);
	if (organizationIds.some((id) => interests.includes(id))) throw new Refusal(refuse('person_can_benefit'));
}
