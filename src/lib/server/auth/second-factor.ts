import type { Actor } from '#lib/domain/access/actor.ts';
import type { Permission } from '#lib/domain/access/permissions.ts';

/*
 * The seam for second factors, which come with the intake issue. Acts that sign, pay or change who may do so already ask
 * here before they are done; the answer is "not yet". When factors exist, `requiresSecondFactor` becomes a policy and
 * `installedSecondFactor` a real port; the callers stay as they are.
 */

/** How a second factor is asked for and checked. */
export type SecondFactor = {
	/** The factors this person has set up. */
	factorsOf(userId: string): Promise<readonly ('totp' | 'passkey')[]>;
	/** Whether the answer is right, for this person, this act and this moment. */
	verify(userId: string, answer: string, now: Date): Promise<boolean>;
};

/** No factor exists yet: nobody has one, and no answer is right. */
export const noSecondFactor: SecondFactor = {
	factorsOf: () => Promise.resolve([]),
	verify: () => Promise.resolve(false)
};

/** The port in use. */
export function installedSecondFactor(): SecondFactor {
	return noSecondFactor;
}

/** Whether this act of this person needs a second factor. Until factors exist: none does. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- the shape of the policy to come
export function requiresSecondFactor(actor: Actor, permission: Permission): boolean {
	return false;
}
