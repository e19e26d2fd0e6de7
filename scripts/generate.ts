/** Generated source: the Prisma client and the typed messages. `npm run generate` makes both when what they come from changed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '#lib/server/operator-error.ts';
import { makeWhenStale } from './fingerprint.ts';
import { showProgress } from './progress.ts';
import { binary, main, root, runNode } from './processes.ts';

/** Makes what is stale and says what it was. */
export async function generate(): Promise<string> {
	// Our tsconfig.json extends the one that the framework writes, and whoever reads ours fails without it.
	if (!existsSync(join(root, '.svelte-kit/tsconfig.json')))
		demand(await runNode([binary('@sveltejs/kit', 'svelte-kit.js'), 'sync']));
	const client = await makeWhenStale({
		name: 'prisma-client',
		from: ['prisma/schema', 'prisma.config.ts', 'node_modules/prisma/package.json'],
		proof: 'src/lib/server/db/generated/client.ts',
		make: async () => demand(await runNode([binary('prisma', 'build/index.js'), 'generate']))
	});
	const messages = await makeWhenStale({
		name: 'messages',
		from: ['src/lib/i18n/messages', 'scripts/messages.ts'],
		proof: 'src/lib/i18n/generated',
		make: async () => demand(await runNode(['scripts/messages.ts']))
	});
	const made = [client && 'database client', messages && 'messages'].filter(Boolean);
	return made.length ? made.join(', ') : 'up to date';
}

function demand({ ok, output }: { ok: boolean; output: string }): void {
	if (!ok) throw new OperatorError(output);
}

/** Pages and files of the repository that are written from the source and committed. */
async function writeGeneratedDocs(): Promise<string> {
	demand(await runNode(['scripts/env-example.ts']));
	demand(await runNode(['scripts/lifecycle-docs.ts']));
	return 'written';
}

if (import.meta.main) {
	await main(async () => {
		await showProgress('Generated source', generate);
		await showProgress('Generated docs', writeGeneratedDocs);
	});
}
