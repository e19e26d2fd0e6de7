import { createHash } from 'node:crypto';
import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storedFacts } from './events.ts';
import { canonicalAnchor, canonicalBlock, GENESIS, type SealBlock } from './seal.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const block: SealBlock = {
	number: 1,
	previousHash: GENESIS,
	sealedAtMillis: 1_795_000_000_000,
	events: [
		{ id: 1n, hash: hash('a') },
		{ id: 2n, hash: hash('b') }
	]
};

describe('a sealed block', () => {
	test('has one text: version, number, previous hash, instant, count, then its events', () => {
		expect(canonicalBlock(block)).toBe(
			`hearth-seal-1\n1\n${GENESIS}\n1795000000000\n2\n1:${hash('a')}\n2:${hash('b')}\n`
		);
	});

	test('is refused with events out of order or twice, a hash that is none, or no number', () => {
		const [first, second] = block.events as [SealBlock['events'][number], SealBlock['events'][number]];
		expect(() => canonicalBlock({ ...block, events: [second, first] })).toThrow(RangeError);
		expect(() => canonicalBlock({ ...block, events: [first, first] })).toThrow(RangeError);
		expect(() => canonicalBlock({ ...block, previousHash: 'x' })).toThrow(RangeError);
		expect(() => canonicalBlock({ ...block, events: [{ id: 1n, hash: hash('a').toUpperCase() }] })).toThrow(RangeError);
		expect(() => canonicalBlock({ ...block, number: 0 })).toThrow(RangeError);
	});

	test('of other content has another text', () => {
		const events = fc
			.uniqueArray(fc.bigInt({ min: 1n, max: 40n }), { maxLength: 5 })
			.map((ids) => [...ids].sort((a, b) => (a < b ? -1 : 1)).map((id) => ({ id, hash: hash(`event ${id}`) })));
		const drawn = fc.record({
			number: fc.integer({ min: 1, max: 30 }),
			previousHash: fc.constantFrom(GENESIS, hash('p')),
			sealedAtMillis: fc.constantFrom(1, 2),
			events
		});
		fc.assert(
			fc.property(drawn, drawn, (a, b) => {
				const text = (one: SealBlock): string =>
					JSON.stringify(one, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
				expect(canonicalBlock(a) === canonicalBlock(b)).toBe(text(a) === text(b));
			})
		);
	});

	test('is anchored by day, number and hash', () => {
		expect(canonicalAnchor({ day: '2026-11-24', sealNumber: 7, headHash: GENESIS })).toBe(
			`hearth-anchor-1\n2026-11-24\n7\n${GENESIS}\n`
		);
	});
});

describe('facts', () => {
	test('are stored with keys in order and exact amounts, whatever the order they came in', () => {
		expect(JSON.stringify(storedFacts({ b: 12345678901234567890n, a: 'x', none: undefined }))).toBe(
			'{"a":"x","b":"12345678901234567890"}'
		);
		expect(storedFacts({ n: 1, t: true, z: null })).toEqual({ n: 1, t: true, z: null });
	});

	test('are machine values: fractions, objects and lists are a programmer’s error', () => {
		for (const value of [1.5, {}, [], Number.NaN]) expect(() => storedFacts({ value })).toThrow(TypeError);
	});
});
