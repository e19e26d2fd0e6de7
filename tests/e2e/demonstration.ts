/* The people of the demonstration, and how they come in: by the printed one-time links, as anyone who tries it does. */
import type { Browser } from 'playwright-core';
import * as identity from '#lib/i18n/generated/identity.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { inLocale } from '#lib/paths.ts';
import type { Application } from '#tests/support/application.ts';
import { type Inspection, Person } from './person.ts';

/** Staff by the label that `hearth demo links` prints before the name. */
export type StaffLabel =
	| 'Administrator'
	| 'Program officer'
	| 'Program manager'
	| 'Finance officer'
	| 'Second finance officer'
	| 'Director'
	| 'Observer'
	| 'Auditor'
	| 'Reviewer'
	| 'Second reviewer'
	| 'Third reviewer';

/** Label → name and link, as printed now; of several with one label each is told apart by its name. A link works once. */
export function printedLinks(application: Application): Map<string, { name: string; link: string }> {
	const links = new Map<string, { name: string; link: string }>();
	for (const line of application.hearth('demo', 'links').split('\n')) {
		const found = /^(.+?) \((.+?)\)\s+(http\S+)$/.exec(line.trim());
		const [, label, name, link] = found ?? [];
		if (label && name && link) links.set(label === 'Applicant' ? `Applicant ${name}` : label, { name, link });
	}
	return links;
}

/** Brings people in by their links, each once; they stay signed in for the walk. */
export class Office {
	readonly #application: Application;
	readonly #browser: Browser;
	readonly #locale: Locale;
	readonly #inspection: Inspection;
	readonly #links: Map<string, { name: string; link: string }>;
	readonly #present = new Map<StaffLabel, Person>();

	constructor(application: Application, browser: Browser, locale: Locale, inspection: Inspection) {
		this.#application = application;
		this.#browser = browser;
		this.#locale = locale;
		this.#inspection = inspection;
		this.#links = printedLinks(application);
	}

	/** The name of a member of staff, as others see it. */
	nameOf(label: StaffLabel): string {
		const printed = this.#links.get(label);
		if (!printed) throw new Error(`No link is printed for ${label}; there are ${[...this.#links.keys()].join(', ')}.`);
		return printed.name;
	}

	/** The person at their own browser, signed in. */
	async person(label: StaffLabel): Promise<Person> {
		const present = this.#present.get(label);
		if (present) return present;
		const name = this.nameOf(label);
		const person = await Person.arrive(this.#browser, {
			name: `${name}, ${label.toLowerCase()}`,
			baseUrl: this.#application.baseUrl,
			locale: this.#locale,
			inspection: this.#inspection
		});
		const { pathname } = new URL(this.#links.get(label)?.link ?? '');
		await person.visit(inLocale(pathname, this.#locale));
		await person.press(identity.linkButton(this.#locale));
		await person.page.waitForURL((url) => !url.pathname.includes('sign-in'));
		this.#present.set(label, person);
		return person;
	}

	async leave(): Promise<void> {
		await Promise.all([...this.#present.values()].map((person) => person.leave()));
	}
}
