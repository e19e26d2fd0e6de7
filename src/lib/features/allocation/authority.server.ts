import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { findDelegation, type Authority } from '#lib/domain/access/delegation.ts';
import type { Money } from '#lib/domain/money/money.ts';
import { isProblem, refuse, type Problem } from '#lib/domain/problem.ts';
import { ACTED_FOR, positionHeld } from '#lib/features/identity/position.server.ts';
import type { Bilingual } from '#lib/i18n/locale.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** A delegation as it is printed beside a signature: its number, the position held and whom it acts for, its limit. */
export type ReliedDelegation = { id: string; number: string; position: Bilingual; limitMinor: bigint | null };

/** What a decision relies on: a delegation of who decides, or a paper signed outside that this person confirmed. */
export type DecisionAuthority = { delegationId: string } | { paperDecisionId: string };

/** A delegation as it is printed that this person's act relies on, or the Problem with the nearest reason: none, not in force, or a
 * limit below the amount. Read by a page beforehand, and again inside the transaction that signs.
 */
export async function delegationFor(
	tx: Pick<Tx, 'delegation'>,
	actor: Actor,
	act: { authority: Authority; programId: string; amount: Money; at: Date }
): Promise<ReliedDelegation | Problem> {
	const userId = actorUserId(actor);
	if (userId === null) return refuse('delegation_none', { authority: act.authority });
	const rows = await tx.delegation.findMany({
		where: { userId, authority: act.authority },
		include: ACTED_FOR,
		orderBy: { id: 'asc' }
	});
	const found = findDelegation(rows, act);
	return isProblem(found) ? found : printed(found);
}

/** Delegations by id, as they were relied on in earlier signatures. */
export async function delegationsById(
	tx: Pick<Tx, 'delegation'>,
	ids: readonly (string | null)[]
): Promise<Map<string, ReliedDelegation>> {
	const rows = await tx.delegation.findMany({
		where: { id: { in: ids.filter((id) => id !== null) } },
		include: ACTED_FOR
	});
	return new Map(rows.map((row) => [row.id, printed(row)]));
}

type Row = Parameters<typeof positionHeld>[0] & { id: string; number: string; limitMinor: bigint | null };

function printed(row: Row): ReliedDelegation {
	return {
		id: row.id,
		number: row.number,
		position: positionHeld(row),
		limitMinor: row.limitMinor
	};
}
