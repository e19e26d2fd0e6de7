import type { WindowState } from '#lib/domain/time/deadline.ts';
import { CANADIAN_ZONES, instantToDay } from '#lib/domain/time/zone.ts';
import { formatInstant, formatList, formatTime } from '#lib/i18n/format.ts';
import * as m from '#lib/i18n/generated/opportunity.ts';
import type { Locale } from '#lib/i18n/locale.ts';

/** "Open until January 14, 2027, 11:59 p.m. Eastern". */
export function windowSentence(
	window: { state: WindowState; opensAt: Date; closesAt: Date; zone: string },
	locale: Locale
): string {
	if (window.state === 'scheduled')
		return m.opensAt(locale, { when: formatInstant(window.opensAt, window.zone, locale) });
	const when = formatInstant(window.closesAt, window.zone, locale);
	return window.state === 'open' ? m.openUntil(locale, { when }) : m.closedAt(locale, { when });
}

/**
 * The deadline as clocks show it elsewhere in Canada, one line for each time, east to west. Made on the server: a browser
 * with older zone rules would show another hour.
 */
export function deadlineElsewhere(closesAt: Date, zone: string, locale: Locale): string[] {
	const here = formatTime(closesAt, zone, locale);
	const day = instantToDay(closesAt, zone);
	const lines = new Map<string, { time: string; later: boolean; cities: string[] }>();
	for (const { zone: other, city } of CANADIAN_ZONES) {
		const time = formatTime(closesAt, other, locale);
		if (time === here) continue;
		const otherDay = instantToDay(closesAt, other);
		const later = otherDay > day;
		const line = lines.get(time) ?? { time, later, cities: [] };
		line.cities.push(city);
		lines.set(time, line);
	}
	return [...lines.values()].map(({ time, later, cities }) => {
		const values = { time, cities: formatList(cities, locale) };
		return later ? m.zoneLineNextDay(locale, values) : m.zoneLine(locale, values);
	});
}
