/*
 * Hostile input at every form that a page shows. The forms are read from the pages themselves, as their applicant, an
 * officer, the finance people, a reviewer and the administrator see them; each is then sent with what no browser would
 * send. Whatever comes, the answer is a clear refusal or an ordinary one: never a fault, never another's record, and
 * nothing typed is lost.
 */
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as words from '#lib/i18n/generated/application.ts';
import { paths } from '#lib/paths.ts';
import { faultsIn, startApplication, type Application } from '#tests/support/application.ts';
import { launchBrowser, newVisitor } from '#tests/support/browser.ts';
import { printedLinks } from './demonstration.ts';
import { keptCookie } from './person.ts';
import { ask, sessionOf, withOwner, type Asked } from './sessions.ts';

type Field = { name: string; value: string; kind: string };
type Form = { page: string; action: string; fields: Field[]; isUpload: boolean };

let application: Application;
let browser: Browser;
/** Label → the person's id, for everyone of the demonstration. */
const people = new Map<string, string>();
/** A draft of the first organization, and the ids of everything that is not its own. */
let draft: { id: string; organizationId: string; owner: string };
let others: string[];

beforeAll(async () => {
	[application, browser] = await Promise.all([startApplication({ demonstration: true }), launchBrowser()]);
	await withOwner(application, async (client) => {
		for (const [label, { name }] of printedLinks(application)) {
			const { rows } = await client.query<{ id: string }>('select id from person where display_name = $1', [name]);
			if (rows[0]) people.set(label, rows[0].id);
		}
		const owner = [...people.keys()].find((label) => label.startsWith('Applicant')) ?? '';
		const { rows } = await client.query<{ organization: string; code: string }>(
			`select m.organization_id as organization, (select code from opportunity order by closes_at desc limit 1) as code
			 from membership m where m.user_id = $1`,
			[people.get(owner)]
		);
		const { organization: organizationId = '', code = '' } = rows[0] ?? {};
		const begun = await ask(application, paths('en').intake.start(code), {
			cookie: await freshCookie(owner),
			method: 'POST',
			body: new URLSearchParams({ organizationId })
		});
		draft = { id: begun.location?.split('/').at(-1) ?? '', organizationId, owner };
		const foreign = await client.query<{ id: string }>(
			`select id from organization where id <> $1
			 union all select id from application where organization_id <> $1
			 union all select id from award where organization_id <> $1
			 union all select id from person
			 union all select id from payee_account where organization_id <> $1
			 union all select l.id from budget_line l join application a on a.id = l.application_id where a.organization_id <> $1
			 union all select t.id from attachment t join application a on a.id = t.application_id where a.organization_id <> $1`,
			[organizationId]
		);
		others = foreign.rows.map(({ id }) => id);
	});
}, 300_000);

afterAll(async () => {
	await browser?.close();
	await application?.stop();
});

/** A new session of this person, or null for a visitor: some acts end or renew the session they were done in. */
async function freshCookie(label: string): Promise<string | null> {
	const userId = people.get(label);
	return userId === undefined ? null : withOwner(application, (client) => sessionOf(client, userId));
}

/** The pages with forms, by who uses them. Where an id belongs into the address it is a real one. */
async function pagesByRole(): Promise<[string, string[]][]> {
	const to = paths('en');
	const id = await withOwner(application, async (client) => {
		const first = async (sql: string): Promise<string> =>
			Object.values((await client.query<Record<string, string>>(sql)).rows[0] ?? {})[0] ?? '';
		return {
			code: await first('select code from opportunity order by closes_at desc limit 1'),
			decided: await first('select code from opportunity order by closes_at limit 1'),
			submitted: await first(`select id from application where status = 'under_review'`),
			award: await first(`select id from award where status = 'offered'`),
			payment: await first(`select id from disbursement where status <> 'paid'`),
			payee: await first('select id from payee_account'),
			open: await first(`select id from review_assignment where status = 'in_progress'`),
			user: await first(`select user_id from role_assignment where role = 'observer'`)
		};
	});
	const sections = ['campaign', 'people', 'plan', 'care', 'declarations'];
	return [
		['', [to.account.signIn(), to.account.signUp(), to.account.forgotPassword()]],
		[
			draft.owner,
			[
				to.account.home(),
				to.account.address(),
				to.account.password(),
				to.account.sessions(),
				to.intake.start(id.code),
				to.intake.newOrganization(),
				to.intake.organization(draft.organizationId),
				to.intake.members(draft.organizationId),
				to.intake.places(draft.organizationId),
				to.money.bank(draft.organizationId),
				...sections.map((key) => to.intake.section(draft.id, key)),
				to.intake.budget(draft.id),
				to.intake.attachments(draft.id)
			]
		],
		[
			'Program officer',
			[
				to.intake.receivedOne(id.submitted),
				to.decide.reviewers(id.submitted),
				to.decide.round(id.code),
				to.decide.round(id.decided),
				to.money.agreement(id.award),
				to.money.payments(),
				to.money.payment(id.payment)
			]
		],
		['Reviewer', [to.review.assignment(id.open), to.review.give(id.open)]],
		['Finance officer', [to.money.payee(id.payee), to.money.payment(id.payment), to.money.budgets()]],
		['Administrator', [to.manage.inviteUser(), to.manage.user(id.user), to.manage.grantDelegation()]]
	];
}

/** The forms of a page as a browser would send them: POST only, with what stands in each field. */
async function formsOf(page: Page, path: string): Promise<Form[]> {
	await page.goto(`${application.baseUrl}${path}`);
	const found = await page.evaluate(() =>
		[...document.forms]
			.filter((element) => element.method === 'post')
			.map((element) => ({
				action: element.getAttribute('action') ?? '',
				isUpload: element.enctype === 'multipart/form-data',
				fields: [...element.elements].flatMap((field) =>
					(field instanceof HTMLInputElement ||
						field instanceof HTMLTextAreaElement ||
						field instanceof HTMLSelectElement ||
						field instanceof HTMLButtonElement) &&
					field.name !== ''
						? [{ name: field.name, value: field.value, kind: field.type }]
						: []
				)
			}))
	);
	const own = found.filter(({ action }) => !action.includes('sign-out')).map((one) => ({ ...one, page: path }));
	// One of a kind: a list draws the same form for each row.
	return [...new Map(own.map((one) => [`${one.action} ${one.fields.map(({ name }) => name).join()}`, one])).values()];
}

function targetOf({ page, action }: Form): string {
	if (action === '') return page;
	if (action.startsWith('/')) return action;
	const [path = '', search] = page.split('?');
	return path + action + (search === undefined ? '' : `&${search}`);
}

/** What is sent instead of an honest value. */
const HOSTILE: [string, string][] = [
	['a NUL', 'a\0b'],
	['a lone surrogate', 'a\uD800b'],
	['a paste of 100,000 characters', 'x'.repeat(100_000)],
	['markup', '"><script>alert(1)</script>{{7*7}}'],
	['a quote and a comment', `' or 1=1; --`],
	['an object in a text', '{"not":""}'],
	['a prototype', '__proto__[isAdmin]=true'],
	['right-to-left and combining', '\u202Egpj\u0301.exe\u200B'],
	['a number that is none', '1e999'],
	['a day that never was', '2026-02-30'],
	['nothing', '']
];

/** Bodies that are no form of ours, or no form at all. */
const BODIES = [
	['application/json', '{"a":{"b":1}}'],
	['application/json', '[]'],
	['text/plain', 'a=b'],
	['multipart/form-data; boundary=nothing', 'no boundary here'],
	['application/x-www-form-urlencoded', '%E0%A4%A&=&&%00=%00'],
	['application/x-sveltekit-formdata', '\u0001\u0002junk']
] as const;

type Entry = [string, string];

function send(one: Form, cookie: string | null, entries: Entry[]): Promise<Asked> {
	const common = { cookie, method: 'POST' };
	if (one.isUpload) {
		const body = new FormData();
		for (const [name, value] of entries) body.append(name, value);
		return ask(application, targetOf(one), { ...common, body });
	}
	const body = entries.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
	const headers = { 'content-type': 'application/x-www-form-urlencoded' };
	return ask(application, targetOf(one), { ...common, body, headers });
}

/** Half a surrogate pair does not survive a browser: it is sent as the bytes that a careless client would send. */
function encode(text: string): string {
	if (text.isWellFormed()) return encodeURIComponent(text);
	return encodeURIComponent(text.toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');
}

/** The form as drawn, or with one hostile value wherever a person may type; versions and ids stay. */
function filled(one: Form, hostile: string | null = null): Entry[] {
	return one.fields.map(({ name, value, kind }) => [
		name,
		hostile !== null && !/^(?:hidden|submit|file)$/.test(kind) ? hostile : value
	]);
}

/** Everything that is sent to one form, by what it is. */
function* attacksOn(one: Form): Generator<[string, Entry[]]> {
	for (const [what, value] of HOSTILE) yield [what, filled(one, value)];
	const drawn = filled(one);
	yield ['every field twice', [...drawn, ...drawn]];
	yield ['objects for texts', drawn.map(([name]): Entry => [`${name}[not]`, 'x'])];
	const unasked: Entry[] = [
		['status', 'awarded'],
		['organizationId', others[0] ?? ''],
		['version', '-1'],
		['isAdministrator', 'true'],
		['__proto__', 'x'],
		['constructor', 'x']
	];
	yield ['fields that nobody asked for', [...drawn, ...unasked]];
	yield ['three thousand fields', Array.from({ length: 3_100 }, (_, at): Entry => [`f${at}`, 'x'])];
	for (const { name, value } of one.fields) {
		if (!/Id$|^id$/.test(name) || !/^[0-9a-f-]{36}$/.test(value)) continue;
		for (const foreign of [...others.slice(0, 3), others.at(-1) ?? '', randomUUID()]) {
			yield [`another’s ${name}`, drawn.map(([field, kept]): Entry => [field, field === name ? foreign : kept])];
		}
	}
}

/**
 * Confirming words leads to the form in which they are written; a role is chosen, never typed; bank numbers never come
 * back, and the page says so.
 */
const IN_OTHER_WORDS = /organization\?\/confirm|members\?\/role|organization\/bank/;

/**
 * What a page that refuses a form must do: lead from each line of its summary to a field of the very form that was sent,
 * and show again what was typed.
 */
function faultsOfRefusal(one: Form, what: string, { status, text }: Asked): string[] {
	if (status < 400 || status >= 500 || what.startsWith('another’s') || !text.includes('class="error-summary"'))
		return [];
	const mark = one.action === '' ? / method="post"(?!.* action=)/i : ` action="${one.action.replaceAll('&', '&amp;')}"`;
	const forms = text.split('<form').filter((part) => {
		const tag = part.slice(0, part.indexOf('>'));
		return typeof mark === 'string' ? tag.includes(mark) : mark.test(tag);
	});
	// What was sent before may have closed the form: then the summary says what is, and there is no field to go to.
	if (forms.length === 0 || IN_OTHER_WORDS.test(targetOf(one))) return [];
	const summary = text.slice(text.indexOf('class="error-summary"')).split('</ul>', 1)[0] ?? '';
	const targets = [...summary.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
	// A hidden field is ours: whoever tampers with it is told so, and there is nothing to go to.
	const hidden = new Set(
		one.fields.filter(({ kind, name }) => kind === 'hidden' || name.startsWith('withheld.')).map(({ name }) => name)
	);
	const astray = targets.filter((id) => !hidden.has(id) && !forms.some((form) => form.includes(`id="${id}"`)));
	const faults = astray.map((id) => `the summary leads to #${id}, which is not in the form`);
	if (what === 'a quote and a comment') {
		const typed = one.fields.filter(
			({ kind, name }) => /^(?:text|textarea|email)$/.test(kind) && !/password/i.test(name)
		);
		const shown = text.split(`' or 1=1; --`).length - 1;
		if (shown < typed.length) faults.push(`${typed.length} fields were typed, ${shown} came back`);
	}
	return faults;
}

describe('whatever a form is sent', () => {
	test('it is answered, and never with a fault', async () => {
		const wrong: string[] = [];
		let sent = 0;
		let forms = 0;
		for (const [who, pages] of await pagesByRole()) {
			for (const path of pages) {
				const context = await newVisitor(browser);
				const cookie = await freshCookie(who);
				if (cookie) await context.addCookies([keptCookie(cookie)]);
				const found = await formsOf(await context.newPage(), path);
				await context.close();
				for (const one of found) {
					// These leave nothing behind to ask about.
					if (/\?\/(?:end|endOthers|disable|remove)$/.test(one.action)) continue;
					forms += 1;
					const mine = await freshCookie(who);
					for (const [what, entries] of attacksOn(one)) {
						const answer = await send(one, mine, entries);
						sent += 1;
						if (answer.status >= 500) wrong.push(`${who} ${targetOf(one)} with ${what}: ${answer.status}`);
						if (what.startsWith('another’s') && answer.status < 400)
							wrong.push(`${who} ${targetOf(one)} with ${what}: ${answer.status} to ${answer.location}`);
						for (const fault of faultsOfRefusal(one, what, answer))
							wrong.push(`${who} ${targetOf(one)} with ${what}: ${fault}`);
					}
					for (const [type, body] of BODIES) {
						const headers = { 'content-type': type };
						const answer = await ask(application, targetOf(one), { cookie: mine, method: 'POST', body, headers });
						sent += 1;
						if (answer.status >= 500) wrong.push(`${who} ${targetOf(one)} as ${type}: ${answer.status}`);
					}
				}
			}
		}
		console.log(`${forms} forms, ${sent} hostile requests`);
		expect(wrong).toEqual([]);
		expect(forms).toBeGreaterThan(25);
		expect(faultsIn(application.output())).toEqual([]);
	}, 900_000);

	test('no record changed hands, none was sent, and nobody rose', async () => {
		const count = (sql: string, values: unknown[] = []): Promise<number> =>
			withOwner(application, async (client) => {
				const { rows } = await client.query<{ count: string }>(sql, values);
				return Number(rows[0]?.count);
			});
		expect(
			await count(`select count(*) from application where id = $1 and organization_id = $2 and status = 'draft'`, [
				draft.id,
				draft.organizationId
			])
		).toBe(1);
		expect(await count(`select count(*) from role_assignment where role = 'administrator' and ended_at is null`)).toBe(
			1
		);
		expect(
			await count(`select count(*) from budget_line l join application a on a.id = l.application_id
				where l.description like '%<script>%' and a.status <> 'draft'`)
		).toBe(0);
	});
});

describe('a mistake', () => {
	test('comes back with what was typed, but for passwords and bank numbers', async () => {
		const cookie = await freshCookie(draft.owner);
		const post = (path: string, fields: Record<string, string>, as: string | null): Promise<Asked> =>
			ask(application, path, { cookie: as, method: 'POST', body: new URLSearchParams(fields) });
		const to = paths('en');

		const typed = 'A name that is rather too long for a campaign. '.repeat(5);
		const section = await post(
			to.intake.section(draft.id, 'campaign'),
			{ title: typed, 'version.title': '0', summary: 'Some words of mine.', 'version.summary': '0' },
			cookie
		);
		// 409 where an earlier form has written there: both texts are on the page then.
		expect([409, 422]).toContain(section.status);
		expect(section.text).toContain(typed.trim().slice(0, 60));
		expect(section.text).toContain('Some words of mine.');

		const registration = await post(
			to.account.signUp(),
			{ displayName: 'Somebody kept', email: 'no address', locale: 'en' },
			null
		);
		expect(registration.status).toBe(400);
		expect(registration.text).toContain('Somebody kept');
		expect(registration.text).toContain('no address');

		const numbers = { institution: '00-7', transit: '77', account: '55512349876' };
		const bank = await post(
			to.money.bank(draft.organizationId),
			{ organizationId: draft.organizationId, ...numbers },
			cookie
		);
		expect(bank.status).toBeGreaterThanOrEqual(400);
		expect(bank.text).not.toContain(numbers.account);

		const secret = 'never-to-be-shown-again';
		const email = 'kept@elsewhere.example';
		const signIn = await post(`${to.account.signIn()}?/password`, { email, password: secret }, null);
		expect(signIn.text).not.toContain(secret);
		expect(signIn.text).toContain(email);
	});
});

describe('two people at one answer', () => {
	test.each([true, false])(
		'the second sees what changed and loses nothing (scripts: %s)',
		async (javaScript) => {
			const cookie = await freshCookie(draft.owner);
			const open = async (): Promise<Page> => {
				const context = await newVisitor(browser, { javaScript });
				await context.addCookies([keptCookie(cookie ?? '')]);
				const page = await context.newPage();
				await page.goto(`${application.baseUrl}${paths('en').intake.section(draft.id, 'plan')}`);
				return page;
			};
			const [first, second] = [await open(), await open()];
			const mark = javaScript ? 'scripts' : 'no scripts';
			const answerOf = (page: Page) => page.locator('textarea').first();
			const leave = async (page: Page): Promise<void> => {
				await page.getByRole('button', { name: words.saveAndLeave('en') }).click();
			};
			const hasLeft = (page: Page): Promise<void> => page.waitForURL((url) => !url.pathname.includes('/sections/'));

			await answerOf(first).fill(`What the first person wrote (${mark}).`);
			await leave(first);
			await hasLeft(first);
			await answerOf(second).fill(`What the second person wrote (${mark}).`);
			await leave(second);
			await second.getByText(`What the first person wrote (${mark}).`).first().waitFor();
			expect(await answerOf(second).inputValue()).toBe(`What the second person wrote (${mark}).`);

			// Having seen it, the second decides; both texts stay in the history.
			await leave(second);
			await hasLeft(second);
			const kept = await withOwner(application, async (client) => {
				const { rows: current } = await client.query(
					`select value from answer where application_id = $1 and question_key = 'channels'`,
					[draft.id]
				);
				const { rows: all } = await client.query(
					`select v.value from answer_version v join answer a on a.id = v.answer_id where a.application_id = $1`,
					[draft.id]
				);
				return { current: JSON.stringify(current), all: JSON.stringify(all) };
			});
			expect(kept.current).toContain(`the second person wrote (${mark})`);
			expect(kept.all).toContain(`the first person wrote (${mark})`);
			await first.context().close();
			await second.context().close();
		},
		120_000
	);
});
