import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, includeIgnoreFile } from 'eslint/config';
import globals from 'globals';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-eslint';

const ignored = includeIgnoreFile(fileURLToPath(new URL('.gitignore', import.meta.url)));

/*
 * The house rules, each with its reason in the message. A rule holds for the whole of src/ except the one place that
 * exists to do the forbidden thing; there are no other exceptions, and no allowlists.
 */
const NO_CLOCK = [
	{
		selector: "MemberExpression[object.name='Date'][property.name='now']",
		message: 'The clock is handed in (a Moment), so that deadlines can be tested: only server/clock.ts reads it.'
	},
	{
		selector: "NewExpression[callee.name='Date'][arguments.length=0]",
		message: 'The clock is handed in (a Moment), so that deadlines can be tested: only server/clock.ts reads it.'
	},
	{
		selector: "CallExpression[callee.object.name='Temporal'][callee.property.name='Now']",
		message: 'The clock is handed in (a Moment), so that deadlines can be tested: only server/clock.ts reads it.'
	},
	{
		selector: "MemberExpression[object.name='Math'][property.name='random']",
		message: 'Chance is handed in (a Moment), so that a run can be repeated: only server/clock.ts draws it.'
	}
];
const NO_RAW_FORMAT = [
	{
		selector: "MemberExpression[object.name='Intl']",
		message: 'Money, dates and numbers look one way in each language: use i18n/format.ts.'
	},
	{
		selector: 'MemberExpression[property.name=/^toLocale(String|DateString|TimeString)$/]',
		message: 'Money, dates and numbers look one way in each language: use i18n/format.ts.'
	}
];
const NO_DASH_FOR_ZERO = [
	{
		selector:
			"ConditionalExpression[test.operator='==='][test.right.type='Literal'][test.right.raw=/^0n?$/] > Literal.consequent[value='–']",
		message: 'Zero is an amount and is written $0.00; a dash says that there is none. Test for null.'
	}
];
const NO_RAW_SQL = [
	{
		selector: 'MemberExpression[property.name=/^\\$(query|execute)RawUnsafe$/]',
		message: 'SQL and values travel apart: use $queryRaw with a template, never a string put together.'
	}
];
const NO_ENVIRONMENT = [
	{
		selector: "MemberExpression[object.name='process'][property.name='env']",
		message: 'Only server/config.ts reads the environment, so that every variable is declared, described and checked.'
	}
];
const NO_SHELL = [
	{
		selector: 'CallExpression[callee.name=/^exec(Sync)?$/]',
		message: 'A shell would interpret what people typed: use execFile or spawn with fixed arguments.'
	}
];

const restricted = (...groups) => ({ 'no-restricted-syntax': ['error', ...groups.flat()] });

const NO_ALIASES = {
	'no-restricted-imports': [
		'error',
		{
			paths: [{ name: '$app/stores', message: 'It goes away with SvelteKit 3: use $app/state.' }],
			patterns: [
				{ group: ['$lib', '$lib/*'], message: 'Only Vite knows $lib: use #lib/…, which Node and the tests know too.' },
				{ group: ['$env/*'], message: 'Only server/config.ts reads the environment.' }
			]
		}
	]
};

export default defineConfig(
	ignored,
	{ ignores: ['static/**'] },
	js.configs.recommended,
	ts.configs.recommended,
	svelte.configs.recommended,
	prettier,
	svelte.configs.prettier,
	{
		languageOptions: { globals: { ...globals.node } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'no-undef': 'off', // TypeScript knows better
			'no-console': 'off',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-implicit-coercion': ['error', { boolean: false }],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }
			],
			...NO_ALIASES,
			...restricted(NO_SHELL)
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			globals: { ...globals.browser },
			parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser }
		},
		rules: {
			'svelte/no-at-html-tags': 'error',
			// Addresses come from paths.ts, which knows the language; `resolve()` would know it a second time.
			'svelte/no-navigation-without-resolve': 'off'
		}
	},
	{
		files: ['src/**'],
		rules: restricted(NO_CLOCK, NO_RAW_FORMAT, NO_DASH_FOR_ZERO, NO_RAW_SQL, NO_ENVIRONMENT, NO_SHELL)
	},
	{ files: ['src/lib/i18n/**'], rules: restricted(NO_CLOCK, NO_RAW_SQL, NO_ENVIRONMENT, NO_SHELL) },
	{ files: ['src/lib/server/clock.ts'], rules: restricted(NO_RAW_FORMAT, NO_RAW_SQL, NO_ENVIRONMENT, NO_SHELL) },
	{ files: ['src/lib/server/config.ts'], rules: restricted(NO_CLOCK, NO_RAW_FORMAT, NO_RAW_SQL, NO_SHELL) },
	{
		// Zones are computed here and nowhere else, with the platform's own tables.
		files: ['src/lib/domain/time/**'],
		rules: restricted(NO_CLOCK, NO_RAW_SQL, NO_ENVIRONMENT, NO_SHELL)
	},
	// Tests that try the walls of the database write SQL by hand, and set clocks.
	{ files: ['src/**/*.test.ts'], rules: restricted(NO_RAW_FORMAT, NO_SHELL) },
	{ files: ['prisma/**', 'bench/**'], rules: restricted(NO_RAW_SQL, NO_SHELL) },
	{
		files: ['src/routes/**', 'src/lib/ui/**', 'src/lib/features/**/components/**'],
		rules: { 'no-console': 'error' }
	}
);
