import type { HeldRole, MembershipRole } from './roles.ts';

declare const minted: unique symbol;

/** A signed-in person with the scopes that were true when the request began. */
export type UserActor = {
	kind: 'user';
	userId: string;
	sessionId: string;
	displayName: string;
	locale: 'en' | 'fr';
	staffRoles: readonly HeldRole[];
	memberships: readonly { organizationId: string; role: MembershipRole }[];
};

/** A job, the seed or the command line, by name. */
export type SystemActor = { kind: 'system'; name: string };

/**
 * Proof that someone looked up who is asking. Only `mintActor` makes one: the door after reading the session, jobs and
 * the command line for themselves, and tests.
 */
export type Actor = (UserActor | SystemActor) & { readonly [minted]: true };

export function mintActor(actor: UserActor): Actor & UserActor;
export function mintActor(actor: SystemActor): Actor & SystemActor;
export function mintActor(actor: UserActor | SystemActor): Actor;
export function mintActor(actor: UserActor | SystemActor): Actor {
	return Object.freeze(actor) as Actor;
}

export function systemActor(name: string): Actor & SystemActor {
	return mintActor({ kind: 'system', name });
}

/** The user's id, or null for the system. */
export function actorUserId(actor: Actor): string | null {
	return actor.kind === 'user' ? actor.userId : null;
}

export function isMemberOf(actor: Actor, organizationId: string): boolean {
	return actor.kind === 'user' && actor.memberships.some((held) => held.organizationId === organizationId);
}
