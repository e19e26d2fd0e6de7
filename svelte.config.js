import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
const config = {
	preprocess: vitePreprocess(),
	kit: {
		adapter: adapter({ out: 'build', precompress: false }),
		// Nonces on every page: no script or style runs that this application did not write.
		csp: {
			mode: 'auto',
			directives: {
				'default-src': ['self'],
				'script-src': ['self'],
				'style-src': ['self'],
				// No style attribute but one: the framework's announcer of page changes, which screen readers hear, hides itself
				// with it. The hash allows that very text.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'frame-ancestors': ['none'],
				'form-action': ['self']
			}
		},
		// Form posts from a foreign origin are refused by the framework; our own hook refuses the other content types.
		csrf: { trustedOrigins: [] },
		typescript: {
			config: (generated) => {
				generated.include.push('../scripts/**/*.ts', '../prisma/**/*.ts', '../bench/**/*.ts', '../*.config.ts');
			}
		}
	}
};

export default config;
