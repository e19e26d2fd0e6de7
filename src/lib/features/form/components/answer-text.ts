import { isUnanswered, PREFER_NOT } from '#lib/domain/form/unanswered.ts';
import type { Question } from '#lib/domain/form/definition.ts';
import { cad } from '#lib/domain/money/money.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import { formatDate, formatMoney, formatNumber } from '#lib/i18n/format.ts';
import * as common from '#lib/i18n/generated/common.ts';
import * as m from '#lib/i18n/generated/form.ts';
import { localized, type Locale } from '#lib/i18n/locale.ts';

/** True for a person's own words, which are set in Literata and carry the language they were written in. */
export function isOwnWords(question: Question, value: unknown): boolean {
	return (
		(question.type === 'short_text' || question.type === 'long_text') && value !== PREFER_NOT && !isUnanswered(value)
	);
}

/** A stored answer in words, for reading: review, print, history. Several choices come as several lines. */
export function answerText(question: Question, value: unknown, locale: Locale): string {
	if (question.type === 'declaration') return value === 'accepted' ? m.agreed(locale) : m.notAgreed(locale);
	if (isUnanswered(value)) return '';
	if (value === PREFER_NOT && question.sensitive) return m.preferNot(locale);
	switch (question.type) {
		case 'number':
			return typeof value === 'number' ? formatNumber(value, locale) : String(value);
		case 'money':
			return typeof value === 'string' && /^\d{1,18}$/.test(value)
				? formatMoney(cad(BigInt(value)), locale)
				: String(value);
		case 'date':
			return isDay(value) ? formatDate(value, locale) : String(value);
		case 'yes_no':
			return value === 'yes' ? common.yes(locale) : common.no(locale);
		case 'single_choice':
		case 'multiple_choice': {
			const keys = Array.isArray(value) ? value : [value];
			return keys
				.map((key) => {
					const choice = question.choices.find((candidate) => candidate.key === key);
					return choice ? localized(choice.label, locale) : String(key);
				})
				.join('\n');
		}
		default:
			return typeof value === 'string' ? value : JSON.stringify(value);
	}
}
