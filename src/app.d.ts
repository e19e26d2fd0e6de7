import type { Actor } from '#lib/domain/access/actor.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import type { SignedIn } from '#lib/server/auth/sessions.ts';
import type { Moment } from '#lib/server/clock.ts';

declare global {
	namespace App {
		interface Locals {
			/** The instant this request reached us, taken on the first line of `handle`: the clock of every deadline. */
			receivedAt: Date;
			/** That instant with the installation's randomness: what commands are called with. */
			moment: Moment;
			/** Names this request in the log and on an error page. */
			requestId: string;
			locale: Locale;
			/** The signed-in person with every scope, or null for a visitor. */
			actor: Actor | null;
			/** The session behind the actor: mail address, device, limits. For the account pages and the shell. */
			signedIn: SignedIn | null;
			/** Set when a fault was a wait for the database that took too long. */
			busy?: true;
		}
		interface Error {
			message: string;
			/** What a person can quote to us, so that we find the failure in the log. */
			reference?: string;
		}
	}
}

export {};
