/* The walk of the foundation: from signing up to a recorded payment, in a browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsIn, startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser } from '#tests/support/browser.ts';
import { Inspection, IS_LONG } from './person.ts';
import { walk } from './walk.ts';

const WALK_MILLIS = 600_000;

let browser: Browser;
/** Shared by all walks: axe answers by structure, so a page that another language showed already is not asked again. */
const inspection = new Inspection();
const running: Application[] = [];

beforeAll(async () => {
	browser = await launchBrowser();
});

afterAll(async () => {
	await browser?.close();
	await Promise.all(running.map((application) => application.stop()));
});

/** The one of every run: the applicant in French, without scripts; everybody else with them. */
const WALK = { locale: 'fr', javaScriptForApplicant: false } as const;
const OTHER_WALKS = [
	{ locale: 'en', javaScriptForApplicant: true },
	{ locale: 'fr', javaScriptForApplicant: true },
	{ locale: 'en', javaScriptForApplicant: false }
] as const;

test.each(IS_LONG ? [WALK, ...OTHER_WALKS] : [WALK])(
	'an application walks all the way to a payment ($locale, scripts for the applicant: $javaScriptForApplicant)',
	async (options) => {
		const application = await startApplication({ demonstration: true });
		running.push(application);
		await walk(application, browser, options, inspection);
		const pages = [...inspection.visits.values()].reduce((sum, count) => sum + count, 0);
		console.log(`${pages} pages looked over, ${inspection.examined} examined by axe so far`);
		expect(inspection.findings).toEqual([]);
		expect(faultsIn(application.output())).toEqual([]);
	},
	WALK_MILLIS
);
