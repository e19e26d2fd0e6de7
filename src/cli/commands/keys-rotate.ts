import { systemActor } from '#lib/domain/access/actor.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { useKeyRing } from '#lib/server/crypto/installation.ts';
import { addKeyToFile } from '#lib/server/crypto/key-ring.ts';
import { resealAll } from '#lib/server/crypto/rotate.ts';
import { closeDatabase, openDatabase } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';

export const name = 'keys rotate [--resume]';
export const summary = 'puts a new key first and re-seals everything with it; --resume goes on where a run stopped';

/**
 * Adds a key in front of the key file, then re-seals. A run that stopped half-way is gone on with by --resume, which
 * adds no key. Processes that run look at the file again when they meet a value of the new key. Until then they write
 * with the former one, which stays readable: restart them and resume, so that nothing under it remains.
 */
export async function run(args: string[]): Promise<number> {
	const config = loadConfig();
	const { file } = config.keys;
	const resume = args.includes('--resume');
	if (file === null && !resume) {
		console.error(
			'HEARTH_KEYS holds the keys themselves, so the new one cannot be stored from here. Put a new key first in it ' +
				'(keep the others), then run `npm run hearth -- keys rotate --resume`.'
		);
		return 64;
	}
	openDatabase(config.databaseAppUrl, {
		name: 'hearth: rotates keys',
		poolSize: 2,
		...(config.databaseRole === null ? {} : { role: config.databaseRole })
	});
	try {
		const moment = systemMoment();
		const ring = file === null || resume ? config.keys.ring : addKeyToFile(file, moment.now).ring;
		useKeyRing(ring);
		if (file !== null && !resume)
			console.log(`The key ${ring.writer} is now first in ${file}. Back the file up again.`);
		const columns = await resealAll(ring);
		for (const { table, column, resealed } of columns)
			console.log(`${`${table}.${column}`.padEnd(32)}${resealed} re-sealed`);
		const rows = columns.reduce((sum, column) => sum + column.resealed, 0);
		await transact((tx) =>
			recordEvent(tx, moment, {
				name: 'keys.rotated',
				actor: systemActor('keys rotate'),
				subject: { type: 'key', id: ring.writer },
				facts: { keyId: ring.writer, rows }
			})
		);
		console.log('Keep the former keys in the file: fingerprints and older backups need them.');
		return 0;
	} finally {
		await closeDatabase();
	}
}
