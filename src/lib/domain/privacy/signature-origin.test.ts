import { expect, test } from 'vitest';
import { originKeptUntil } from './signature-origin.ts';

test('the address of a signature is kept ninety days of twenty-four hours, over a change of the clocks too', () => {
	expect(originKeptUntil(new Date('2026-10-01T12:00:00Z'))).toEqual(new Date('2026-12-30T12:00:00Z'));
});
