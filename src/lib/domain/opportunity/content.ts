import type { Bilingual } from '#lib/domain/bilingual.ts';
import { answerOf, type Answers } from '#lib/domain/form/answer.ts';
import { cad, type Money } from '#lib/domain/money/money.ts';
import type { FiscalYear } from '#lib/domain/time/fiscal-year.ts';

/** The most that may be asked for one reach. Minor units as decimal text, since the record is JSON. */
export type ReachLimit = {
	choice: string;
	label: Bilingual;
	maximumMinor: string;
	remoteMaximumMinor: string;
};

/** One thing an officer looks at when screening: pass or not, each with a note. */
export type EligibilityCriterion = {
	key: string;
	label: Bilingual;
	help?: Bilingual;
};

/**
 * What an opportunity publishes beside its form and its rubric, and which questions its rules read. Stored as JSON and
 * frozen when it opens: add to this type, never change a meaning.
 */
export type OpportunityContent = {
	pays: { intro: Bilingual; items: Bilingual[]; notPaid: Bilingual };
	amounts: { note: Bilingual; limits: ReachLimit[] };
	/** Money foreseen for it, by fiscal year, in minor units as decimal text. */
	available: { fiscalYear: FiscalYear; amountMinor: string }[];
	scoring: Bilingual;
	/** The rules for dividing the money, in words. */
	dividing: Bilingual;
	before: { intro: Bilingual; items: Bilingual[] };
	eligibility: EligibilityCriterion[];
	/** Keys of the questions that the rules read. */
	questions: {
		title: string;
		reach: string;
		remote: string | null;
		otherGovernmentFunding: string | null;
	};
};

/** The shape of an opportunity's code, as it stands in an address. What is not a code names no opportunity. */
export function isOpportunityCode(text: string): boolean {
	return /^\d{2}(?:-[a-z0-9]+)*$/.test(text) && text.length <= 60;
}

/** The most this application may ask for by its reach, or null while the reach is not answered. */
export function limitForReach(content: OpportunityContent, answers: Answers): Money | null {
	const reach = answerOf(answers, content.questions.reach);
	const limit = content.amounts.limits.find((entry) => entry.choice === reach);
	if (!limit) return null;
	const remote = content.questions.remote !== null && answerOf(answers, content.questions.remote) === 'yes';
	return cad(BigInt(remote ? limit.remoteMaximumMinor : limit.maximumMinor));
}

/** Other government money in the project, as the applicant states it; zero while unanswered or unreadable. */
export function otherGovernmentFunding(content: OpportunityContent, answers: Answers): Money {
	const key = content.questions.otherGovernmentFunding;
	const value = key === null ? null : answerOf(answers, key);
	return typeof value === 'string' && /^\d{1,18}$/.test(value) ? cad(BigInt(value)) : cad(0n);
}

/** The fiscal years an opportunity pays for. */
export function fiscalYearsOf(opportunity: { firstFiscalYear: number; fiscalYearCount: number }): FiscalYear[] {
	return Array.from({ length: opportunity.fiscalYearCount }, (_, step) => opportunity.firstFiscalYear + step);
}
