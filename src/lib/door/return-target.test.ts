import { expect, test } from 'vitest';
import { placeOf, returnTarget } from './return-target.ts';

test.each([
	'/en/apply',
	'/fr/apply/applications/0190a000-0000-7000-8000-000000000001',
	'/en/opportunities/27-AWARE',
	'/fr/manage/money?programme=x&year=2026'
])('%s is a page to come back to', (target) => {
	expect(returnTarget(target)).toBe(target);
});

test.each([
	'//evil.example',
	'/.//evil.example',
	'/en//evil.example',
	'/en/.//evil.example',
	'/en/apply/../../evil',
	'/en/apply/..',
	'/en/apply/./x',
	'/en/apply//evil.example',
	'/\\evil.example',
	'/en/apply\\evil',
	'https://evil.example/en/apply',
	'https:/en/apply',
	'javascript:alert(1)',
	'/en/apply?next=https://evil.example',
	'/en/apply#x',
	'/en/apply%2f%2fevil.example',
	'/en/apply\n/x',
	'/en/apply\t',
	' /en/apply',
	'/de/apply',
	'/api/health',
	'/en/sign-out',
	`/en/apply/${'x'.repeat(700)}`,
	'',
	null,
	undefined,
	['/en/apply'],
	{ toString: () => '/en/apply' }
])('%j is not', (target) => {
	expect(returnTarget(target)).toBeNull();
});

test.each([
	[
		'/en/apply/organization?/save&organization=0190a000-0000-7000-8000-000000000001',
		'?organization=0190a000-0000-7000-8000-000000000001'
	],
	['/en/apply/organization?/save', ''],
	['/en/apply/organization?organization=x', '?organization=x'],
	['/en/apply/organization', '']
])('%s is the page without what was pressed on it', (address, search) => {
	expect(placeOf(new URL(address, 'http://localhost'))).toBe(`/en/apply/organization${search}`);
});

test('an address of another shape is no place', () => {
	expect(placeOf(new URL('/en/sign-out?/default', 'http://localhost'))).toBeNull();
});
