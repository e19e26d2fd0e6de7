import { signedIn } from '#lib/door/session.ts';
import { ROLE_NAMES } from '#lib/features/identity/labels.ts';
import { shellFor } from '#lib/features/identity/shell.server.ts';
import type { LayoutServerLoad } from './$types';

/** What every page shows around its content, and its language. */
export const load: LayoutServerLoad = (event) => {
	const { locale, receivedAt } = event.locals;
	const page = { routeId: event.route.id, url: event.url, locale, receivedAt };
	return { locale, shell: shellFor(signedIn(event), page, ROLE_NAMES) };
};
