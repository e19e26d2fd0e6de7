import { systemMoment } from '#lib/server/clock.ts';
import { createKeyFile } from '#lib/server/crypto/key-ring.ts';

export const name = 'keys create';
export const summary = 'FILE: makes the key file of a new installation; never overwrites one';

export async function run([file]: string[]): Promise<number> {
	if (file === undefined) {
		console.error('Name the file to make: npm run hearth -- keys create /etc/hearth/hearth.keys');
		return 64;
	}
	try {
		createKeyFile(file, systemMoment().now);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		console.error(`${file} exists; a key file is never overwritten.`);
		return 1;
	}
	console.log(
		`Made ${file}, readable by you alone. Set HEARTH_KEYS to its path, and keep a copy apart from the backups.`
	);
	return 0;
}
