import * as m from '#lib/i18n/generated/desk.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import { paths } from '#lib/paths.ts';
import type { DeskPlace, DeskTopic } from './queries.server.ts';

type Counted = (locale: Locale, values: { count: number }) => string;
type Topic = { title: Message; lamp: Counted; act: Message };

/** What each topic is called above its list, and what the lamp says when it comes first. */
export const TOPICS: Record<DeskTopic, Topic> = {
	screen: { title: m.screenTitle, lamp: m.screenLamp, act: m.screenAct },
	assign: { title: m.assignTitle, lamp: m.assignLamp, act: m.assignAct },
	prepareRound: { title: m.prepareRoundTitle, lamp: m.prepareRoundLamp, act: m.openRound },
	recommendRound: { title: m.recommendRoundTitle, lamp: m.recommendRoundLamp, act: m.openRound },
	certifyRound: { title: m.certifyRoundTitle, lamp: m.certifyRoundLamp, act: m.openRound },
	confirmPaper: { title: m.confirmPaperTitle, lamp: m.confirmPaperLamp, act: m.openRound },
	decideRound: { title: m.decideRoundTitle, lamp: m.decideRoundLamp, act: m.openRound },
	announceRound: { title: m.announceRoundTitle, lamp: m.announceRoundLamp, act: m.openRound },
	prepareAgreement: { title: m.prepareAgreementTitle, lamp: m.prepareAgreementLamp, act: m.openAgreement },
	signAgreement: { title: m.signAgreementTitle, lamp: m.signAgreementLamp, act: m.openAgreement },
	verifyPayee: { title: m.verifyPayeeTitle, lamp: m.verifyPayeeLamp, act: m.openPayee },
	draftPayment: { title: m.draftPaymentTitle, lamp: m.draftPaymentLamp, act: m.openPayments },
	certifyPayment: { title: m.certifyPaymentTitle, lamp: m.certifyPaymentLamp, act: m.openPayment },
	requisitionPayment: { title: m.requisitionPaymentTitle, lamp: m.requisitionPaymentLamp, act: m.openPayment },
	dispatchPayment: { title: m.dispatchPaymentTitle, lamp: m.dispatchPaymentLamp, act: m.openPayment },
	recordPayment: { title: m.recordPaymentTitle, lamp: m.recordPaymentLamp, act: m.openPayment },
	liftFreeze: { title: m.liftFreezeTitle, lamp: m.liftFreezeLamp, act: m.openOrganization },
	decideDisclosure: { title: m.decideDisclosureTitle, lamp: m.decideDisclosureLamp, act: m.openDisclosures }
};

/** The page of one thing that waits, and the list it belongs to. */
export function deskPaths(topic: DeskTopic, locale: Locale): { one: (key: string) => string; all: string } {
	const to = paths(locale);
	switch (topic) {
		case 'screen':
			return { one: to.intake.receivedOne, all: to.intake.received() };
		case 'assign':
			return { one: to.decide.reviewers, all: to.intake.received() };
		case 'prepareRound':
		case 'recommendRound':
		case 'certifyRound':
		case 'confirmPaper':
		case 'decideRound':
		case 'announceRound':
			return { one: to.decide.round, all: to.decide.rounds() };
		case 'prepareAgreement':
		case 'signAgreement':
			return { one: to.money.agreement, all: to.money.agreements() };
		case 'verifyPayee':
			return { one: to.money.payee, all: to.money.payees() };
		case 'draftPayment':
			return { one: () => to.money.payments(), all: to.money.payments() };
		case 'certifyPayment':
		case 'requisitionPayment':
		case 'dispatchPayment':
		case 'recordPayment':
			return { one: to.money.payment, all: to.money.payments() };
		case 'liftFreeze':
			return { one: to.manage.organization, all: to.manage.organizations() };
		case 'decideDisclosure':
			return { one: to.manage.disclosures, all: to.manage.disclosures() };
	}
}

/** The parts of the house by name, and where each is. */
export function placeLink(place: DeskPlace, locale: Locale): { href: string; label: string } {
	const to = paths(locale);
	const links: Record<DeskPlace, { href: string; label: string }> = {
		applications: { href: to.intake.received(), label: m.placeApplications(locale) },
		rounds: { href: to.decide.rounds(), label: m.placeRounds(locale) },
		awards: { href: to.decide.awards(), label: m.placeAwards(locale) },
		organizations: { href: to.manage.organizations(), label: m.placeOrganizations(locale) },
		agreements: { href: to.money.agreements(), label: m.placeAgreements(locale) },
		payments: { href: to.money.payments(), label: m.placePayments(locale) },
		payees: { href: to.money.payees(), label: m.placePayees(locale) },
		money: { href: to.money.overview(), label: m.placeMoney(locale) },
		budgets: { href: to.money.budgets(), label: m.placeBudgets(locale) },
		trail: { href: to.money.trail(), label: m.placeTrail(locale) },
		users: { href: to.manage.users(), label: m.placeUsers(locale) },
		disclosures: { href: to.manage.disclosures(), label: m.placeDisclosures(locale) },
		delegations: { href: to.manage.delegations(), label: m.placeDelegations(locale) },
		mail: { href: to.manage.mail(), label: m.placeMail(locale) },
		jobs: { href: to.manage.jobs(), label: m.placeJobs(locale) }
	};
	return links[place];
}
