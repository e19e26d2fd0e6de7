import { describe, expect, it } from 'vitest';
import { pageNumbers } from './page-numbers.ts';

describe('the page links of a long list', () => {
	it('show both ends and the neighbours, with a mark for what is left out', () => {
		expect(pageNumbers(1, 25)).toEqual([1, 2, 3, -1, 25]);
		expect(pageNumbers(5, 25)).toEqual([1, -1, 4, 5, 6, -2, 25]);
		expect(pageNumbers(25, 25)).toEqual([1, -1, 23, 24, 25]);
	});

	it('never leave out a single page', () => {
		expect(pageNumbers(4, 7)).toEqual([1, 2, 3, 4, 5, 6, 7]);
		expect(pageNumbers(1, 1)).toEqual([1]);
		expect(pageNumbers(1, 0)).toEqual([]);
	});
});
