import { join, resolve } from 'node:path';
import { loadConfig } from '#lib/server/config.ts';
import { readManifest, restoreDatabase } from '#lib/server/db/backup.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { OperatorError } from '#lib/server/operator-error.ts';
import { copyFiles } from '#lib/server/storage/copy.ts';
import { localDisk } from '#lib/server/storage/local-disk.ts';
import { storage } from '#lib/server/storage/storage.ts';
import { run as doctor } from './doctor.ts';

export const name = 'restore DIR';
export const summary = 'load a backup into an empty place and end with doctor; put the keys in place first';

/** Loads tables and files of a backup, then runs doctor, whose exit code is the command's. */
export async function run(args: string[]): Promise<number | void> {
	const [source] = args;
	if (!source) throw new OperatorError('Name the folder of the backup: npm run hearth -- restore DIR');
	const directory = resolve(source);
	const config = loadConfig();
	const manifest = await readManifest(directory);
	await migrate(config.databaseUrl);
	await restoreDatabase(config.databaseUrl, directory);
	const files = await copyFiles(localDisk(join(directory, 'files')), storage());
	const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
	console.log(
		`The backup of ${manifest.createdAt} is restored: ${rows} rows and ${files} files. Doctor looks at it now.`
	);
	return doctor([]);
}
