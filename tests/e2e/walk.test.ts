/* The walk of the foundation: from signing up to a recorded payment, in a browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser } from '#tests/support/browser.ts';
import { walk } from './walk.ts';

const WALK_MILLIS = 600_000;

let browser: Browser;
const running: Application[] = [];

beforeAll(async () => {
	browser = await launchBrowser();
});

afterAll(async () => {
	await browser?.close();
	await Promise.all(running.map((application) => application.stop()));
});

test.each([
	{ locale: 'en', javaScriptForApplicant: true },
	{ locale: 'fr', javaScriptForApplicant: true },
	{ locale: 'en', javaScriptForApplicant: false }
] as const)(
	'an application walks all the way to a payment ($locale, scripts for the applicant: $javaScriptForApplicant)',
	async (options) => {
		const application = await startApplication({ demonstration: true });
		running.push(application);
		const inspection = await walk(application, browser, options);
		const pages = [...inspection.visits.values()].reduce((sum, count) => sum + count, 0);
		console.log(`${pages} pages looked over, ${inspection.examined} of different structure examined by axe`);
		expect(inspection.findings).toEqual([]);
		expect(application.output()).not.toMatch(/"level":(?:50|60)/);
	},
	WALK_MILLIS
);
