/*
 * What was typed is kept: when somebody else saved first, when the session ended meanwhile, when nothing can be reached,
 * and when a link is followed by mistake. With scripts and without.
 */
import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as common from '#lib/i18n/generated/common.ts';
import * as forms from '#lib/i18n/generated/form.ts';
import * as identity from '#lib/i18n/generated/identity.ts';
import * as application_ from '#lib/i18n/generated/application.ts';
import * as organization from '#lib/i18n/generated/organization.ts';
import * as review from '#lib/i18n/generated/review.ts';
import * as shell from '#lib/i18n/generated/shell.ts';
import { paths } from '#lib/paths.ts';
import { startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser, newVisitor } from '#tests/support/browser.ts';
import { printedLinks } from './demonstration.ts';
import { ask, sessionOf, withOwner } from './sessions.ts';

const to = paths('en');
const SCRIPTS = [true, false];

let application: Application;
let browser: Browser;
/** Label → the person's id, for everyone of the demonstration. */
const people = new Map<string, string>();
let owner: string;
let organizationId: string;
let draftId: string;

beforeAll(async () => {
	[application, browser] = await Promise.all([startApplication({ demonstration: true }), launchBrowser()]);
	await withOwner(application, async (client) => {
		for (const [label, { name }] of printedLinks(application)) {
			const { rows } = await client.query<{ id: string }>('select id from person where display_name = $1', [name]);
			if (rows[0]) people.set(label, rows[0].id);
		}
		owner = [...people.keys()].find((label) => label.startsWith('Applicant')) ?? '';
		const { rows } = await client.query<{ organization: string; code: string }>(
			`select organization_id as organization, (select code from opportunity order by closes_at desc limit 1) as code
			 from membership where user_id = $1`,
			[people.get(owner)]
		);
		organizationId = rows[0]?.organization ?? '';
		const begun = await ask(application, to.intake.start(rows[0]?.code ?? ''), {
			cookie: await sessionOf(client, people.get(owner) ?? ''),
			method: 'POST',
			body: new URLSearchParams({ organizationId })
		});
		draftId = begun.location?.split('/').at(-1) ?? '';
	});
}, 300_000);

afterAll(async () => {
	await browser?.close();
	await application?.stop();
});

async function enter(context: BrowserContext, label: string): Promise<void> {
	const cookie = await withOwner(application, (client) => sessionOf(client, people.get(label) ?? ''));
	const [name = '', value = ''] = cookie.split('=');
	await context.addCookies([
		{ name, value, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' }
	]);
}

/** A browser of this person at an address. */
async function open(label: string, path: string, javaScript: boolean): Promise<Page> {
	const context = await newVisitor(browser, { javaScript });
	await enter(context, label);
	const page = await context.newPage();
	page.setDefaultTimeout(15_000);
	await page.goto(`${application.baseUrl}${path}`);
	// With scripts, what is typed before they run is typed into a page without them.
	if (javaScript) await page.waitForLoadState('networkidle');
	return page;
}

async function endAllSessions(): Promise<void> {
	await withOwner(application, (client) => client.query('delete from session'));
}

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();
const hasText = (page: Page, text: string | RegExp): Promise<void> =>
	page.getByText(text).filter({ visible: true }).first().waitFor();

describe('two people at one record: the second sees what is stored, and may save again', () => {
	test.each(SCRIPTS)(
		'the profile of an organization (scripts: %s)',
		async (javaScript) => {
			const path = to.intake.organization(organizationId);
			const [first, second] = [await open(owner, path, javaScript), await open(owner, path, javaScript)];
			const mandate = (page: Page) => page.getByLabel(organization.mandate('en'), { exact: false }).first();
			const mark = javaScript ? 'scripts' : 'no scripts';

			await mandate(first).fill(`The first wrote this (${mark}).`);
			await press(first, common.save('en'));
			await hasText(first, organization.profileSaved('en'));
			await mandate(second).fill(`The second wrote this (${mark}).`);
			await press(second, common.save('en'));
			await hasText(second, `The first wrote this (${mark}).`);
			expect(await mandate(second).inputValue()).toBe(`The second wrote this (${mark}).`);

			await press(second, common.save('en'));
			await hasText(second, organization.profileSaved('en'));
			expect(await mandate(second).inputValue()).toBe(`The second wrote this (${mark}).`);
			await first.context().close();
			await second.context().close();
		},
		60_000
	);

	test.each(SCRIPTS)(
		'the roles of a person (scripts: %s)',
		async (javaScript) => {
			const path = to.manage.user(people.get('Observer') ?? '');
			const [first, second] = [
				await open('Administrator', path, javaScript),
				await open('Administrator', path, javaScript)
			];
			const box = (page: Page, value: string) => page.locator(`input[name="roles"][value="${value}"]`);

			const isAuditor = !(await box(first, 'auditor').isChecked());
			await box(first, 'auditor').setChecked(isAuditor);
			await press(first, identity.userSave('en'));
			await hasText(first, identity.userSavedNotice('en'));
			const isReviewer = !(await box(second, 'reviewer').isChecked());
			await box(second, 'reviewer').setChecked(isReviewer);
			await press(second, identity.userSave('en'));
			// The roles that stand now are printed, and the boxes keep what was ticked.
			const notice = second.locator('.notice', { hasText: 'Meanwhile' });
			await notice.waitFor();
			// The record is read again right after the refusal came back.
			await expect
				.poll(async () => ((await notice.textContent()) ?? '').includes(identity.roleAuditor('en')))
				.toBe(isAuditor);
			expect(await box(second, 'reviewer').isChecked()).toBe(isReviewer);

			await press(second, identity.userSave('en'));
			await hasText(second, identity.userSavedNotice('en'));
			await first.context().close();
			await second.context().close();
		},
		60_000
	);
});

describe('when the session has ended', () => {
	const answer = (page: Page) => page.locator('textarea').first();

	test('a form stays with its words, and is saved after signing in elsewhere', async () => {
		const page = await open(owner, to.intake.section(draftId, 'plan'), true);
		await answer(page).fill('Written before the session ended.');
		await endAllSessions();
		await press(page, application_.saveAndLeave('en'));
		await hasText(page, forms.sessionEndedTitle('en'));
		expect(await answer(page).inputValue()).toBe('Written before the session ended.');
		const link = page.getByRole('link', { name: forms.sessionEndedSignIn('en') });
		expect(await link.getAttribute('target')).toBe('_blank');
		expect(await link.getAttribute('href')).toContain(encodeURIComponent(to.intake.section(draftId, 'plan')));

		await enter(page.context(), owner);
		await press(page, application_.saveAndLeave('en'));
		await page.waitForURL((url) => url.pathname === to.apply.application(draftId));
		await page.goto(`${application.baseUrl}${to.intake.section(draftId, 'plan')}`);
		expect(await answer(page).inputValue()).toBe('Written before the session ended.');
		await page.context().close();
	}, 60_000);

	test('without scripts one step back brings the words again, and they can be saved', async () => {
		const page = await open(owner, to.intake.section(draftId, 'plan'), false);
		await answer(page).fill('Written without scripts.');
		await endAllSessions();
		await press(page, application_.saveAndLeave('en'));
		await hasText(page, shell.errorSignInTitle('en'));
		const link = page.getByRole('link', { name: shell.errorSignInLink('en') });
		expect(await link.getAttribute('target')).toBe('_blank');

		await enter(page.context(), owner);
		await page.goBack();
		expect(await answer(page).inputValue()).toBe('Written without scripts.');
		await press(page, application_.saveAndLeave('en'));
		await page.waitForURL((url) => url.pathname === to.apply.application(draftId));
		await page.context().close();
	}, 60_000);

	test('the place of a named action is found again', async () => {
		const path = to.intake.organization(organizationId);
		const page = await open(owner, path, true);
		await endAllSessions();
		await press(page, common.save('en'));
		const link = page.getByRole('link', { name: forms.sessionEndedSignIn('en') });
		expect(await link.getAttribute('href')).toBe(to.account.signIn(path));
		const posted = await ask(application, `${path}&/save`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
		expect(posted.status).toBe(401);
		await page.context().close();
	}, 60_000);

	test('whoever types is told before pressing, and whoever is signed in stays so', async () => {
		const asked = await ask(application, to.account.session());
		expect(JSON.parse(asked.text)).toEqual({ signedIn: false });
		const page = await open(owner, to.intake.section(draftId, 'plan'), true);
		const sessions: string[] = [];
		page.on('request', (request) => {
			if (request.url().endsWith(to.account.session())) sessions.push(request.url());
		});
		await answer(page).pressSequentially('A few words');
		expect(sessions).toEqual([]);
		await endAllSessions();
		// Six minutes later, as the page's own clock has it.
		await page.evaluate(() => {
			const event = new InputEvent('input', { bubbles: true });
			Object.defineProperty(event, 'timeStamp', { value: performance.now() + 6 * 60_000 });
			document.querySelector('textarea')?.dispatchEvent(event);
		});
		await hasText(page, forms.sessionEndedTitle('en'));
		expect(sessions).toHaveLength(1);
		await page.context().close();
	}, 60_000);
});

test('a form that reached nobody says so and stays', async () => {
	const page = await open(owner, to.intake.section(draftId, 'plan'), true);
	await page.locator('textarea').first().fill('Typed in a tunnel.');
	await page.context().setOffline(true);
	await press(page, application_.saveAndLeave('en'));
	await hasText(page, forms.notReachedTitle('en'));
	expect(await page.locator('textarea').first().inputValue()).toBe('Typed in a tunnel.');
	await page.context().setOffline(false);
	await press(page, application_.saveAndLeave('en'));
	await page.waitForURL((url) => url.pathname === to.apply.application(draftId));
	await page.context().close();
}, 60_000);

describe('leaving with words that were not saved', () => {
	test('is asked about once: staying keeps them, leaving lets them go', async () => {
		const page = await open(owner, to.intake.section(draftId, 'plan'), true);
		const before = page.url();
		const words = `Not saved ${randomUUID()}`;
		await page.locator('textarea').first().fill(words);
		await page.locator('main a[href*="/apply/applications/"]').first().click();
		const dialog = page.getByRole('dialog');
		await dialog.waitFor();
		expect(page.url()).toBe(before);
		// The least harmful answer has the focus, and Escape is the same answer.
		expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(forms.leaveStay('en'));
		await press(page, forms.leaveStay('en'));
		expect(await dialog.isVisible()).toBe(false);
		expect(await page.locator('textarea').first().inputValue()).toBe(words);

		await page.locator('main a[href*="/apply/applications/"]').first().click();
		await press(page, forms.leaveAnyway('en'));
		await page.waitForURL((url) => url.pathname === to.apply.application(draftId));
		await page.context().close();
	}, 60_000);

	test('holds the steps of a review, and the browser’s own way back', async () => {
		const assignment = await withOwner(application, async (client) => {
			const { rows } = await client.query<{ id: string }>(
				`select id from review_assignment where status = 'in_progress' and reviewer_id = $1`,
				[people.get('Reviewer')]
			);
			return rows[0]?.id ?? '';
		});
		const page = await open('Reviewer', to.review.home(), true);
		await page.locator(`a[href*="${assignment}"]`).first().click();
		await page.getByLabel(review.commentLabel('en')).first().fill('A thought that is not saved.');
		const steps = page.getByRole('navigation', { name: review.criteriaNav('en') }).getByRole('link');
		await steps.last().click();
		await press(page, forms.leaveStay('en'));
		expect(await page.getByLabel(review.commentLabel('en')).first().inputValue()).toBe('A thought that is not saved.');
		await page.evaluate(() => history.back());
		await press(page, forms.leaveAnyway('en'));
		await page.waitForURL((url) => url.pathname === to.review.home());
		await page.context().close();
	}, 60_000);

	test('never holds up quick exit', async () => {
		const page = await open(owner, to.intake.section(draftId, 'plan'), true);
		await page.locator('textarea').first().fill('Somebody comes in.');
		await page.route('**/*', (route) =>
			route.request().url().startsWith(application.baseUrl) ? route.continue() : route.fulfill({ body: 'elsewhere' })
		);
		await page.locator('a.exit').click();
		await page.waitForURL((url) => !url.href.startsWith(application.baseUrl));
		expect(await page.getByText('elsewhere').count()).toBe(1);
		await page.context().close();
	}, 60_000);
});
