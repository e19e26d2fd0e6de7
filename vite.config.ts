import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// `npm run test:long` searches wider with the same tests: property tests read the scale and multiply their runs.
const long = process.env['HEARTH_TEST_SCALE'] === 'long';

/**
 * Leaves out the framework's ETag of pages. Each answer carries a nonce of its own, so the same page never has the same
 * ETag twice; computing it walked every character, an eighth of the work of a long list. No option switches it off. The
 * build stops if the framework no longer has the line, so that nobody believes in a change that is not made.
 */
function pagesWithoutEtag(): Plugin {
	const line = 'headers.set(\'etag\', `"${hash(transformed)}"`);';
	return {
		name: 'hearth:pages-without-etag',
		enforce: 'pre',
		transform(code, id) {
			if (!id.endsWith('/@sveltejs/kit/src/runtime/server/page/render.js')) return null;
			if (!code.includes(line)) this.error('SvelteKit no longer sets the ETag of pages where it did.');
			return { code: code.replace(line, ''), map: null };
		}
	};
}

export default defineConfig({
	plugins: [pagesWithoutEtag(), sveltekit()],
	resolve: {
		alias: [
			// Messages are parsed when the catalogs are generated: a bundle needs the formatter without its parser.
			{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: '@formatjs/icu-messageformat-parser/no-parser.js' }
		]
	},
	server: {
		// The embedded database and the build write here all the time; neither is source.
		watch: { ignored: ['**/.hearth/**', '**/build/**', '**/coverage/**'] }
	},
	test: {
		expect: { requireAssertions: true },
		testTimeout: long ? 600_000 : 20_000,
		hookTimeout: 60_000,
		projects: [
			{
				test: {
					name: 'unit',
					environment: 'node',
					include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'tests/architecture/**/*.test.ts']
				}
			},
			{
				test: {
					name: 'integration',
					environment: 'node',
					include: ['tests/integration/**/*.test.ts', 'tests/faults/**/*.test.ts'],
					globalSetup: ['tests/support/global-setup.ts'],
					setupFiles: ['tests/support/integration-setup.ts'],
					// The setup undoes what a file left in the modules that a worker shares.
					isolate: false
				}
			},
			{
				test: {
					name: 'e2e',
					environment: 'node',
					include: ['tests/e2e/**/*.test.ts'],
					// The look at every page, in both languages and colours, is the long run's.
					exclude: long ? [] : ['tests/e2e/every-page.test.ts'],
					globalSetup: ['tests/support/global-setup.ts'],
					// One browser and one application at a time: on two cores parallel browsers only wait for each other.
					fileParallelism: false,
					testTimeout: long ? 600_000 : 120_000,
					hookTimeout: 180_000
				}
			}
		]
	}
});
