import { describe, expect, it } from 'vitest';
import { portionOf, svgLength } from './portion.ts';

describe('the length of a bar', () => {
	it('is the share in basis points, rounded half up', () => {
		expect(portionOf(4_500_000_00n, 6_000_000_00n)).toBe(7500);
		expect(portionOf(1n, 3n)).toBe(3333);
		expect(portionOf(2n, 3n)).toBe(6667);
		expect(portionOf(1n, 20_000n)).toBe(1);
	});

	it('is nothing when there is nothing to compare with', () => {
		expect(portionOf(5n, 0n)).toBe(0);
		expect(portionOf(0n, 100n)).toBe(0);
		expect(portionOf(-5n, 100n)).toBe(0);
	});

	it('never leaves the bar', () => {
		expect(portionOf(101n, 100n)).toBe(10_000);
		expect(svgLength(12_000)).toBe('100%');
		expect(svgLength(-1)).toBe('0%');
	});

	it('stays exact where a number would not', () => {
		const whole = 9_007_199_254_740_993n * 10_000n;
		expect(portionOf(9_007_199_254_740_993n * 7460n, whole)).toBe(7460);
		expect(svgLength(7460)).toBe('74.6%');
	});
});
