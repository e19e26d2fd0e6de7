import { describe, expect, test } from 'vitest';
import { inLocale, paths } from './paths.ts';

describe('a path', () => {
	test('begins with its language', () => {
		expect(paths('fr').public.home()).toBe('/fr');
		expect(paths('en').apply.application('a')).toMatch(/^\/en\/apply\//);
	});

	test('escapes what it is given, so that no value becomes another page', () => {
		expect(paths('en').account.link('../../x?y#z')).not.toMatch(/[?#]|\.\.\/|x\/y/);
		expect(paths('en').account.link('a/b')).toContain('a%2Fb');
	});

	test('of the other language is the same page', () => {
		expect(inLocale('/en/apply/applications/7', 'fr')).toBe('/fr/apply/applications/7');
		expect(inLocale('/en', 'fr')).toBe('/fr');
		expect(inLocale('/enquiry', 'fr')).toBe('/enquiry');
	});
});
