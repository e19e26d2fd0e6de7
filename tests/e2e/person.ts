/*
 * A person at a browser of their own. Everything is found by role and label, as a person or a screen reader finds it,
 * and every page arrived at is looked over: no axe violation, no message in the console, no answer of 500, its own
 * language, one heading, and on pages for applicants nothing to scroll sideways on a phone.
 */
import { createHash } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, CDPSession, Locator, Page } from 'playwright-core';
import { languageTag, type Locale } from '#lib/i18n/locale.ts';
import { newVisitor } from '#tests/support/browser.ts';

const ANSWER_MILLIS = 15_000;
/** The long run looks wider with the same tests. */
export const IS_LONG = process.env['HEARTH_TEST_SCALE'] === 'long';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export type PersonOptions = {
	/** Who it is, for messages of failed steps. */
	name: string;
	baseUrl: string;
	locale: Locale;
	/** Scripts of pages run; ours, that look the page over, always do. */
	javaScript?: boolean;
	width?: 375 | 1440;
	colorScheme?: 'light' | 'dark';
	/** The `cookie` header of a session that is there already. */
	cookie?: string | null;
	/** Collects what was looked over, and shares it, so that the same page is examined once. */
	inspection?: Inspection;
};

/** What was looked over in one run, and what was found. */
export class Inspection {
	readonly findings: string[] = [];
	/** Pages looked at, with their count of visits. */
	readonly visits = new Map<string, number>();
	readonly #seen = new Set<string>();
	#examined = 0;

	/**
	 * True where axe has something to say that it did not say yet. What it says depends on structure, not on words: it is
	 * asked when an element stands in another for the first time. The long run asks at every page put together differently.
	 */
	isNew({ width, pairs }: { width: number; pairs: string[] }): boolean {
		const keys = IS_LONG ? [sha256(pairs.join())] : pairs;
		const unseen = keys.map((key) => `${width} ${key}`).filter((key) => !this.#seen.has(key));
		for (const key of unseen) this.#seen.add(key);
		if (unseen.length > 0) this.#examined += 1;
		return unseen.length > 0;
	}

	get examined(): number {
		return this.#examined;
	}
}

/** A `cookie` header as the browser keeps it after signing in. */
export function keptCookie(header: string) {
	const [name = '', value = ''] = header.split('=');
	return { name, value, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' as const };
}

export class Person {
	readonly page: Page;
	readonly locale: Locale;
	readonly name: string;
	readonly inspection: Inspection;
	readonly context: BrowserContext;
	readonly #baseUrl: string;
	readonly #width: number;
	readonly #silenced: CDPSession | null;

	private constructor(page: Page, context: BrowserContext, options: PersonOptions, silenced: CDPSession | null) {
		this.page = page;
		this.context = context;
		this.#silenced = silenced;
		this.name = options.name;
		this.locale = options.locale;
		this.inspection = options.inspection ?? new Inspection();
		this.#baseUrl = options.baseUrl;
		this.#width = options.width ?? 1440;
		page.setDefaultTimeout(ANSWER_MILLIS);
		page.on('console', (message) => {
			if (message.type() !== 'error') return;
			// A refused form answers 4xx, which the browser reports as if it were news.
			if (/Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())) return;
			this.#find(`console: ${message.text()}`);
		});
		page.on('pageerror', (error) => this.#find(`script: ${error.message}`));
		page.on('response', (response) => {
			if (response.status() >= 500) this.#find(`${response.status()} ${response.request().method()}`);
		});
	}

	static async arrive(browser: Browser, options: PersonOptions): Promise<Person> {
		const context = await newVisitor(browser, { locale: options.locale, width: options.width ?? 1440 });
		if (options.cookie) await context.addCookies([keptCookie(options.cookie)]);
		const page = await context.newPage();
		if (options.colorScheme) await page.emulateMedia({ colorScheme: options.colorScheme });
		let silenced: CDPSession | null = null;
		if (options.javaScript === false) {
			// Not the context's own switch, which would silence the examination too.
			silenced = await context.newCDPSession(page);
			await silenced.send('Emulation.setScriptExecutionDisabled', { value: true });
		}
		return new Person(page, context, options, silenced);
	}

	leave(): Promise<void> {
		return this.context.close();
	}

	#find(what: string): void {
		const path = this.page.url().replace(this.#baseUrl, '');
		this.inspection.findings.push(`${this.name} at ${path}: ${what}`);
	}

	/** Goes to an address of the application and looks the page over. */
	async visit(path: string): Promise<void> {
		const response = await this.page.goto(path.startsWith('http') ? path : `${this.#baseUrl}${path}`);
		if (!response || response.status() >= 400)
			throw new Error(`${this.name}: ${path} answered ${response?.status()}\n${await this.words()}`);
		await this.look();
	}

	/** As `visit`, for pages that say that a thing is not there: a used-up link, an address that is none. */
	async lookAt(path: string): Promise<void> {
		await this.page.goto(`${this.#baseUrl}${path}`);
		await this.look();
	}

	/** Waits for the page with this main heading, and looks it over. */
	async arrivesAt(heading: string | RegExp): Promise<void> {
		await this.#seen(this.page.getByRole('heading', { level: 1, name: heading }), `the heading ${String(heading)}`);
		await this.look();
	}

	/** Waits until these words stand on the page. */
	async sees(words: string | RegExp): Promise<void> {
		await this.#seen(this.page.getByText(words).filter({ visible: true }).first(), `"${String(words)}"`);
	}

	async #seen(locator: Locator, what: string): Promise<void> {
		try {
			await locator.waitFor();
		} catch (error) {
			throw new Error(`${this.name} does not see ${what} at ${this.page.url()}\n${await this.words()}`, {
				cause: error
			});
		}
	}

	async follow(name: string | RegExp, within: Locator | Page = this.page): Promise<void> {
		await this.#act(
			within.getByRole('link', { name, exact: typeof name === 'string' }).first(),
			`follow ${String(name)}`
		);
	}

	async press(name: string | RegExp, within: Locator | Page = this.page): Promise<void> {
		await this.#act(
			within.getByRole('button', { name, exact: typeof name === 'string' }).first(),
			`press ${String(name)}`
		);
	}

	async #act(locator: Locator, what: string): Promise<void> {
		try {
			await locator.click();
		} catch (error) {
			throw new Error(`${this.name} cannot ${what} at ${this.page.url()}\n${await this.words()}`, { cause: error });
		}
	}

	/** Writes into the field with this label. */
	async write(label: string | RegExp, value: string, within: Locator | Page = this.page): Promise<void> {
		const field = within.getByLabel(label, { exact: false }).first();
		try {
			await field.fill(value);
		} catch (error) {
			throw new Error(`${this.name} cannot write into ${String(label)} at ${this.page.url()}\n${await this.words()}`, {
				cause: error
			});
		}
	}

	/** Chooses from a list that opens. */
	async select(label: string, option: string): Promise<void> {
		await this.page.getByLabel(label).first().selectOption({ label: option });
	}

	/** Ticks a box or a radio of the group with this name. */
	async choose(group: string | RegExp, option: string | RegExp): Promise<void> {
		const choice = this.page.getByRole('group', { name: group }).first().getByLabel(option, { exact: false }).first();
		try {
			await choice.check();
		} catch (error) {
			throw new Error(
				`${this.name} cannot choose ${String(option)} in ${String(group)} at ${this.page.url()}\n${await this.words()}`,
				{ cause: error }
			);
		}
	}

	/** Loads the page again until these words stand on it: what a job does takes a moment. */
	async awaits(words: string | RegExp, millis = 30_000): Promise<void> {
		const deadline = performance.now() + millis;
		for (;;) {
			if ((await this.page.getByText(words).filter({ visible: true }).count()) > 0) return;
			if (performance.now() > deadline)
				throw new Error(
					`${this.name} waited in vain for "${String(words)}" at ${this.page.url()}\n${await this.words()}`
				);
			await this.page.waitForTimeout(500);
			await this.page.reload();
		}
	}

	/** The words of the page, for messages. */
	async words(): Promise<string> {
		const words = await this.page
			.locator('body')
			.innerText()
			.catch(() => '(no page)');
		return words.replaceAll(/\n{2,}/g, '\n').slice(0, 2_500);
	}

	/** Looks the present page over; what is wrong is collected, so that one run names everything. */
	async look(): Promise<void> {
		const path = new URL(this.page.url()).pathname;
		this.inspection.visits.set(path, (this.inspection.visits.get(path) ?? 0) + 1);
		const seen = await this.page.evaluate(() => {
			const describe = ({ tagName, attributes }: Element): string =>
				tagName +
				[...attributes]
					.filter(({ name }) => /^(?:role|aria-(?!describedby|labelledby|controls)|type|class|scope)/.test(name))
					.map(({ name, value }) => (name === 'aria-label' ? `[${name}]` : `[${name}=${value}]`))
					.join('');
			const pairs = [...document.body.querySelectorAll('*')].map(
				(element) => `${describe(element.parentElement ?? document.body)}>${describe(element)}`
			);
			return {
				lang: document.documentElement.lang,
				title: document.title,
				headings: document.querySelectorAll('h1').length,
				pairs,
				overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth
			};
		});
		if (seen.lang !== languageTag(this.locale)) this.#find(`is in ${seen.lang}`);
		if (seen.title.trim() === '') this.#find('has no title');
		if (seen.headings !== 1) this.#find(`has ${seen.headings} main headings`);
		if (this.#width === 375 && seen.overflow > 0) this.#find(`scrolls sideways by ${seen.overflow} px on a phone`);
		if (this.inspection.isNew({ width: this.#width, pairs: seen.pairs })) await this.#examine();
	}

	async #examine(): Promise<void> {
		await this.#silenced?.send('Emulation.setScriptExecutionDisabled', { value: false });
		try {
			const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode(true).analyze();
			for (const { id, help, nodes } of violations) {
				const where = nodes.slice(0, 3).map((node) => node.target.join(' '));
				this.#find(`axe ${id}, ${help}: ${where.join(' | ')} ${nodes[0]?.html.slice(0, 200) ?? ''}`);
			}
		} finally {
			await this.#silenced?.send('Emulation.setScriptExecutionDisabled', { value: true });
		}
	}
}
