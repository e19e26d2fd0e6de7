/*
 * Every environment variable that Hearth knows, what it is for and what it may hold. Nothing else reads `process.env`.
 * `.env.example` is generated from VARIABLES (scripts/env-example.ts), and a missing or bad value refuses to start with
 * a sentence that says what to set.
 */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseKeyRing, type KeyRing } from './crypto/key-ring.ts';
import { OperatorError } from './operator-error.ts';

/** Says in sentences, one per variable, what is missing or wrong. Entrances print it without a stack trace. */
export class ConfigurationError extends OperatorError {
	readonly sentences: readonly string[];

	constructor(sentences: readonly string[]) {
		super(sentences.join('\n'));
		this.name = 'ConfigurationError';
		this.sentences = sentences;
	}
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const BYTES = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

const databaseAddress = (name: string) =>
	z.string().refine((text) => /^postgres(ql)?:$/.test(addressOf(text)?.protocol ?? ''), {
		error: `${name} must be a PostgreSQL address such as postgresql://user:password@host:5432/hearth.`
	});

const flag = (name: string) =>
	z.enum(['true', 'false'], { error: `${name} must be true or false.` }).transform((text) => text === 'true');

const wholeNumber = (name: string, least: number, most: number) =>
	z
		.string()
		.regex(/^\d{1,9}$/, { error: `${name} must be a whole number from ${least} to ${most}.` })
		.transform(Number)
		.refine((value) => value >= least && value <= most, {
			error: `${name} must be a whole number from ${least} to ${most}.`
		});

const origin = z.string().transform((text, context) => {
	const address = addressOf(text);
	if (!address || !/^https?:$/.test(address.protocol) || address.origin !== text.replace(/\/$/, '')) {
		context.addIssue('ORIGIN must be the address people type, without a path, such as https://grants.example.org.');
		return z.NEVER;
	}
	if (address.protocol === 'http:' && !LOOPBACK.has(address.hostname)) {
		context.addIssue(
			`ORIGIN is ${address.origin}, which is not encrypted: sign-in cookies would not be accepted and pages could be ` +
				'read on the way. Put a TLS proxy (Caddy, nginx, a load balancer) in front and set ORIGIN to its https:// address.'
		);
		return z.NEVER;
	}
	return address.origin;
});

const byteCount = z.string().transform((text, context) => {
	const [, digits, unit] = /^(\d{1,9})([KMG]?)$/.exec(text) ?? [];
	if (digits === undefined) {
		context.addIssue('BODY_SIZE_LIMIT must be a number of bytes, or a number with K, M or G, such as 30M.');
		return z.NEVER;
	}
	return Number(digits) * BYTES[unit as keyof typeof BYTES];
});

const keyRing = z.string().transform((text, context) => {
	const inline = text.trimStart().startsWith('{');
	if (!inline && !existsSync(text)) {
		context.addIssue(
			`HEARTH_KEYS names ${text}, which does not exist. Restore the key file from its backup: without it, what was ` +
				'encrypted cannot be read. A new installation makes one with `npm run hearth -- keys create FILE`.'
		);
		return z.NEVER;
	}
	try {
		return { file: inline ? null : text, ring: parseKeyRing(inline ? text : readFileSync(text, 'utf8')) };
	} catch {
		context.addIssue(
			'HEARTH_KEYS must be the path of a key file, or its content: {"keys":[{"id":"…","secret":"32 bytes in base64",' +
				'"createdAt":"…"}]}.'
		);
		return z.NEVER;
	}
});

type Variable = {
	/** Sentences for the operator: what it does and what happens without it. */
	description: string;
	/** Shown commented out in `.env.example`. */
	example: string;
	schema: z.ZodType;
	/** Who needs it: the running product, or only development and tests. */
	usedBy: 'product' | 'tests';
};

/** Every variable, in the order of `.env.example`. */
export const VARIABLES = {
	DATABASE_URL: {
		description:
			'The PostgreSQL server (15 or newer), as the owner of the schema: migrations run with it. Without it an embedded ' +
			'PostgreSQL keeps its data in .hearth/database; with it nothing embedded starts and nothing is seeded unless you ' +
			'run `npm run seed`.',
		example: 'postgresql://hearth_owner:password@db.example.org:5432/hearth',
		schema: databaseAddress('DATABASE_URL'),
		usedBy: 'product'
	},
	DATABASE_APP_URL: {
		description:
			'The same database as the login role hearth_app, which owns nothing and may not rewrite ledger or trail. Without ' +
			'it the owner takes that role after connecting, which is weaker; `npm run hearth -- doctor` warns.',
		example: 'postgresql://hearth_app:password@db.example.org:5432/hearth',
		schema: databaseAddress('DATABASE_APP_URL').optional(),
		usedBy: 'product'
	},
	HEARTH_KEYS: {
		description:
			'The encryption keys: the path of a key file, or its JSON. The embedded start makes .hearth/keys/hearth.keys. Keep ' +
			'a copy apart from the backups of the database: neither is of use to a thief without the other, nor to you.',
		example: '/etc/hearth/hearth.keys',
		schema: keyRing,
		usedBy: 'product'
	},
	HEARTH_ROLE: {
		description:
			'What this process does: answers people (web), does the jobs (worker), or supervises one of each (all).',
		example: 'all',
		schema: z.enum(['web', 'worker', 'all'], { error: 'HEARTH_ROLE must be web, worker or all.' }).default('all'),
		usedBy: 'product'
	},
	ORIGIN: {
		description:
			'The address people type, without a path. Forms sent from anywhere else are refused. Anything but this machine ' +
			'needs https, so a TLS proxy stands in front. Without it: http://localhost and PORT.',
		example: 'https://grants.example.org',
		schema: origin.optional(),
		usedBy: 'product'
	},
	PORT: {
		description: 'The port of the web server.',
		example: '3000',
		schema: wholeNumber('PORT', 1, 65_535).default(3000),
		usedBy: 'product'
	},
	HOST: {
		description:
			'The address the web server listens on. The default answers this machine alone; behind a proxy on another machine ' +
			'or in a container, set 0.0.0.0.',
		example: '127.0.0.1',
		schema: z.string().min(1).default('127.0.0.1'),
		usedBy: 'product'
	},
	ADDRESS_HEADER: {
		description:
			'The header in which the TLS proxy puts the address of the person, used for throttling and kept, sealed, with a ' +
			'signature. Set it only behind a proxy that overwrites the header; else anyone can pretend to be anyone.',
		example: 'x-forwarded-for',
		schema: z.string().min(1).toLowerCase().optional(),
		usedBy: 'product'
	},
	XFF_DEPTH: {
		description: 'How many trusted proxies append to x-forwarded-for.',
		example: '1',
		schema: wholeNumber('XFF_DEPTH', 1, 10).optional(),
		usedBy: 'product'
	},
	BODY_SIZE_LIMIT: {
		description: 'The largest request, uploads included.',
		example: '30M',
		schema: byteCount.prefault('30M'),
		usedBy: 'product'
	},
	SHUTDOWN_TIMEOUT: {
		description: 'Seconds that requests and jobs under way may still take after a stop was asked for.',
		example: '10',
		schema: wholeNumber('SHUTDOWN_TIMEOUT', 1, 600).default(10),
		usedBy: 'product'
	},
	HEARTH_FILES: {
		description: 'The folder of uploaded files. Web and worker must see the same one.',
		example: '/var/lib/hearth/files',
		schema: z.string().min(1).default('.hearth/files'),
		usedBy: 'product'
	},
	SMTP_URL: {
		description:
			'The mail server. Without it messages land in the outbox page of the administrator and nobody gets mail.',
		example: 'smtps://hearth:password@mail.example.org:465',
		schema: z
			.string()
			.refine((text) => /^smtps?:$/.test(addressOf(text)?.protocol ?? ''), {
				error: 'SMTP_URL must look like smtp://host:587 or smtps://user:password@host:465.'
			})
			.optional(),
		usedBy: 'product'
	},
	MAIL_FROM: {
		description: 'The sender of mail. Needed with SMTP_URL.',
		example: 'Hearth <hearth@grants.example.org>',
		schema: z.string().includes('@', { error: 'MAIL_FROM must hold a mail address.' }).optional(),
		usedBy: 'product'
	},
	HELP_PHONE: {
		description: 'The telephone number for help that stands on every page of applicants.',
		example: '1-800-555-0142',
		schema: z.string().min(3).default('1-800-555-0142'),
		usedBy: 'product'
	},
	CARE_PHONE: {
		description:
			'The telephone number where reviewers can talk with someone, day or night. The default is fictional: set the one ' +
			'that the program pays for.',
		example: '1-800-555-0178',
		schema: z.string().min(3).default('1-800-555-0178'),
		usedBy: 'product'
	},
	HEARTH_DEMONSTRATION: {
		description:
			'Whether this is a demonstration with fictional people: an empty database is seeded, sign-in links are printed at ' +
			'the start, and the outbox shows the links of its messages. Never with real people. The embedded start sets true, ' +
			'unless its database holds people whom the seed did not make.',
		example: 'false',
		schema: flag('HEARTH_DEMONSTRATION').default(false),
		usedBy: 'product'
	},
	HEARTH_ANCHOR_DIR: {
		description:
			'A folder, best on another machine or write-once storage, where the head of the sealed trail is written each day.',
		example: '/mnt/anchors',
		schema: z.string().min(1).optional(),
		usedBy: 'product'
	},
	HEARTH_ANCHOR_MAIL: {
		description: 'A mailbox outside the organization that receives the same heads.',
		example: 'anchor@auditor.example.org',
		schema: z.email({ error: 'HEARTH_ANCHOR_MAIL must be a mail address.' }).optional(),
		usedBy: 'product'
	},
	LOG_LEVEL: {
		description: 'How much is logged. The embedded start sets warn.',
		example: 'info',
		schema: z
			.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
				error: 'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent.'
			})
			.default('info'),
		usedBy: 'product'
	},
	CHROMIUM_BIN: {
		description:
			'A Chromium or Chrome for the tests in a browser. Without it /usr/bin/chromium, then the one that comes from npm.',
		example: '/usr/bin/chromium',
		schema: z.string().min(1).optional(),
		usedBy: 'tests'
	},
	HEARTH_TEST_SCALE: {
		description: 'long: property tests search much wider (`npm run test:long`).',
		example: 'short',
		schema: z.enum(['short', 'long'], { error: 'HEARTH_TEST_SCALE must be short or long.' }).default('short'),
		usedBy: 'tests'
	}
} as const satisfies Record<string, Variable>;

type Values = { [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]['schema']> };

/** What the running product knows of its surroundings; made once, at the entrance. */
export type Config = Readonly<{
	/** The owner's address: migrations only. */
	databaseUrl: string;
	/** The address the product works with. */
	databaseAppUrl: string;
	/** The role to take after connecting, where only the owner's address is known (weaker: RESET ROLE undoes it). */
	databaseRole: 'hearth_app' | null;
	/** `file` is null where HEARTH_KEYS holds the JSON itself; such keys cannot be rotated by the command. */
	keys: { file: string | null; ring: KeyRing };
	role: 'web' | 'worker' | 'all';
	/** Without a slash at the end. */
	origin: string;
	/** People reach us over TLS: cookies are Secure in any browser and HSTS is sent. */
	isEncrypted: boolean;
	port: number;
	host: string;
	addressHeader: string | null;
	proxyDepth: number | null;
	bodyLimitBytes: number;
	shutdownSeconds: number;
	filesFolder: string;
	smtpUrl: string | null;
	mailFrom: string;
	helpPhone: string;
	carePhone: string;
	isDemonstration: boolean;
	anchorFolder: string | null;
	anchorMail: string | null;
	logLevel: Values['LOG_LEVEL'];
}>;

let loaded: Config | undefined;

/**
 * Reads and checks the environment of this process, once.
 * @throws ConfigurationError with one sentence per variable that is missing or wrong.
 */
export function loadConfig(): Config {
	return (loaded ??= readConfig(process.env));
}

/** Forgets what `loadConfig` read: for the entrances that complete the environment first, and for tests. */
export function completeEnvironment(variables: Record<string, string>): void {
	Object.assign(process.env, variables);
	loaded = undefined;
}

/** The environment of this process, with additions, for a child process. */
export function environmentWith(variables: Record<string, string>): NodeJS.ProcessEnv {
	return { ...process.env, ...variables };
}

/** One variable as it stands, before any check. An empty one counts as not set. */
export function isSet(name: keyof typeof VARIABLES): boolean {
	return Boolean(process.env[name]);
}

/**
 * Refuses values that are wrong, before anything slow is done; what is missing may still be provided.
 * @throws ConfigurationError
 */
export function refuseBadVariables(): void {
	const { sentences } = parse(process.env);
	const bad = [...sentences].filter(([name]) => process.env[name]).map(([, sentence]) => sentence);
	if (bad.length > 0) throw new ConfigurationError(bad);
}

/** The pure part of `loadConfig`: an empty variable counts as not set, since `.env` files leave such lines behind. */
export function readConfig(environment: Record<string, string | undefined>): Config {
	const { known, sentences } = parse(environment);
	if (sentences.size > 0) throw new ConfigurationError([...sentences.values()]);
	const address = known.ORIGIN ?? `http://localhost:${known.PORT}`;
	return Object.freeze({
		databaseUrl: known.DATABASE_URL,
		databaseAppUrl: known.DATABASE_APP_URL ?? known.DATABASE_URL,
		databaseRole: known.DATABASE_APP_URL === undefined ? 'hearth_app' : null,
		keys: known.HEARTH_KEYS,
		role: known.HEARTH_ROLE,
		origin: address,
		isEncrypted: address.startsWith('https:'),
		port: known.PORT,
		host: known.HOST,
		addressHeader: known.ADDRESS_HEADER ?? null,
		proxyDepth: known.XFF_DEPTH ?? null,
		bodyLimitBytes: known.BODY_SIZE_LIMIT,
		shutdownSeconds: known.SHUTDOWN_TIMEOUT,
		filesFolder: known.HEARTH_FILES,
		smtpUrl: known.SMTP_URL ?? null,
		mailFrom: known.MAIL_FROM ?? 'Hearth <hearth@localhost>',
		helpPhone: known.HELP_PHONE,
		carePhone: known.CARE_PHONE,
		isDemonstration: known.HEARTH_DEMONSTRATION,
		anchorFolder: known.HEARTH_ANCHOR_DIR ?? null,
		anchorMail: known.HEARTH_ANCHOR_MAIL ?? null,
		logLevel: known.LOG_LEVEL
	});
}

type Parsed = { known: Values; sentences: Map<string, string> };

function parse(environment: Record<string, string | undefined>): Parsed {
	const sentences = new Map<string, string>();
	const values: Record<string, unknown> = {};
	for (const [name, variable] of Object.entries<Variable>(VARIABLES)) {
		const result = variable.schema.safeParse(environment[name] || undefined);
		if (result.success) values[name] = result.data;
		else sentences.set(name, sentenceFor(name, environment[name], result.error));
	}
	if (values['SMTP_URL'] !== undefined && !environment['MAIL_FROM']) {
		sentences.set(
			'MAIL_FROM',
			'MAIL_FROM is missing: with SMTP_URL set, name the sender, such as hearth@grants.example.org.'
		);
	}
	return { known: values as Values, sentences };
}

const MISSING: Record<string, string> = {
	DATABASE_URL:
		'DATABASE_URL is missing. `npm start` brings a database of its own; any other entrance needs the address of one, ' +
		'such as postgresql://user:password@host:5432/hearth.',
	HEARTH_KEYS:
		'HEARTH_KEYS is missing. With DATABASE_URL set, Hearth makes no key by itself, so that one can never be lost by ' +
		'accident: set HEARTH_KEYS to the path of your key file (a new installation makes one with ' +
		'`npm run hearth -- keys create FILE`).'
};

function sentenceFor(name: string, value: string | undefined, error: z.ZodError): string {
	if (!value) return MISSING[name] ?? `${name} is missing.`;
	const sentence = error.issues[0]?.message ?? '';
	return sentence.startsWith(name) ? sentence : `${name} is not valid: ${sentence}.`;
}

function addressOf(text: string): URL | undefined {
	return URL.canParse(text) ? new URL(text) : undefined;
}
