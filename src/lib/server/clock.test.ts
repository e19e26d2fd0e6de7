import { afterEach, expect, test } from 'vitest';
import { armFailpoints, fraction, seededMoment, systemMoment } from './clock.ts';

const now = new Date('2026-11-24T15:00:00Z');
const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => armFailpoints(undefined));

test('ids of one moment are version 7, carry its instant, and sort in the order they were made', () => {
	for (const moment of [seededMoment(now, 'ids'), systemMoment(now)]) {
		const ids = Array.from({ length: 1_000 }, () => moment.random.uuid());
		expect(ids.every((id) => UUID_7.test(id))).toBe(true);
		expect(ids.every((id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16) === now.getTime())).toBe(true);
		expect(ids).toEqual([...new Set(ids)].sort());
	}
});

test('one seed and instant give the same ids, tokens and bytes; another gives others', () => {
	const draw = (seed: string, at = now) => {
		const { random } = seededMoment(at, seed);
		return [random.uuid(), random.token(24), Buffer.from(random.bytes(40)).toString('hex'), fraction(random)];
	};
	expect(draw('a')).toEqual(draw('a'));
	const others = [draw('b'), draw('a', new Date(now.getTime() + 1))];
	for (const other of others) for (const [index, value] of draw('a').entries()) expect(other[index]).not.toBe(value);
});

test('a token of n bytes is n random bytes in URL-safe text', () => {
	const token = systemMoment().random.token(32);
	expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
	expect(systemMoment().random.token(32)).not.toBe(token);
});

test('the moment of a request is the instant it arrived', () => {
	expect(systemMoment(now).now).toBe(now);
});

test('a failpoint does nothing until a test arms it', () => {
	const moment = systemMoment(now);
	moment.failpoint('nothing.armed');
	const passed: string[] = [];
	armFailpoints((name) => passed.push(name));
	moment.failpoint('payment.recorded');
	expect(passed).toEqual(['payment.recorded']);
});
