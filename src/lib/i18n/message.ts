import { IntlMessageFormat } from 'intl-messageformat';
import { languageTag, type Locale } from './locale.ts';

/** Values that a message with plural, select or number forms accepts. */
export type MessageValues = Record<string, string | number | bigint>;

type Ast = ConstructorParameters<typeof IntlMessageFormat>[0];

/** ICU writes French thousands and « : » with U+202F in some versions; the house writes U+00A0 everywhere. */
export function normalizeSpaces(text: string): string {
	return text.replaceAll('\u202f', '\u00a0');
}

/**
 * A message whose pattern was parsed when the catalogs were generated, so no parser reaches the browser.
 * The formatter of each language is made at first use: a page that shows English never builds the French one.
 */
export function pattern<Values extends MessageValues>(
	english: unknown,
	french: unknown
): (locale: Locale, values: Values) => string {
	const made: Partial<Record<Locale, IntlMessageFormat>> = {};
	return (locale, values) => {
		const ast = (locale === 'fr' ? french : english) as Ast;
		const format = (made[locale] ??= new IntlMessageFormat(ast, languageTag(locale)));
		return normalizeSpaces(String(format.format(values)));
	};
}
