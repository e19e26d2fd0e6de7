/*
 * One application, walked all the way to two recorded payments: an organization signs up, applies and submits; officers,
 * reviewers, the director and the payment people do their parts; the applicant sees it paid and the observer sees the
 * money to the cent. Written once for both languages, with and without scripts on the applicant's side.
 */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Question } from '#lib/domain/form/definition.ts';
import { cad } from '#lib/domain/money/money.ts';
import { instantToDay } from '#lib/domain/time/zone.ts';
import { categoryLabel, costTypeLabel } from '#lib/features/application/labels.ts';
import { provinceLabel } from '#lib/features/organization/labels.ts';
import { pointsLabel } from '#lib/features/review/labels.ts';
import { formatMoney, formatMoneyInput } from '#lib/i18n/format.ts';
import * as agreement from '#lib/i18n/generated/agreement.ts';
import * as allocation from '#lib/i18n/generated/allocation.ts';
import * as application from '#lib/i18n/generated/application.ts';
import * as common from '#lib/i18n/generated/common.ts';
import * as desk from '#lib/i18n/generated/desk.ts';
import * as identity from '#lib/i18n/generated/identity.ts';
import * as observation from '#lib/i18n/generated/observation.ts';
import * as opportunity from '#lib/i18n/generated/opportunity.ts';
import * as organization from '#lib/i18n/generated/organization.ts';
import * as payment from '#lib/i18n/generated/payment.ts';
import * as review from '#lib/i18n/generated/review.ts';
import { localized, type Locale } from '#lib/i18n/locale.ts';
import { paths } from '#lib/paths.ts';
import type { Application } from '#tests/support/application.ts';
import { AWARENESS_CONTENT, AWARENESS_FORM } from '../../prisma/seed/definitions/awareness.ts';
import { AWARENESS_RUBRIC } from '../../prisma/seed/definitions/rubric.ts';
import { Office, type StaffLabel } from './demonstration.ts';
import { Inspection, Person } from './person.ts';

export type WalkOptions = { locale: Locale; javaScriptForApplicant: boolean };

const ZONE = 'America/Toronto';

/** What this applicant writes, in each language; figures end in odd cents, so that halves differ by one. */
const ANSWERS = {
	en: {
		person: 'Odile Marchetti',
		organization: 'Riverbend Welcome House Association',
		campaign: 'Tea on Saturday night',
		text: 'We will be where people are, with tea, a card in four languages and somebody who answers.',
		region: 'The valley and its farms',
		line: 'Coordinator, half time',
		overhead: 'Bookkeeping',
		reason: 'Reviewers agree that it reaches people whom others do not.',
		position: 'Executive Director',
		comment: 'Careful, and close to the people it is for.'
	},
	fr: {
		person: 'Léonie d’Amboise',
		organization: 'Maison d’accueil du Détour, société à but non lucratif',
		campaign: 'Le thé du samedi soir',
		text: 'Nous serons là où sont les gens, avec du thé, une carte en quatre langues et quelqu’un qui répond.',
		region: 'La vallée et ses fermes',
		line: 'Coordination à mi-temps',
		overhead: 'Tenue de livres',
		reason: 'Les évaluations concordent : la campagne rejoint des personnes que d’autres ne rejoignent pas.',
		position: 'Directrice générale',
		comment: 'Prudent, et proche des personnes à qui il s’adresse.'
	}
} as const;

const LINES = [
	{ category: 'salaries', type: 'direct', costMinor: 2_400_000n, requestedMinor: 2_000_001n },
	{ category: 'administration', type: 'administrative', costMinor: 150_050n, requestedMinor: 150_050n }
] as const;
const AWARDED = LINES.reduce((sum, line) => sum + line.requestedMinor, 0n);
/** By largest remainder, the earlier half first. */
export const HALVES = [AWARDED - AWARDED / 2n, AWARDED / 2n] as const;

/** Walks the whole way and returns what was looked over. Throws at the first step that cannot be taken. */
export async function walk(
	app: Application,
	browser: Browser,
	options: WalkOptions,
	inspection = new Inspection()
): Promise<Inspection> {
	const { locale } = options;
	const applicant = await Person.arrive(browser, {
		name: 'the applicant',
		baseUrl: app.baseUrl,
		locale,
		javaScript: options.javaScriptForApplicant,
		width: 375,
		inspection
	});
	const office = new Office(app, browser, locale, inspection);
	const walker = new Walk(app, applicant, office, locale);
	try {
		await walker.all();
	} finally {
		await applicant.leave();
		await office.leave();
	}
	return inspection;
}

/** What the walk learns on its way. */
export type Trace = { email: string; code: string; reference: string };

export class Walk {
	readonly #app: Application;
	readonly #applicant: Person;
	readonly #office: Office;
	readonly #locale: Locale;
	readonly #to: ReturnType<typeof paths>;
	readonly #words: (typeof ANSWERS)[Locale];
	readonly trace: Trace;

	constructor(
		app: Application,
		applicant: Person,
		office: Office,
		locale: Locale,
		trace: Trace = { email: `walk-${crypto.randomUUID()}@riverbend.example`, code: '', reference: '' }
	) {
		this.trace = trace;
		this.#app = app;
		this.#applicant = applicant;
		this.#office = office;
		this.#locale = locale;
		this.#to = paths(locale);
		this.#words = ANSWERS[locale];
	}

	async all(): Promise<void> {
		const before = await this.observe();
		await this.signUp();
		await this.registerOrganization();
		await this.begin();
		await this.writeApplication();
		await this.submit();
		await this.screen();
		await this.assignReviewers();
		await this.judge('Reviewer');
		await this.judge('Third reviewer');
		await this.decide();
		await this.agree();
		await this.openAccount();
		for (const half of HALVES) await this.pay(half);
		await this.seeItPaid();
		const after = await this.observe();
		assert.deepEqual(after, {
			planned: before.planned,
			voted: before.voted,
			committed: before.committed + AWARDED,
			paid: before.paid + AWARDED,
			remaining: before.remaining - AWARDED
		});
		// Both end with an error where something is not as it should be.
		this.#app.hearth('doctor');
		this.#app.hearth('audit', 'verify');
	}

	#money(minor: bigint): string {
		return formatMoney(cad(minor), this.#locale);
	}

	/** One opens one's desk and goes to a part of the house by its name there. */
	async #at(label: StaffLabel, place: string): Promise<Person> {
		const person = await this.#office.person(label);
		await person.visit(this.#to.manage.home());
		await person.follow(place);
		return person;
	}

	async signUp(): Promise<void> {
		const { text, email } = { text: this.#words, email: this.trace.email };
		const person = this.#applicant;
		const locale = this.#locale;
		await person.visit(this.#to.public.home());
		await person.visit(this.#to.account.signIn());
		await person.visit(this.#to.account.signUp());
		await person.arrivesAt(identity.registerTitle(locale));
		await person.write(identity.displayName(locale), text.person);
		await person.write(identity.email(locale), email);
		await person.press(identity.registerButton(locale));
		await person.arrivesAt(identity.mailSentTitle(locale));
		await person.visit(await this.#linkInMail(email));
		await person.arrivesAt(identity.confirmTitle(locale));
		await person.press(identity.confirmButton(locale));
		await person.arrivesAt(application.homeTitle(locale));
	}

	/** The administrator reads the outbox, which a demonstration shows with its links. */
	async #linkInMail(email: string): Promise<string> {
		const locale = this.#locale;
		const administrator = await this.#at('Administrator', desk.placeMail(locale));
		await administrator.arrivesAt(identity.mailTitle(locale));
		await administrator.awaits(email);
		await administrator.page.getByRole('row').filter({ hasText: email }).first().getByRole('link').click();
		await administrator.page.waitForURL(/\/manage\/mail\/./);
		// Until the job has written the message there is nothing to open.
		const link = administrator.page.getByRole('link', { name: identity.mailOpenLink(locale) });
		for (let tries = 0; (await link.count()) === 0; tries += 1) {
			if (tries > 60) throw new Error(`The message to ${email} was not sent.\n${await administrator.words()}`);
			await administrator.page.waitForTimeout(500);
			await administrator.page.reload();
		}
		await administrator.look();
		return new URL((await link.getAttribute('href')) ?? '').pathname;
	}

	async registerOrganization(): Promise<void> {
		const person = this.#applicant;
		const locale = this.#locale;
		await person.follow(application.homeNoOrganizationAction(locale));
		await person.arrivesAt(organization.newTitle(locale));
		await person.write(organization.legalName(locale), this.#words.organization);
		await person.select(organization.province(locale), provinceLabel('ON', locale));
		await person.choose(organization.kind(locale), organization.kindNotForProfit(locale));
		await person.press(organization.newSubmit(locale));
		await person.arrivesAt(application.homeTitle(locale));
		await person.sees(this.#words.organization);
	}

	async begin(): Promise<void> {
		const person = this.#applicant;
		const locale = this.#locale;
		await person.follow(application.homeSeeOpportunities(locale));
		await person.arrivesAt(opportunity.listTitle(locale));
		const open = person.page.getByRole('region', { name: opportunity.listOpen(locale) });
		const title = await open.getByRole('link').first().innerText();
		await person.follow(title, open);
		await person.arrivesAt(title);
		this.trace.code = new URL(person.page.url()).pathname.split('/').at(-1) ?? '';
		await person.follow(opportunity.readQuestions(locale));
		await person.arrivesAt(opportunity.questionsTitle(locale));
		await person.page.goBack();
		await person.arrivesAt(title);
		await person.follow(opportunity.apply(locale));
		await person.arrivesAt(application.startTitle(locale));
		await person.press(application.startAction(locale));
		await person.arrivesAt(application.taskTitle(locale));
	}

	async writeApplication(): Promise<void> {
		const person = this.#applicant;
		const locale = this.#locale;
		const first = AWARENESS_FORM.sections[0];
		if (!first) throw new Error('the form has sections');
		await person.follow(localized(first.title, locale));
		for (const section of AWARENESS_FORM.sections) {
			const types = section.questions.map((question) => question.type);
			if (types.includes('budget')) await this.#writeBudget(section.questions);
			else if (types.includes('file')) await this.#attach(localized(section.title, locale));
			else await this.#writeSection(localized(section.title, locale), section.questions);
		}
		await person.arrivesAt(application.reviewTitle(locale));
	}

	async #writeSection(title: string, questions: readonly Question[]): Promise<void> {
		await this.#applicant.arrivesAt(title);
		for (const question of questions) await this.#answer(question);
		await this.#applicant.press(application.saveAndGoOn(this.#locale));
	}

	async #answer(question: Question): Promise<void> {
		const person = this.#applicant;
		const locale = this.#locale;
		const label = localized(question.label, locale);
		switch (question.type) {
			case 'short_text':
				return person.write(
					label,
					question.key === 'title'
						? this.#words.campaign
						: question.key === 'region'
							? this.#words.region
							: 'English, français'
				);
			case 'long_text':
				return person.write(label, this.#words.text);
			case 'number':
				return person.write(label, '2400');
			case 'money':
				return person.write(label, '0');
			case 'yes_no':
				return person.choose(label, common.no(locale));
			case 'single_choice':
			case 'multiple_choice': {
				const choice = question.key === 'reach' ? question.choices[0] : question.choices[1];
				if (!choice) throw new Error(`${question.key} has choices`);
				return person.choose(label, localized(choice.label, locale));
			}
			case 'declaration':
				return person.choose(localized(question.statement, locale), label);
			default:
				throw new Error(`nobody taught the walk to answer a ${question.type}`);
		}
	}

	async #writeBudget(questions: readonly Question[]): Promise<void> {
		const person = this.#applicant;
		const locale = this.#locale;
		await person.arrivesAt(application.budgetTitle(locale));
		for (const [index, line] of LINES.entries()) {
			const description = index === 0 ? this.#words.line : this.#words.overhead;
			await person.write(application.budgetDescription(locale), description);
			await person.write(application.budgetCostLabel(locale), formatMoneyInput(cad(line.costMinor), locale));
			await person.write(application.budgetRequestedLabel(locale), formatMoneyInput(cad(line.requestedMinor), locale));
			await person.select(application.budgetCategory(locale), categoryLabel(line.category, locale));
			await person.choose(application.budgetType(locale), costTypeLabel(line.type, locale));
			await person.press(application.budgetAdd(locale));
			await person.page.getByRole('rowheader', { name: description }).waitFor();
			await person.look();
		}
		for (const question of questions) if (question.type !== 'budget') await this.#answer(question);
		await person.press(application.budgetOtherSave(locale));
		// Saving comes back to this page and says so; what follows is reached by its name.
		await person.sees(new RegExp(escaped(common.savedAt(locale, { time: '' }).trim())));
		await person.look();
		const next = AWARENESS_FORM.sections.find((section) => section.questions.some(({ type }) => type === 'file'));
		if (next) await person.follow(localized(next.title, locale));
	}

	async #attach(title: string): Promise<void> {
		const person = this.#applicant;
		const locale = this.#locale;
		await person.arrivesAt(title);
		const question = AWARENESS_FORM.sections
			.flatMap((section) => section.questions)
			.find(({ type }) => type === 'file');
		if (!question) throw new Error('the form asks for a file');
		await person.page
			.getByLabel(localized(question.label, locale))
			.setInputFiles({ name: 'lettre d’appui.pdf', mimeType: 'application/pdf', buffer: PDF });
		await person.press(application.attachmentsAdd(locale));
		await person.sees(application.attachmentsSaved(locale));
		await person.look();
		const sections = AWARENESS_FORM.sections;
		const at = sections.findIndex((section) => section.questions.includes(question));
		const next = sections[at + 1];
		if (next) await person.follow(localized(next.title, locale));
	}

	async submit(): Promise<void> {
		const person = this.#applicant;
		const locale = this.#locale;
		await person.visit(this.#to.apply.home());
		await person.follow(this.#words.campaign);
		await person.arrivesAt(this.#words.campaign);
		await person.follow(application.nextReviewAction(locale));
		await person.arrivesAt(application.reviewTitle(locale));
		await person.press(application.reviewSubmit(locale));
		await person.arrivesAt(application.receiptTitle(locale));
		await person.sees(application.receiptMail(locale));
		this.trace.reference = await person.page
			.getByText(/^\d{2}-\d{4}$/)
			.first()
			.innerText();
		const administrator = await this.#at('Administrator', desk.placeMail(locale));
		await administrator.awaits(new RegExp(this.trace.reference));
		const receipt = administrator.page.getByRole('row').filter({ hasText: this.trace.email }).first();
		assert.match(await receipt.innerText(), new RegExp(this.trace.reference));
	}

	async screen(): Promise<void> {
		const locale = this.#locale;
		const officer = await this.#at('Program officer', desk.placeApplications(locale));
		await officer.arrivesAt(application.staffListTitle(locale));
		await officer.follow(this.trace.reference);
		await officer.arrivesAt(this.#words.campaign);
		for (const { label } of AWARENESS_CONTENT.eligibility) {
			await officer.choose(localized(label, locale), application.screenMet(locale));
		}
		await officer.choose(application.screenOutcome(locale), application.screenEligible(locale));
		await officer.press(application.screenSubmit(locale));
		await officer.sees(application.screenDone(locale));
		await officer.look();
	}

	async assignReviewers(): Promise<void> {
		const locale = this.#locale;
		const officer = await this.#office.person('Program officer');
		await officer.follow(application.staffReviewersLink(locale));
		await officer.arrivesAt(review.assignTitle(locale, { reference: this.trace.reference }));
		for (const label of ['Reviewer', 'Third reviewer'] as const) {
			await officer.choose(review.assignChoose(locale), this.#office.nameOf(label));
		}
		await officer.press(review.assignSubmit(locale));
		await officer.page.getByRole('rowheader', { name: this.#office.nameOf('Third reviewer') }).waitFor();
		await officer.look();
	}

	async judge(label: StaffLabel): Promise<void> {
		const locale = this.#locale;
		const reviewer = await this.#office.person(label);
		await reviewer.visit(this.#to.review.home());
		await reviewer.follow(review.listFile(locale, { reference: this.trace.reference }));
		await reviewer.arrivesAt(review.conflictTitle(locale));
		await reviewer.choose(review.conflictQuestion(locale), review.conflictNone(locale));
		await reviewer.press(review.conflictSubmit(locale));
		await reviewer.arrivesAt(this.#words.campaign);
		// Blind: neither the organization nor the name of its file is anywhere in what was sent to the browser.
		const sent = await reviewer.page.content();
		assert.ok(!sent.includes(this.#words.organization.slice(0, 12)), 'the organization is named');
		assert.ok(!sent.includes('appui.pdf'), 'the file is named');
		for (const [index, criterion] of AWARENESS_RUBRIC.criteria.entries()) {
			const next = AWARENESS_RUBRIC.criteria[index + 1];
			const group = reviewer.page.getByRole('group', { name: localized(criterion.title, locale), exact: true });
			await group.waitFor();
			await group.getByRole('radio', { name: new RegExp(escaped(pointsLabel(4, locale))) }).check();
			await reviewer.write(review.commentLabel(locale), this.#words.comment);
			await reviewer.look();
			await reviewer.press(
				next ? review.saveAndNext(locale, { next: localized(next.title, locale) }) : review.saveAndOverall(locale)
			);
		}
		await reviewer.page.getByRole('heading', { name: review.overallTitle(locale) }).waitFor();
		await reviewer.look();
		await reviewer.press(review.submitReview(locale));
		await reviewer.page.getByRole('heading', { name: review.submittedTitle(locale) }).waitFor();
		await reviewer.look();
	}

	async decide(): Promise<void> {
		const locale = this.#locale;
		const amount = this.#money(AWARDED);
		const round = this.#to.decide.round(this.trace.code);
		const officer = await this.#at('Program officer', desk.placeRounds(locale));
		await officer.arrivesAt(allocation.roundsTitle(locale));
		await officer.visit(round);
		await officer.press(allocation.prepareAction(locale));
		await officer.arrivesAt(allocation.roundTitle(locale));
		await officer.follow(allocation.lineEditOf(locale, { reference: this.trace.reference }));
		await officer.arrivesAt(this.#words.organization);
		await officer.choose(allocation.lineRecommendation(locale), allocation.lineAward(locale));
		await officer.write(allocation.lineReason(locale), this.#words.reason);
		await officer.press(allocation.lineSave(locale));
		await officer.arrivesAt(allocation.roundTitle(locale));
		await officer.press(allocation.recommendAction(locale, { amount }));
		await officer.page.getByRole('heading', { name: allocation.handsTitle(locale) }).waitFor({ state: 'attached' });
		await officer.look();

		const manager = await this.#office.person('Program manager');
		await manager.visit(round);
		await manager.press(allocation.certifyAction(locale, { amount }));
		await manager.page.getByText(this.#office.nameOf('Program manager'), { exact: true }).first().waitFor();
		await manager.look();

		const director = await this.#office.person('Director');
		await director.visit(round);
		await director.press(allocation.decideAction(locale));
		await director.page.getByText(this.#office.nameOf('Director'), { exact: true }).first().waitFor();
		await director.look();

		// Decided, and not a word of it on the applicant's side before it is announced.
		await this.#applicant.visit(this.#to.money.ownAwards());
		assert.equal(await this.#applicant.page.getByText(this.#words.campaign).count(), 0);

		await officer.visit(round);
		await officer.press(allocation.announceAction(locale));
		await officer.sees(new RegExp(escaped(allocation.announcedOn(locale, { instant: '' }).trim().slice(0, 9))));
		await officer.look();
		await this.#applicant.visit(this.#to.money.ownAwards());
		await this.#applicant.sees(this.#words.campaign);
	}

	async agree(): Promise<void> {
		const locale = this.#locale;
		const person = this.#applicant;
		const officer = await this.#at('Program officer', desk.placeAgreements(locale));
		await officer.arrivesAt(agreement.listTitle(locale));
		const row = officer.page.getByRole('row').filter({ hasText: this.#words.organization });
		await officer.follow(/./, row);
		await officer.arrivesAt(new RegExp(escaped(agreement.agreementTitle(locale))));
		const today = instantToDay(new Date(), ZONE);
		await officer.write(agreement.fieldStartsOn(locale), today);
		for (const [index, half] of HALVES.entries()) {
			const group = officer.page.getByRole('group', {
				name: agreement.instalmentNumber(locale, { number: index + 1 })
			});
			await officer.write(agreement.fieldDueOn(locale), today, group);
			await officer.write(agreement.fieldAmount(locale), formatMoneyInput(cad(half), locale), group);
		}
		await officer.press(agreement.prepareButton(locale));
		await officer.sees(agreement.donePrepared(locale));
		await officer.look();
		await officer.press(agreement.proposeButton(locale));
		await officer.sees(agreement.doneProposed(locale));
		await officer.look();
		const page = new URL(officer.page.url()).pathname;

		const director = await this.#office.person('Director');
		await director.visit(page);
		await director.press(agreement.signButton(locale));
		await director.sees(agreement.doneSigned(locale));
		await director.look();

		await person.visit(this.#to.money.ownAwards());
		await person.follow(this.#words.campaign);
		await person.arrivesAt(this.#words.campaign);
		await person.follow(agreement.readAndSign(locale));
		await person.arrivesAt(new RegExp(escaped(agreement.agreementTitle(locale))));
		await person.write(agreement.fieldPosition(locale), this.#words.position);
		await person.choose(agreement.fieldAgree(locale), agreement.agreeLabel(locale, { name: this.#words.person }));
		await person.press(agreement.acceptButton(locale));
		await person.sees(agreement.doneAccepted(locale));
		await person.look();
	}

	async openAccount(): Promise<void> {
		const locale = this.#locale;
		const person = this.#applicant;
		await person.awaits(payment.enterAccount(locale));
		await person.follow(payment.enterAccount(locale));
		await person.arrivesAt(payment.bankTitle(locale));
		await person.write(payment.fieldInstitution(locale), '003');
		await person.write(payment.fieldTransit(locale), '01234');
		await person.write(payment.fieldAccount(locale), '9087654321');
		await person.press(payment.enterAccountButton(locale));
		await person.sees(payment.doneEntered(locale));
		await person.look();
		// What was entered is never shown again but for its last three digits.
		assert.ok(!(await person.page.content()).includes('9087654321'), 'the account number is shown');

		const finance = await this.#at('Second finance officer', desk.placePayees(locale));
		await finance.arrivesAt(payment.payeesTitle(locale));
		await finance.follow(this.#words.organization);
		await finance.arrivesAt(this.#words.organization);
		await finance.write(payment.fieldCalledOn(locale), instantToDay(new Date(), ZONE));
		await finance.write(payment.fieldSpokeWith(locale), this.#words.position);
		await finance.write(payment.fieldNumberSource(locale), this.#words.region);
		await finance.choose(payment.fieldReadBack(locale), payment.readBackLabel(locale));
		await finance.press(payment.verifyButton(locale));
		await finance.sees(payment.doneVerified(locale));
		await finance.look();
	}

	async pay(amountMinor: bigint): Promise<void> {
		const locale = this.#locale;
		const amount = this.#money(amountMinor);
		const officer = await this.#at('Program officer', desk.placePayments(locale));
		await officer.arrivesAt(payment.listTitle(locale));
		// The gates are looked at again by a job after the account was verified.
		const ready = officer.page
			.getByRole('row')
			.filter({ hasText: this.#words.organization })
			.filter({ hasText: amount })
			.filter({ has: officer.page.getByRole('button', { name: payment.draftPayment(locale) }) });
		for (let tries = 0; (await ready.count()) === 0; tries += 1) {
			if (tries > 60) throw new Error(`The instalment of ${amount} is not ready.\n${await officer.words()}`);
			await officer.page.waitForTimeout(500);
			await officer.page.reload();
		}
		await officer.press(payment.draftPayment(locale), ready.first());
		await officer.arrivesAt(new RegExp(escaped(payment.paymentTitle(locale))));
		const page = new URL(officer.page.url()).pathname;

		const manager = await this.#office.person('Program manager');
		await manager.visit(page);
		await manager.press(payment.certifyButton(locale, { amount }));
		await manager.sees(payment.doneCertified(locale));
		await manager.look();

		const finance = await this.#office.person('Finance officer');
		await finance.visit(page);
		await finance.press(payment.requisitionButton(locale, { amount }));
		await finance.sees(payment.doneRequisitioned(locale));
		await finance.look();
		await finance.press(payment.dispatchButton(locale, { amount }));
		await finance.sees(payment.doneDispatched(locale));
		await finance.look();
		await finance.choose(payment.fieldMethod(locale), payment.methodDirectDeposit(locale));
		await finance.write(payment.fieldReference(locale), `DD-${amountMinor}`);
		await finance.write(payment.fieldPaidOn(locale), instantToDay(new Date(), ZONE));
		await finance.press(payment.recordButton(locale));
		await finance.sees(payment.doneRecorded(locale));
		await finance.look();

		const second = await this.#office.person('Second finance officer');
		await second.visit(page);
		await second.press(payment.confirmButton(locale, { amount }));
		await second.sees(payment.donePaid(locale));
		await second.look();
	}

	async seeItPaid(): Promise<void> {
		const locale = this.#locale;
		const person = this.#applicant;
		await person.visit(this.#to.money.ownAwards());
		await person.follow(this.#words.campaign);
		await person.arrivesAt(this.#words.campaign);
		const stats = person.page
			.locator('dl')
			.filter({ hasText: payment.paidSoFar(locale) })
			.first();
		const told = (await stats.innerText()).replaceAll(/\s+/g, ' ');
		for (const line of [
			`${payment.paidSoFar(locale)} ${this.#money(AWARDED)}`,
			`${payment.stillToCome(locale)} ${this.#money(0n)}`
		]) {
			assert.ok(told.includes(line.replaceAll(/\s+/g, ' ')), `${line} is not in ${told}`);
		}
	}

	/** The figures of the present fiscal year as the observer reads them, in cents. */
	async observe(): Promise<Record<'planned' | 'voted' | 'committed' | 'paid' | 'remaining', bigint>> {
		const locale = this.#locale;
		const observer = await this.#at('Observer', desk.placeMoney(locale));
		await observer.arrivesAt(observation.moneyTitle(locale));
		const table = observer.page.getByRole('table', { name: observation.byProgram(locale) });
		const foot = table.getByRole('row').filter({ hasText: observation.together(locale) });
		const names = await table.getByRole('columnheader').allInnerTexts();
		const cells = await foot.locator('th, td').allInnerTexts();
		const read = (name: string): bigint => {
			const at = names.findIndex((heading) => heading.trim().toLowerCase() === name.toLowerCase());
			const digits = (cells[at] ?? '').replaceAll(/[^\d-]/g, '');
			if (at < 0 || digits === '') throw new Error(`${name} is not among ${names.join(' | ')}: ${cells.join(' | ')}`);
			return BigInt(digits);
		};
		return {
			planned: read(observation.planned(locale)),
			voted: read(observation.voted(locale)),
			committed: read(observation.committed(locale)),
			paid: read(observation.paid(locale)),
			remaining: read(observation.remaining(locale))
		};
	}
}

function escaped(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

const PDF = Buffer.from(
	'%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n' +
		'3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>\nendobj\ntrailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n',
	'latin1'
);
