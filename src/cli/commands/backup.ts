import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemMoment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { backUpDatabase } from '#lib/server/db/backup.ts';
import { OperatorError } from '#lib/server/operator-error.ts';
import { copyFiles } from '#lib/server/storage/copy.ts';
import { localDisk } from '#lib/server/storage/local-disk.ts';
import { storage } from '#lib/server/storage/storage.ts';

export const name = 'backup DIR';
export const summary = 'copy database and files of one moment into a new folder; never the keys';

/** Writes manifest.json, tables/ and files/ into a folder that does not exist yet. */
export async function run(args: string[]): Promise<number> {
	const [target] = args;
	if (!target) throw new OperatorError('Name the folder to write: npm run hearth -- backup DIR');
	const directory = resolve(target);
	if (existsSync(directory)) throw new OperatorError(`${directory} exists. A backup is written into a new folder.`);
	await mkdir(directory, { recursive: true, mode: 0o700 });
	// The database first: a file that arrives afterwards is one too many in the copy, never one too few for its row.
	const manifest = await backUpDatabase(loadConfig().databaseUrl, directory, systemMoment().now);
	const files = await copyFiles(storage(), localDisk(join(directory, 'files')));
	const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
	console.log(`${manifest.tables.length} tables, ${rows} rows and ${files} files are in ${directory}.`);
	console.log(
		'The encryption keys are not in it. Without them nothing sealed can be read: keep a copy of them elsewhere.'
	);
	return 0;
}
