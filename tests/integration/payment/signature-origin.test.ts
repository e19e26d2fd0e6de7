/*
 * Where a signature was given from (safeguard B5): sealed apart from the document, opened with a reason that the trail
 * keeps, gone after ninety days unless held.
 */
import { inspect } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mintActor, systemActor, type Actor } from '#lib/domain/access/actor.ts';
import {
	acceptAgreement,
	prepareAgreement,
	proposeAgreement,
	signAgreement
} from '#lib/features/agreement/commands.server.ts';
import { runDoctor } from '#lib/features/doctor/queries.server.ts';
import { keepOrigin } from '#lib/features/identity/origin.server.ts';
import { trailForAuditor } from '#lib/features/observation/trail.server.ts';
import { certifyDisbursement, requisitionDisbursement } from '#lib/features/payment/commands.server.ts';
import { paymentJobs } from '#lib/features/payment/jobs.server.ts';
import {
	forgetOrigins,
	holdOrigin,
	keptOrigins,
	openOrigin,
	releaseOrigin,
	signatureForDirector
} from '#lib/features/payment/origin.server.ts';
import { planInstalments } from '#lib/features/payment/instalments.server.ts';
import { originReasonSchema } from '#lib/features/payment/schema.ts';
import { originPlace, RequestOrigin } from '#lib/server/auth/origin.ts';
import { systemMoment, type Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { useKeyRing } from '#lib/server/crypto/installation.ts';
import { parseKeyRing, withNewKey } from '#lib/server/crypto/key-ring.ts';
import { resealAll } from '#lib/server/crypto/rotate.ts';
import { keyIdOf, open, openWith } from '#lib/server/crypto/seal.ts';
import { database } from '#lib/server/db/client.ts';
import { readAs, transactAs } from '#lib/server/db/transact.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';
import { expectRefusal } from '../db/refused.ts';
import { draft, makeStory, signSection, storyMoment, type Story } from '../db/story.ts';
import {
	at,
	draftPayment,
	enterAccount,
	latestAgreement,
	makeReady,
	makeWorld,
	offer,
	paymentOf,
	plan,
	refusalOf,
	verifyAccount,
	type World
} from './world.ts';

leavesUnchecked(
	['instalment.payment', 'disbursement.binding'],
	'payments of other days are drafted and signed below the commands, which sign today alone'
);
leavesUnchecked(['signature.benefit'], 'a director is made a former member after the fact, who then opens nothing');

const DAY = 24 * 60 * 60 * 1000;
/** From the block that documents are written with: nobody's. */
const ADDRESSES = { funder: '203.0.113.11', recipient: '203.0.113.12', s34: '203.0.113.13', s33: '2001:db8::4711' };
const REASON = { reason: 'The signatory says this was not them.' };

const owner = new pg.Client({ connectionString: loadConfig().databaseUrl });
const runtime = new pg.Client({ connectionString: loadConfig().databaseAppUrl });

let world: World;
let disbursementId: string;
/** The four signatures of one payment's way, each given from another machine. */
let ids: Record<keyof typeof ADDRESSES, string>;

const from = (address: string, minutes: number): Moment => ({ ...at(minutes), origin: new RequestOrigin(address) });

beforeAll(async () => {
	await Promise.all([owner.connect(), runtime.connect()]);
	world = await makeWorld();
	const { people, awardId } = world;
	// The way of the other tests, with the four signatures coming by the web.
	await prepareAgreement(people.officer, plan(world), at(1));
	const { contentHash } = await latestAgreement(world);
	await proposeAgreement(people.officer, { awardId, contentHash }, at(2));
	await signAgreement(people.director, { awardId, contentHash }, from(ADDRESSES.funder, 3));
	const accepted = { awardId, contentHash, position: 'Executive Director', agree: 'yes' as const };
	await acceptAgreement(people.signatory, accepted, from(ADDRESSES.recipient, 4));
	const agreement = await latestAgreement(world);
	await planInstalments(agreement.id, at(5));
	await verifyAccount(world, await enterAccount(world));
	disbursementId = await draftPayment(world);
	const { bindingHash } = await paymentOf(disbursementId);
	await certifyDisbursement(
		people.manager,
		disbursementId,
		{ bindingHash, statement: 'I certify.' },
		from(ADDRESSES.s34, 9)
	);
	await requisitionDisbursement(
		people.finance,
		disbursementId,
		{ bindingHash, statement: 'I requisition.' },
		from(ADDRESSES.s33, 10)
	);
	const { signatures } = await paymentOf(disbursementId);
	const signed = (await latestAgreement(world)).signatures;
	ids = {
		funder: signed.find(({ party }) => party === 'funder')?.id ?? '',
		recipient: signed.find(({ party }) => party === 'recipient')?.id ?? '',
		s34: signatures.find(({ section }) => section === 's34')?.id ?? '',
		s33: signatures.find(({ section }) => section === 's33')?.id ?? ''
	};
});

afterAll(async () => {
	await Promise.all([owner.end(), runtime.end()]);
});

/** Past every policy, as a superuser reads. */
async function sealedOf(signatureId: string): Promise<string> {
	const { rows } = await owner.query<{ ciphertext: string }>(
		'select ciphertext from sealed_signature_origin where signature_id = $1',
		[signatureId]
	);
	return rows[0]?.ciphertext ?? '';
}

/** Every column of every table whose text holds these words. */
async function columnsHolding(words: string): Promise<string[]> {
	const { rows } = await owner.query<{ table: string; column: string }>(
		`select format('%I.%I', c.table_schema, c.table_name) as table, quote_ident(c.column_name) as column
		 from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
		 where t.table_type = 'BASE TABLE' and c.table_schema in ('public', 'pgboss')`
	);
	const found: string[] = [];
	const hex = Buffer.from(words).toString('hex');
	for (const { table, column } of rows) {
		const { rowCount } = await owner.query(
			`select 1 from ${table} where ${column}::text ilike $1 or ${column}::text ilike $2 limit 1`,
			[`%${words}%`, `%${hex}%`]
		);
		if (rowCount) found.push(`${table}.${column}`);
	}
	return found;
}

describe('a signature given by the web', () => {
	test('keeps where it was given from, apart from the document and bound to its own id', async () => {
		for (const [part, address] of Object.entries(ADDRESSES)) {
			const id = ids[part as keyof typeof ADDRESSES];
			const sealed = await sealedOf(id);
			expect(sealed, part).toMatch(/^h1\.test\./);
			expect(open(sealed, originPlace(id))).toBe(address);
		}
		const moved = await sealedOf(ids.funder);
		expect(() => open(moved, originPlace(ids.recipient))).toThrow('another place');
	});

	test('leaves the address in no column of any table', async () => {
		for (const address of Object.values(ADDRESSES)) expect(await columnsHolding(address)).toEqual([]);
		// The search finds what is there: a name in a column of text, an id in the facts of an event, a hash in bytes.
		expect(await columnsHolding(world.tag)).toContain('public.organization.legal_name');
		expect(await columnsHolding(ids.s34)).toContain('public.signature_origin.id');
	});

	test('carries it past everything that prints: no text of the moment holds it', () => {
		const moment = from(ADDRESSES.funder, 0);
		const printed = [JSON.stringify(moment), inspect(moment, { depth: 9, showHidden: true, getters: true })].join();
		expect(printed).toContain('now');
		expect(printed).not.toContain('203.0.113');
	});

	test('is the only one that leaves a row: a job, the seed or the command line has none', async () => {
		const quiet = await makeWorld();
		await makeReady(quiet);
		const count = await database().signatureOrigin.count({
			where: { agreementSignature: { agreement: { awardId: quiet.awardId } } }
		});
		expect((await latestAgreement(quiet)).signatures).toHaveLength(2);
		expect(count).toBe(0);
		await refusesOpening(quiet.people.director, (await latestAgreement(quiet)).signatures[0]?.id ?? '');
	});

	async function refusesOpening(actor: Actor, id: string): Promise<void> {
		expect(await refusalOf(() => openOrigin(actor, id, REASON, at(20)))).toBe('origin_not_kept');
	}
});

const openings = (id: string) =>
	database().auditEvent.findMany({
		where: { name: 'signatureOrigin.opened', subjectType: 'signature', subjectId: id },
		include: { detail: true }
	});

describe('opening it', () => {
	test('answers the address to a director, and the trail keeps who and why, never the address', async () => {
		const { director, auditor } = world.people;
		for (const [part, address] of Object.entries(ADDRESSES)) {
			const id = ids[part as keyof typeof ADDRESSES];
			expect(await openOrigin(director, id, REASON, at(20))).toEqual({ address });
			const [event, ...more] = await openings(id);
			expect(more).toEqual([]);
			expect(event).toMatchObject({ actorUserId: director.userId, programId: world.programId });
			expect(event?.detail?.text).toBe(REASON.reason);
		}
		for (const address of Object.values(ADDRESSES)) expect(await columnsHolding(address)).toEqual([]);
		const filter = { subject: 'signatureOrigin', name: null, about: null, before: null };
		const { events } = await trailForAuditor(auditor, filter);
		expect(events.filter(({ subjectId }) => Object.values(ids).includes(subjectId))).toHaveLength(4);
		expect(inspect(events, { depth: 9 })).not.toContain('203.0.113');
	});

	test('asks for a reason each time', () => {
		for (const reason of ['', '   ', undefined]) expect(originReasonSchema.safeParse({ reason }).success).toBe(false);
		expect(originReasonSchema.safeParse(REASON).success).toBe(true);
	});

	test('is shown on no page before it is asked for, and the page is a director’s', async () => {
		const { director, people } = { director: world.people.director, people: world.people };
		const page = await signatureForDirector(director, ids.recipient);
		expect(page).toMatchObject({ kind: 'agreement', part: 'recipient', name: 'Sage Signatory', mayHold: true });
		expect(inspect(page, { depth: 9 })).not.toMatch(/203\.0\.113|h1\.test/);
		expect(await keptOrigins(director, world.programId, Object.values(ids))).toHaveLength(4);
		for (const other of [people.officer, people.manager, people.finance, people.auditor, people.signatory]) {
			expect(await keptOrigins(other, world.programId, Object.values(ids))).toEqual([]);
		}
	});

	test('is refused to everybody else, in one way to those who know of the file and in another to strangers', async () => {
		const { people } = world;
		const before = await database().auditEvent.count();
		for (const [name, code] of Object.entries({
			officer: 'forbidden',
			manager: 'forbidden',
			finance: 'forbidden',
			auditor: 'forbidden',
			observer: 'not_found',
			owner: 'not_found',
			signatory: 'not_found',
			stranger: 'not_found'
		})) {
			const actor = people[name as keyof typeof people];
			for (const act of [openOrigin, holdOrigin, releaseOrigin]) {
				expect(await refusalOf(() => act(actor, ids.recipient, REASON, at(21))), name).toBe(code);
			}
			expect(await refusalOf(() => signatureForDirector(actor, ids.recipient)), name).toBe(code);
		}
		const elsewhere = mintActor({
			...people.director,
			staffRoles: [{ role: 'director', programId: at(0).random.uuid() }]
		});
		expect(await refusalOf(() => openOrigin(elsewhere, ids.recipient, REASON, at(21)))).toBe('not_found');
		expect(await database().auditEvent.count()).toBe(before);
	});

	test('is refused to a director who ever belonged to the organization', async () => {
		const other = await makeWorld();
		await makeSigned(other);
		const { director, signatory } = other.people;
		const [signature] = (await latestAgreement(other)).signatures.filter(({ party }) => party === 'recipient');
		const id = signature?.id ?? '';
		expect(await openOrigin(director, id, REASON, at(22))).toEqual({ address: '198.51.100.7' });
		await database().membership.create({
			data: {
				id: at(0).random.uuid(),
				organizationId: other.organizationId,
				userId: director.userId,
				role: 'reader',
				createdAt: at(0).now,
				endedAt: at(1).now
			}
		});
		expect(await refusalOf(() => openOrigin(director, id, REASON, at(23)))).toBe('not_found');
		expect(signatory.userId).toBe(signature?.userId);
	});

	async function makeSigned(other: World): Promise<void> {
		const contentHash = await offer(other);
		await acceptAgreement(
			other.people.signatory,
			{ awardId: other.awardId, contentHash, position: 'Executive Director', agree: 'yes' },
			from('198.51.100.7', 4)
		);
	}
});

describe('row-level security, by plain SQL as the runtime’s role', () => {
	/** How many sealed addresses one transaction sees after what it says into the trail. */
	async function seen(actor: string, says: { name?: string; about?: string; reason?: boolean; by?: string } | null) {
		await runtime.query('begin');
		try {
			await runtime.query(`select set_config('hearth.actor', $1, true)`, [actor]);
			if (says) {
				const { name = 'signatureOrigin.opened', about = ids.s34, reason = true, by = actor } = says;
				await runtime.query(
					`insert into audit_event (occurred_at, actor_kind, actor_user_id, name, subject_type, subject_id, facts,
						detail_commitment) values (now(), 'user', $1, $2, 'signature', $3, '{}', $4)`,
					[by, name, about, reason ? 'c'.repeat(64) : null]
				);
			}
			const { rows } = await runtime.query<{ id: string }>('select signature_id as id from sealed_signature_origin');
			return rows.map(({ id }) => id);
		} finally {
			await runtime.query('rollback');
		}
	}

	test('an address shows itself in the transaction alone that has said why, for its own signature', async () => {
		const { director, manager, auditor, signatory } = world.people;
		expect(await seen(director.userId, {})).toEqual([ids.s34]);
		expect(await seen(director.userId, null)).toEqual([]);
		expect(await seen('', null)).toEqual([]);
		expect(await seen(director.userId, { reason: false })).toEqual([]);
		expect(await seen(director.userId, { name: 'signatureOrigin.held' })).toEqual([]);
		expect(await seen(director.userId, { by: manager.userId })).toEqual([]);
		for (const other of [manager, auditor, signatory]) expect(await seen(other.userId, {})).toEqual([]);
		// That it was opened once, in a transaction that is over, opens nothing.
		expect(await openings(ids.s34)).toHaveLength(1);
	});

	test('who signs writes their own and reads none back; nobody writes another’s', async () => {
		const story = await makeStory();
		const signature = await signSection(story, await draft(story), 's34');
		const { people, moment } = story;
		const keep = (userId: string, changes: { signedAt?: Date } = {}) =>
			transactAs({ kind: 'user', userId }, (tx) =>
				keepOrigin(
					tx,
					{ id: signature, of: 'disbursement', signedAt: moment.now, ...changes },
					{ ...moment, origin: new RequestOrigin('203.0.113.20') }
				)
			);
		await expectRefusal(keep(people.finance), 'signature_origin_by_signer');
		await expectRefusal(keep(people.manager, { signedAt: new Date(0) }), 'signature_origin_fixed');
		await keep(people.manager);
		const own = await readAs({ kind: 'user', userId: people.manager }, (tx) => tx.sealedSignatureOrigin.count());
		expect(own).toBe(0);
	});

	test('nobody changes or deletes an address by itself', async () => {
		await runtime.query('begin');
		await runtime.query(`select set_config('hearth.actor', $1, true)`, [world.people.director.userId]);
		const changed = await runtime.query(`update sealed_signature_origin set ciphertext = 'x'`);
		const deleted = await runtime.query('delete from sealed_signature_origin');
		await runtime.query('rollback');
		expect([changed.rowCount, deleted.rowCount]).toEqual([0, 0]);
	});

	test('a hold begins and ends in its director’s name and with its line in the trail', async () => {
		const { director } = world.people;
		const hold = (userId: string, heldById = userId) =>
			transactAs({ kind: 'user', userId }, (tx) =>
				tx.signatureOrigin.update({
					where: { id: ids.s34 },
					data: { heldAt: at(0).now, heldById, holdReason: 'None of yours' }
				})
			);
		await expectRefusal(hold(director.userId), 'signature_origin_held_in_trail');
		await expectRefusal(hold(world.people.manager.userId), 'signature_origin_held_in_trail');
	});
});

describe('after ninety days', () => {
	const now = systemMoment().now;
	const daysAgo = (days: number): Moment => storyMoment(new Date(now.getTime() - days * DAY));
	const job = systemActor('forget-signature-origins');
	const forget = () => forgetOrigins(job, systemMoment());

	/** A certification given so many days before now, from an address of its own. */
	async function signedAgo(days: number): Promise<{ id: string; story: Story; director: Actor }> {
		const story = await makeStory(daysAgo(days));
		const id = await signSection(story, await draft(story), 's34');
		await transactAs({ kind: 'user', userId: story.people.manager }, (tx) =>
			keepOrigin(
				tx,
				{ id, of: 'disbursement', signedAt: story.moment.now },
				{ ...story.moment, origin: new RequestOrigin('203.0.113.30') }
			)
		);
		const director = mintActor({
			kind: 'user',
			userId: story.people.director,
			sessionId: story.people.director,
			displayName: 'director',
			locale: 'en',
			staffRoles: [{ role: 'director', programId: story.ids.program }],
			memberships: []
		});
		return { id, story, director };
	}

	const isKept = async (id: string): Promise<boolean> =>
		(await database().signatureOrigin.count({ where: { id } })) > 0;

	test('it is deleted by the night’s job, and not a day before; the trail keeps the number alone', async () => {
		const [young, old] = [await signedAgo(89), await signedAgo(91)];
		expect(await forget()).toBe(1);
		expect([await isKept(young.id), await isKept(old.id)]).toEqual([true, false]);
		expect(await sealedOf(old.id)).toBe('');
		expect(await sealedOf(young.id)).not.toBe('');
		const told = await database().auditEvent.findMany({ where: { name: 'signatureOrigin.forgotten' } });
		expect(told.map(({ facts, actorName }) => ({ facts, actorName }))).toEqual([
			{ facts: { count: 1 }, actorName: 'forget-signature-origins' }
		]);
		// Run again, as a job may be, it deletes and tells nothing; the signature stands.
		expect(await forget()).toBe(0);
		expect(await database().auditEvent.count({ where: { name: 'signatureOrigin.forgotten' } })).toBe(1);
		expect(await database().disbursementSignature.count({ where: { id: old.id } })).toBe(1);
		expect(await refusalOf(() => openOrigin(old.director, old.id, REASON, systemMoment()))).toBe('origin_not_kept');
	});

	test('it stays while a director holds it, and goes once the hold is lifted', async () => {
		const { id, director } = await signedAgo(120);
		await holdOrigin(director, id, { reason: 'File 26-004' }, systemMoment());
		expect(await refusalOf(() => holdOrigin(director, id, REASON, systemMoment()))).toBe('already_done');
		await forget();
		expect(await isKept(id)).toBe(true);
		expect((await signatureForDirector(director, id)).origin?.hold).toMatchObject({
			by: 'director',
			reason: 'File 26-004'
		});
		expect(await openOrigin(director, id, REASON, systemMoment())).toEqual({ address: '203.0.113.30' });
		await releaseOrigin(director, id, { reason: 'File 26-004 is closed' }, systemMoment());
		expect(await refusalOf(() => releaseOrigin(director, id, REASON, systemMoment()))).toBe('already_done');
		expect(await forget()).toBe(1);
		expect(await isKept(id)).toBe(false);
		const told = await database().auditEvent.findMany({
			where: { subjectType: 'signature', subjectId: id },
			orderBy: { id: 'asc' },
			include: { detail: true }
		});
		expect(told.map(({ name, detail }) => [name, detail?.text])).toEqual([
			['signatureOrigin.held', 'File 26-004'],
			['signatureOrigin.opened', REASON.reason],
			['signatureOrigin.released', 'File 26-004 is closed']
		]);
	});

	test('the rule is the database’s: nobody deletes what is younger or held, the owner included', async () => {
		const [young, held] = [await signedAgo(89), await signedAgo(91)];
		await holdOrigin(held.director, held.id, REASON, systemMoment());
		for (const { id } of [young, held]) {
			for (const client of [runtime, owner]) {
				const deletion = client.query('delete from signature_origin where id = $1', [id]);
				await expect(deletion).rejects.toThrow('signature_origin_kept');
			}
			// Not even in a session that takes itself for a replica, which skips ordinary triggers.
			await owner.query('set session_replication_role = replica');
			const asReplica = owner.query('delete from signature_origin where id = $1', [id]);
			await expect(asReplica).rejects.toThrow('signature_origin_kept');
			await owner.query('set session_replication_role = origin');
		}
	});

	test('the job runs every night', () => {
		const nightly = paymentJobs.find(({ name }) => name === 'forget-signature-origins');
		expect(nightly?.schedule?.cron).toMatch(/^\d+ \d+ \* \* \*$/);
	});

	test('doctor names what nobody holds and was not deleted, and nothing younger', async () => {
		const [kept, over, held] = [await signedAgo(90.5), await signedAgo(92), await signedAgo(92)];
		await holdOrigin(held.director, held.id, REASON, systemMoment());
		const named = (await runDoctor()).filter(({ check }) => check === 'signature.originOver');
		expect(named.map(({ subject }) => subject)).toEqual([`signature ${over.id}`]);
		expect(await isKept(kept.id)).toBe(true);
	});
});

test('doctor opens every sealed address, and misses one that is gone', async () => {
	const named = async () =>
		(await runDoctor()).filter(({ check }) => ['seal.opens', 'signature.originSealed'].includes(check));
	expect(await named()).toEqual([]);
	const sealed = await sealedOf(ids.s34);
	const write = (text: string) =>
		owner.query('update sealed_signature_origin set ciphertext = $1 where signature_id = $2', [text, ids.s34]);
	await write(await sealedOf(ids.s33));
	expect((await named()).map(({ check, subject }) => [check, subject])).toEqual([
		['seal.opens', `sealed_signature_origin ${ids.s34}`]
	]);
	await owner.query('delete from sealed_signature_origin where signature_id = $1', [ids.s34]);
	expect((await named()).map(({ check, subject }) => [check, subject])).toEqual([
		['signature.originSealed', `signature ${ids.s34}`]
	]);
	await owner.query('insert into sealed_signature_origin (signature_id, ciphertext) values ($1, $2)', [
		ids.s34,
		sealed
	]);
	expect(await named()).toEqual([]);
});

test('a rotation of the keys seals it again, and the new key opens it', async () => {
	const next = parseKeyRing(withNewKey(process.env['HEARTH_KEYS'] ?? '', systemMoment().now).json);
	const before = await sealedOf(ids.recipient);
	const columns = await resealAll(next);
	const count = await database().signatureOrigin.count();
	expect(columns).toContainEqual({ table: 'sealed_signature_origin', column: 'ciphertext', resealed: count });
	const after = await sealedOf(ids.recipient);
	expect(keyIdOf(after)).toBe(next.writer);
	expect(keyIdOf(before)).toBe('test');
	expect(openWith(next, after, originPlace(ids.recipient))).toBe(ADDRESSES.recipient);
	// From here on this file's database is read with the new ring, by doctor too.
	useKeyRing(next);
	expect(await openOrigin(world.people.director, ids.recipient, REASON, at(30))).toEqual({
		address: ADDRESSES.recipient
	});
});
