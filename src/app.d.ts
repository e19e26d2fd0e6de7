import type { Actor } from '#lib/domain/access/actor.ts';
import type { Locale } from '#lib/i18n/locale.ts';

declare global {
	namespace App {
		interface Locals {
			/** The instant this request reached us, taken on the first line of `handle`: the clock of every deadline. */
			receivedAt: Date;
			/** Names this request in the log and on an error page. */
			requestId: string;
			locale: Locale;
			/** The signed-in person with every scope, or null for a visitor. */
			actor: Actor | null;
		}
		interface Error {
			message: string;
			/** What a person can quote to us, so that we find the failure in the log. */
			reference?: string;
		}
	}
}

export {};
