import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '#tests/support/environment.ts';
// @ts-expect-error The configuration is plain JavaScript, as its reader wants it.
import configuration from '../../.dependency-cruiser.mjs';

/*
 * The rules between rooms only help while they bite. Each line is an import that must be refused, by the rule it must be
 * refused by; the file it leads to exists, so that nothing is refused for a typing error.
 */
const root = join(import.meta.dirname, '../..');
const REFUSED: [from: string, to: string, rule: string][] = [
	['src/lib/domain/money/a.ts', 'src/lib/server/mail/a.ts', 'domain-imports-only-domain'],
	['src/lib/domain/money/b.ts', 'src/lib/domain/award/a.ts', 'domain-money-knows-nothing-later'],
	['src/lib/server/mail/b.ts', 'src/lib/features/award/commands.server.ts', 'server-imports-only-domain-and-packages'],
	['src/lib/features/award/schema.ts', 'src/lib/ui/Button.ts', 'schema-imports-only-domain'],
	['src/lib/features/award/a.server.ts', 'src/lib/door/form.ts', 'use-cases-import-no-pages'],
	[
		'src/lib/features/review/a.server.ts',
		'src/lib/features/award/commands.server.ts',
		'feature-review-knows-nothing-later'
	],
	['src/lib/features/award/components/a.ts', 'src/lib/server/mail/a.ts', 'labels-and-components-import-no-server'],
	['src/lib/features/award/components/b.ts', 'src/lib/features/review/schema.ts', 'components-bring-no-zod'],
	['src/lib/door/a.ts', 'src/lib/features/review/schema.ts', 'door-turns-requests-into-calls'],
	['src/routes/a/+page.server.ts', 'src/lib/server/mail/a.ts', 'routes-only-compose'],
	['src/routes/b/+page.server.ts', 'src/lib/server/db/client.ts', 'routes-see-no-database'],
	['src/hooks.server.ts', 'src/lib/features/award/commands.server.ts', 'hooks-only-delegate'],
	['src/cli/a.ts', 'src/lib/door/form.ts', 'command-line-calls-use-cases'],
	['src/lib/ui/a.ts', 'src/lib/domain/award/a.ts', 'ui-knows-no-subject'],
	['src/lib/i18n/a.ts', 'src/lib/features/review/schema.ts', 'i18n-knows-no-feature'],
	['src/lib/paths.ts', 'src/lib/ui/Button.ts', 'paths-know-only-the-language'],
	['src/lib/domain/time/a.ts', 'tests/support/a.ts', 'product-needs-no-tools'],
	['src/lib/door/b.ts', 'src/lib/server/mail/a.ts', 'door-turns-requests-into-calls'],
	['src/lib/door/c.ts', 'src/lib/server/db/client.ts', 'only-adapters-and-use-cases-see-the-database'],
	['src/lib/features/award/b.server.ts', 'node_modules/@sveltejs/kit/index.js', 'use-cases-know-no-framework'],
	['src/lib/server/mail/c.ts', 'node_modules/stripe/index.js', 'only-one-adapter-sees-stripe'],
	['src/lib/domain/time/b.ts', 'src/lib/domain/time/c.ts', 'no-circles'],
	...laterSubjects('domain', 'domain', ''),
	...laterSubjects('feature', 'features', '.server')
];

const RULES = (configuration.forbidden as { name: string }[]).map(({ name }) => name);

/** For each subject that has a rule of its own, an import of the subject after it. */
function laterSubjects(kind: string, room: string, ending: string): [string, string, string][] {
	const rules = (configuration.forbidden as { name: string; to: { path?: string } }[]).filter(
		({ name }) => name.startsWith(`${kind}-`) && name.endsWith('-knows-nothing-later')
	);
	return rules.map(({ name, to }) => {
		const subject = name.slice(kind.length + 1, -'-knows-nothing-later'.length);
		const later = /\(([^|)]+)/.exec(to.path ?? '')?.[1] ?? '';
		return [`src/lib/${room}/${subject}/z${ending}.ts`, `src/lib/${room}/${later}/y${ending}.ts`, name];
	});
}

const folder = temporaryFolder();
let violations: { from: string; to: string; rule: string }[];

beforeAll(() => {
	const write = (path: string, text: string): void => {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text, { flag: 'a' });
	};
	write('tsconfig.json', '{}');
	for (const [from, to] of REFUSED) {
		write(to, '');
		write(from, `import ${JSON.stringify(`${'../'.repeat(from.split('/').length - 1)}${to}`)};\n`);
	}
	write('src/lib/domain/time/c.ts', `import './b.ts';\n`);
	write('src/lib/domain/time/nowhere.ts', `import './there-is-none.ts';\n`);
	const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
	const options = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', 'src'];
	const { stdout, stderr } = spawnSync(process.execPath, [command, ...options], { cwd: folder, encoding: 'utf8' });
	if (!stdout) throw new Error(stderr);
	const { summary } = JSON.parse(stdout) as {
		summary: { violations: { from: string; to: string; rule: { name: string } }[] };
	};
	violations = summary.violations.map(({ from, to, rule }) => ({ from, to, rule: rule.name }));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

test.each(REFUSED)('%s may not import %s', (from, to, rule) => {
	expect(violations).toContainEqual({ from, to, rule });
});

test('an import that leads nowhere is refused', () => {
	expect(violations).toContainEqual({
		from: 'src/lib/domain/time/nowhere.ts',
		to: './there-is-none.ts',
		rule: 'everything-resolves'
	});
});

test('every rule is proved by an import that it refuses', () => {
	const proved = new Set([...REFUSED.map(([, , rule]) => rule), 'everything-resolves']);
	expect(RULES.filter((name) => !proved.has(name))).toEqual([]);
});
