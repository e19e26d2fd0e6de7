import { transact, type Tx } from '#lib/server/db/transact.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import type { KeyRing } from './key-ring.ts';
import { openWith, sealWith } from './seal.ts';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts';

/*
 * Re-seals every sealed value with the first key. Each batch is one transaction that picks values by their key id, so a
 * run that was stopped is simply run again: what was done already carries the new key id and is not picked.
 */

/** Row-level security guards the sealed tables; rotation is a system actor that the policies let through. */
const ACTOR = 'system:rotate-keys';

/** How many values of one column a rotation re-sealed. */
export type RotatedColumn = { table: string; column: string; resealed: number };

/**
 * Re-seals what older keys sealed. `onBatch` hears of progress; `batchSize` rows are locked at a time.
 * Throws SealBroken, naming the row, when a value does not open: nothing of that batch is written then.
 */
export async function resealAll(
	ring: KeyRing,
	options: { batchSize?: number; onBatch?: (column: RotatedColumn) => void } = {}
): Promise<RotatedColumn[]> {
	const batchSize = options.batchSize ?? 200;
	const done: RotatedColumn[] = [];
	for (const place of SEALED_COLUMNS) {
		const column: RotatedColumn = { table: place.table, column: place.column, resealed: 0 };
		for (;;) {
			const count = await transact((tx) => resealBatch(tx, ring, place, batchSize));
			if (count === 0) break;
			column.resealed += count;
			options.onBatch?.(column);
		}
		done.push(column);
	}
	return done;
}

async function resealBatch(tx: Tx, ring: KeyRing, place: SealedColumn, batchSize: number): Promise<number> {
	await tx.$executeRaw`select set_config('hearth.actor', ${ACTOR}, true)`;
	const table = Prisma.raw(`"${place.table}"`);
	const column = Prisma.raw(`"${place.column}"`);
	const id = Prisma.raw(`"${place.id}"`);
	const written = `h1.${ring.writer}.%`;
	const rows = await tx.$queryRaw<{ row: string; value: string }[]>(
		Prisma.sql`select ${id}::text as row, ${column} as value from ${table}
			where ${column} is not null and ${column} not like ${written} order by ${id} limit ${batchSize} for update`
	);
	for (const { row, value } of rows) {
		const at = { table: place.table, column: place.column, row };
		let plaintext: string;
		try {
			plaintext = openWith(ring, value, at);
		} catch (error) {
			throw new Error(
				`${place.table}.${place.column} of row ${row} does not open; nothing of this batch was written.`,
				{
					cause: error
				}
			);
		}
		const sealed = sealWith(ring, plaintext, at);
		await tx.$executeRaw(Prisma.sql`update ${table} set ${column} = ${sealed} where ${id} = ${row}::uuid`);
	}
	return rows.length;
}
