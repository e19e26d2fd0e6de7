import { expect, test } from 'vitest';
import { standingOf } from './session-clock.ts';

const MINUTE = 60_000;
const session = { idleMillis: 30 * MINUTE, endsAt: 720 * MINUTE };
const at = (minutes: number, heardAt = 0) => standingOf(session, heardAt * MINUTE, minutes * MINUTE);

test('a warning comes five minutes before the earliest instant at which the session may end', () => {
	expect(at(0)).toEqual({ state: 'safe', isLast: false, nextMillis: 24 * MINUTE });
	expect(at(24)).toEqual({ state: 'ending', isLast: false, nextMillis: 5 * MINUTE });
	expect(at(29)).toEqual({ state: 'over', isLast: false, nextMillis: null });
});

test('whatever the server heard meanwhile moves the end', () => {
	expect(at(24, 10)).toEqual({ state: 'safe', isLast: false, nextMillis: 10 * MINUTE });
});

test('the longest time a session may last is not moved by anything, and that is said', () => {
	expect(at(714, 714)).toEqual({ state: 'safe', isLast: false, nextMillis: MINUTE });
	expect(at(715, 715)).toEqual({ state: 'ending', isLast: true, nextMillis: 5 * MINUTE });
	expect(at(720, 719)).toMatchObject({ state: 'over' });
});

test('a machine that slept past the end is told so at once', () => {
	expect(at(300)).toMatchObject({ state: 'over', nextMillis: null });
});
