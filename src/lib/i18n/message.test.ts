import { describe, expect, test } from 'vitest';
import { opportunityLifecycle } from '#lib/domain/opportunity/lifecycle.ts';
import { applicationLifecycle } from '#lib/domain/application/lifecycle.ts';
import { refuse, type ProblemCode } from '#lib/domain/problem.ts';
import { parseMessage } from '#scripts/messages.ts';
import { normalizeSpaces, pattern } from './message.ts';
import { problemText } from './problem-text.ts';
import { statusText } from './status-text.ts';

const files = pattern<{ count: number }>(
	parseMessage('{count, plural, one {# file} other {# files}}'),
	parseMessage('{count, plural, one {# fichier} many {# de fichiers} other {# fichiers}}')
);

describe('a message with forms', () => {
	test('chooses the form of its language: nought is singular in French and plural in English', () => {
		expect([0, 1, 2].map((count) => files('en', { count }))).toEqual(['0 files', '1 file', '2 files']);
		expect([0, 1, 2].map((count) => files('fr', { count }))).toEqual(['0 fichier', '1 fichier', '2 fichiers']);
	});

	test('writes its numbers with the spaces of the house', () => {
		expect(files('fr', { count: 12_345 })).toBe('12\u00a0345 fichiers');
		expect(normalizeSpaces('1\u202f000')).toBe('1\u00a0000');
	});
});

describe('a problem in words', () => {
	test('writes money, counts and days as the language does', () => {
		const sum = refuse('budget_sum_differs', { actual: 100_000n, expected: 123_450n });
		expect(problemText(sum, 'en')).toBe(
			'The budget asks for $1,000.00, but the amount requested is $1,234.50. Make the two equal.'
		);
		expect(problemText(sum, 'fr')).toContain('1\u00a0234,50\u00a0$');
		expect(problemText(refuse('date_too_early', { limit: '2026-04-01' }), 'fr')).toBe(
			'Choisissez le 1er avril 2026 ou un jour plus tard.'
		);
		expect(problemText(refuse('budget_year_outside', { year: 2030, next: 2031 }), 'en')).toContain('2030-2031');
		expect(problemText(refuse('too_many_attempts', { minutes: 1 }), 'fr')).toContain('1 minute,');
	});

	test('has a sentence that ends, for codes without facts', () => {
		for (const code of ['not_found', 'forbidden', 'stale_version', 'busy'] satisfies ProblemCode[]) {
			for (const locale of ['en', 'fr'] as const) expect(problemText(refuse(code), locale)).toMatch(/\.$/);
		}
	});
});

describe('a status in words', () => {
	test('is the record’s for staff and a plain one for applicants', () => {
		expect(statusText(applicationLifecycle, 'declined', 'staff', 'fr')).toBe('Non retenue');
		expect(statusText(applicationLifecycle, 'declined', 'applicant', 'en')).toBe('Not funded this time');
		expect(statusText(opportunityLifecycle, 'published', 'staff', 'en')).toBe('Published');
	});
});
