/** A text that people wrote in both languages, such as a program's title. */
export type Bilingual = { en: string; fr: string };

/** True when both languages say something. Publishing is refused while one is missing. */
export function isBilingual(text: Bilingual | undefined): text is Bilingual {
	return text !== undefined && text.en.trim() !== '' && text.fr.trim() !== '';
}
