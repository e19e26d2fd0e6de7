import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsOf } from '#lib/features/doctor/findings.server.ts';
import { examine } from '#lib/features/doctor/commands.server.ts';
import { runDoctor } from '#lib/features/doctor/queries.server.ts';
import { sealEvents } from '#lib/server/audit/seal.ts';
import { loadConfig } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { makeStory, storyMoment, type Story } from '../db/story.ts';

const owner = new pg.Client({ connectionString: loadConfig().databaseUrl });
let story: Story;

const faults = async () => faultsOf(await runDoctor(storyMoment()));
const checks = async () => [...new Set((await faults()).map(({ check }) => check))];

const GUARDED = [
	'ledger_balance',
	'ledger_entry',
	'ledger_account',
	'award',
	'award_year',
	'disbursement',
	'delegation'
];

/** As the owner, walls off: the damage that doctor is there to see. */
async function damage(sql: string): Promise<void> {
	await owner.query('begin');
	for (const table of GUARDED) await owner.query(`alter table ${table} disable trigger user`);
	await owner.query('alter table ledger_balance drop constraint if exists ledger_no_negative_balance');
	await owner.query(sql);
	for (const table of GUARDED) await owner.query(`alter table ${table} enable trigger user`);
	await owner.query('commit');
}

beforeAll(async () => {
	await owner.connect();
	story = await makeStory();
	await sealEvents(story.moment);
});
afterAll(() => owner.end());

test('an untouched database has no fault', async () => {
	expect(await faults()).toEqual([]);
});

test('the nightly look is kept and told', async () => {
	await examine(storyMoment());
	const kept = await database().setting.findUniqueOrThrow({ where: { name: 'doctor' } });
	const event = await database().auditEvent.findFirstOrThrow({ where: { name: 'doctor.ran' } });
	expect([Object.keys(kept.value as object), event.facts]).toEqual([['findings'], { problemCount: 0 }]);
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
	expect(await checks()).not.toContain(check);
});
