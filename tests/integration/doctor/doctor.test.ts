import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '#lib/domain/access/actor.ts';
import { Refusal } from '#lib/domain/problem.ts';
import { anchorHead } from '#lib/features/audit/jobs.server.ts';
import { faultsOf } from '#lib/features/doctor/findings.server.ts';
import { examine } from '#lib/features/doctor/commands.server.ts';
import { checkMeaning } from '#lib/features/doctor/labels.ts';
import { CHECKS, lastExamination, runDoctor } from '#lib/features/doctor/queries.server.ts';
import { WALLS } from '#lib/features/doctor/wall-checks.server.ts';
import { sealEvents } from '#lib/server/audit/seal.ts';
import type { Moment } from '#lib/server/clock.ts';
import { completeEnvironment, loadConfig } from '#lib/server/config.ts';
import { useKeyRing } from '#lib/server/crypto/installation.ts';
import { newKeyRing, parseKeyRing } from '#lib/server/crypto/key-ring.ts';
import { database } from '#lib/server/db/client.ts';
import { storage } from '#lib/server/storage/storage.ts';
import { temporaryFolder } from '#tests/support/environment.ts';
import { withTriggersOff } from '#tests/support/walls.ts';
import { makeStory, NOW, sealSite, storyMoment, type Story } from '../db/story.ts';
import { makeWorld, pay, type World } from '../payment/world.ts';

const owner = new pg.Client({ connectionString: loadConfig().databaseUrl });
let story: Story;
let world: World;

const faults = async () => faultsOf(await runDoctor(storyMoment()));
const checks = async () => [...new Set((await faults()).map(({ check }) => check))];

const GUARDED = [
	'ledger_balance',
	'ledger_entry',
	'ledger_account',
	'allocation_round',
	'award',
	'award_year',
	'instalment',
	'disbursement',
	'disbursement_signature',
	'payment_evidence',
	'agreement',
	'agreement_signature',
	'delegation',
	'payee_account'
];

/** As the owner, walls off: the damage that doctor is there to see. */
async function damage(sql: string): Promise<void> {
	await owner.query('begin');
	await withTriggersOff(owner, GUARDED, async () => {
		await owner.query('alter table ledger_balance drop constraint if exists ledger_no_negative_balance');
		await owner.query(sql);
	});
	await owner.query('commit');
}

beforeAll(async () => {
	await owner.connect();
	story = await makeStory();
	world = await makeWorld();
	await pay(world);
	await certifyRound(world);
	await sealSite(story);
	// The world votes straight into the ledger; doctor wants the entry that a person made.
	await owner.query(
		`insert into budget_entry (id, program_id, fiscal_year, ceiling, source, amount_minor, entered_on, reason, ledger_entry_id, created_at)
		 select gen_random_uuid(), a.program_id, a.fiscal_year, a.kind, case a.kind when 'planned' then 'reference_level' else 'main_estimates' end,
			e.amount_minor, now(), 'Ceiling', e.id, now()
		 from ledger_entry e join ledger_account a on a.id = e.debit_account_id
		 where e.verb in ('plan', 'vote') and a.program_id = $1`,
		[world.programId]
	);
	await sealEvents(story.moment);
});
afterAll(() => owner.end());

/** A round in which the world's application is awarded and its money certified, as the commands leave it. */
async function certifyRound({ people, delegation, awardId }: World): Promise<void> {
	await owner.query(
		`with made as (
			insert into allocation_round (id, opportunity_id, number, status, policy, prepared_by_id, prepared_at,
				recommended_at, recommended_by_id, commitment_certified_at, commitment_certified_by_id, commitment_delegation_id)
			select gen_random_uuid(), p.opportunity_id, 1, 'open', '{}', $2, a.decided_at, a.decided_at, $2, a.decided_at, $3, $4
			from award a join application p on p.id = a.application_id where a.id = $1 returning id),
		line as (
			insert into allocation_line (id, round_id, application_id, recommendation, recommended_amount_minor, reason)
			select gen_random_uuid(), made.id, a.application_id, 'award', a.awarded_amount_minor, 'Ranked first'
			from made, award a where a.id = $1 returning id)
		insert into allocation_line_year (id, line_id, fiscal_year, amount_minor)
		select gen_random_uuid(), line.id, y.fiscal_year, y.amount_minor from line, award_year y where y.award_id = $1`,
		[awardId, people.officer.userId, people.finance.userId, delegation.s32]
	);
}

test('every trigger of the migrations is on the list, as it is enabled', async () => {
	const { rows } = await owner.query<{ name: string; always: boolean }>(
		`select tgname as name, tgenabled = 'A' as always from pg_trigger t join pg_class c on c.oid = t.tgrelid
		 where not t.tgisinternal and c.relnamespace = 'public'::regnamespace order by tgname`
	);
	const named = (always: boolean) => rows.filter((row) => row.always === always).map(({ name }) => name);
	expect({ always: named(true), ordinary: named(false) }).toEqual({
		always: [...WALLS.always].sort(),
		ordinary: [...WALLS.ordinary].sort()
	});
});

test('every rule is explained to the administrator in both languages', () => {
	const codes = [...CHECKS.map(({ check }) => check), 'file.missing', 'file.stray', 'seal.opens', 'trail.anchor'];
	for (const locale of ['en', 'fr'] as const) {
		const unknown = checkMeaning('nobody.knows', locale);
		expect(codes.filter((code) => checkMeaning(code, locale) === unknown)).toEqual([]);
	}
});

test('an untouched database has no fault', async () => {
	expect(await faults()).toEqual([]);
});

test('the nightly look is kept and told', async () => {
	await examine(storyMoment());
	const kept = await database().setting.findUniqueOrThrow({ where: { name: 'doctor' } });
	const event = await database().auditEvent.findFirstOrThrow({ where: { name: 'doctor.ran' } });
	expect([Object.keys(kept.value as object), event.facts]).toEqual([['findings'], { problemCount: 0 }]);
	const shown = await lastExamination(systemActor('test'));
	expect(shown?.at).toEqual(kept.updatedAt);
	expect(faultsOf(shown?.findings ?? [])).toEqual([]);
	await expect(lastExamination(world.people.officer)).rejects.toThrow(Refusal);
});

const AVAILABLE = `where kind = 'available'`;
const rewritten = (table: string, change: string, back: string): [string, string] => [
	`update ${table} set ${change}`,
	`update ${table} set ${back}`
];

test.each<[string, string, string, [string, string]]>([
	[
		'a status that nobody told of',
		'application.status',
		'',
		rewritten('application', `status = 'withdrawn'`, `status = 'draft'`)
	],
	[
		'an account verified without a call back in the trail',
		'payee_account.status',
		'',
		rewritten('payee_account', `status = 'replaced', replaced_at = now()`, `status = 'verified', replaced_at = null`)
	],
	[
		'an award with other years',
		'award.years',
		'',
		rewritten('award_year', 'amount_minor = amount_minor - 1', 'amount_minor = amount_minor + 1')
	],
	[
		'a balance that is not its entries',
		'ledger.balance',
		AVAILABLE,
		rewritten('ledger_balance', 'balance_minor = balance_minor + 1', 'balance_minor = balance_minor - 1')
	],
	[
		'money from nowhere',
		'ledger.sum',
		AVAILABLE,
		rewritten('ledger_balance', 'balance_minor = balance_minor + 1', 'balance_minor = balance_minor - 1')
	],
	[
		'a broken ceiling',
		'ledger.ceiling',
		AVAILABLE,
		rewritten('ledger_balance', 'balance_minor = -balance_minor', 'balance_minor = -balance_minor')
	],
	[
		'a budget entry of another amount',
		'budget.entryPosted',
		'',
		rewritten('budget_entry', 'amount_minor = amount_minor + 1', 'amount_minor = amount_minor - 1')
	],
	[
		'an award that the ledger does not hold',
		'award.ledger',
		'',
		rewritten('award_year', `standing = 'reserved'`, `standing = 'committed'`)
	],
	[
		'a decision beyond its delegation',
		'signature.delegation',
		`where authority = 'transaction'`,
		rewritten('delegation', 'limit_minor = 1', 'limit_minor = 20000000')
	],
	[
		'a payment past a section that was signed for something else',
		'disbursement.twoPeople',
		`where section = 's33'`,
		rewritten('disbursement_signature', 'binding_hash = reverse(binding_hash)', 'binding_hash = reverse(binding_hash)')
	],
	[
		'one person in both sections',
		'disbursement.twoPeople',
		`and s.section = 's33'`,
		rewritten(
			'disbursement_signature s',
			`user_id = o.user_id from disbursement_signature o where o.disbursement_id = s.disbursement_id and o.section = 's34'`,
			'user_id = d.user_id from delegation d where d.id = s.delegation_id'
		)
	],
	[
		'a manual payment without a second person’s word',
		'disbursement.evidence',
		'',
		rewritten(
			'payment_evidence',
			'confirmed_at = null, confirmed_by_id = null',
			`confirmed_at = recorded_at, confirmed_by_id = p.id from person p where p.display_name = 'Farah Finance'`
		)
	],
	[
		'a payment that the ledger did not make',
		'disbursement.ledger',
		`where status = 'paid'`,
		rewritten('disbursement', 'amount_minor = amount_minor - 1', 'amount_minor = amount_minor + 1')
	],
	[
		'payments beyond the award',
		'disbursement.withinAward',
		`where status = 'paid'`,
		rewritten('disbursement', 'amount_minor = amount_minor * 100', 'amount_minor = amount_minor / 100')
	],
	[
		'instalments beyond the award',
		'instalment.withinAward',
		'',
		rewritten('instalment', 'amount_minor = amount_minor * 100', 'amount_minor = amount_minor / 100')
	],
	[
		'an instalment that does not know of its payment',
		'instalment.payment',
		'',
		[
			`update instalment set status = 'lapsed' where status = 'paid'`,
			`update instalment set status = 'paid' where status = 'lapsed'`
		]
	],
	[
		'an agreement in force with a signature on another text',
		'agreement.signedByBoth',
		`where party = 'funder'`,
		rewritten('agreement_signature', 'content_hash = reverse(content_hash)', 'content_hash = reverse(content_hash)')
	],
	[
		'a ceiling that nobody entered',
		'budget.ceiling',
		`where kind = 'voted'`,
		rewritten('ledger_balance', 'balance_minor = balance_minor - 1', 'balance_minor = balance_minor + 1')
	],
	[
		'a reversal that goes the same way',
		'ledger.reversal',
		'',
		[
			`insert into ledger_entry select (jsonb_populate_record(e,
				jsonb_build_object('id', gen_random_uuid(), 'verb', 'reverse', 'reverses_id', e.id))).*
			 from ledger_entry e where verb = 'disburse'`,
			`delete from ledger_entry where verb = 'reverse'`
		]
	],
	[
		'funds certified beyond the delegation',
		'signature.delegation',
		`where authority = 's32_commitment'`,
		rewritten('delegation', 'limit_minor = 1', 'limit_minor = null')
	],
	[
		'a sealed value that no key opens',
		'seal.opens',
		'',
		rewritten(
			'payee_account',
			`ciphertext = overlay(ciphertext placing 'x' from 4 for 1)`,
			`ciphertext = overlay(ciphertext placing 't' from 4 for 1)`
		)
	],
	[
		'a sealed site that no key opens',
		'seal.opens',
		'',
		rewritten(
			'sealed_location',
			`ciphertext = overlay(ciphertext placing 'x' from 4 for 1)`,
			`ciphertext = overlay(ciphertext placing 't' from 4 for 1)`
		)
	],
	[
		'a trigger that an ordinary session skips',
		'wall.trigger',
		'',
		[
			'alter table sealed_location_reader enable replica trigger sealed_location_reader_guarded',
			'alter table sealed_location_reader enable trigger sealed_location_reader_guarded'
		]
	],
	[
		'a trigger that a replica session skips',
		'wall.trigger',
		'',
		[
			'alter table audit_event enable trigger audit_event_unchangeable',
			'alter table audit_event enable always trigger audit_event_unchangeable'
		]
	],
	[
		'a right too many',
		'wall.roleRights',
		'',
		['grant delete on audit_event to hearth_app', 'revoke delete on audit_event from hearth_app']
	],
	[
		'row security that is not forced',
		'wall.rowSecurity',
		'',
		['alter table review no force row level security', 'alter table review force row level security']
	],
	[
		'a trigger switched off',
		'wall.trigger',
		'',
		[
			'alter table audit_event disable trigger audit_event_unchangeable',
			'alter table audit_event enable always trigger audit_event_unchangeable'
		]
	]
])('doctor sees %s', async (_, check, where, [harm, mend]) => {
	await damage(`${harm} ${where}`);
	const seen = await checks();
	await damage(`${mend} ${where}`);
	expect(seen).toContain(check);
});

test('what was mended is clean again', async () => {
	expect(await faults()).toEqual([]);
});

test('doctor sees a member of the recipient in every act of its award and payment', async () => {
	const { finance, secondFinance, director, manager } = world.people;
	for (const { userId } of [finance, secondFinance, director, manager]) {
		await owner.query(
			`insert into membership (id, organization_id, user_id, role, created_at)
			 values (gen_random_uuid(), $1, $2, 'reader', '2026-01-01')`,
			[world.organizationId, userId]
		);
	}
	const seen = (await faults()).filter(({ check }) => check === 'signature.benefit');
	await owner.query(`delete from membership where organization_id = $1 and created_at = '2026-01-01'`, [
		world.organizationId
	]);
	expect([...new Set(seen.map(({ subject }) => subject?.split(' ')[0]))].sort()).toEqual([
		'agreement_signature',
		'allocation_round',
		'award',
		'award_year',
		'disbursement_signature',
		'payee_account',
		'payment_evidence'
	]);
	expect(await faults()).toEqual([]);
});

test('doctor sees the wrong keys in place after a restore', async () => {
	useKeyRing(parseKeyRing(newKeyRing(storyMoment().now)));
	const seen = await checks();
	useKeyRing();
	expect(seen).toContain('seal.opens');
});

test('doctor misses a file that has a row, and warns of one that has none', async () => {
	const [row, stray] = [randomUUID(), randomUUID()];
	await storage().put(stray, Readable.from([Buffer.from('stray')]), 100);
	await owner.query(
		`insert into stored_file (id, storage_key, original_name, media_type, byte_length, sha256, scan_state, uploaded_by_id, created_at)
		 values ($1::text::uuid, $1, 'gone.pdf', 'application/pdf', 1, repeat('a', 64), 'clean', $2, $3)`,
		[row, story.people.owner, storyMoment().now]
	);
	const seen = (await runDoctor(storyMoment())).filter(({ check }) => check.startsWith('file.'));
	await owner.query('delete from stored_file where id = $1', [row]);
	await storage().delete(stray);
	expect(seen.map(({ severity, check, subject }) => [severity, check, subject])).toEqual([
		['fault', 'file.missing', `stored_file ${row}`],
		['warning', 'file.stray', `file ${stray}`]
	]);
});

test('doctor warns where the head of the trail goes nowhere, and where it stopped going', async () => {
	const warned = async (moment: Moment) => (await runDoctor(moment)).some(({ check }) => check === 'trail.anchor');
	expect(await warned(storyMoment())).toBe(true);
	completeEnvironment({ HEARTH_ANCHOR_DIR: temporaryFolder() });
	await anchorHead(storyMoment());
	const answers = [
		await warned(storyMoment()),
		await warned(storyMoment(new Date(NOW.getTime() + 3 * 24 * 60 * 60_000)))
	];
	completeEnvironment({ HEARTH_ANCHOR_DIR: '' });
	expect(answers).toEqual([false, true]);
});
