import { describe, expect, test } from 'vitest';
import { questionOf, type Question } from '#lib/domain/form/definition.ts';
import { AWARENESS_FORM } from '../../../../../prisma/seed/definitions/awareness.ts';
import { answerText } from './answer-text.ts';
import { sentFor, typedOf } from './typed.ts';

function question(key: string): Question {
	const found = questionOf(AWARENESS_FORM, key);
	if (!found) throw new Error(`the form does not ask ${key}`);
	return found;
}

describe('what stands in a control', () => {
	test('is what was sent, several choices included, when the form came back', () => {
		const forms = question('trafficking_forms');
		expect(sentFor(forms, { 'version.trafficking_forms': '2', trafficking_forms: 'LAB\nCLB' })).toEqual(['LAB', 'CLB']);
		expect(sentFor(forms, { 'version.trafficking_forms': '2' })).toEqual([]);
		expect(sentFor(question('title'), { 'version.title': '1', title: '' })).toBe('');
		expect(
			sentFor(question('survivor_part'), {
				'version.survivor_part': '0',
				survivor_part: 'words',
				'withheld.survivor_part': 'prefer_not_to_answer'
			})
		).toBe('prefer_not_to_answer');
	});

	test('is what is stored when another form of the page came back', () => {
		expect(sentFor(question('title'), { description: 'a line' })).toBeNull();
		expect(sentFor(question('title'), undefined)).toBeNull();
	});

	test('is a stored answer as one would type it, and a text that did not parse as it was typed', () => {
		const funding = question('other_government_funding');
		expect([typedOf(funding, '123450', 'en'), typedOf(funding, '123450', 'fr')]).toEqual(['1234.50', '1234,50']);
		expect(typedOf(funding, 'about nothing', 'en')).toBe('about nothing');
		expect(typedOf(question('people_reached'), 400, 'en')).toBe('400');
		expect(typedOf(question('trafficking_forms'), ['LAB'], 'en')).toEqual(['LAB']);
		expect([typedOf(question('title'), null, 'en'), typedOf(question('trafficking_forms'), null, 'en')]).toEqual([
			'',
			[]
		]);
	});
});

describe('an answer for reading', () => {
	test('is in the reader’s language where it was chosen, and as written where it was written', () => {
		expect(answerText(question('trafficking_forms'), ['LAB', 'DOM'], 'fr')).toBe(
			'Traite à des fins d’exploitation par le travail\nServitude domestique'
		);
		expect(answerText(question('lived_experience'), 'prefer_not_to_answer', 'en')).toBe('We would rather not say');
		expect(answerText(question('remote'), 'yes', 'fr')).toBe('Oui');
		expect(answerText(question('other_government_funding'), '123450', 'fr')).toBe('1\u00a0234,50\u00a0$');
		expect(answerText(question('summary'), 'As written', 'fr')).toBe('As written');
		expect(answerText(question('summary'), '  ', 'en')).toBe('');
		expect(answerText(question('declaration_true'), null, 'en')).toBe('Not agreed');
	});
});
