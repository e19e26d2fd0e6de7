import type { Handle } from '@sveltejs/kit';
import { isLocale, languageTag, type Locale } from '#lib/i18n/locale.ts';
import type { Moment } from '#lib/server/clock.ts';
import { originOf } from '../session.ts';

/** As `app.html` says it. */
const TEMPLATE_LANGUAGE = `lang="${languageTag('en')}"`;

/** Names the request and its language, and notes the instant it came, before anything waits. */
export function receive(now: () => Moment): Handle {
	return ({ event, resolve }) => {
		const origin = originOf(event);
		const moment = { ...now(), ...(origin === null ? {} : { origin }) };
		event.locals.receivedAt = moment.now;
		event.locals.moment = moment;
		event.locals.requestId = moment.random.uuid();
		event.locals.actor = null;
		event.locals.signedIn = null;
		const locale = localeOf(event.url.pathname, event.request.headers.get('accept-language'));
		event.locals.locale = locale;
		// The template is in English. Touching a page puts all its pieces together once more, a tenth of the work of a long
		// list; so it is touched only where it must be.
		if (locale === 'en') return resolve(event);
		return resolve(event, {
			transformPageChunk: ({ html }) => html.replace(TEMPLATE_LANGUAGE, `lang="${languageTag(locale)}"`)
		});
	};
}

/** No text of ours holds a NUL, and the database takes none: an address with one names nothing, and asks nobody. */
export const refuseUnreadableAddress: Handle = ({ event, resolve }) => {
	if (!event.url.href.includes('%00')) return resolve(event);
	return new Response('This address cannot be read.\n', {
		status: 400,
		headers: { 'content-type': 'text/plain; charset=utf-8' }
	});
};

/** The language of the path; for a path that names none, the one the browser asks for first. */
export function localeOf(pathname: string, acceptLanguage: string | null): Locale {
	const segment = pathname.split('/', 2)[1];
	if (isLocale(segment)) return segment;
	const wishes = (acceptLanguage ?? '')
		.slice(0, 500)
		.split(',')
		.map((part, index) => {
			const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
			const quality = Number(/^q=([0-9.]+)$/.exec((parameters[0] ?? 'q=1').trim())?.[1] ?? 0);
			return { language: tag.split('-', 1)[0], quality, index };
		})
		.filter((wish) => isLocale(wish.language) && wish.quality > 0)
		.sort((a, b) => b.quality - a.quality || a.index - b.index);
	return (wishes[0]?.language as Locale | undefined) ?? 'en';
}
