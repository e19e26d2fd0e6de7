import { expect, test } from 'vitest';
import { ShortMemory } from './short-memory.ts';

function memory(millis = 100) {
	let now = 0;
	let asked = 0;
	const remembered = new ShortMemory<number>(millis, () => now);
	return {
		recall: (question: string) => remembered.recall(question, () => Promise.resolve(++asked)),
		wait: (passed: number) => (now += passed),
		remembered
	};
}

test('asks once in the time an answer serves, and again after it', async () => {
	const { recall, wait } = memory();
	expect([await recall('a'), await recall('a')]).toEqual([1, 1]);
	wait(99);
	expect(await recall('a')).toBe(1);
	wait(1);
	expect(await recall('a')).toBe(2);
});

test('lets those who ask at once wait for one answer', async () => {
	const { recall } = memory();
	expect(await Promise.all([recall('a'), recall('a'), recall('b')])).toEqual([1, 1, 2]);
});

test('forgets a question that failed', async () => {
	const { remembered } = memory();
	await expect(remembered.recall('a', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
	expect(await remembered.recall('a', () => Promise.resolve(7))).toBe(7);
});

test('keeps a bounded number of answers', async () => {
	const { recall } = memory();
	for (let n = 0; n < 600; n++) await recall(`q${n}`);
	expect(await recall('q599')).toBe(600);
	expect(await recall('q0')).toBe(601);
});
