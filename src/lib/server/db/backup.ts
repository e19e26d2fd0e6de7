/**
 * Backup and restore of the whole database as COPY text, one file a table, from one snapshot.
 *
 * The embedded server ships no pg_dump, and a managed server may not allow one, so the copy is our own: every ordinary
 * table of the schemas `public` and `pgboss`, read on one REPEATABLE READ connection. Sealed values travel as ciphertext;
 * the keys never do, because a backup that held both would open every shelter's door to whoever finds it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { OperatorError } from '#lib/server/operator-error.ts';

const FORMAT = 1;
const SCHEMAS = ['public', 'pgboss'];

export type BackupTable = { schema: string; name: string; columns: string[]; rows: number; sha256: string };
export type BackupManifest = {
	format: typeof FORMAT;
	createdAt: string;
	serverVersion: string;
	/** Names of the migrations that were applied: a restore needs exactly these. */
	migrations: string[];
	tables: BackupTable[];
};

/** A backup or restore that must not happen; the message says what to do. */
export class BackupRefused extends OperatorError {
	override readonly name = 'BackupRefused';
}

type TableName = { schema: string; name: string };

async function connect(url: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: url, application_name: 'hearth-backup' });
	await client.connect();
	return client;
}

/**
 * Tables in an order in which every foreign key points backwards, so that a restore never meets a missing parent.
 * Partitions are left out: their parent's COPY holds the rows.
 */
async function tablesInOrder(client: pg.Client): Promise<TableName[]> {
	const { rows: tables } = await client.query<TableName & { oid: number }>(
		`select c.oid::int as oid, n.nspname as schema, c.relname as name
		   from pg_class c join pg_namespace n on n.oid = c.relnamespace
		  where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition
		    and c.relname <> '_prisma_migrations'
		  order by n.nspname, c.relname`,
		[SCHEMAS]
	);
	const { rows: links } = await client.query<{ child: number; parent: number }>(
		`select conrelid::int as child, confrelid::int as parent from pg_constraint
		  where contype = 'f' and conrelid <> confrelid and conparentid = 0`
	);
	const waiting = new Map(tables.map((table) => [table.oid, table]));
	const ordered: TableName[] = [];
	while (waiting.size > 0) {
		const ready = [...waiting.values()].filter((table) =>
			links.every((link) => link.child !== table.oid || !waiting.has(link.parent))
		);
		if (ready.length === 0)
			throw new BackupRefused('The tables refer to each other in a circle; they cannot be ordered.');
		for (const table of ready) {
			waiting.delete(table.oid);
			ordered.push({ schema: table.schema, name: table.name });
		}
	}
	return ordered;
}

async function storedColumns(client: pg.Client, table: TableName): Promise<string[]> {
	const { rows } = await client.query<{ attname: string }>(
		`select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
		  where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		  order by a.attnum`,
		[table.schema, table.name]
	);
	return rows.map((row) => row.attname);
}

const quoted = (name: string) => pg.escapeIdentifier(name);
const qualified = (table: TableName) => `${quoted(table.schema)}.${quoted(table.name)}`;
const fileOf = (table: TableName) => `${table.schema}.${table.name}.copy`;

function digesting(): { stream: Transform; digest: () => string } {
	const hash = createHash('sha256');
	const stream = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			hash.update(chunk);
			done(null, chunk);
		}
	});
	return { stream, digest: () => hash.digest('hex') };
}

/**
 * Writes every table of one snapshot into `directory/tables` and a manifest beside it.
 * @throws BackupRefused where the connecting role may not read a table, since a backup that silently left it out would be
 *   found out on the worst day.
 */
export async function backUpDatabase(url: string, directory: string, now: Date): Promise<BackupManifest> {
	const client = await connect(url);
	try {
		await mkdir(join(directory, 'tables'), { recursive: true });
		await client.query('begin isolation level repeatable read read only');
		// The policies show a backup every row, to an ordinary owner too: none has to be a superuser for it.
		await client.query(`select set_config('hearth.actor', 'system:back-up', true)`);
		await client.query(`set local statement_timeout = 0`);
		const { rows: applied } = await client.query<{ migration_name: string }>(
			'select migration_name from _prisma_migrations where rolled_back_at is null and finished_at is not null order by 1'
		);
		const { rows: version } = await client.query<{ server_version: string }>('show server_version');
		const tables: BackupTable[] = [];
		for (const table of await tablesInOrder(client)) {
			const columns = await storedColumns(client, table);
			const list = columns.map(quoted).join(', ');
			const source = client.query(copyTo(`copy (select ${list} from ${qualified(table)}) to stdout`));
			const { stream, digest } = digesting();
			try {
				await pipeline(source, stream, createWriteStream(join(directory, 'tables', fileOf(table)), { mode: 0o600 }));
			} catch (error) {
				if ((error as { code?: string }).code === '42501')
					throw new BackupRefused(
						`The role in DATABASE_URL may not read ${table.name}. Back up as the owner of the schema.`
					);
				throw error;
			}
			tables.push({ ...table, columns, rows: source.rowCount, sha256: digest() });
		}
		await client.query('commit');
		const manifest: BackupManifest = {
			format: FORMAT,
			createdAt: now.toISOString(),
			serverVersion: version[0]?.server_version ?? '',
			migrations: applied.map((row) => row.migration_name),
			tables
		};
		await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest, null, '\t') + '\n', { mode: 0o600 });
		return manifest;
	} finally {
		await client.end();
	}
}

/** Reads and checks a manifest. */
export async function readManifest(directory: string): Promise<BackupManifest> {
	const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as BackupManifest;
	if (manifest.format !== FORMAT)
		throw new BackupRefused(`This backup has format ${manifest.format}; this Hearth reads format ${FORMAT}.`);
	return manifest;
}

async function refuseUnlessEmptyAndInStep(
	client: pg.Client,
	manifest: BackupManifest,
	tables: TableName[]
): Promise<void> {
	const { rows } = await client.query<{ migration_name: string }>(
		'select migration_name from _prisma_migrations order by 1'
	);
	const here = rows.map((row) => row.migration_name);
	if (here.join() !== manifest.migrations.join())
		throw new BackupRefused(
			`The backup was made under migrations ${manifest.migrations.join(', ')}; this database has ${here.join(', ')}. Restore with the same version of Hearth, then upgrade.`
		);
	for (const table of tables.filter((table) => table.schema === 'public')) {
		const { rowCount } = await client.query(`select 1 from ${qualified(table)} limit 1`);
		if (rowCount)
			throw new BackupRefused(
				`The database is not empty: ${table.name} has rows. Restore only into an empty database.`
			);
	}
}

/**
 * Loads a backup into a migrated, empty database in one transaction.
 * User triggers rest while rows come in (they refuse or derive what the backup already holds) and row-level security is
 * not forced on the owner for that moment; both are set back before the commit. Foreign keys stay in force throughout.
 */
export async function restoreDatabase(url: string, directory: string): Promise<BackupManifest> {
	const manifest = await readManifest(directory);
	const client = await connect(url);
	try {
		await client.query('begin');
		const present = await tablesInOrder(client);
		await refuseUnlessEmptyAndInStep(client, manifest, present);
		const { rows: forced } = await client.query<TableName>(
			`select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
			  where c.relforcerowsecurity and n.nspname = any($1)`,
			[SCHEMAS]
		);
		// ENABLE TRIGGER USER would bring the triggers that are enabled ALWAYS back as ordinary ones, which a session setting
		// can skip; they are named here and set back as they were.
		const { rows: always } = await client.query<TableName & { trigger: string }>(
			`select n.nspname as schema, c.relname as name, t.tgname as trigger
			   from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
			  where t.tgenabled = 'A' and not t.tgisinternal and n.nspname = any($1)`,
			[SCHEMAS]
		);
		for (const table of forced) await client.query(`alter table ${qualified(table)} no force row level security`);
		for (const table of present) await client.query(`alter table ${qualified(table)} disable trigger user`);
		for (const table of present.filter((table) => table.schema === 'pgboss').reverse())
			await client.query(`delete from ${qualified(table)}`);
		for (const table of present) await loadTable(client, directory, manifest, table);
		await advanceSequences(client);
		for (const table of present) await client.query(`alter table ${qualified(table)} enable trigger user`);
		for (const held of always)
			await client.query(`alter table ${qualified(held)} enable always trigger ${quoted(held.trigger)}`);
		for (const table of forced) await client.query(`alter table ${qualified(table)} force row level security`);
		await client.query('commit');
		return manifest;
	} catch (error) {
		await client.query('rollback').catch(() => {});
		throw error;
	} finally {
		await client.end();
	}
}

async function loadTable(
	client: pg.Client,
	directory: string,
	manifest: BackupManifest,
	table: TableName
): Promise<void> {
	const recorded = manifest.tables.find((entry) => entry.schema === table.schema && entry.name === table.name);
	if (!recorded) throw new BackupRefused(`The backup has no table ${table.name}.`);
	const { stream, digest } = digesting();
	const sink = client.query(
		copyFrom(`copy ${qualified(table)} (${recorded.columns.map(quoted).join(', ')}) from stdin`)
	);
	await pipeline(createReadStream(join(directory, 'tables', fileOf(table))), stream, sink);
	if (digest() !== recorded.sha256 || sink.rowCount !== recorded.rows)
		throw new BackupRefused(
			`The backup's file for ${table.name} is not the one its manifest describes. Nothing was restored.`
		);
}

async function advanceSequences(client: pg.Client): Promise<void> {
	const { rows } = await client.query<TableName & { column: string; sequence: string }>(
		`select n.nspname as schema, c.relname as name, a.attname as column,
		        pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) as sequence
		   from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
		  where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
		    and pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) is not null`,
		[SCHEMAS]
	);
	for (const row of rows)
		await client.query(
			`select setval($1::regclass, greatest(coalesce((select max(${quoted(row.column)}) from ${qualified(row)}), 0), 1),
			        exists (select 1 from ${qualified(row)}))`,
			[row.sequence]
		);
}
