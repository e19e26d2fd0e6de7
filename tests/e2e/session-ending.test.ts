/* A session that is about to end says so, and lets the reader stay (WCAG 2.2.1). The clock of the page is ours. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as m from '#lib/i18n/generated/shell.ts';
import { startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser, newVisitor } from '#tests/support/browser.ts';
import { sessionOf, withOwner } from './sessions.ts';

let application: Application;
let browser: Browser;

beforeAll(async () => {
	[application, browser] = await Promise.all([startApplication({ demonstration: true }), launchBrowser()]);
});

afterAll(async () => {
	await browser?.close();
	await application?.stop();
});

test.each(['en', 'fr'] as const)(
	'in %s, staff hear of the end five minutes before it and stay with one press',
	async (locale) => {
		const cookie = await withOwner(application, async (client) => {
			const { rows } = await client.query<{ id: string }>(
				`select user_id as id from role_assignment where role = 'director' and ended_at is null limit 1`
			);
			return sessionOf(client, rows[0]?.id ?? '');
		});
		const visitor = await newVisitor(browser, { locale });
		const [name = '', value = ''] = cookie.split('=', 2);
		// A cookie for one host alone, as the browser keeps it: only a Secure address may set one.
		await visitor.addCookies([{ name, value, url: application.baseUrl.replace('http:', 'https:') }]);
		const page = await visitor.newPage();
		await page.clock.install();
		// The watch says to other tabs that it began; before that, time would pass unseen.
		await page.addInitScript(() => {
			new BroadcastChannel('hearth: session').onmessage = () =>
				document.documentElement.setAttribute('data-watched', '');
		});
		await page.goto(`${application.baseUrl}/${locale}/account`);
		await page.locator('html[data-watched]').waitFor();
		const ending = page.getByRole('dialog', { name: m.sessionEndingTitle(locale) });
		await page.clock.fastForward('23:00');
		expect(await ending.isVisible()).toBe(false);
		await page.clock.fastForward('01:30');
		await ending.waitFor();
		const stay = ending.getByRole('button', { name: m.sessionStay(locale) });
		expect(await stay.evaluate((button) => button === document.activeElement)).toBe(true);
		await stay.press('Enter');
		await ending.waitFor({ state: 'hidden' });
		await page.clock.fastForward('24:30');
		await ending.waitFor();
		await page.clock.fastForward('05:00');
		await page.getByRole('dialog', { name: m.sessionOverTitle(locale) }).waitFor();
		await visitor.close();
	}
);
