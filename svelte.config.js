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
				'style-src-attr': ['none'],
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
