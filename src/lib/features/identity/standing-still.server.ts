import { refuse, Refusal, type ProblemCode } from '#lib/domain/problem.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/**
 * Refuses while an officer has frozen who belongs to the organization (safeguard B2). The organization's row is locked
 * by the caller, so that a freeze waits for what is under way; the database refuses too (`membership_frozen`).
 */
export async function refuseWhileFrozen(
	tx: Pick<Tx, 'membershipFreeze'>,
	organizationId: string,
	code: ProblemCode = 'membership_frozen'
): Promise<void> {
	const open = await tx.membershipFreeze.count({ where: { organizationId, liftedAt: null } });
	if (open > 0) throw new Refusal(refuse(code));
}
