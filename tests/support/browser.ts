/*
 * The browser of the end-to-end tests: a Chromium found on the machine, else the one that comes from npm. No browser is a
 * failure with a sentence, never a skipped test.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const ON_THE_MACHINE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Never the arguments that the npm package proposes: they switch off web security, which is what we test. */
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

export async function launchBrowser(): Promise<Browser> {
	const executablePath = await findChromium();
	try {
		return await chromium.launch({ executablePath, args: ARGUMENTS });
	} catch (error) {
		throw new Error(
			`The browser ${executablePath} does not start: ${(error as Error).message}\nInstall Chromium (Debian: apt install ` +
				'chromium) or set CHROMIUM_BIN to one.',
			{ cause: error }
		);
	}
}

export type VisitorOptions = { locale?: 'en' | 'fr'; javaScript?: boolean; width?: 375 | 1440 };

/** A person with a browser of their own: no cookies shared with anybody. */
export function newVisitor(browser: Browser, options: VisitorOptions = {}): Promise<BrowserContext> {
	const { locale = 'en', javaScript = true, width = 1440 } = options;
	return browser.newContext({
		locale: locale === 'fr' ? 'fr-CA' : 'en-CA',
		javaScriptEnabled: javaScript,
		viewport: { width, height: width === 375 ? 812 : 900 },
		timezoneId: 'America/Toronto'
	});
}

async function findChromium(): Promise<string> {
	const named = process.env['CHROMIUM_BIN'];
	if (named) {
		if (existsSync(named)) return named;
		throw new Error(`CHROMIUM_BIN names ${named}, which does not exist.`);
	}
	const found = ON_THE_MACHINE.find((path) => existsSync(path));
	if (found !== undefined) return found;
	const { default: shipped } = await import('@sparticuz/chromium');
	return shipped.executablePath();
}
