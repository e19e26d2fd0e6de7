/*
 * Every page of the table of doors, looked at once by somebody who may: in English and light, in French and dark, at the
 * width of a phone for what applicants and visitors see. Walks look at the pages of one story; this looks at all others.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS } from '#tests/architecture/access-table.ts';
import { startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser } from '#tests/support/browser.ts';
import { addressOf, mayEnter, meet, NOTHING, type Someone, type Thing } from './everybody.ts';
import { Inspection, Person } from './person.ts';

let application: Application;
let browser: Browser;
let everybody: Someone[];
let things: Record<string, Thing[]>;

beforeAll(async () => {
	[application, browser] = await Promise.all([startApplication({ demonstration: true }), launchBrowser()]);
	({ everybody, things } = await meet(application));
}, 300_000);

afterAll(async () => {
	await browser?.close();
	await application?.stop();
});

/** Somebody and something of theirs for each page, by who looks: the page is drawn with what there is to see. */
function visits(): { someone: Someone; path: string; audience: string }[] {
	const found = [];
	for (const [id, { doors, audience }] of ACCESS) {
		const whos = [doors['load'] ?? doors['page'] ?? []].flat();
		if (whos.length === 0 || id === '/') continue;
		const [at] = (things[id] ?? [NOTHING]).flatMap((thing) => {
			const someone = everybody.find((one) => whos.some((who) => mayEnter(one, who, thing)));
			return someone ? [{ someone, path: addressOf(id, thing), audience }] : [];
		});
		if (!at) throw new Error(`nobody of the demonstration may see ${id}`);
		found.push(at);
	}
	return found;
}

const LIGHT = { locale: 'en', colorScheme: 'light' } as const;
const DARK = { locale: 'fr', colorScheme: 'dark' } as const;

test.each([LIGHT, DARK])(
	'every page can be read by everybody, in $locale and $colorScheme',
	async ({ locale, colorScheme }) => {
		const inspection = new Inspection();
		const present = new Map<string, Person>();
		for (const { someone, path, audience } of visits()) {
			const width = audience === 'staff' || audience === 'reviewers' ? 1440 : 375;
			const key = `${someone.name} ${width}`;
			const person =
				present.get(key) ??
				(await Person.arrive(browser, {
					name: someone.name,
					baseUrl: application.baseUrl,
					locale,
					width,
					colorScheme,
					inspection,
					cookie: someone.cookie
				}));
			present.set(key, person);
			await person.lookAt(path.replace('/en', `/${locale}`));
		}
		await Promise.all([...present.values()].map((person) => person.leave()));
		console.log(`${inspection.visits.size} pages, ${inspection.examined} examined by axe`);
		expect(inspection.findings).toEqual([]);
		expect(inspection.visits.size).toBeGreaterThan(60);
	},
	600_000
);
