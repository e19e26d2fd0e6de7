import { isBilingual, type Bilingual } from '#lib/domain/bilingual.ts';
import { refuse, type Problem } from '#lib/domain/problem.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import { inspectCondition, type Condition } from './condition.ts';
import type { Choice, FormDefinition, Question, Section } from './definition.ts';

const KEY = /^[A-Za-z]\w*$/;

/**
 * All that is wrong with a definition: keys used twice, a language missing, conditions that refer to questions that do
 * not exist or come later (so that no two questions can hide each other), operators outside the list, contradictory
 * limits. Publication is refused while any remains. `field` is the key of the section or question.
 */
export function validateDefinition(definition: FormDefinition): Problem[] {
	const problems: Problem[] = [];
	const questionCount = definition.sections.reduce((count, section) => count + section.questions.length, 0);
	if (questionCount === 0) problems.push(refuse('form_empty'));
	problems.push(...languageProblems(definition.key, [definition.title], [definition.privacyNotice]));
	problems.push(...keyProblems(definition));
	const earlier = new Set<string>();
	const all = new Set(definition.sections.flatMap((section) => section.questions.map((question) => question.key)));
	for (const section of definition.sections) {
		problems.push(...languageProblems(section.key, [section.title], [section.introduction]));
		problems.push(...conditionProblems(section.key, section.visibleWhen, earlier, all));
		for (const question of section.questions) {
			problems.push(...questionProblems(question));
			problems.push(...conditionProblems(question.key, question.visibleWhen, earlier, all));
			earlier.add(question.key);
		}
	}
	return problems;
}

function keyProblems(definition: FormDefinition): Problem[] {
	const seen = new Set<string>();
	const problems: Problem[] = [];
	const look = ({ key }: Section | Question): void => {
		if (!KEY.test(key)) problems.push(refuse('form_condition_invalid', { key }, key));
		if (seen.has(key)) problems.push(refuse('form_key_repeated', { key }, key));
		seen.add(key);
	};
	for (const section of definition.sections) {
		look(section);
		section.questions.forEach(look);
	}
	return problems;
}

function languageProblems(
	key: string,
	needed: readonly (Bilingual | undefined)[],
	optional: readonly (Bilingual | undefined)[] = []
): Problem[] {
	const texts = [...needed, ...optional.filter((text) => text !== undefined)];
	return texts.every((text) => isBilingual(text)) ? [] : [refuse('form_language_missing', { key }, key)];
}

function questionProblems(question: Question): Problem[] {
	const texts = [question.label, question.why, question.whoSees];
	if (question.type === 'declaration') texts.push(question.statement);
	const optional = [question.help, question.example, question.type === 'number' ? question.unit : undefined];
	const problems = languageProblems(question.key, texts, optional);
	if (question.type === 'single_choice' || question.type === 'multiple_choice') {
		problems.push(...choiceProblems(question.key, question.choices));
	}
	if (limitsContradict(question)) problems.push(refuse('form_limits_invalid', { key: question.key }, question.key));
	return problems;
}

function choiceProblems(key: string, choices: readonly Choice[]): Problem[] {
	const problems: Problem[] = [];
	if (choices.length < 2) problems.push(refuse('form_choices_missing', { key }, key));
	const keys = choices.map((choice) => choice.key);
	if (new Set(keys).size !== keys.length) problems.push(refuse('form_key_repeated', { key }, key));
	for (const choice of choices) problems.push(...languageProblems(key, [choice.label], [choice.help]));
	return problems;
}

function isAbove(low: bigint | number | undefined, high: bigint | number | undefined): boolean {
	return low !== undefined && high !== undefined && low > high;
}

function limitsContradict(question: Question): boolean {
	switch (question.type) {
		case 'short_text':
		case 'long_text': {
			const { minCharacters, maxCharacters, maxWords } = question.limits ?? {};
			const counts = [minCharacters, maxCharacters, maxWords].filter((count) => count !== undefined);
			return isAbove(minCharacters, maxCharacters) || counts.some((count) => !Number.isSafeInteger(count) || count < 0);
		}
		case 'number':
		case 'multiple_choice':
			return isAbove(question.minimum, question.maximum);
		case 'money': {
			const bounds = [question.minimumMinor, question.maximumMinor].filter((bound) => bound !== undefined);
			if (bounds.some((bound) => !/^\d{1,18}$/.test(bound))) return true;
			const [low, high] = [question.minimumMinor, question.maximumMinor];
			return low !== undefined && high !== undefined && BigInt(low) > BigInt(high);
		}
		case 'date': {
			const { earliest, latest } = question;
			const bounds = [earliest, latest].filter((bound) => bound !== undefined);
			return !bounds.every(isDay) || (earliest !== undefined && latest !== undefined && earliest > latest);
		}
		default:
			return false;
	}
}

function conditionProblems(
	key: string,
	condition: Condition | undefined,
	earlier: ReadonlySet<string>,
	all: ReadonlySet<string>
): Problem[] {
	if (condition === undefined) return [];
	const { questionKeys, faults } = inspectCondition(condition);
	const problems = faults.map((fault) =>
		fault.fault === 'operator'
			? refuse('form_condition_operator', { key, operator: fault.operator }, key)
			: refuse('form_condition_invalid', { key }, key)
	);
	for (const question of questionKeys) {
		if (!all.has(question)) problems.push(refuse('form_condition_unknown_question', { key, question }, key));
		else if (!earlier.has(question)) problems.push(refuse('form_condition_later_question', { key, question }, key));
	}
	return problems;
}
