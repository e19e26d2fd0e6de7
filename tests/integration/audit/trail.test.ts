import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemActor } from '#lib/domain/access/actor.ts';
import { anchorHead } from '#lib/features/audit/jobs.server.ts';
import { sealHead } from '#lib/features/observation/trail.server.ts';
import { isSignedBy, readAnchor } from '#lib/server/audit/anchor.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { sealEvents } from '#lib/server/audit/seal.ts';
import { verifyTrail, verifyTrailInThread, type TrailReport } from '#lib/server/audit/verify.ts';
import { completeEnvironment, loadConfig } from '#lib/server/config.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { keyRing } from '#lib/server/crypto/installation.ts';
import { anchorKeys } from '#lib/server/crypto/key-ring.ts';
import { database } from '#lib/server/db/client.ts';
import { transact, type Tx } from '#lib/server/db/transact.ts';
import { withTriggersOff } from '#tests/support/walls.ts';

const START = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const at = (minute: number): Moment => seededMoment(new Date(START + minute * MINUTE), `trail ${minute}`);
const verify = (anchors: { sealNumber: number; headHash: string }[] = [], now = START): Promise<TrailReport> =>
	verifyTrail({ url: loadConfig().databaseAppUrl, now, anchors });

const owner = new pg.Client({ connectionString: loadConfig().databaseUrl });
beforeAll(() => owner.connect());
afterAll(() => owner.end());

function record(tx: Tx, moment: Moment, number: number): Promise<bigint> {
	return recordEvent(tx, moment, {
		name: 'budget.entered',
		actor: systemActor('test'),
		subject: { type: 'program', id: String(number) },
		facts: { ceiling: 'voted', source: 'main_estimates', fiscalYear: 2026, amountMinor: BigInt(number) },
		...(number % 5 === 0 ? { detail: `Words of É ${number}` } : {})
	});
}

/** As the owner with every wall switched off, which is what a tamperer of the database would do. */
async function withoutWalls(...statements: string[]): Promise<void> {
	const tables = ['audit_event', 'audit_detail', 'audit_seal', 'audit_seal_event'];
	await owner.query('begin');
	await withTriggersOff(owner, tables, async () => {
		for (const statement of statements) await owner.query(statement);
	});
	await owner.query('commit');
}

/** An empty trail, then 4 blocks of 10 events sealed an hour apart from the present, and 3 events not sealed yet. */
beforeEach(async () => {
	await withoutWalls(
		'delete from audit_detail',
		'delete from audit_seal_event',
		'delete from audit_seal',
		'delete from audit_event'
	);
	for (let block = 0; block < 4; block += 1) {
		const moment = at(-240 + block * 60);
		for (let event = 1; event <= 10; event += 1) await transact((tx) => record(tx, moment, block * 10 + event));
		await sealEvents(moment);
	}
	for (let event = 41; event <= 43; event += 1) await transact((tx) => record(tx, at(-1), event));
});

describe('sealing', () => {
	test('links every ended event once, in order, and verifies', async () => {
		const report = await verify();
		expect(report).toMatchObject({ faults: [], seals: 4, sealedEvents: 40, unsealedEvents: 3 });
		await sealEvents(at(0));
		expect(await verify()).toMatchObject({ faults: [], seals: 5, sealedEvents: 43, unsealedEvents: 0 });
		expect(await sealEvents(at(1))).toEqual({ blocks: 0, events: 0 });
	});

	test('waits for an open transaction and holds up nobody', async () => {
		let finish: () => void;
		const waiting = new Promise<void>((resolve) => (finish = resolve));
		let began: () => void;
		const begun = new Promise<void>((resolve) => (began = resolve));
		const slow = transact(async (tx) => {
			const id = await record(tx, at(0), 100);
			began();
			await waiting;
			return id;
		});
		await begun;
		const later = await transact((tx) => record(tx, at(0), 101));
		await sealEvents(at(0));
		const isSealed = async (id: bigint) => (await database().auditSealEvent.count({ where: { eventId: id } })) === 1;
		expect(await isSealed(later)).toBe(false);
		finish!();
		const early = await slow;
		await sealEvents(at(0));
		expect([await isSealed(early), await isSealed(later)]).toEqual([true, true]);
		expect((await verify()).faults).toEqual([]);
	});

	test('done by several at once makes one chain', async () => {
		await Promise.all(
			Array.from({ length: 6 }, async (_, index) => {
				await transact((tx) => record(tx, at(0), 200 + index));
				await sealEvents(at(0));
			})
		);
		await sealEvents(at(0));
		expect(await verify()).toMatchObject({ faults: [], sealedEvents: 49, unsealedEvents: 0 });
	});

	test('that dies half way leaves no half block', async () => {
		const dying: Moment = {
			...at(0),
			failpoint: (name) => {
				if (name === 'audit.seal.blockWritten') throw new Error('killed');
			}
		};
		await expect(sealEvents(dying)).rejects.toThrow('killed');
		expect(await verify()).toMatchObject({ faults: [], seals: 4, unsealedEvents: 3 });
	});

	test('an event and its act are one: neither is there when the act is rolled back', async () => {
		await transact(async (tx) => {
			await record(tx, at(0), 300);
			throw new Error('rolled back');
		}).catch(() => {});
		expect(await database().auditEvent.count({ where: { subjectId: '300' } })).toBe(0);
	});
});

test('what a decision or a payment is printed with is the last sealed block, its hash whole', async () => {
	const last = await database().auditSeal.findFirstOrThrow({ orderBy: { number: 'desc' } });
	expect(await sealHead()).toEqual({
		number: last.number,
		sealedAt: last.sealedAt,
		hash: Buffer.from(last.hash).toString('hex')
	});
	expect((await sealHead())?.hash).toMatch(/^[0-9a-f]{64}$/);
});

test('a long trail verifies in a thread of its own with the same answer', async () => {
	const input = { url: loadConfig().databaseAppUrl, now: START };
	expect(await verifyTrailInThread(input)).toEqual(await verify());
});

test('erased text leaves the chain whole; changed text does not', async () => {
	const [first, second] = await database().auditDetail.findMany({ orderBy: { eventId: 'asc' }, take: 2 });
	await owner.query('select erase_audit_detail($1)', [first?.eventId]);
	expect((await verify()).faults).toEqual([]);
	await withoutWalls(`update audit_detail set text = 'other' where event_id = ${second?.eventId}`);
	expect((await verify()).faults).toEqual([{ fault: 'detail_changed', eventId: String(second?.eventId) }]);
});

describe('tampering by the owner, walls off, is named', () => {
	const event = async (position: number): Promise<string> => {
		const { rows } = await owner.query('select id::text from audit_event order by id offset $1 limit 1', [
			position - 1
		]);
		return String(rows[0].id);
	};

	test('a changed fact', async () => {
		const id = await event(17);
		await withoutWalls(`update audit_event set facts = facts || '{"amountMinor":"18"}' where id = ${id}`);
		expect((await verify()).faults[0]).toEqual({ fault: 'event_changed', sealNumber: 2, eventId: id });
	});

	test('a changed fact with its hash computed anew', async () => {
		const id = await event(17);
		await withoutWalls(
			`update audit_event set facts = facts || '{"amountMinor":"18"}' where id = ${id}`,
			`update audit_event e set hash = sha256(convert_to(audit_event_text(e), 'UTF8')) where id = ${id}`
		);
		expect((await verify()).faults[0]).toEqual({ fault: 'event_changed', sealNumber: 2, eventId: id });
	});

	test('a changed fact with event hash, list and block computed anew', async () => {
		const id = await event(17);
		await withoutWalls(
			`update audit_event set facts = facts || '{"amountMinor":"18"}' where id = ${id}`,
			`update audit_event e set hash = sha256(convert_to(audit_event_text(e), 'UTF8')) where id = ${id}`,
			`update audit_seal_event m set event_hash = e.hash from audit_event e where e.id = m.event_id and e.id = ${id}`,
			`update audit_seal s set hash = (select sha256(convert_to('hearth-seal-1' || chr(10) || s.number || chr(10)
				|| encode(s.previous_hash, 'hex') || chr(10) || (extract(epoch from s.sealed_at) * 1000)::bigint || chr(10) || s.event_count || chr(10)
				|| string_agg(m.event_id || ':' || encode(m.event_hash, 'hex') || chr(10), '' order by m.position), 'UTF8'))
				from audit_seal_event m where m.seal_number = s.number) where s.number = 2`
		);
		expect((await verify()).faults[0]).toEqual({ fault: 'seal_previous_hash', sealNumber: 3 });
	});

	test('a deleted event', async () => {
		const id = await event(25);
		await withoutWalls(`delete from audit_detail where event_id = ${id}`, `delete from audit_event where id = ${id}`);
		expect((await verify()).faults[0]).toEqual({ fault: 'event_missing', sealNumber: 3, eventId: id });
	});

	test('a deleted event taken out of its block as well', async () => {
		const id = await event(26);
		await withoutWalls(
			`delete from audit_seal_event where event_id = ${id}`,
			`delete from audit_event where id = ${id}`
		);
		expect((await verify()).faults[0]).toEqual({ fault: 'seal_event_count', sealNumber: 3 });
	});

	test('a deleted block', async () => {
		await withoutWalls('delete from audit_seal_event where seal_number = 2', 'delete from audit_seal where number = 2');
		expect((await verify()).faults[0]).toEqual({ fault: 'seal_missing', sealNumber: 2 });
	});

	test('an event slipped in between, before and after it is sealed', async () => {
		const { rows } = await owner.query('select max(event_id)::text as id from audit_seal_event where seal_number = 2');
		await withoutWalls(
			`update audit_event set id = id + 1000000 where id > ${rows[0].id}`,
			`update audit_seal_event set event_id = event_id + 1000000 where event_id > ${rows[0].id}`
		);
		const slipped = String(BigInt(rows[0].id) + 1n);
		await owner.query(
			`insert into audit_event (id, xid, hash, occurred_at, actor_kind, name, subject_type, subject_id, facts)
			values ($1, 1, '', $2, 'system', 'budget.entered', 'program', '1', '{}')`,
			[slipped, new Date(START - 150 * MINUTE)]
		);
		const named = { fault: 'event_inserted', eventId: slipped };
		expect((await verify()).faults).toContainEqual(named);
		await sealEvents(at(0), 'whole');
		expect((await verify()).faults).toContainEqual({ ...named, sealNumber: 5 });
	});

	test('an end cut off, once its head was kept outside', async () => {
		const { head } = await verify();
		await withoutWalls(
			'delete from audit_detail where event_id in (select event_id from audit_seal_event where seal_number = 4)',
			'delete from audit_event where id in (select event_id from audit_seal_event where seal_number = 4)',
			'delete from audit_seal_event where seal_number = 4',
			'delete from audit_seal where number = 4'
		);
		expect((await verify()).faults).toEqual([]);
		expect((await verify(head ? [head] : [])).faults).toEqual([{ fault: 'anchor_seal_missing', sealNumber: 4 }]);
	});

	const rounds = process.env['HEARTH_TEST_SCALE'] === 'long' ? 1_000 : 50;
	test(`${rounds} random changes of one byte in one column of one sealed row`, async () => {
		const { random } = seededMoment(new Date(START), 'tamper');
		const draw = (below: number): number => Buffer.from(random.bytes(4)).readUInt32BE(0) % below;
		const columns = [
			['audit_event', 'occurred_at', `occurred_at + interval '1 millisecond'`],
			['audit_event', 'actor_name', `actor_name || ' '`],
			['audit_event', 'name', `overlay(name placing 'x' from 1 for 1)`],
			['audit_event', 'subject_type', `'other'`],
			['audit_event', 'subject_id', `subject_id || '0'`],
			['audit_event', 'organization_id', 'gen_random_uuid()'],
			['audit_event', 'program_id', 'gen_random_uuid()'],
			['audit_event', 'facts', `facts || '{"x":1}'`],
			['audit_event', 'detail_commitment', `coalesce(detail_commitment, '') || '0'`],
			['audit_event', 'xid', 'xid + 1'],
			['audit_event', 'hash', 'set_byte(hash, 7, (get_byte(hash, 7) + 1) % 256)'],
			['audit_seal_event', 'event_hash', 'set_byte(event_hash, 0, (get_byte(event_hash, 0) + 1) % 256)'],
			['audit_seal', 'hash', 'set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)'],
			['audit_seal', 'previous_hash', 'set_byte(previous_hash, 3, (get_byte(previous_hash, 3) + 1) % 256)'],
			['audit_seal', 'sealed_at', `sealed_at + interval '1 millisecond'`],
			['audit_seal', 'event_count', 'event_count + 1']
		] as const;
		const unnoticed: string[] = [];
		for (let round = 0; round < rounds; round += 1) {
			const [table, column, value] = columns[draw(columns.length)] ?? columns[0];
			const id = await event(1 + draw(40));
			const place =
				table === 'audit_event'
					? `id = ${id}`
					: table === 'audit_seal_event'
						? `event_id = ${id}`
						: `number = (select seal_number from audit_seal_event where event_id = ${id})`;
			const { rows } = await owner.query(
				`select ctid, to_jsonb(t) - '${column}' as rest, t.${column}::text as was from ${table} t where ${place}`
			);
			await withoutWalls(`update ${table} set ${column} = ${value} where ${place}`);
			const { faults } = await verify();
			const named = faults.some(
				(fault) => fault.eventId === id || (table !== 'audit_event' && fault.sealNumber !== undefined)
			);
			if (!named) unnoticed.push(`${table}.${column} of ${id}: ${JSON.stringify(faults)}`);
			const was = rows[0].was === null ? 'null' : `$was$${rows[0].was}$was$`;
			await withoutWalls(`update ${table} set ${column} = ${was} where ${place}`);
		}
		expect(unnoticed).toEqual([]);
		expect((await verify()).faults).toEqual([]);
	}, 600_000);
});

describe('anchors', () => {
	test('a day has one, signed, outside, and the trail passes through it', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'hearth-anchor-'));
		completeEnvironment({ HEARTH_ANCHOR_DIR: folder, HEARTH_ANCHOR_MAIL: 'anchor@auditor.example.org' });
		const anchor = await anchorHead(at(0));
		expect(await anchorHead(at(5))).toBeNull();
		expect(await readdir(folder)).toEqual(['hearth-anchor-2026-11-24.json']);
		const kept = await readAnchor(join(folder, 'hearth-anchor-2026-11-24.json'));
		expect(kept).toEqual(anchor);
		expect(isSignedBy(kept, anchorKeys(keyRing()).publicKey)).toBe(true);
		expect((await verify([kept])).faults).toEqual([]);
		expect(await database().mailMessage.count({ where: { template: 'audit-anchor' } })).toBe(1);
		expect(await database().auditEvent.count({ where: { name: 'audit.anchored' } })).toBe(1);

		const { privateKey, publicKey } = generateKeyPairSync('ed25519');
		expect([privateKey.type, isSignedBy(kept, publicKey)]).toEqual(['private', false]);
		expect(isSignedBy({ ...kept, sealNumber: kept.sealNumber + 1 }, anchorKeys(keyRing()).publicKey)).toBe(false);
	});
});
