import { redirect } from '@sveltejs/kit';
import { isLocale, type Locale } from '#lib/i18n/locale.ts';
import { paths } from '#lib/paths.ts';
import type { PageServerLoad } from './$types';

/** The first of our languages that the browser asks for, by its weights; English when it asks for neither. */
function preferredLocale(header: string | null): Locale {
	const wishes = (header ?? '')
		.slice(0, 500)
		.split(',')
		.map((wish) => {
			const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';');
			const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
			return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
		})
		.filter((wish) => isLocale(wish.language) && wish.weight > 0)
		.sort((a, b) => b.weight - a.weight);
	return (wishes[0]?.language as Locale | undefined) ?? 'en';
}

/** The address without a language leads to the reader's own. */
export const load: PageServerLoad = ({ request, setHeaders }) => {
	setHeaders({ vary: 'accept-language' });
	redirect(307, paths(preferredLocale(request.headers.get('accept-language'))).public.home());
};
