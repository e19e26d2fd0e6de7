import { expect, test } from 'vitest';
import { newKeyRing, parseKeyRing, withNewKey } from '#lib/server/crypto/key-ring.ts';
import { resealAll } from '#lib/server/crypto/rotate.ts';
import { keyIdOf, openWith, sealWith } from '#lib/server/crypto/seal.ts';
import { SEALED_COLUMNS } from '#lib/server/crypto/sealed-columns.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import { systemActor } from '#lib/domain/access/actor.ts';
import { at, makePerson } from './people.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';

leavesUnchecked(
	['seal.opens', 'payee_account.status'],
	'values are sealed here with rings of the test’s own, one is moved to another row, and no command tells the trail'
);

const { now, random } = at(0);
const before = newKeyRing(now);
const old = parseKeyRing(before);
const after = withNewKey(before, now).json;
const next = parseKeyRing(after);
// The second wall lets only the seed add what no owner entered.
const seed = systemActor('seed');
const rows: string[] = [];

const place = (row: string) => ({ table: 'payee_account', column: 'ciphertext', row });

async function makeSealedRows(count: number): Promise<void> {
	const { id: createdById } = await makePerson('sealer@example.org');
	const organizationId = random.uuid();
	await database().organization.create({
		data: {
			id: organizationId,
			legalName: 'Harbour Lantern Society',
			province: 'NS',
			kind: 'not_for_profit',
			language: 'en',
			createdAt: now
		}
	});
	await transactAs(seed, async (tx) => {
		for (let index = 0; index < count; index += 1) {
			const id = random.uuid();
			rows.push(id);
			await tx.payeeAccount.create({
				data: {
					id,
					organizationId,
					ciphertext: sealWith(old, `003-12345-${1000000 + index}`, place(id)),
					lastThree: '567',
					fingerprint: `${index}`,
					status: 'unverified',
					createdAt: now,
					createdById
				}
			});
			// One account of an organization stands at a time: each is replaced by the next.
			await tx.payeeAccount.update({ where: { id }, data: { status: 'replaced', replacedAt: now } });
		}
	});
}

async function values(): Promise<Map<string, string>> {
	const found = await transactAs(seed, (tx) => tx.payeeAccount.findMany({ select: { id: true, ciphertext: true } }));
	return new Map(found.map(({ id, ciphertext }) => [id, ciphertext]));
}

test('a rotation that is stopped half-way goes on where it was, and every value opens with the new key', async () => {
	await makeSealedRows(25);
	// Stopped after the second batch, as by a kill.
	let batches = 0;
	const stopped = resealAll(next, {
		batchSize: 10,
		onBatch: () => {
			batches += 1;
			if (batches === 2) throw new Error('killed');
		}
	});
	await expect(stopped).rejects.toThrow('killed');
	const halfway = await values();
	expect([...halfway.values()].filter((value) => keyIdOf(value) === 'k2')).toHaveLength(20);
	for (const [id, value] of halfway) expect(openWith(next, value, place(id))).toMatch(/^003-12345-/);

	const done = await resealAll(next, { batchSize: 10 });
	expect(done.reduce((sum, column) => sum + column.resealed, 0)).toBe(5);
	const resealed = await values();
	expect([...resealed.values()].every((value) => keyIdOf(value) === 'k2')).toBe(true);
	rows.forEach((id, index) =>
		expect(openWith(next, resealed.get(id) ?? '', place(id))).toBe(`003-12345-${1000000 + index}`)
	);
	expect(await resealAll(next)).toEqual(SEALED_COLUMNS.map(({ table, column }) => ({ table, column, resealed: 0 })));
});

test('a value that does not open stops the rotation, names its row and loses nothing', async () => {
	const [first = '', second = ''] = rows;
	const moved = (await values()).get(first) ?? '';
	await transactAs(systemActor('rotate-keys'), (tx) =>
		tx.payeeAccount.update({ where: { id: second }, data: { ciphertext: moved } })
	);
	const third = parseKeyRing(withNewKey(after, now).json);
	await expect(resealAll(third)).rejects.toThrow(second);
});
