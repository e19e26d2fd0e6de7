import { PREFER_NOT } from '#lib/domain/form/unanswered.ts';
import type { Question } from '#lib/domain/form/definition.ts';
import { cad } from '#lib/domain/money/money.ts';
import { formatMoneyInput } from '#lib/i18n/format.ts';
import type { Locale } from '#lib/i18n/locale.ts';

/**
 * A stored answer as its control shows it: what a person would have typed. A text that did not parse was kept as typed
 * and comes back as it was.
 */
export function typedOf(question: Question, value: unknown, locale: Locale): string | string[] {
	if (value === null || value === undefined) return question.type === 'multiple_choice' ? [] : '';
	if (question.type === 'multiple_choice') return Array.isArray(value) ? value.map(String) : [String(value)];
	const isMinor = question.type === 'money' && typeof value === 'string' && /^\d{1,18}$/.test(value);
	if (isMinor && value !== PREFER_NOT) return formatMoneyInput(cad(BigInt(value)), locale);
	return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One text, where a control holds one. */
export function oneOf(typed: string | readonly string[]): string {
	return typeof typed === 'string' ? typed : (typed[0] ?? '');
}

/** The texts of a control that holds several. */
export function allOf(typed: string | readonly string[]): string[] {
	return typeof typed === 'string' ? (typed === '' ? [] : [typed]) : [...typed];
}

/**
 * What a form that came back had in the control of a question, or null when it did not ask it: a box left empty and a
 * question of another form are two things. Several choices come back joined by line breaks.
 */
export function sentFor(
	question: Question,
	values: Readonly<Record<string, string | undefined>> | undefined
): string | string[] | null {
	if (!values || values[`version.${question.key}`] === undefined) return null;
	if (values[`withheld.${question.key}`] === PREFER_NOT) return PREFER_NOT;
	const sent = values[question.key] ?? '';
	return question.type === 'multiple_choice' ? sent.split('\n').filter((key) => key !== '') : sent;
}
