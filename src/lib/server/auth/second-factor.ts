import type { Actor } from '#lib/domain/access/actor.ts';
import type { Permission } from '#lib/domain/access/permissions.ts';

/*
 * The seam for second factors, which come with the intake issue. Acts that change who may do what ask here before they
 * are done, and signing acts will; the answer is "not yet". When factors exist, `installed` becomes a real port, and
 * whoever must ask for the answer (a page of its own, before the act) calls its `verify`. The callers stay as they are.
 */

/** How a second factor is asked for and checked. */
type SecondFactor = {
	/** The factors this person has set up. */
	factorsOf(userId: string): Promise<readonly ('totp' | 'passkey')[]>;
	/** Whether the answer is right, for this person and this moment. */
	verify(userId: string, answer: string, now: Date): Promise<boolean>;
};

/** No factor exists yet. */
const installed = null as SecondFactor | null;

/** Acts for which a session alone will not be enough: those that sign, pay, or say who may. */
const SENSITIVE: ReadonlySet<Permission> = new Set<Permission>([
	'delegation.grant',
	'user.invite',
	'user.change',
	'commitment.certify',
	'allocation.approve',
	'decision.confirm',
	'agreement.sign',
	'disbursement.certify',
	'disbursement.requisition',
	'payment.confirm',
	'payeeAccount.edit',
	'payeeAccount.unmask'
]);

/** Whether this act of this person needs a second factor. Until factors exist: none does. */
export function requiresSecondFactor(actor: Actor, permission: Permission): boolean {
	return installed !== null && actor.kind === 'user' && SENSITIVE.has(permission);
}
