import { refuse, type Problem } from '#lib/domain/problem.ts';
import { compareIds } from '#lib/domain/id.ts';
import type { Money } from '#lib/domain/money/money.ts';

/**
 * The four authorities of the Financial Administration Act that Hearth knows: to commit (s.32), to enter the
 * transaction (the decision and the agreement), to certify entitlement (s.34), to requisition payment (s.33).
 */
export type Authority = 's32_commitment' | 'transaction' | 's34_certification' | 's33_requisition';

export const AUTHORITIES: readonly Authority[] = [
	's32_commitment',
	'transaction',
	's34_certification',
	's33_requisition'
];

/**
 * What the rule needs of a dated record of who may sign what. A null program covers all programs; a null limit has no
 * upper bound. Rows with more columns (the position printed beside a signature) pass through `findDelegation` whole.
 */
export type Delegation = {
	id: string;
	userId: string;
	/** One of `Authority`; a row's own text is compared with it. */
	authority: string;
	programId: string | null;
	limitMinor: bigint | null;
	validFrom: Date;
	/** The first instant at which it no longer holds; null while open-ended. */
	validTo: Date | null;
	revokedAt: Date | null;
};

export function isInForce(delegation: Delegation, at: Date): boolean {
	const instant = at.getTime();
	return (
		delegation.validFrom.getTime() <= instant &&
		(delegation.validTo === null || instant < delegation.validTo.getTime()) &&
		(delegation.revokedAt === null || instant < delegation.revokedAt.getTime())
	);
}

/**
 * The delegation that a person's act relies on, among that person's delegations; its id is stored with the signature.
 * Of several, the narrowest serves: one for the program before one for all, then the lowest sufficient limit, then id.
 * The refusal says the nearest reason: none of this authority, not in force at that instant, or a limit below the amount.
 */
export function findDelegation<Held extends Delegation>(
	delegations: readonly Held[],
	act: { authority: Authority; programId: string; amount: Money; at: Date }
): Held | Problem {
	const facts = { authority: act.authority };
	const applicable = delegations.filter(
		(held) => held.authority === act.authority && (held.programId === null || held.programId === act.programId)
	);
	if (applicable.length === 0) return refuse('delegation_none', facts);
	const inForce = applicable.filter((held) => isInForce(held, act.at));
	if (inForce.length === 0) return refuse('delegation_not_in_force', facts);
	const sufficient = inForce.filter((held) => held.limitMinor === null || held.limitMinor >= act.amount.minor);
	const [narrowest] = [...sufficient].sort(byNarrowness);
	if (narrowest) return narrowest;
	const highest = inForce.reduce(
		(a, held) => (held.limitMinor !== null && held.limitMinor > a ? held.limitMinor : a),
		0n
	);
	return refuse('delegation_limit_too_low', { ...facts, limit: highest, amount: act.amount.minor });
}

function byNarrowness(a: Delegation, b: Delegation): number {
	if ((a.programId === null) !== (b.programId === null)) return a.programId === null ? 1 : -1;
	if (a.limitMinor !== b.limitMinor) {
		if (a.limitMinor === null) return 1;
		if (b.limitMinor === null) return -1;
		return a.limitMinor < b.limitMinor ? -1 : 1;
	}
	return compareIds(a.id, b.id);
}
