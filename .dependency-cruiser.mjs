/*
 * The table "what may import what" of ARCHITECTURE.md, as rules: one rule an arrow, each with its reason. Nothing is
 * allowed by exception; when a rule is in the way, the code is in the wrong room.
 */

/** The order of subjects is the law of dependence: a subject may use those before it, never those after it. */
const DOMAIN_ORDER = [
	'money',
	'time',
	'access',
	'audit',
	'privacy',
	'ledger',
	'organization',
	'form',
	'strategy',
	'program',
	'opportunity',
	'application',
	'review',
	'allocation',
	'award',
	'agreement',
	'report',
	'payment',
	'publication'
];
const FEATURE_ORDER = ['identity', ...DOMAIN_ORDER, 'observation', 'doctor', 'desk'];

const lib = (...rooms) => `^src/lib/(${rooms.join('|')})`;
const TEST = '\\.test\\.ts$';
const SERVER_FILE = '\\.server\\.ts$';

/** A room may import only what `allowed` matches, and Node's own modules where `node` says so. */
const only = (name, comment, from, allowed, { node = false } = {}) => ({
	name,
	comment,
	severity: 'error',
	from: { path: from, pathNot: TEST },
	to: { pathNot: allowed, ...(node && { dependencyTypesNot: ['core'] }) }
});
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const PACKAGES = '^node_modules/';
const NODE = { node: true };
const APP_MODULES = '^\\$app/';

const laterSubjects = (room, order, name, fileFilter) =>
	order
		.slice(0, -1)
		.map((subject, position) =>
			never(
				`${name}-${subject}-knows-nothing-later`,
				`${subject} stands before ${order.slice(position + 1).join(', ')}: a subject that used a later one would make a circle ` +
					'of meanings. Speak to later subjects by a domain event in the transaction.',
				{ path: `^src/lib/${room}/${subject}/.*${fileFilter}`, pathNot: TEST },
				{ path: `^src/lib/${room}/(${order.slice(position + 1).join('|')})/.*${fileFilter}` }
			)
		);

export default {
	forbidden: [
		never(
			'no-circles',
			'Two files that need each other are one file, or one of them is in the wrong place.',
			{},
			{
				circular: true
			}
		),
		never(
			'everything-resolves',
			'An import that leads nowhere fails only when it is reached.',
			{},
			{
				couldNotResolve: true,
				pathNot: [APP_MODULES, '^\\$service-worker$', '\\./\\$types(\\.js)?$']
			}
		),

		only(
			'domain-imports-only-domain',
			'The rules are pure: no adapter, no framework, no I/O, so that they can be read, proved and run anywhere.',
			lib('domain/'),
			[lib('domain/'), '^node_modules/(temporal-polyfill|json-logic-engine)/']
		),
		...laterSubjects('domain', DOMAIN_ORDER, 'domain', ''),

		only(
			'server-imports-only-domain-and-packages',
			'An adapter speaks to one outside thing and holds no funding rule; it knows no feature, page or text for people.',
			lib('server/'),
			[lib('server/', 'domain/'), PACKAGES],
			NODE
		),

		only(
			'schema-imports-only-domain',
			'The shape of an input is shared by form and door, so it may bring nothing of either.',
			'^src/lib/features/[^/]+/schema\\.ts$',
			[lib('domain/'), '^node_modules/zod/', '^src/lib/features/[^/]+/schema\\.ts$']
		),
		only(
			'use-cases-import-no-pages',
			'A use case runs in tests, worker and command line as it is: no framework, no component, no door.',
			`^src/lib/features/[^/]+/.*${SERVER_FILE}`,
			[
				lib('domain/', 'server/', 'i18n/', 'paths\\.ts$'),
				'^src/lib/features/[^/]+/(schema\\.ts$|.*\\.server\\.ts$)',
				PACKAGES
			],
			NODE
		),
		never(
			'use-cases-know-no-framework',
			'@sveltejs/kit and $app belong to routes, hooks and door: a use case refuses with a Problem, not with a response.',
			{ path: [lib('server/', 'domain/'), SERVER_FILE, '^src/(cli|worker)/'], pathNot: '^src/(routes/|hooks)' },
			{ path: ['^node_modules/@sveltejs/', APP_MODULES] }
		),
		...laterSubjects('features', FEATURE_ORDER, 'feature', SERVER_FILE),
		only(
			'labels-and-components-import-no-server',
			'They are sent to the browser: texts, design system, addresses and pure rules are all they may bring.',
			`^src/lib/features/[^/]+/(components/|labels\\.ts$)`,
			[
				lib('domain/', 'ui/', 'i18n/', 'paths\\.ts$'),
				'^src/lib/features/[^/]+/(components/|labels\\.ts$)',
				'^src/lib/features/[^/]+/schema\\.ts$',
				'^src/lib/features/[^/]+/queries\\.server\\.ts$',
				'^node_modules/svelte/',
				APP_MODULES
			]
		),
		{
			name: 'components-bring-no-zod',
			comment:
				"Applicants' bundles stay small: of an input's shape and a query's answer, components take the types only.",
			severity: 'error',
			from: { path: `^src/lib/features/[^/]+/(components/|labels\\.ts$)`, pathNot: TEST },
			to: {
				path: '^src/lib/features/[^/]+/(schema|queries\\.server)\\.ts$',
				dependencyTypesNot: ['type-only']
			}
		},

		only(
			'door-turns-requests-into-calls',
			'The door knows the framework, who is signed in, and how a Problem is said; it knows no feature and no database.',
			lib('door/'),
			[
				lib('door/', 'server/auth/', 'server/clock\\.ts$', 'domain/', 'i18n/', 'paths\\.ts$'),
				'^node_modules/(@sveltejs/kit|zod|@fastify/busboy)/',
				APP_MODULES
			],
			NODE
		),
		only(
			'routes-only-compose',
			'A page parses, names the actor, makes one call and renders: rules live in domain, work lives in features.',
			'^src/routes/',
			[
				'^src/routes/',
				lib('door/', 'features/', 'ui/', 'i18n/', 'paths\\.ts$', 'domain/'),
				'^src/(app|lib/ui/[^/]+)\\.css$',
				'^node_modules/(@sveltejs/kit|svelte|@fontsource[^/]*)/',
				APP_MODULES,
				'\\./\\$types'
			]
		),
		only(
			'hooks-only-delegate',
			'Hooks are the first and last lines of every request; what they do stands in door and server.',
			'^src/hooks',
			[lib('door/', 'server/', 'i18n/', 'domain/', 'paths\\.ts$'), '^node_modules/@sveltejs/kit/', APP_MODULES]
		),
		only(
			'command-line-calls-use-cases',
			'The command line and the worker are entrances like a page: they call the same commands and hold no rule.',
			'^src/(cli|worker)/',
			['^src/(cli|worker)/', lib('features/', 'server/', 'domain/', 'i18n/', 'paths\\.ts$'), PACKAGES],
			NODE
		),
		only(
			'ui-knows-no-subject',
			'The design system could ship in a different product: no domain word in it.',
			lib('ui/'),
			[lib('ui/', 'i18n/'), '^node_modules/(svelte|@fontsource[^/]*)/', APP_MODULES]
		),
		only(
			'i18n-knows-no-feature',
			'Texts and formats are used by everybody, so they may use nobody but the pure types they format.',
			lib('i18n/'),
			[lib('i18n/', 'domain/'), '^node_modules/(svelte|intl-messageformat|@formatjs|temporal-polyfill)/']
		),
		only(
			'paths-know-only-the-language',
			'An address is a language and names: it needs no subject to be written.',
			lib('paths\\.ts$'),
			[lib('i18n/', 'domain/')]
		),

		never(
			'only-adapters-and-use-cases-see-the-database',
			'Who may read a row is decided in a query that takes the viewer; a page with a database would decide it again.',
			{ path: '^src/', pathNot: [lib('server/'), SERVER_FILE, '^src/(cli|worker)/', TEST] },
			{ path: ['^node_modules/(@prisma|prisma|pg)/', lib('server/db/')] }
		),
		never(
			'routes-see-no-database',
			'A server file of a route is a door: it calls a query or a command.',
			{ path: '^src/routes/' },
			{ path: ['^node_modules/(@prisma|prisma|pg)/', lib('server/')] }
		),
		never(
			'only-one-adapter-sees-stripe',
			'One place keeps idempotency keys, retries and unknown outcomes right.',
			{ pathNot: lib('server/stripe/') },
			{
				path: '^node_modules/stripe/'
			}
		),
		never(
			'product-needs-no-tools',
			'The product runs without the tools of its repository and without its tests.',
			{ path: '^src/', pathNot: TEST },
			{
				path: '^(scripts|tests|bench)/'
			}
		)
	],
	options: {
		doNotFollow: { path: ['node_modules', '^src/lib/server/db/generated', '^src/lib/i18n/generated'] },
		exclude: { path: ['^\\.svelte-kit', '\\.test\\.ts$'] },
		tsPreCompilationDeps: 'specify',
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
			extensions: ['.ts', '.js', '.svelte', '.json', '.css', '.mjs'],
			mainFields: ['module', 'main', 'types']
		},
		extraExtensionsToScan: ['.json', '.css']
	}
};
