/** The production build, made again only when a source changed. */
import { OperatorError } from '#lib/server/operator-error.ts';
import { makeWhenStale } from './fingerprint.ts';
import { generate } from './generate.ts';
import { showProgress } from './progress.ts';
import { binary, main, runNode } from './processes.ts';

/** Builds when stale and says whether it did. Generated source must be there. */
export async function build(): Promise<string> {
	const built = await makeWhenStale({
		name: 'build',
		from: ['src', 'static', 'package.json', 'package-lock.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'],
		except: /\.test\.ts$|^src\/(cli|worker)\//,
		proof: 'build/index.js',
		make: async () => {
			const { ok, output } = await runNode([binary('vite', 'bin/vite.js'), 'build', '--logLevel', 'warn'], {
				env: { NODE_ENV: 'production' }
			});
			if (!ok) throw new OperatorError(output);
		}
	});
	return built ? 'built' : 'up to date';
}

if (import.meta.main) {
	await main(async () => {
		await showProgress('Generated source', generate);
		await showProgress('Build', build);
	});
}
