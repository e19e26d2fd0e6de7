/* The walk of the foundation: from signing up to a recorded payment, in a browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsIn, startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser } from '#tests/support/browser.ts';
import { Inspection, IS_LONG } from './person.ts';
import { withOwner } from './sessions.ts';
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

/** Every signature of the database, and whether it is known, sealed, from where it was given. */
function signaturesOf(application: Application): Promise<{ id: string; isKept: boolean }[]> {
	return withOwner(application, async (client) => {
		const { rows } = await client.query<{ id: string; isKept: boolean }>(
			`select s.id, o.signature_id is not null as "isKept"
			 from (select id from agreement_signature union all select id from disbursement_signature) s
			 left join sealed_signature_origin o on o.signature_id = s.id order by s.id`
		);
		return rows;
	});
}

test.each(IS_LONG ? [WALK, ...OTHER_WALKS] : [WALK])(
	'an application walks all the way to a payment ($locale, scripts for the applicant: $javaScriptForApplicant)',
	async (options) => {
		const application = await startApplication({ demonstration: true });
		running.push(application);
		const seeded = await signaturesOf(application);
		await walk(application, browser, options, inspection);
		const given = (await signaturesOf(application)).filter(({ id }) => !seeded.some((before) => before.id === id));
		// Both parties of the agreement, and two sections of two payments; each from the machine of the browser.
		expect(given.map(({ isKept }) => isKept)).toEqual(Array.from({ length: 6 }, () => true));
		expect(seeded.filter(({ isKept }) => isKept)).toEqual([]);
		expect(seeded).not.toEqual([]);
		const pages = [...inspection.visits.values()].reduce((sum, count) => sum + count, 0);
		console.log(`${pages} pages looked over, ${inspection.examined} examined by axe so far`);
		expect(inspection.findings).toEqual([]);
		expect(faultsIn(application.output())).toEqual([]);
	},
	WALK_MILLIS
);
