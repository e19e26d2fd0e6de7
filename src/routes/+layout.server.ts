import { signedIn } from '#lib/door/session.ts';
import { shellFor } from '#lib/features/identity/shell.server.ts';
import type { LayoutServerLoad } from './$types';

/** What every page shows around its content, and its language. */
export const load: LayoutServerLoad = (event) => {
	const { locale } = event.locals;
	return { locale, shell: shellFor(signedIn(event), event.route.id, event.url, locale) };
};
