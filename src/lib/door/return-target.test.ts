import { expect, test } from 'vitest';
import { returnTarget } from './return-target.ts';

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
