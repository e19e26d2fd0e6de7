import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProblem } from '#lib/domain/problem.ts';
import {
	answersForReviewers,
	formProblems,
	isUnanswered,
	missingAnswers,
	PREFER_NOT,
	readAnswer,
	readWholeNumber,
	sectionProgress,
	validateAnswer,
	visibleAnswers,
	visibleQuestionKeys,
	type Answers
} from './answer.ts';
import { CONDITION_OPERATORS, conditionHolds, inspectCondition } from './condition.ts';
import { questionOf, sectionOf, type FormDefinition, type Question } from './definition.ts';
import { cleanText, countCharacters, countWords, lengthProblems } from './text.ts';
import { validateDefinition } from './validate-definition.ts';

const both = (text: string) => ({ en: text, fr: `${text} (fr)` });

function question(key: string, rest: object): Question {
	return {
		key,
		label: both(key),
		why: both('because'),
		whoSees: both('officers'),
		required: false,
		...rest
	} as Question;
}

const choices = [
	{ key: 'a', label: both('A') },
	{ key: 'b', label: both('B') },
	{ key: 'c', label: both('C') }
];

const definition: FormDefinition = {
	key: 'awareness',
	version: 1,
	title: both('Application'),
	sections: [
		{
			key: 'project',
			title: both('Your project'),
			questions: [
				question('title', { type: 'short_text', required: true, limits: { maxCharacters: 10 } }),
				question('has_partner', { type: 'yes_no', required: true }),
				question('partner', {
					type: 'long_text',
					required: true,
					visibleWhen: { '===': [{ var: 'has_partner' }, 'yes'] },
					withheldFromReviewers: true
				}),
				question('partner_letter', {
					type: 'file',
					required: true,
					visibleWhen: { '!!': [{ var: 'partner' }] }
				})
			]
		},
		{
			key: 'money',
			title: both('Money'),
			visibleWhen: { '!==': [{ var: 'title' }, null] },
			questions: [
				question('amount', { type: 'money', required: true, maximumMinor: '5000000' }),
				question('budget', { type: 'budget', required: true }),
				question('agree', { type: 'declaration', required: true, statement: both('All true') })
			]
		}
	]
};

const answers = (values: Record<string, unknown>): Answers =>
	Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { '': value }]));

const fields = (problems: { field?: string; code: string }[]): string[] =>
	problems.map((problem) => `${problem.field}:${problem.code}`);

const codes = (one: Question, value: unknown): string[] => validateAnswer(one, value).map((problem) => problem.code);

describe('text', () => {
	test('with NUL or a lone surrogate is refused; a whole pair and every letter pass', () => {
		expect(isProblem(cleanText('a\0b'))).toBe(true);
		expect(isProblem(cleanText('\ud83d'))).toBe(true);
		expect(isProblem(cleanText('\ude00x'))).toBe(true);
		expect(cleanText('hən̓q̓əmin̓əm̓ ᐃᓄᒃᑎᑐᑦ Łı̨ 😀')).toBe('hən̓q̓əmin̓əm̓ ᐃᓄᒃᑎᑐᑦ Łı̨ 😀');
	});

	test('keeps everything but its line ends', () => {
		expect(cleanText('a\r\nb\rc\n')).toBe('a\nb\nc\n');
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				fc.pre(!text.includes('\0') && !text.includes('\r'));
				expect(cleanText(text)).toBe(text);
			})
		);
	});

	test('is counted in code points, a line end as one', () => {
		expect(countCharacters('😀é\r\n')).toBe(3);
		expect(countCharacters('')).toBe(0);
	});

	test('is counted in words that hold a letter or a digit', () => {
		expect(countWords("L'organisme reçoit : 12 000 $ — « ici ».")).toBe(5);
		expect(countWords('  ')).toBe(0);
	});

	test('at its limit passes, one beyond does not', () => {
		expect(lengthProblems('abc', { maxCharacters: 3 })).toEqual([]);
		expect(lengthProblems('abcd', { maxCharacters: 3 })).toMatchObject([
			{ code: 'too_long', facts: { limit: 3, actual: 4 } }
		]);
		expect(lengthProblems('ab', { minCharacters: 3 })).toMatchObject([{ code: 'too_short' }]);
		expect(lengthProblems('a b c', { maxWords: 2 })).toMatchObject([{ code: 'too_many_words', facts: { actual: 3 } }]);
	});
});

describe('a condition', () => {
	test('compares answers, and what is unanswered is null', () => {
		const rule = { and: [{ in: [{ var: 'kind' }, ['charity', 'indigenous']] }, { '>=': [{ var: 'staff' }, 3] }] };
		expect(conditionHolds(rule, { kind: 'charity', staff: 3 })).toBe(true);
		expect(conditionHolds(rule, { kind: 'other', staff: 3 })).toBe(false);
		expect(conditionHolds({ in: ['a', { var: 'chosen' }] }, { chosen: ['a', 'b'] })).toBe(true);
		expect(conditionHolds({ '===': [{ var: 'kind' }, 'charity'] }, {})).toBe(false);
	});

	test('outside the list of operators neither holds nor throws', () => {
		for (const rule of [
			{ map: [[1], { var: '' }] },
			{ cat: ['a', 'b'] },
			{ reduce: [[1], { '+': [1, 2] }, 0] },
			{ throw: 'x' }
		]) {
			expect(conditionHolds(rule, {})).toBe(false);
			expect(inspectCondition(rule).faults.some((fault) => fault.fault === 'operator')).toBe(true);
		}
	});

	test('is inspected: keys it reads, forms it may not have', () => {
		expect(inspectCondition({ '===': [{ var: 'a' }, { var: ['b', 1] }] })).toEqual({
			questionKeys: ['a', 'b'],
			faults: []
		});
		for (const rule of [
			null,
			[],
			'x',
			{ a: 1, b: 2 },
			{},
			{ var: 'a.b' },
			{ var: '' },
			{ var: 5 },
			{ '!': { var: '__proto__' } }
		]) {
			expect(inspectCondition(rule).faults.length).toBeGreaterThan(0);
		}
		let deep: object = { var: 'a' };
		for (let i = 0; i < 40; i += 1) deep = { '!': deep };
		expect(inspectCondition(deep).faults).toContainEqual({ fault: 'invalid' });
	});

	test('of any shape never throws', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (rule, values) => {
				expect(typeof conditionHolds(rule as never, values)).toBe('boolean');
				expect(Array.isArray(inspectCondition(rule).faults)).toBe(true);
			})
		);
	});

	test('has no operator that loops or builds', () => {
		for (const operator of ['map', 'reduce', 'filter', 'all', 'some', 'cat', 'substr', 'method', 'eachKey', 'pipe']) {
			expect(CONDITION_OPERATORS).not.toContain(operator);
		}
	});
});

describe('a question', () => {
	test('is asked where its condition and its section hold', () => {
		expect(visibleQuestionKeys(definition, answers({ has_partner: 'yes' })).has('partner')).toBe(true);
		expect(visibleQuestionKeys(definition, answers({ has_partner: 'no' })).has('partner')).toBe(false);
		expect(visibleQuestionKeys(definition, answers({})).has('amount')).toBe(false);
		expect(visibleQuestionKeys(definition, answers({ title: 'X' })).has('amount')).toBe(true);
	});

	test('that hangs on a hidden one is hidden, whatever was typed there before', () => {
		const typed = answers({ has_partner: 'no', partner: 'Someone' });
		expect(visibleQuestionKeys(definition, typed).has('partner_letter')).toBe(false);
		expect(Object.keys(visibleAnswers(definition, typed))).toEqual(['has_partner']);
	});

	test('withheld from reviewers does not reach them', () => {
		const typed = answers({ title: 'X', has_partner: 'yes', partner: 'Someone' });
		expect(Object.keys(answersForReviewers(definition, typed))).toEqual(['title', 'has_partner']);
	});

	test('is found by its key', () => {
		expect(questionOf(definition, 'amount')?.type).toBe('money');
		expect(questionOf(definition, 'constructor')).toBeUndefined();
		expect(sectionOf(definition, 'money')?.questions.length).toBe(3);
	});
});

describe('what is missing', () => {
	test('is what is required, asked and unanswered, in the order of the form', () => {
		expect(fields(missingAnswers(definition, answers({ title: 'X', has_partner: 'yes' })))).toEqual([
			'partner:required',
			'amount:required',
			'budget:budget_empty',
			'agree:declaration_not_accepted'
		]);
	});

	test('is nothing once files and budget lines are kept too', () => {
		const all = answers({ title: 'X', has_partner: 'yes', partner: 'P', amount: '100', agree: 'accepted' });
		const kept = { budgetLines: [{}], attachedQuestionKeys: ['partner_letter'] };
		expect(formProblems(definition, all, kept)).toEqual([]);
		expect(fields(formProblems(definition, all))).toEqual(['partner_letter:required', 'budget:budget_empty']);
	});

	test('and what is wrong stand together before submission', () => {
		const typed = answers({ title: 'far too long a title', has_partner: 'no', amount: '99999999', agree: 'accepted' });
		expect(fields(formProblems(definition, typed, { budgetLines: [{}], attachedQuestionKeys: [] }))).toEqual([
			'title:too_long',
			'amount:number_too_large'
		]);
	});

	test('says how far each section has come', () => {
		expect(Object.fromEntries(sectionProgress(definition, answers({})))).toEqual({ project: 'not_started' });
		const typed = answers({ title: 'X', has_partner: 'no' });
		expect(Object.fromEntries(sectionProgress(definition, typed))).toEqual({
			project: 'complete',
			money: 'not_started'
		});
		expect(sectionProgress(definition, answers({ title: 'X' })).get('project')).toBe('started');
	});
});

describe('an answer', () => {
	test.each<[string, object, unknown, string[]]>([
		['text of one line with two', { type: 'short_text' }, 'a\nb', ['value_invalid']],
		['text that is no text', { type: 'long_text' }, { not: '' }, ['value_invalid']],
		['text with NUL', { type: 'long_text' }, 'a\0', ['text_unreadable']],
		['a number', { type: 'number', minimum: 1, maximum: 5 }, 5, []],
		['a number below', { type: 'number', minimum: 1 }, 0, ['number_too_small']],
		['a number above', { type: 'number', maximum: 5 }, 6, ['number_too_large']],
		['half a number', { type: 'number' }, 1.5, ['number_invalid']],
		['a number as text', { type: 'number' }, '5', ['number_invalid']],
		['money', { type: 'money', minimumMinor: '100' }, '100', []],
		['money below', { type: 'money', minimumMinor: '100' }, '99', ['number_too_small']],
		['money above', { type: 'money', maximumMinor: '100' }, '101', ['number_too_large']],
		['money as a number', { type: 'money' }, 100, ['money_invalid']],
		['a day', { type: 'date', earliest: '2026-04-01', latest: '2027-03-31' }, '2026-04-01', []],
		['a day too early', { type: 'date', earliest: '2026-04-01' }, '2026-03-31', ['date_too_early']],
		['a day too late', { type: 'date', latest: '2027-03-31' }, '2027-04-01', ['date_too_late']],
		['no day', { type: 'date' }, '2027-02-30', ['date_invalid']],
		['a choice', { type: 'single_choice', choices }, 'a', []],
		['an unknown choice', { type: 'single_choice', choices }, 'z', ['choice_unknown']],
		['choices', { type: 'multiple_choice', choices }, ['a', 'b'], []],
		['a choice twice', { type: 'multiple_choice', choices }, ['a', 'a'], ['choice_repeated']],
		['unknown choices', { type: 'multiple_choice', choices }, ['z'], ['choice_unknown']],
		['too few choices', { type: 'multiple_choice', choices, minimum: 2 }, ['a'], ['number_too_small']],
		['too many choices', { type: 'multiple_choice', choices, maximum: 1 }, ['a', 'b'], ['number_too_large']],
		['choices as text', { type: 'multiple_choice', choices }, 'a', ['value_invalid']],
		['yes', { type: 'yes_no' }, 'yes', []],
		['true', { type: 'yes_no' }, true, ['choice_unknown']],
		['a declaration', { type: 'declaration', statement: both('s') }, 'accepted', []],
		['a declaration otherwise', { type: 'declaration', statement: both('s') }, 'no', ['declaration_not_accepted']],
		['a value for a file', { type: 'file' }, 'x', ['value_invalid']],
		['nothing', { type: 'number' }, null, []]
	])('%s', (_, rest, value, expected) => {
		expect(codes(question('q', rest), value)).toEqual(expected);
	});

	test('"I prefer not to answer" is one where the question is sensitive, and only there', () => {
		expect(codes(question('q', { type: 'yes_no', sensitive: true }), PREFER_NOT)).toEqual([]);
		expect(codes(question('q', { type: 'yes_no' }), PREFER_NOT)).toEqual(['choice_unknown']);
		expect(readAnswer(question('q', { type: 'number', sensitive: true }), PREFER_NOT)).toBe(PREFER_NOT);
	});

	test('of any shape never throws, and its problem names the question', () => {
		const types = [
			'short_text',
			'long_text',
			'number',
			'money',
			'date',
			'single_choice',
			'multiple_choice',
			'yes_no',
			'file',
			'budget'
		];
		fc.assert(
			fc.property(fc.constantFrom(...types), fc.anything(), (type, value) => {
				const problems = validateAnswer(question('q', { type, choices }), value);
				expect(problems.every((problem) => problem.field === 'q')).toBe(true);
			})
		);
	});

	test('blank is none', () => {
		expect(['', '  ', null, undefined, [], 'x', 0].map(isUnanswered)).toEqual([
			true,
			true,
			true,
			true,
			true,
			false,
			false
		]);
	});
});

describe('what a control sent', () => {
	const read = (rest: object, typed: string | string[]): unknown => {
		const value = readAnswer(question('q', rest), typed);
		return isProblem(value) ? `${value.field}:${value.code}` : value;
	};

	test.each<[object, string | string[], unknown]>([
		[{ type: 'short_text' }, ' Bonjour ', ' Bonjour '],
		[{ type: 'long_text' }, 'a\r\nb', 'a\nb'],
		[{ type: 'long_text' }, '', null],
		[{ type: 'long_text' }, '\0', 'q:text_unreadable'],
		[{ type: 'number' }, '1 200', 1200],
		[{ type: 'number' }, '1,200', 1200],
		[{ type: 'number' }, '-3', -3],
		[{ type: 'number' }, '1.5', 'q:number_invalid'],
		[{ type: 'money' }, '1 234,50', '123450'],
		[{ type: 'money' }, 'lots', 'q:money_invalid'],
		[{ type: 'date' }, '2027-04-01', '2027-04-01'],
		[{ type: 'date' }, '01/04/2027', 'q:date_invalid'],
		[{ type: 'single_choice', choices }, 'a', 'a'],
		[{ type: 'single_choice', choices }, 'z', 'q:choice_unknown'],
		[{ type: 'multiple_choice', choices }, ['a', 'b'], ['a', 'b']],
		[{ type: 'multiple_choice', choices }, [''], null],
		[{ type: 'multiple_choice', choices }, [], null],
		[{ type: 'multiple_choice', choices }, ['z'], 'q:choice_unknown'],
		[{ type: 'multiple_choice', choices }, ['a', 'a'], 'q:choice_repeated'],
		[{ type: 'yes_no' }, 'yes', 'yes'],
		[{ type: 'yes_no' }, 'maybe', 'q:choice_unknown'],
		[{ type: 'declaration', statement: both('s') }, 'accepted', 'accepted'],
		[{ type: 'declaration', statement: both('s') }, 'on', 'q:value_invalid'],
		[{ type: 'file' }, 'x', 'q:value_invalid']
	])('%j from %j', (rest, typed, expected) => {
		expect(read(rest, typed)).toEqual(expected);
	});

	test('is a whole number only when it is written as one', () => {
		expect(['12', '1\u00a0200', '12 00', '1e3', '', '\u22125'].map(readWholeNumber)).toEqual([
			12,
			1200,
			null,
			null,
			null,
			-5
		]);
	});

	test('once read is valid unless a limit says otherwise', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.constantFrom('long_text', 'number', 'money', 'date', 'yes_no'),
				(typed, type) => {
					const one = question('q', { type });
					const value = readAnswer(one, typed);
					expect(isProblem(value) || validateAnswer(one, value).length === 0).toBe(true);
				}
			)
		);
	});
});

describe('a definition', () => {
	const change = (sections: FormDefinition['sections']): string[] =>
		fields(validateDefinition({ ...definition, sections }));
	const section = (key: string, questions: Question[]): FormDefinition['sections'][number] => ({
		key,
		title: both(key),
		questions
	});

	test('that is right has no problem', () => {
		expect(validateDefinition(definition)).toEqual([]);
	});

	test('without a question is empty', () => {
		expect(change([])).toEqual(['undefined:form_empty']);
	});

	test('uses each key once, sections included', () => {
		expect(change([section('one', [question('one', { type: 'yes_no' })])])).toEqual(['one:form_key_repeated']);
		expect(change([section('s', [question('bad key', { type: 'yes_no' })])])).toEqual([
			'bad key:form_condition_invalid'
		]);
	});

	test('has both languages everywhere', () => {
		const half = { en: 'Only English', fr: ' ' };
		expect(change([section('s', [question('q', { type: 'yes_no', label: half })])])).toEqual([
			'q:form_language_missing'
		]);
		expect(change([section('s', [question('q', { type: 'yes_no', help: half })])])).toEqual([
			'q:form_language_missing'
		]);
		expect(
			change([
				section('s', [question('q', { type: 'single_choice', choices: [{ key: 'a', label: half }, choices[1]] })])
			])
		).toEqual(['q:form_language_missing']);
		expect(change([section('s', [question('q', { type: 'declaration', statement: half })])])).toEqual([
			'q:form_language_missing'
		]);
	});

	test('has conditions that look back at questions that exist', () => {
		const on = (key: string) => ({ visibleWhen: { '!!': [{ var: key }] } });
		const late = [question('a', { type: 'yes_no', ...on('b') }), question('b', { type: 'yes_no' })];
		expect(change([section('s', late)])).toEqual(['a:form_condition_later_question']);
		expect(change([section('s', [question('a', { type: 'yes_no', ...on('zzz') })])])).toEqual([
			'a:form_condition_unknown_question'
		]);
		expect(change([section('s', [question('a', { type: 'yes_no', visibleWhen: { map: [] } })])])).toEqual([
			'a:form_condition_operator'
		]);
		expect(change([section('s', [question('a', { type: 'yes_no', visibleWhen: {} })])])).toEqual([
			'a:form_condition_invalid'
		]);
	});

	test('has choices to choose from, and limits that can be met', () => {
		const one = (rest: object): string[] => change([section('s', [question('q', rest)])]);
		expect(one({ type: 'single_choice', choices: [choices[0]] })).toEqual(['q:form_choices_missing']);
		expect(one({ type: 'single_choice', choices: [choices[0], choices[0]] })).toEqual(['q:form_key_repeated']);
		expect(one({ type: 'number', minimum: 2, maximum: 1 })).toEqual(['q:form_limits_invalid']);
		expect(one({ type: 'long_text', limits: { minCharacters: 5, maxCharacters: 4 } })).toEqual([
			'q:form_limits_invalid'
		]);
		expect(one({ type: 'long_text', limits: { maxWords: -1 } })).toEqual(['q:form_limits_invalid']);
		expect(one({ type: 'money', minimumMinor: '10', maximumMinor: '9' })).toEqual(['q:form_limits_invalid']);
		expect(one({ type: 'money', maximumMinor: '1.5' })).toEqual(['q:form_limits_invalid']);
		expect(one({ type: 'date', earliest: '2027-01-01', latest: '2026-01-01' })).toEqual(['q:form_limits_invalid']);
		expect(one({ type: 'date', latest: 'soon' })).toEqual(['q:form_limits_invalid']);
		expect(one({ type: 'money', minimumMinor: '9', maximumMinor: '10' })).toEqual([]);
	});
});
