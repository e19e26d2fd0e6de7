import { error } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** An address that leads nowhere is answered inside the shell and in its language, not by the bare error page. */
export const load: PageLoad = () => {
	error(404, 'Not found');
};
