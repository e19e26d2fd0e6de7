import { expect, test } from 'vitest';
import { makeLog } from './log.ts';

function captured(): { lines: string[]; write(line: string): void } {
	const lines: string[] = [];
	return { lines, write: (line) => lines.push(line) };
}

test('an error is logged by its kind and place, never by its message', () => {
	const out = captured();
	const error = new TypeError('the address is 12 Sealed Street', { cause: new Error('person@example.org') });
	makeLog('info', out).error({ err: error, requestId: 'r1' }, 'request failed');
	const line = out.lines.join('');
	expect(line).not.toContain('Sealed Street');
	expect(line).not.toContain('person@example.org');
	expect(JSON.parse(line)).toMatchObject({
		level: 'error',
		requestId: 'r1',
		err: { name: 'TypeError', cause: { name: 'Error' } }
	});
	expect(line).toContain('log.test.ts');
});

test('a text with line breaks stays one line', () => {
	const out = captured();
	makeLog('info', out).info({ routeId: 'a\n{"level":"fatal"}\r\n' }, 'x\ny');
	expect(out.lines.join('').trimEnd().split('\n')).toHaveLength(1);
});
