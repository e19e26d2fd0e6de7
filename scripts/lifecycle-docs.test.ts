import { describe, expect, test } from 'vitest';
import { LIFECYCLES } from '#lib/domain/lifecycles.ts';
import { diagramOf, lifecyclePage } from './lifecycle-docs.ts';

describe('the lifecycle page', () => {
	test('draws every state machine, with its beginning and its ends', () => {
		const page = lifecyclePage();
		for (const lifecycle of LIFECYCLES) {
			expect(page).toContain(`## ${lifecycle.subject}`);
			expect(diagramOf(lifecycle)).toContain(`[*] --> ${lifecycle.initial}`);
			expect(diagramOf(lifecycle)).toMatch(/--> \[\*\]/);
		}
	});
});
