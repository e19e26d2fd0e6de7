import type { Money } from '#lib/domain/money/money.ts';
import { languageTag, type Locale } from './locale.ts';

/*
 * The one formatter for everything that is not a sentence. Money, dates and zone names are written out by hand instead
 * of by Intl: the server and the reader's browser carry different ICU versions, and a page must read the same in both.
 * Only two things come from Intl, because their data must: the offset of a zone at an instant, and the order of names.
 */

const NO_BREAK = '\u00a0';

/** A decimal string grouped by thousands: 1234567 → "1,234,567" or « 1 234 567 ». */
function grouped(digits: string, locale: Locale): string {
	return digits.replace(/\B(?=(\d{3})+$)/g, locale === 'en' ? ',' : NO_BREAK);
}

/**
 * Money for people: `$1,234.50` or « 1 234,50 $ », exact to the cent.
 * `cents: false` rounds half away from zero to whole dollars; a page that does so must say it.
 */
export function formatMoney(money: Money, locale: Locale, options: { cents?: boolean } = {}): string {
	const negative = money.minor < 0n;
	const minor = negative ? -money.minor : money.minor;
	const withCents = options.cents ?? true;
	const dollars = withCents ? minor / 100n : (minor + 50n) / 100n;
	const sign = negative && (withCents || dollars > 0n) ? '\u2212' : '';
	const whole = grouped(dollars.toString(), locale);
	const cents = withCents ? (locale === 'en' ? '.' : ',') + (minor % 100n).toString().padStart(2, '0') : '';
	return locale === 'en' ? `${sign}$${whole}${cents}` : `${sign}${whole}${cents}${NO_BREAK}$`;
}

/** Money as one types it, for the value of an input: `1234.50` or « 1234,50 ». */
export function formatMoneyInput(money: Money, locale: Locale): string {
	const negative = money.minor < 0n;
	const minor = negative ? -money.minor : money.minor;
	const cents = (minor % 100n).toString().padStart(2, '0');
	return `${negative ? '-' : ''}${minor / 100n}${locale === 'en' ? '.' : ','}${cents}`;
}

/** A number for people. Halves and other fractions keep at most `decimals` digits, without trailing zeros. */
export function formatNumber(value: number | bigint, locale: Locale, decimals = 2): string {
	const text = typeof value === 'bigint' ? value.toString() : trimZeros(value.toFixed(decimals));
	const negative = text.startsWith('-');
	const [whole = '0', fraction] = (negative ? text.slice(1) : text).split('.');
	const written = grouped(whole, locale) + (fraction ? (locale === 'en' ? '.' : ',') + fraction : '');
	return negative && /[1-9]/.test(written) ? `\u2212${written}` : written;
}

function trimZeros(text: string): string {
	return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A rate in basis points: 1250 → "12.5%" or « 12,5 % ». */
export function formatPercent(basisPoints: number | bigint, locale: Locale): string {
	const points = Number(basisPoints);
	return formatNumber(points / 100, locale) + (locale === 'en' ? '%' : `${NO_BREAK}%`);
}

/** An exact integer scaled by `scale` (such as a mean score in ten-thousandths), shown with fixed decimals, half up. */
export function formatScaled(value: bigint, scale: bigint, locale: Locale, decimals = 2): string {
	const factor = 10n ** BigInt(decimals);
	const negative = value < 0n;
	const rounded = ((negative ? -value : value) * factor * 2n + scale) / (scale * 2n);
	const whole = grouped((rounded / factor).toString(), locale);
	const fraction = decimals === 0 ? '' : (rounded % factor).toString().padStart(decimals, '0');
	const sign = negative && rounded > 0n ? '\u2212' : '';
	return `${sign}${whole}${fraction && (locale === 'en' ? '.' : ',')}${fraction}`;
}

/** A fiscal year by its start: 2026 → "2026-2027". The same in both languages. */
export function formatFiscalYear(startYear: number): string {
	return `${startYear}-${startYear + 1}`;
}

const MONTHS: Record<Locale, readonly string[]> = {
	en: [
		'January',
		'February',
		'March',
		'April',
		'May',
		'June',
		'July',
		'August',
		'September',
		'October',
		'November',
		'December'
	],
	fr: [
		'janvier',
		'février',
		'mars',
		'avril',
		'mai',
		'juin',
		'juillet',
		'août',
		'septembre',
		'octobre',
		'novembre',
		'décembre'
	]
};

function writtenDate(year: number, month: number, day: number, locale: Locale): string {
	const name = MONTHS[locale][month - 1];
	if (locale === 'en') return `${name} ${day}, ${year}`;
	return `${day === 1 ? '1er' : day} ${name} ${year}`;
}

/** A calendar day `YYYY-MM-DD`: "April 1, 2026" or « 1er avril 2026 ». */
export function formatDate(day: string, locale: Locale): string {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
	if (!match) throw new RangeError(`formatDate needs YYYY-MM-DD, got ${JSON.stringify(day)}`);
	return writtenDate(Number(match[1]), Number(match[2]), Number(match[3]), locale);
}

function writtenTime(hour: number, minute: number, locale: Locale): string {
	const minutes = minute.toString().padStart(2, '0');
	if (locale === 'fr') return minute === 0 ? `${hour}${NO_BREAK}h` : `${hour}${NO_BREAK}h${NO_BREAK}${minutes}`;
	return `${hour % 12 === 0 ? 12 : hour % 12}:${minutes}${NO_BREAK}${hour < 12 ? 'a.m.' : 'p.m.'}`;
}

type WallClock = { year: number; month: number; day: number; hour: number; minute: number };

const WALL_CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows in a zone at an instant. */
function wallClock(instant: Date, zone: string): WallClock {
	let format = WALL_CLOCKS.get(zone);
	if (!format) {
		format = new Intl.DateTimeFormat('en-CA', {
			timeZone: zone,
			calendar: 'gregory',
			numberingSystem: 'latn',
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric'
		});
		WALL_CLOCKS.set(zone, format);
	}
	const parts = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
	return {
		year: parts.year ?? NaN,
		month: parts.month ?? NaN,
		day: parts.day ?? NaN,
		hour: parts.hour ?? NaN,
		minute: parts.minute ?? NaN
	};
}

type ZoneName = { en: string; fr: string };

const EASTERN: ZoneName = { en: 'Eastern', fr: 'heure de l’Est' };
const CENTRAL: ZoneName = { en: 'Central', fr: 'heure du Centre' };
const MOUNTAIN: ZoneName = { en: 'Mountain', fr: 'heure des Rocheuses' };
const PACIFIC: ZoneName = { en: 'Pacific', fr: 'heure du Pacifique' };
const ATLANTIC: ZoneName = { en: 'Atlantic', fr: 'heure de l’Atlantique' };

/**
 * How a zone is named beside a time. Where clocks under one name do not agree all year, because one place keeps daylight
 * time and its neighbours do not, the odd one out carries its place in the name.
 */
const ZONE_NAMES: Record<string, ZoneName> = {
	UTC: { en: 'UTC', fr: 'UTC' },
	'America/St_Johns': { en: 'Newfoundland', fr: 'heure de Terre-Neuve' },
	'America/Goose_Bay': ATLANTIC,
	'America/Halifax': ATLANTIC,
	'America/Glace_Bay': ATLANTIC,
	'America/Moncton': ATLANTIC,
	'America/Toronto': EASTERN,
	'America/Montreal': EASTERN,
	'America/Iqaluit': EASTERN,
	'America/Winnipeg': CENTRAL,
	'America/Rankin_Inlet': CENTRAL,
	'America/Resolute': CENTRAL,
	'America/Regina': { en: 'Saskatchewan', fr: 'heure de la Saskatchewan' },
	'America/Swift_Current': { en: 'Saskatchewan', fr: 'heure de la Saskatchewan' },
	'America/Edmonton': MOUNTAIN,
	'America/Yellowknife': MOUNTAIN,
	'America/Cambridge_Bay': { en: 'Mountain (Cambridge Bay)', fr: 'heure des Rocheuses (Cambridge Bay)' },
	'America/Inuvik': { en: 'Mountain (Inuvik)', fr: 'heure des Rocheuses (Inuvik)' },
	'America/Vancouver': PACIFIC,
	'America/Whitehorse': { en: 'Yukon', fr: 'heure du Yukon' },
	'America/Dawson': { en: 'Yukon', fr: 'heure du Yukon' }
};

/** "Eastern" or « heure de l’Est ». A zone without a name of its own is shown by its city. */
export function formatZone(zone: string, locale: Locale): string {
	const name = ZONE_NAMES[zone];
	if (name) return name[locale];
	const city = (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
	return locale === 'en' ? `${city} time` : `heure de ${city}`;
}

/** The time of day at an instant in a zone: "10:42 p.m." or « 22 h 42 »; on the hour, « 10 h ». */
export function formatTime(instant: Date, zone: string, locale: Locale): string {
	const { hour, minute } = wallClock(instant, zone);
	return writtenTime(hour, minute, locale);
}

/** The calendar day of an instant in a zone, written out. */
export function formatDay(instant: Date, zone: string, locale: Locale): string {
	const { year, month, day } = wallClock(instant, zone);
	return writtenDate(year, month, day, locale);
}

/**
 * An instant with its zone named: "January 14, 2027, 11:59 p.m. Eastern" / « 14 janvier 2027, 23 h 59, heure de l’Est ».
 * Format deadlines in `load` and pass the sentence: a browser with older zone rules would show another hour.
 */
export function formatInstant(instant: Date, zone: string, locale: Locale): string {
	const { year, month, day, hour, minute } = wallClock(instant, zone);
	const date = writtenDate(year, month, day, locale);
	const time = writtenTime(hour, minute, locale);
	const name = formatZone(zone, locale);
	return locale === 'en' ? `${date}, ${time}${NO_BREAK}${name}` : `${date}, ${time}, ${name}`;
}

/** A size of a file: "1.4 MB" or « 1,4 Mo ». Decimal units, as on the boxes of disks. */
export function formatFileSize(bytes: number, locale: Locale): string {
	const units = locale === 'en' ? ['bytes', 'kB', 'MB', 'GB'] : ['octets', 'ko', 'Mo', 'Go'];
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit += 1;
	}
	return `${formatNumber(value, locale, unit === 0 ? 0 : 1)}${NO_BREAK}${units[unit]}`;
}

/** "Eastern, Halifax and Regina": names joined as a sentence does. */
export function formatList(items: readonly string[], locale: Locale): string {
	if (items.length < 2) return items[0] ?? '';
	return `${items.slice(0, -1).join(', ')} ${locale === 'en' ? 'and' : 'et'} ${items.at(-1)}`;
}

const COLLATORS = new Map<Locale, Intl.Collator>();

/**
 * Orders names as the language does, accents included. Lists of names are always sorted here and never by the database,
 * whose order depends on how it was set up (docs/decisions/0011).
 */
export function compareNames(locale: Locale): (a: string, b: string) => number {
	let collator = COLLATORS.get(locale);
	if (!collator) {
		collator = new Intl.Collator(languageTag(locale));
		COLLATORS.set(locale, collator);
	}
	return collator.compare;
}
