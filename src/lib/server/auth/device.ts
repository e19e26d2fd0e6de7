/*
 * A device is named coarsely, so that a person recognizes it and nobody else can: the kind of browser and of system,
 * no version, no address.
 */

const BROWSERS: readonly (readonly [RegExp, string])[] = [
	[/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
	[/\bOPR\/|\bOpera\b/, 'Opera'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\bFirefox\/|\bFxiOS\//, 'Firefox'],
	[/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'],
	[/\bSafari\//, 'Safari']
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
	[/\biPhone\b/, 'iPhone'],
	[/\biPad\b/, 'iPad'],
	[/\bAndroid\b/, 'Android'],
	[/\bWindows\b/, 'Windows'],
	[/\bMacintosh\b|\bMac OS X\b/, 'Mac'],
	[/\bCrOS\b/, 'Chromebook'],
	[/\bLinux\b/, 'Linux']
];

/** "Firefox · Windows" from a user-agent header; empty parts are left out, and an unknown device is an empty text. */
export function deviceLabel(userAgent: string | null): string {
	const text = (userAgent ?? '').slice(0, 512);
	const find = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(text))?.[1];
	return [find(BROWSERS), find(SYSTEMS)].filter((part) => part !== undefined).join(' · ');
}
