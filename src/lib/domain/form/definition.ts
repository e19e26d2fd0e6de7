import type { Bilingual } from '#lib/domain/bilingual.ts';
import type { Condition } from './condition.ts';
import type { TextLimits } from './text.ts';

/*
 * A form is data: a versioned JSON definition. Applications, reviews and reports use one engine, so no program's
 * questions ever become columns. Stored definitions bind these types: add to them, never change a meaning.
 */

export type Choice = { key: string; label: Bilingual; help?: Bilingual };

type Common = {
	/** Stable within the form; answers are stored under it. Letters, digits and underscores. */
	key: string;
	label: Bilingual;
	help?: Bilingual;
	/** Why we ask: stands in the margin of every question. */
	why: Bilingual;
	/** Who reads the answer. */
	whoSees: Bilingual;
	example?: Bilingual;
	required: boolean;
	/** May be answered with "I prefer not to answer", which counts as an answer and never lowers a score. */
	sensitive?: boolean;
	/** Kept from reviewers, and `whoSees` says so: a file with a letterhead, a question for the program officer alone. */
	withheldFromReviewers?: boolean;
	/** Asked only where this holds; what is hidden is neither required nor sent. */
	visibleWhen?: Condition;
};

export type TextQuestion = Common & { type: 'short_text' | 'long_text'; limits?: TextLimits };
export type NumberQuestion = Common & { type: 'number'; minimum?: number; maximum?: number; unit?: Bilingual };
/** Limits in minor units as decimal text, since JSON has no exact integers beyond 2^53. */
export type MoneyQuestion = Common & { type: 'money'; minimumMinor?: string; maximumMinor?: string };
export type DateQuestion = Common & { type: 'date'; earliest?: string; latest?: string };
export type ChoiceQuestion = Common & { type: 'single_choice'; choices: Choice[] };
export type ChoicesQuestion = Common & {
	type: 'multiple_choice';
	choices: Choice[];
	minimum?: number;
	maximum?: number;
};
export type YesNoQuestion = Common & { type: 'yes_no' };
/** Files are rows of their own; the question says what may be attached. */
export type FileQuestion = Common & { type: 'file'; accepts?: string[]; maximumCount?: number };
/** Budget lines are rows of their own; the question places them in the form. */
export type BudgetQuestion = Common & { type: 'budget' };
/** A statement to agree with; `label` is the box, `statement` the whole text. */
export type DeclarationQuestion = Common & { type: 'declaration'; statement: Bilingual };

export type Question =
	| TextQuestion
	| NumberQuestion
	| MoneyQuestion
	| DateQuestion
	| ChoiceQuestion
	| ChoicesQuestion
	| YesNoQuestion
	| FileQuestion
	| BudgetQuestion
	| DeclarationQuestion;

export type Section = {
	key: string;
	title: Bilingual;
	/** Said before the first question: what comes, how long it takes, what it will not ask. */
	introduction?: Bilingual;
	questions: Question[];
	visibleWhen?: Condition;
};

export type FormDefinition = {
	key: string;
	version: number;
	title: Bilingual;
	/** Authority, purpose, uses, disclosure, rights: the notice every form opens with. */
	privacyNotice?: Bilingual;
	sections: Section[];
};

export function questionsOf(definition: FormDefinition): Question[] {
	return definition.sections.flatMap((section) => section.questions);
}

export function questionOf(definition: FormDefinition, key: string): Question | undefined {
	return questionsOf(definition).find((question) => question.key === key);
}

export function sectionOf(definition: FormDefinition, key: string): Section | undefined {
	return definition.sections.find((section) => section.key === key);
}
