import { createContext } from 'svelte';
import type { Locale } from './locale.ts';

const [readLocale, writeLocale] = createContext<Locale>();

/** Set once by the root layout. The language toggle is a full page load, so a page's language never changes under it. */
export function setLocale(locale: Locale): void {
	writeLocale(locale);
}

/** The language of the page being drawn; call it while a component initializes. */
export function useLocale(): Locale {
	return readLocale();
}
