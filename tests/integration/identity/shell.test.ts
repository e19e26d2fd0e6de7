import { afterAll, expect, test } from 'vitest';
import { shellFor } from '#lib/features/identity/shell.server.ts';
import { completeEnvironment } from '#lib/server/config.ts';

const before = { HELP_PHONE: process.env['HELP_PHONE'] ?? '', CARE_PHONE: process.env['CARE_PHONE'] ?? '' };
afterAll(() => completeEnvironment(before));

test('every page has the telephone numbers of this installation, written as its language writes them', () => {
	completeEnvironment({ HELP_PHONE: '1-877-555-0100', CARE_PHONE: '1-877-555-0101' });
	const names = { staff: () => '', member: () => '' };
	const page = { routeId: null, url: new URL('http://localhost/fr'), receivedAt: new Date('2026-12-01T15:00:00Z') };
	const { help, care } = shellFor(null, { ...page, locale: 'fr' }, names);
	expect(help).toMatchObject({ phoneDisplay: '1 877 555-0100', phoneHref: 'tel:+18775550100' });
	expect(care).toEqual({ phoneDisplay: '1 877 555-0101', phoneHref: 'tel:+18775550101' });
	expect(shellFor(null, { ...page, locale: 'en' }, names).care.phoneDisplay).toBe('1-877-555-0101');
});
