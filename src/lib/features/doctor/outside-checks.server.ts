import type { Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { open, SealBroken } from '#lib/server/crypto/seal.ts';
import { SEALED_COLUMNS } from '#lib/server/crypto/sealed-columns.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import { storage } from '#lib/server/storage/storage.ts';
import { findingsOf, type Broken } from './checks.server.ts';
import type { Finding } from './findings.server.ts';

/*
 * What the database alone cannot say: whether the files are there, whether the keys open what is sealed, and whether the
 * head of the trail left the house.
 */

const BATCH = 1_000;
const ANCHOR_MILLIS = 2 * 24 * 60 * 60_000;

/** Compares the stored files with their rows. A file may come in while we look: only a missing one is a fault. */
export async function fileFindings(tx: Tx): Promise<Finding[]> {
	// The rows first: a file is stored before its row is, so one that comes in meanwhile is at most a stray.
	const rows = await tx.storedFile.findMany({ select: { id: true, storageKey: true, removedAt: true } });
	const unseen = new Map(rows.map((row) => [row.storageKey, row]));
	const strays: Broken[] = [];
	for await (const key of storage().list()) {
		if (!unseen.delete(key)) strays.push({ subject: `file ${key}`, facts: '' });
	}
	const missing = [...unseen.values()].filter(({ removedAt }) => removedAt === null);
	return [
		...findingsOf(
			{ check: 'file.missing', says: 'the file of this row is not in storage' },
			missing.map(({ id, storageKey }) => ({ subject: `stored_file ${id}`, facts: storageKey }))
		),
		...findingsOf({ check: 'file.stray', says: 'a file in storage has no row', severity: 'warning' }, strays)
	];
}

/** Opens every sealed value and forgets the text: after a restore this tells whether the right keys are in place. */
export async function sealFindings(tx: Tx): Promise<Finding[]> {
	const broken: Broken[] = [];
	for (const place of SEALED_COLUMNS) {
		const [table, column, id] = [place.table, place.column, place.id].map((name) => Prisma.raw(`"${name}"`));
		let last = '00000000-0000-0000-0000-000000000000';
		for (;;) {
			const rows = await tx.$queryRaw<{ row: string; value: string }[]>(
				Prisma.sql`select ${id}::text as row, ${column} as value from ${table}
					where ${column} is not null and ${id} > ${last}::uuid order by ${id} limit ${BATCH}`
			);
			for (const { row, value } of rows) {
				const reason = whyShut(value, { table: place.table, column: place.column, row });
				if (reason !== null) broken.push({ subject: `${place.table} ${row}`, facts: reason });
			}
			if (rows.length < BATCH) break;
			last = rows.at(-1)?.row ?? last;
		}
	}
	return findingsOf({ check: 'seal.opens', says: 'a sealed value does not open with the keys in HEARTH_KEYS' }, broken);
}

function whyShut(value: string, place: { table: string; column: string; row: string }): string | null {
	try {
		open(value, place);
		return null;
	} catch (error) {
		if (error instanceof SealBroken) return error.message;
		throw error;
	}
}

/** Heads that stay in the house prove nothing against whoever owns the house. */
export async function anchorFindings(tx: Tx, moment: Moment): Promise<Finding[]> {
	const { anchorFolder, anchorMail } = loadConfig();
	const check = { check: 'trail.anchor', severity: 'warning' } as const;
	if (anchorFolder === null && anchorMail === null) {
		const sentence = 'the head of the trail is sent nowhere; set HEARTH_ANCHOR_DIR or HEARTH_ANCHOR_MAIL';
		return [{ ...check, sentence }];
	}
	const last = await tx.auditAnchor.findFirst({ orderBy: { createdAt: 'desc' }, select: { createdAt: true } });
	if (last && moment.now.getTime() - last.createdAt.getTime() <= ANCHOR_MILLIS) return [];
	const facts = last?.createdAt.toISOString() ?? 'none';
	const sentence = `the head of the trail was not sent outside for two days; is the worker running? Last sent: ${facts}`;
	return [{ ...check, facts, sentence }];
}
