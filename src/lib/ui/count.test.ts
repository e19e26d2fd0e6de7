import { describe, expect, it } from 'vitest';
import { countCharacters, countWords } from './count.ts';

describe('counting what a person wrote', () => {
	it('counts words in any script and ignores lone signs', () => {
		expect(countWords('')).toBe(0);
		expect(countWords('  Tea on   Saturday\nnight ')).toBe(4);
		expect(countWords('Tłı̨chǫ – ᐃᓄᒃᑎᑐᑦ')).toBe(2);
		expect(countWords('Ligne d’œuvre : 12 séances')).toBe(4);
	});

	it('counts characters, not code units, and a line end once', () => {
		expect(countCharacters('né😀')).toBe(3);
		expect(countCharacters('a\r\nb')).toBe(3);
	});
});
