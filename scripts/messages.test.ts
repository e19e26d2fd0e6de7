import { describe, expect, test } from 'vitest';
import { faultsBetween, faultsOfMessage, generateModule } from './messages.ts';

describe('a message', () => {
	test('that is empty, no text, or does not parse is at fault', () => {
		expect(faultsOfMessage('', 'en')).toEqual(['is empty']);
		expect(faultsOfMessage(' \u00a0', 'fr')).toEqual(['is empty']);
		expect(faultsOfMessage({}, 'en')).toEqual(['is not a text']);
		expect(faultsOfMessage('{name', 'en')[0]).toMatch(/does not parse/);
		expect(faultsOfMessage('Hello ', 'en')).toEqual(['begins or ends with a space']);
		expect(faultsOfMessage('Hello {name}', 'en')).toEqual([]);
	});

	test('has every plural category of its language', () => {
		const plural = '{count, plural, one {# file} other {# files}}';
		expect(faultsOfMessage(plural, 'en')).toEqual([]);
		expect(faultsOfMessage(plural, 'fr')).toEqual(['plural {count} lacks many']);
		expect(faultsOfMessage('{count, plural, other {# files}}', 'en')).toEqual(['plural {count} lacks one']);
		expect(faultsOfMessage('{count, plural, one {a} few {b} other {c}}', 'en')).toEqual([
			'plural {count} has few, unknown here'
		]);
		expect(faultsOfMessage('{count, plural, =0 {none} one {a} other {c}}', 'en')).toEqual([]);
		expect(faultsOfMessage('{n, selectordinal, one {#er} other {#e}}', 'fr')).toEqual([]);
	});

	test('leaves dates and styled numbers to the formatter', () => {
		expect(faultsOfMessage('On {day, date, long}', 'en')[0]).toMatch(/date or time/);
		expect(faultsOfMessage('{rate, number, percent}', 'en')[0]).toMatch(/number style/);
		expect(faultsOfMessage('{rate, number}', 'en')).toEqual([]);
	});
});

describe('French', () => {
	test.each([
		['Erreur\u00a0: écrivez', []],
		['Erreur : écrivez', ['has a breaking space before : $ % or »']],
		['Erreur: écrivez', ['lacks the no-break space before :']],
		['«\u00a0oui\u00a0»', []],
		['« oui »', ['has a breaking space before : $ % or »', 'has a breaking space after «']],
		['«oui»', ['lacks the no-break space after «', 'lacks the no-break space before »']],
		['12\u00a0$ et 5\u00a0%', []],
		['12 $', ['has a breaking space before : $ % or »']],
		['12%', ['lacks the no-break space between the figure and % or $']],
		['Quoi ?', ['has a space before ; ! or ?']],
		['Quoi\u00a0?', ['has a space before ; ! or ?']],
		["l''heure de l'Est", ['has a straight apostrophe: French is printed with ’']],
		['1\u202f000', ['has a narrow no-break space (U+202F): the house writes U+00A0']],
		['Voir https://exemple.ca à 10:42', []]
	])('%j', (text, faults) => {
		expect(faultsOfMessage(text, 'fr')).toEqual(faults);
	});

	test('inside a plural is judged too', () => {
		expect(faultsOfMessage('{n, plural, one {# : a} many {# : b} other {c}}', 'fr').length).toBe(2);
	});
});

describe('two languages', () => {
	test('have the same placeholders and the same choices', () => {
		expect(faultsBetween('Hello {name}', 'Bonjour {name}')).toEqual([]);
		expect(faultsBetween('Hello {name}', 'Bonjour {nom}')).toEqual([
			'{name} is missing in French',
			'{nom} is missing in English'
		]);
		expect(faultsBetween('{s, select, a {x} other {y}}', '{s, select, b {x} other {y}}')).toEqual([
			'select {s} has other options in French'
		]);
	});

	test('lose a placeholder to an unlucky apostrophe, and the check says so', () => {
		expect(faultsBetween('the {thing}', "l'{thing}")).toEqual(['{thing} is missing in French']);
		expect(faultsBetween('the {thing}', "l''{thing}")).toEqual([]);
	});
});

describe('a generated module', () => {
	test('has one typed function a key, plain text as a template and forms as a parsed pattern', () => {
		const source = generateModule(
			{ title: 'Submit', hello: 'Hello {name}', files: '{n, plural, one {# file} other {# files}}', delete: 'Delete' },
			{
				title: 'Soumettre',
				hello: 'Bonjour {name}',
				files: '{n, plural, one {#} many {#} other {#}}',
				delete: 'Supprimer'
			}
		);
		expect(source).toContain('export const title = (locale: Locale): string');
		expect(source).toContain('values: { "name": string | number }');
		expect(source).toContain('export const files = /* @__PURE__ */ pattern<{ "n": number }>(');
		expect(source).toContain('export { delete_ as delete };');
	});

	test('leaves out what does not parse, and falls back to English for what is not translated yet', () => {
		const source = generateModule({ bad: '{x', good: 'Good' }, {});
		expect(source).not.toContain('bad');
		expect(source).toContain('locale === \'fr\' ? "Good" : "Good"');
		expect(generateModule({}, {})).toContain('export {};');
	});

	test('keeps backticks, backslashes and template marks as text', () => {
		const source = generateModule({ odd: 'a`b\\c${d} {name}' }, { odd: 'x {name}' });
		expect(source).toContain('a\\`b\\\\c');
	});
});
