import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow } from '#tests/architecture/source.ts';
import { LOCALES } from '#lib/i18n/locale.ts';
import { eventName, eventNames, factWords, subjectName } from './trail-words.ts';

const root = join(import.meta.dirname, '../../../../..');
const names = [
	...readFileSync(join(root, 'src/lib/domain/audit/events.ts'), 'utf8').matchAll(/^\t'([a-zA-Z]+\.[a-zA-Z]+)':/gm)
].map(([, name = '']) => name);

describe.each(LOCALES)('who reads the trail in %s', (locale) => {
	test('reads each event in words, and can ask for each', () => {
		expect(names.length).toBeGreaterThan(100);
		expect(names.filter((name) => eventName(name, locale) === name)).toEqual([]);
		expect(eventNames(locale).map(({ value }) => value)).toEqual(names);
	});

	test('reads what each event is about in words', () => {
		const written = filesBelow('src/lib/features').flatMap((file) =>
			[...readFileSync(file, 'utf8').matchAll(/subject(?:: | = )\{ type: '([^']+)'/g)].map(([, type = '']) => type)
		);
		expect(new Set(written).size).toBeGreaterThan(8);
		expect([...new Set(written)].filter((type) => subjectName(type, locale) === type)).toEqual([]);
	});

	test('reads no two different events under one word', () => {
		const labels = names.map((name) => eventName(name, locale));
		expect(labels.filter((label, at) => labels.indexOf(label) !== at)).toEqual([]);
	});
});

test('statuses, amounts and days are said as everywhere, and what has no words as it is stored', () => {
	const of = (event: string, name: string, value: string) => factWords(event, { name, value }, 'fr');
	expect(of('application.submitted', 'status', 'draft → submitted')).toEqual({
		name: 'État',
		value: 'Ébauche → Soumise'
	});
	expect(of('review.accepted', 'status', 'invited → accepted').value).not.toContain('invited');
	expect(of('award.decided', 'amountMinor', '123450')).toEqual({ name: 'Montant', value: '1\u00a0234,50\u00a0$' });
	expect(of('audit.anchored', 'day', '2027-01-14')).toMatchObject({
		value: expect.stringMatching(/^14\sjanvier\s2027$/) as string
	});
	expect(of('budget.entered', 'fiscalYear', '2026').value).toBe('2026-2027');
	expect(of('session.started', 'method', 'password')).toEqual({ name: 'Méthode', value: 'password' });
});
