/*
 * Where this installation keeps its things. With DATABASE_URL the operator says it all. Without, everything lives in
 * `.hearth/`: the embedded database, the files, and the encryption key outside the database's folder.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { systemMoment } from './clock.ts';
import { ConfigurationError, completeEnvironment, environmentWith, isSet } from './config.ts';
import { createKeyFile } from './crypto/key-ring.ts';
import { shareEmbeddedDatabase, type EmbeddedDatabase } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { OperatorError } from './operator-error.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const DATABASE = 'hearth';
/** Where a new database is prepared, so that one appears under its name whole and seeded or not at all. */
const DRAFT = 'hearth_draft';
/** Held while a database is prepared: of two that start at once, the second finds it done. */
const PREPARATION_LOCK = 4_673_278_402;

/** Runs one step and shows it; `work` returns what to say when it is done. */
export type Progress = (step: string, work: () => Promise<string>) => Promise<void>;

export type Installation = {
	isEmbedded: boolean;
	/** Tells the command line where this process serves, for the links that it prints. */
	announce: (origin: string) => Promise<void>;
	/** Where another process announced that it serves, or null. */
	servedAt: () => Promise<string | null>;
	/** Rejects when the embedded database goes away before `close`; never resolves. */
	lost: Promise<never>;
	/** Gives the embedded database back; its last user stops it. */
	close: () => Promise<void>;
};

/**
 * Makes the database ready and completes the environment of this process, so that `loadConfig` finds everything.
 * @param folder where the embedded installation lives; `.hearth` beside package.json
 */
export async function openInstallation(progress: Progress, folder = join(root, '.hearth')): Promise<Installation> {
	if (isSet('DATABASE_URL')) return operatorsOwn;
	let embedded: EmbeddedDatabase | undefined;
	await progress('Database', async () => {
		embedded = await shareEmbeddedDatabase({ folder: join(folder, 'database') });
		return embedded.reused ? 'already running' : 'started';
	});
	if (!embedded) throw new Error('the step that starts the database did not run');
	try {
		await prepare(embedded, folder, progress);
	} catch (error) {
		await embedded.stop();
		throw error;
	}
	const { admin, lost, stop } = embedded;
	return {
		isEmbedded: true,
		// The name of a session is seen by the others and ends with it, so a killed process announces nothing.
		announce: async (origin) =>
			void (await admin.query("select set_config('application_name', $1, false)", [SERVES + origin])),
		servedAt: async () => {
			const { rows } = await admin.query<{ name: string }>(
				'select application_name as name from pg_stat_activity where starts_with(application_name, $1) limit 1',
				[SERVES]
			);
			return rows[0]?.name.slice(SERVES.length) ?? null;
		},
		lost,
		close: stop
	};
}

const SERVES = 'hearth: serves ';

/** With DATABASE_URL there is nothing to start, to announce or to stop: the operator said it all. */
const operatorsOwn: Installation = {
	isEmbedded: false,
	announce: async () => {},
	servedAt: async () => null,
	lost: new Promise(() => {}),
	close: async () => {}
};

async function prepare(embedded: EmbeddedDatabase, folder: string, progress: Progress): Promise<void> {
	const { admin } = embedded;
	await admin.query('select pg_advisory_lock($1)', [PREPARATION_LOCK]);
	const isNew = !(await databaseExists(admin));
	const people = isNew ? 'nobody' : await peopleOf(embedded);
	completeEnvironment({
		...(isSet('HEARTH_KEYS') ? {} : { HEARTH_KEYS: keyFileIn(folder, isNew) }),
		...(isSet('HEARTH_FILES') ? {} : { HEARTH_FILES: join(folder, 'files') }),
		// Over real people the outbox would show links that sign in as them.
		...(isSet('HEARTH_DEMONSTRATION') ? {} : { HEARTH_DEMONSTRATION: people === 'real' ? 'false' : 'true' }),
		...(isSet('LOG_LEVEL') ? {} : { LOG_LEVEL: 'warn' })
	});
	// A demonstration in which nobody exists yet was made before there was a seed, or with the seed switched off.
	const awaitsSeed = people === 'nobody' && isDemonstration() && existsSync(seedFile);
	if (isNew || awaitsSeed) await makeDatabase(embedded, progress);
	else await bringUpToDate(embedded, DATABASE, progress);
	completeEnvironment(addressesOf(embedded, DATABASE));
	await admin.query('select pg_advisory_unlock($1)', [PREPARATION_LOCK]);
}

async function makeDatabase(embedded: EmbeddedDatabase, progress: Progress): Promise<void> {
	const { admin } = embedded;
	await admin.query(`drop database if exists ${DRAFT} with (force)`);
	await admin.query(`create database ${DRAFT}`);
	await bringUpToDate(embedded, DRAFT, progress);
	if (isDemonstration() && existsSync(seedFile)) {
		await progress('Demonstration', async () => seed(addressesOf(embedded, DRAFT)));
	}
	await admin.query(`drop database if exists ${DATABASE} with (force)`);
	await admin.query(`alter database ${DRAFT} rename to ${DATABASE}`);
}

async function bringUpToDate(embedded: EmbeddedDatabase, database: string, progress: Progress): Promise<void> {
	await progress('Migrations', async () => {
		const applied = await migrate(embedded.urlFor(database), join(root, 'prisma/migrations'));
		await allowSignIn(embedded.admin);
		return applied.length === 0 ? 'up to date' : `${applied.length} applied`;
	});
}

/** The migrations make the runtime's role without a way in; on the embedded server, loopback and trust are its way in. */
async function allowSignIn(admin: pg.Client): Promise<void> {
	const { rowCount } = await admin.query("select 1 from pg_roles where rolname = 'hearth_app' and not rolcanlogin");
	if (rowCount) await admin.query('alter role hearth_app login');
}

function addressesOf(embedded: EmbeddedDatabase, database: string): Record<string, string> {
	return { DATABASE_URL: embedded.urlFor(database), DATABASE_APP_URL: embedded.urlFor(database, 'hearth_app') };
}

async function databaseExists(admin: pg.Client): Promise<boolean> {
	const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [DATABASE]);
	return rowCount === 1;
}

const seedFile = join(root, 'prisma/seed/index.ts');

type People = 'nobody' | 'fictional' | 'real';

/** Whose data is in the database. The seed leaves a setting behind; people without it are people. */
async function peopleOf(embedded: EmbeddedDatabase): Promise<People> {
	const client = new pg.Client({ connectionString: embedded.urlFor(DATABASE) });
	await client.connect();
	try {
		const { rows } = await client.query<{ people: People }>(
			`select case when not exists (select from person) then 'nobody'
				when exists (select from setting where name = 'demonstration') then 'fictional' else 'real' end as people`
		);
		return rows[0]?.people ?? 'nobody';
	} catch (error) {
		if ((error as { code?: string }).code === '42P01') return 'nobody'; // not even the tables are there
		throw error;
	} finally {
		await client.end();
	}
}

function isDemonstration(): boolean {
	return environmentWith({})['HEARTH_DEMONSTRATION'] === 'true';
}

function seed(addresses: Record<string, string>): string {
	const result = spawnSync(process.execPath, [seedFile], {
		cwd: root,
		encoding: 'utf8',
		env: environmentWith(addresses),
		maxBuffer: 64 * 1024 * 1024
	});
	if (result.status !== 0)
		throw new OperatorError(`The demonstration could not be made.\n${result.stdout}${result.stderr}`);
	return 'seeded';
}

/** The key file of the embedded installation. A new one only for a new database: another key could read nothing of it. */
function keyFileIn(folder: string, isNew: boolean): string {
	const file = join(folder, 'keys', 'hearth.keys');
	if (existsSync(file)) return file;
	if (!isNew) {
		throw new ConfigurationError([
			`The encryption key ${file} is missing, but the database is there. Restore the key from its backup. Where the ` +
				`database holds nothing to keep, delete ${folder} and start anew.`
		]);
	}
	createKeyFile(file, systemMoment().now);
	return file;
}
