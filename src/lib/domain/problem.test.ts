import { describe, expect, test } from 'vitest';
import { compareIds, isId } from './id.ts';
import { atField, isProblem, orRefuse, refuse, Refusal } from './problem.ts';

describe('a problem', () => {
	test('is a value: a code, its facts, and the field it belongs to when there is one', () => {
		expect(refuse('required')).toEqual({ problem: true, code: 'required', facts: {} });
		expect(atField(refuse('too_long', { limit: 3 }), 'title')).toMatchObject({ field: 'title', facts: { limit: 3 } });
	});

	test('is told from every other value', () => {
		expect([refuse('busy'), null, undefined, 'busy', {}, { problem: 'true' }].map(isProblem)).toEqual([
			true,
			false,
			false,
			false,
			false,
			false
		]);
	});

	test('is thrown as a refusal that rolls back, and a value passes', () => {
		expect(orRefuse(7)).toBe(7);
		expect(() => orRefuse(refuse('forbidden'))).toThrow(Refusal);
	});
});

describe('an id', () => {
	test('is a canonical lower-case uuid and nothing else', () => {
		expect(isId('01939f2e-7c5a-7b3e-8a4d-2f1c9b8e7d60')).toBe(true);
		for (const text of [
			'',
			'01939F2E-7C5A-7B3E-8A4D-2F1C9B8E7D60',
			"1' or 1=1",
			5,
			null,
			'00000000-0000-0000-0000-000000000000'
		]) {
			expect(isId(text)).toBe(false);
		}
	});

	test('orders byte by byte', () => {
		expect([compareIds('a', 'b'), compareIds('b', 'a'), compareIds('a', 'a')]).toEqual([-1, 1, 0]);
	});
});
