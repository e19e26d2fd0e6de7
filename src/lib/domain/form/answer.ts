import { atField, isProblem, refuse, type Problem } from '#lib/domain/problem.ts';
import { cad, compare, parseMoney } from '#lib/domain/money/money.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import { conditionHolds } from './condition.ts';
import type {
	ChoicesQuestion,
	DateQuestion,
	FormDefinition,
	MoneyQuestion,
	NumberQuestion,
	Question,
	TextQuestion
} from './definition.ts';
import { cleanText, lengthProblems } from './text.ts';
import { isUnanswered, PREFER_NOT } from './unanswered.ts';

export { isUnanswered, PREFER_NOT };

/**
 * Answers by question, then by row (`''` where a question is asked once). Values as they are stored in JSON: text;
 * whole number; money as minor units in decimal text; day `YYYY-MM-DD`; choice key; array of choice keys; `yes` | `no`;
 * `accepted` for a declaration. Files and budget lines are rows elsewhere.
 */
export type Answers = Record<string, Record<string, unknown>>;

/** What is kept beside the answers and counts as answered. */
export type KeptElsewhere = { budgetLines: readonly unknown[]; attachedQuestionKeys: readonly string[] };

const NOTHING_ELSEWHERE: KeptElsewhere = { budgetLines: [], attachedQuestionKeys: [] };

export function answerOf(answers: Answers, questionKey: string, rowKey = ''): unknown {
	return Object.hasOwn(answers, questionKey) ? answers[questionKey]?.[rowKey] : undefined;
}

/** Keys of the questions that are asked, given the answers so far. A hidden question's answer counts as none. */
export function visibleQuestionKeys(definition: FormDefinition, answers: Answers): Set<string> {
	const visible = new Set<string>();
	const values = Object.create(null) as Record<string, unknown>;
	for (const section of definition.sections) {
		const sectionShown = !section.visibleWhen || conditionHolds(section.visibleWhen, values);
		for (const question of section.questions) {
			const shown = sectionShown && (!question.visibleWhen || conditionHolds(question.visibleWhen, values));
			if (shown) visible.add(question.key);
			values[question.key] = shown ? comparable(question, answerOf(answers, question.key)) : null;
		}
	}
	return visible;
}

/** Money is stored as text; conditions compare its whole dollars as a number. */
function comparable(question: Question, value: unknown): unknown {
	if (value === undefined) return null;
	if (question.type === 'money' && typeof value === 'string' && /^\d+$/.test(value)) return Number(value) / 100;
	return value;
}

/** The answers to send: those of questions that are asked. What was typed before a question was hidden stays behind. */
export function visibleAnswers(definition: FormDefinition, answers: Answers): Answers {
	const visible = visibleQuestionKeys(definition, answers);
	return Object.fromEntries(Object.entries(answers).filter(([key]) => visible.has(key)));
}

/** Keys of the questions whose answers and files reviewers read: those asked, without what the form withholds from them. */
export function questionKeysForReviewers(definition: FormDefinition, answers: Answers): Set<string> {
	const keys = visibleQuestionKeys(definition, answers);
	for (const question of definition.sections.flatMap((section) => section.questions)) {
		if (question.withheldFromReviewers) keys.delete(question.key);
	}
	return keys;
}

/** The answers that reviewers read. */
export function answersForReviewers(definition: FormDefinition, answers: Answers): Answers {
	const read = questionKeysForReviewers(definition, answers);
	return Object.fromEntries(Object.entries(answers).filter(([key]) => read.has(key)));
}

/**
 * Reads what a form control sent into the value to store: `null` clears the answer. Checks what the value is, not
 * whether it is complete: a draft may hold a text that is still too long, and says so.
 */
export function readAnswer(question: Question, typed: string | readonly string[]): unknown {
	const all = typeof typed === 'string' ? [typed] : typed;
	const first = all[0] ?? '';
	const text = cleanText(first);
	if (isProblem(text)) return atField(text, question.key);
	if (question.sensitive && text === PREFER_NOT) return PREFER_NOT;
	if (question.type === 'multiple_choice') return readChoices(question, all);
	if (text.trim() === '') return null;
	return readOne(question, text);
}

function readOne(question: Exclude<Question, ChoicesQuestion>, text: string): unknown {
	const invalid = (code: 'value_invalid' | 'number_invalid' | 'date_invalid' | 'choice_unknown'): Problem =>
		refuse(code, {}, question.key);
	switch (question.type) {
		case 'short_text':
		case 'long_text':
			return text;
		case 'number':
			return readWholeNumber(text) ?? invalid('number_invalid');
		case 'money': {
			const money = parseMoney(text);
			return isProblem(money) ? atField(money, question.key) : money.minor.toString();
		}
		case 'date':
			return isDay(text.trim()) ? text.trim() : invalid('date_invalid');
		case 'single_choice':
			return question.choices.some((choice) => choice.key === text) ? text : invalid('choice_unknown');
		case 'yes_no':
			return text === 'yes' || text === 'no' ? text : invalid('choice_unknown');
		case 'declaration':
			return text === 'accepted' ? text : invalid('value_invalid');
		case 'file':
		case 'budget':
			return invalid('value_invalid');
	}
}

function readChoices(question: ChoicesQuestion, typed: readonly string[]): string[] | null | Problem {
	const chosen = typed.filter((key) => key !== '');
	if (chosen.length === 0) return null;
	if (chosen.some((key) => !question.choices.some((choice) => choice.key === key))) {
		return refuse('choice_unknown', {}, question.key);
	}
	return new Set(chosen).size === chosen.length ? chosen : refuse('choice_repeated', {}, question.key);
}

/** A whole number as people write it in either language; null when it is none. */
export function readWholeNumber(text: string): number | null {
	const bare = text.trim().replace(/(?<=\d)[\s\u00a0\u202f,](?=\d{3}(?!\d))/g, '');
	if (!/^[-\u2212]?\d{1,15}$/.test(bare)) return null;
	return Number(bare.replace('\u2212', '-'));
}

/**
 * What is wrong with a stored value, judged by its question. No answer is no problem here: `missingAnswers` asks for it.
 * Never throws, whatever the value is.
 */
export function validateAnswer(question: Question, value: unknown): Problem[] {
	if (isUnanswered(value)) return [];
	if (question.sensitive && value === PREFER_NOT) return [];
	return valueProblems(question, value).map((problem) => atField(problem, question.key));
}

function valueProblems(question: Question, value: unknown): Problem[] {
	switch (question.type) {
		case 'short_text':
		case 'long_text':
			return textProblems(question, value);
		case 'number':
			return numberProblems(question, value);
		case 'money':
			return moneyProblems(question, value);
		case 'date':
			return dateProblems(question, value);
		case 'single_choice':
			return question.choices.some((choice) => choice.key === value) ? [] : [refuse('choice_unknown')];
		case 'multiple_choice':
			return choicesProblems(question, value);
		case 'yes_no':
			return value === 'yes' || value === 'no' ? [] : [refuse('choice_unknown')];
		case 'declaration':
			return value === 'accepted' ? [] : [refuse('declaration_not_accepted')];
		case 'file':
		case 'budget':
			return [refuse('value_invalid')];
	}
}

function textProblems(question: TextQuestion, value: unknown): Problem[] {
	if (typeof value !== 'string') return [refuse('value_invalid')];
	const text = cleanText(value);
	if (isProblem(text)) return [text];
	if (question.type === 'short_text' && text.includes('\n')) return [refuse('value_invalid')];
	return lengthProblems(text, question.limits ?? {});
}

function numberProblems(question: NumberQuestion, value: unknown): Problem[] {
	if (typeof value !== 'number' || !Number.isSafeInteger(value)) return [refuse('number_invalid')];
	if (question.minimum !== undefined && value < question.minimum) {
		return [refuse('number_too_small', { limit: question.minimum })];
	}
	return question.maximum !== undefined && value > question.maximum
		? [refuse('number_too_large', { limit: question.maximum })]
		: [];
}

function moneyProblems(question: MoneyQuestion, value: unknown): Problem[] {
	if (typeof value !== 'string' || !/^\d{1,18}$/.test(value)) return [refuse('money_invalid')];
	const money = cad(BigInt(value));
	const tooSmall = question.minimumMinor !== undefined && compare(money, cad(BigInt(question.minimumMinor))) < 0;
	if (tooSmall) return [refuse('number_too_small', { limit: BigInt(question.minimumMinor ?? 0) })];
	const tooLarge = question.maximumMinor !== undefined && compare(money, cad(BigInt(question.maximumMinor))) > 0;
	return tooLarge ? [refuse('number_too_large', { limit: BigInt(question.maximumMinor ?? 0) })] : [];
}

function dateProblems(question: DateQuestion, value: unknown): Problem[] {
	if (!isDay(value)) return [refuse('date_invalid')];
	if (question.earliest !== undefined && value < question.earliest) {
		return [refuse('date_too_early', { limit: question.earliest })];
	}
	return question.latest !== undefined && value > question.latest
		? [refuse('date_too_late', { limit: question.latest })]
		: [];
}

function choicesProblems(question: ChoicesQuestion, value: unknown): Problem[] {
	if (!Array.isArray(value)) return [refuse('value_invalid')];
	const known = new Set<unknown>(question.choices.map((choice) => choice.key));
	if (value.some((key) => !known.has(key))) return [refuse('choice_unknown')];
	if (new Set(value).size !== value.length) return [refuse('choice_repeated')];
	if (question.minimum !== undefined && value.length < question.minimum) {
		return [refuse('number_too_small', { limit: question.minimum })];
	}
	return question.maximum !== undefined && value.length > question.maximum
		? [refuse('number_too_large', { limit: question.maximum })]
		: [];
}

function isAnswered(question: Question, answers: Answers, kept: KeptElsewhere): boolean {
	if (question.type === 'file') return kept.attachedQuestionKeys.includes(question.key);
	if (question.type === 'budget') return kept.budgetLines.length > 0;
	return !isUnanswered(answerOf(answers, question.key));
}

/** One Problem per required question that is asked and not answered, in the order of the form; `field` is its key. */
export function missingAnswers(
	definition: FormDefinition,
	answers: Answers,
	kept: KeptElsewhere = NOTHING_ELSEWHERE
): Problem[] {
	const visible = visibleQuestionKeys(definition, answers);
	return definition.sections
		.flatMap((section) => section.questions)
		.filter((question) => question.required && visible.has(question.key) && !isAnswered(question, answers, kept))
		.map((question) => refuse(missingCode(question), {}, question.key));
}

function missingCode(question: Question): 'budget_empty' | 'declaration_not_accepted' | 'required' {
	if (question.type === 'budget') return 'budget_empty';
	return question.type === 'declaration' ? 'declaration_not_accepted' : 'required';
}

/** All that stands between the answers and submission: what is missing and what is wrong, in the order of the form. */
export function formProblems(
	definition: FormDefinition,
	answers: Answers,
	kept: KeptElsewhere = NOTHING_ELSEWHERE
): Problem[] {
	const visible = visibleQuestionKeys(definition, answers);
	const missing = new Map(missingAnswers(definition, answers, kept).map((problem) => [problem.field, problem]));
	return definition.sections.flatMap((section) =>
		section.questions.flatMap((question) => {
			if (!visible.has(question.key)) return [];
			const absent = missing.get(question.key);
			if (absent) return [absent];
			return question.type === 'file' || question.type === 'budget'
				? []
				: validateAnswer(question, answerOf(answers, question.key));
		})
	);
}

export type SectionProgress = 'not_started' | 'started' | 'complete';

/** How far each section that is asked has come: what the task list shows. */
export function sectionProgress(
	definition: FormDefinition,
	answers: Answers,
	kept: KeptElsewhere = NOTHING_ELSEWHERE
): Map<string, SectionProgress> {
	const visible = visibleQuestionKeys(definition, answers);
	const troubled = new Set(formProblems(definition, answers, kept).map((problem) => problem.field));
	const progress = new Map<string, SectionProgress>();
	for (const section of definition.sections) {
		const asked = section.questions.filter((question) => visible.has(question.key));
		if (asked.length === 0) continue;
		const begun = asked.some((question) => isAnswered(question, answers, kept));
		const complete = asked.every((question) => !troubled.has(question.key));
		progress.set(section.key, !begun ? 'not_started' : complete ? 'complete' : 'started');
	}
	return progress;
}
