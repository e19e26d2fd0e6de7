/*
 * `npm test`: every check, one line each as it ends; the first that fails prints its own output and ends the run.
 *
 *   npm test                    everything
 *   npm test -- lint types      only these stages
 *   npm run test:long           the same tests, with wider searches
 *
 * The last line of the output is `N passed, N failed`, counting tests.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shareEmbeddedDatabase } from '#lib/server/db/embedded.ts';
import { build } from './build.ts';
import { generate } from './generate.ts';
import { binary, main, onStopRequest, root, runNode, type Outcome } from './processes.ts';
import { seconds } from './progress.ts';

type Verdict = Outcome & { passed?: number; failed?: number; note?: string };
type Stage = {
	name: string;
	run: () => Promise<Verdict>;
	/** It only looks, on one core, so two such run side by side; tests and what makes source run alone. */
	looks?: true;
};

const isLong = process.argv.includes('--long');
const results = join(root, '.hearth', 'test-results');

const STAGES: Stage[] = [
	{ name: 'generate', run: generateSource },
	{
		name: 'format',
		run: () => runNode([binary('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']),
		looks: true
	},
	{
		name: 'lint',
		run: () => runNode([binary('eslint', 'bin/eslint.js'), '--max-warnings', '0', '.']),
		looks: true
	},
	{ name: 'types', run: types, looks: true },
	{
		name: 'architecture',
		run: () =>
			runNode([
				binary('dependency-cruiser', 'bin/dependency-cruiser.mjs'),
				'--config',
				'.dependency-cruiser.mjs',
				'src'
			]),
		looks: true
	},
	{
		name: 'dead-code',
		run: () => runNode([binary('knip', 'bin/knip.js'), '--no-progress', '--treat-config-hints-as-errors']),
		looks: true
	},
	{ name: 'messages', run: () => runNode(['scripts/messages.ts', '--check']), looks: true },
	{ name: 'generated-docs', run: generatedDocs, looks: true },
	{ name: 'migrations', run: migrationsInStep, looks: true },
	{ name: 'unit', run: () => vitest('unit') },
	{ name: 'integration', run: () => vitest('integration') },
	{ name: 'end-to-end', run: endToEnd }
];

await main(async () => {
	const chosen = process.argv.slice(2).filter((word) => !word.startsWith('--'));
	const unknown = chosen.filter((name) => !STAGES.some((stage) => stage.name === name));
	if (unknown.length > 0) {
		console.error(`There is no stage ${unknown.join(', ')}. Stages: ${STAGES.map(({ name }) => name).join(', ')}.`);
		process.exitCode = 64;
		return;
	}
	onStopRequest(async () => process.exit(130));
	let passed = 0;
	let failed = 0;
	const take = async (stage: Stage): Promise<void> => {
		const begun = performance.now();
		const verdict = await stage.run();
		passed += verdict.passed ?? 0;
		failed += verdict.failed ?? 0;
		report(stage.name, begun, verdict);
		if (verdict.ok) return;
		process.exitCode = 1;
		// A stage that fails without a failed test is a failure all the same.
		failed = Math.max(failed, 1);
	};
	// Types, rules and tests all read generated source, so it is made for any of them.
	const wanted = STAGES.filter(({ name }) => chosen.length === 0 || name === 'generate' || chosen.includes(name));
	const looking = wanted.filter(({ looks }) => looks);
	for (const stage of wanted) {
		if (failed > 0) break;
		if (!stage.looks) await take(stage);
		else if (stage === looking[0]) await Promise.all([takeAll(looking), takeAll(looking)]);
	}
	async function takeAll(queue: Stage[]): Promise<void> {
		for (let next = queue.shift(); next && failed === 0; next = queue.shift()) await take(next);
	}
	console.log(`${passed} passed, ${failed} failed`);
});

function report(name: string, begun: number, { ok, output, passed, failed, note }: Verdict): void {
	const tests = passed === undefined ? '' : `${passed} passed${failed ? `, ${failed} failed` : ''}`;
	const said = [tests, note].filter(Boolean).join(', ');
	console.log(
		`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)}${seconds(begun).padStart(9)}${said ? `   ${said}` : ''}`
	);
	if (!ok) console.log(`\n${output.trim()}\n`);
}

async function generateSource(): Promise<Verdict> {
	try {
		return { ok: true, output: '', note: await generate() };
	} catch (error) {
		return { ok: false, output: (error as Error).message };
	}
}

async function types(): Promise<Verdict> {
	const synced = await runNode([binary('@sveltejs/kit', 'svelte-kit.js'), 'sync']);
	if (!synced.ok) return synced;
	return runNode([binary('svelte-check', 'bin/svelte-check'), '--fail-on-warnings', '--output', 'human']);
}

async function generatedDocs(): Promise<Verdict> {
	const checks = await Promise.all([
		runNode(['scripts/env-example.ts', '--check']),
		runNode(['scripts/lifecycle-docs.ts', '--check'])
	]);
	return { ok: checks.every(({ ok }) => ok), output: checks.map(({ output }) => output).join('') };
}

/** The migrations, applied to nothing, give the schema that the client was generated from. */
async function migrationsInStep(): Promise<Verdict> {
	const folder = join(root, '.hearth', 'tests', `migrations-${process.pid}`, 'database');
	const embedded = await shareEmbeddedDatabase({ folder, throwaway: true });
	try {
		await embedded.admin.query('create database shadow');
		const outcome = await runNode(
			[
				binary('prisma', 'build/index.js'),
				'migrate',
				'diff',
				'--from-migrations',
				'prisma/migrations',
				'--to-schema',
				'prisma/schema',
				'--exit-code'
			],
			{ env: { DATABASE_URL: embedded.urlFor('postgres'), SHADOW_DATABASE_URL: embedded.urlFor('shadow') } }
		);
		const advice = 'The migrations and prisma/schema say different things. Write a migration for the difference above.';
		return outcome.ok ? outcome : { ok: false, output: `${outcome.output}\n${advice}` };
	} finally {
		await embedded.stop();
		rmSync(join(folder, '..'), { recursive: true, force: true });
	}
}

async function endToEnd(): Promise<Verdict> {
	try {
		const built = await build();
		return { ...(await vitest('e2e')), ...(built === 'built' ? { note: 'after a build' } : {}) };
	} catch (error) {
		return { ok: false, output: (error as Error).message };
	}
}

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number };

/** Vitest writes counts to a file and its own report to us. A run without a report has failed before any test. */
async function vitest(project: string): Promise<Verdict> {
	mkdirSync(results, { recursive: true });
	const file = join(results, `${project}.json`);
	rmSync(file, { force: true });
	const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
	const scale = isLong ? 'long' : (process.env['HEARTH_TEST_SCALE'] ?? 'short');
	const outcome = await runNode([binary('vitest', 'vitest.mjs'), ...args], { env: { HEARTH_TEST_SCALE: scale } });
	if (!existsSync(file)) return { ok: false, output: outcome.output };
	const counts = JSON.parse(readFileSync(file, 'utf8')) as Report;
	const skipped = counts.numPendingTests + counts.numTodoTests;
	return {
		...outcome,
		passed: counts.numPassedTests,
		failed: counts.numFailedTests,
		...(skipped ? { note: `${skipped} skipped` } : {})
	};
}
