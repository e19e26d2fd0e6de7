import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser, newVisitor } from '#tests/support/browser.ts';

let application: Application;
let browser: Browser;

beforeAll(async () => {
	[application, browser] = await Promise.all([startApplication(), launchBrowser()]);
});

afterAll(async () => {
	await browser?.close();
	await application?.stop();
});

test.each(['en', 'fr'] as const)(
	'the first page stands in %s, says so, and breaks no rule of its own policy',
	async (locale) => {
		const visitor = await newVisitor(browser, { locale });
		const page = await visitor.newPage();
		const complaints: string[] = [];
		page.on('console', (message) => {
			if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
		});
		page.on('pageerror', (error) => complaints.push(error.message));
		const response = await page.goto(`${application.baseUrl}/${locale}`);
		expect(response?.status()).toBe(200);
		expect(await page.locator('html').getAttribute('lang')).toMatch(new RegExp(`^${locale}`));
		await page.waitForLoadState('networkidle');
		expect(complaints).toEqual([]);
		await visitor.close();
	}
);

test('nothing that is not ours is loaded: every address a page asks for is on our origin', async () => {
	const visitor = await newVisitor(browser);
	const page = await visitor.newPage();
	const asked: string[] = [];
	page.on('request', (request) => asked.push(request.url()));
	await page.goto(`${application.baseUrl}/en`);
	await page.waitForLoadState('networkidle');
	const foreign = asked.filter((url) => !url.startsWith(application.baseUrl) && !url.startsWith('data:'));
	expect(foreign).toEqual([]);
	await visitor.close();
});

test('fonts, styles and scripts carry the headers of every answer, and are kept as long as their name', async () => {
	const visitor = await newVisitor(browser);
	const page = await visitor.newPage();
	const kinds = new Set<string>();
	page.on('response', async (response) => {
		const { pathname } = new URL(response.url());
		if (!pathname.startsWith('/_app/immutable/')) return;
		kinds.add(response.request().resourceType());
		const headers = response.headers();
		expect(headers['x-content-type-options'], pathname).toBe('nosniff');
		expect(headers['cross-origin-resource-policy'], pathname).toBe('same-origin');
		expect(headers['cache-control'], pathname).toContain('immutable');
	});
	await page.goto(`${application.baseUrl}/en`);
	await page.waitForLoadState('networkidle');
	expect([...kinds]).toEqual(expect.arrayContaining(['font', 'script', 'stylesheet']));
	await visitor.close();
});

test('without scripts the first page still shows its words', async () => {
	const visitor = await newVisitor(browser, { javaScript: false });
	const page = await visitor.newPage();
	await page.goto(`${application.baseUrl}/fr`);
	expect((await page.locator('h1').textContent())?.trim()).not.toBe('');
	await visitor.close();
});
