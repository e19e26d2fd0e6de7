/*
 * Applies prisma/migrations/ at the start, without the Prisma CLI. It keeps Prisma's own book (`_prisma_migrations`) under
 * Prisma's own advisory lock, so `prisma migrate deploy` and this runner can follow each other in any order.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { OperatorError } from '#lib/server/operator-error.ts';

/** The lock that every Prisma Migrate command takes. */
const MIGRATION_LOCK = 72_707_369;

const BOOK = `create table if not exists _prisma_migrations (
	id varchar(36) primary key,
	checksum varchar(64) not null,
	finished_at timestamptz,
	migration_name varchar(255) not null,
	logs text,
	rolled_back_at timestamptz,
	started_at timestamptz not null default now(),
	applied_steps_count integer not null default 0
)`;

type Migration = { name: string; sql: string; checksum: string };
type BookRow = { migration_name: string; checksum: string; finished_at: Date | null };

/** The schema cannot be brought up to date; the message says which migration and what to do. */
export class MigrationRefused extends OperatorError {
	override readonly name = 'MigrationRefused';
}

/**
 * Brings the database up to date and returns the names of the migrations that were applied now. Each runs in a
 * transaction of its own together with its row in the book.
 * @param url the owner's address
 */
export async function migrate(url: string, folder = 'prisma/migrations'): Promise<string[]> {
	const migrations = readMigrations(folder);
	const client = new pg.Client({ connectionString: url, application_name: 'hearth: migrates' });
	client.on('error', () => {}); // the query under way is told
	await client.connect();
	try {
		await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
		await client.query(BOOK);
		const waiting = migrationsToApply(migrations, await readBook(client));
		for (const migration of waiting) await apply(client, migration);
		return waiting.map(({ name }) => name);
	} finally {
		await client.end(); // releases the lock
	}
}

/** Names of the migrations that the database still lacks, for the readiness check: reads only, waits for nobody. */
export async function pendingMigrations(
	query: (sql: string) => Promise<{ rows: { migration_name: string }[] }>,
	folder = 'prisma/migrations'
): Promise<string[]> {
	const applied =
		'select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null';
	const { rows } = await query(applied);
	const names = new Set(rows.map((row) => row.migration_name));
	return migrationNames(folder).filter((name) => !names.has(name));
}

function migrationNames(folder: string): string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((name) => existsSync(join(folder, name, 'migration.sql')))
		.sort();
}

function readMigrations(folder: string): Migration[] {
	return migrationNames(folder).map((name) => {
		const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
		return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
	});
}

async function readBook(client: pg.Client): Promise<BookRow[]> {
	const { rows } = await client.query<BookRow>(
		'select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null'
	);
	return rows;
}

function migrationsToApply(migrations: Migration[], book: BookRow[]): Migration[] {
	const failed = book.find((row) => row.finished_at === null);
	if (failed) {
		throw new MigrationRefused(
			`The migration ${failed.migration_name} failed earlier and stands half-recorded. Look at the database, then run ` +
				`\`npx prisma migrate resolve\` for it.`
		);
	}
	const applied = new Map(book.map((row) => [row.migration_name, row.checksum]));
	for (const { name, checksum } of migrations) {
		const recorded = applied.get(name);
		if (recorded === undefined || recorded === checksum) continue;
		throw new MigrationRefused(
			`The migration ${name} was changed after this database applied it. Use a release that still has the original, or, ` +
				'where the database holds nothing to keep, remove it (the embedded one: the folder .hearth/database).'
		);
	}
	const known = new Set(migrations.map(({ name }) => name));
	const unknown = book.find((row) => !known.has(row.migration_name));
	if (unknown) {
		throw new MigrationRefused(
			`The database has the migration ${unknown.migration_name}, which this release does not know: it was used by a newer ` +
				'release. Start that release, or restore a backup made by this one.'
		);
	}
	return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
	await client.query('begin');
	try {
		await client.query(sql);
		await client.query(
			'insert into _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) values ($1, $2, now(), $3, 1)',
			[randomUUID(), checksum, name]
		);
		await client.query('commit');
	} catch (error) {
		await client.query('rollback').catch(() => {});
		throw new MigrationRefused(`The migration ${name} failed and was rolled back: ${(error as Error).message}`, {
			cause: error
		});
	}
}
