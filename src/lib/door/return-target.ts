/*
 * Where a person may be sent back to after signing in. A list of shapes instead of a check of origins: `/.//evil.example`
 * and its relatives pass a check of origins and leave this house.
 */

const SEGMENT = String.raw`(?!\.{1,2}(?:/|$|\?))[A-Za-z0-9._~-]{1,120}`;
const TARGET = new RegExp(
	String.raw`^/(?:en|fr)/(?:opportunities|apply|review|manage|account)(?:/${SEGMENT}){0,8}(?:\?[A-Za-z0-9=&_.~-]{0,400})?$`
);

/**
 * The page of an address, to come back to. A posted form's address names its action (`?/save&organization=…`), which is
 * no part of the place.
 */
export function placeOf(url: Pick<URL, 'pathname' | 'search'>): string | null {
	const search = url.search.replace(/^\?\/[^&]*&?/, '?');
	return returnTarget(`${url.pathname}${search === '?' ? '' : search}`);
}

/** The target when it is a page of ours that one may return to, else null. */
export function returnTarget(target: unknown): string | null {
	return typeof target === 'string' && target.length <= 600 && TARGET.test(target) ? target : null;
}
