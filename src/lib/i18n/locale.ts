import type { Bilingual } from '#lib/domain/bilingual.ts';

export type { Bilingual };

/** The two languages are equal: nothing a program publishes may exist in one only. */
export type Locale = 'en' | 'fr';

export const LOCALES: readonly Locale[] = ['en', 'fr'];

export function isLocale(value: unknown): value is Locale {
	return value === 'en' || value === 'fr';
}

export function otherLocale(locale: Locale): Locale {
	return locale === 'en' ? 'fr' : 'en';
}

/** The BCP 47 tag for `lang` attributes, ICU and mail headers. */
export function languageTag(locale: Locale): 'en-CA' | 'fr-CA' {
	return locale === 'en' ? 'en-CA' : 'fr-CA';
}

/**
 * The text in the reader's language. When only the other language has been written (a draft), that text is returned:
 * publishing refuses a missing language, so readers outside never meet the fallback.
 */
export function localized(text: Bilingual, locale: Locale): string {
	return text[locale] || text[otherLocale(locale)];
}

/** A message of the interface: a generated function from a catalog of `messages/`. */
export type Message = (locale: Locale) => string;
