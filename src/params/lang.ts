import { isLocale, type Locale } from '#lib/i18n/locale.ts';

/** The first segment of every page is its language. */
export function match(parameter: string): parameter is Locale {
	return isLocale(parameter);
}
