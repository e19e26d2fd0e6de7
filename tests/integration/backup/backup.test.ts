import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { keepOrigin } from '#lib/features/identity/origin.server.ts';
import { RequestOrigin } from '#lib/server/auth/origin.ts';
import { loadConfig } from '#lib/server/config.ts';
import { backUpDatabase, restoreDatabase, type BackupManifest } from '#lib/server/db/backup.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import { makeTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { temporaryFolder } from '#tests/support/environment.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';
import { draft, makeStory, sealSite, signSection, storyMoment } from '../db/story.ts';

leavesUnchecked(
	['instalment.payment', 'disbursement.binding'],
	'the payment of a signature that is backed up is drafted below the commands'
);

const NOW = new Date('2026-11-24T15:00:00Z');
const PERSON = '018f0000-0000-7000-8000-000000000001';
const ORGANIZATION = '018f0000-0000-7000-8000-000000000002';
const ACCOUNT = '018f0000-0000-7000-8000-000000000003';

let source: TestDatabase;
let folder: string;

async function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query<T>(text)).rows;
	} finally {
		await client.end();
	}
}

beforeAll(async () => {
	source = await makeTestDatabase(inject('testServer'));
	await query(
		source.ownerUrl,
		`insert into person (id, email, display_name, locale, status, created_at)
		 values ('${PERSON}', 'ᐊᒪ@hearth.example', E'Tłı̨chǫ \\\\ "tab\\t and\\nline"', 'fr', 'active', now());
		 insert into organization (id, legal_name, province, kind, language, created_at)
		 values ('${ORGANIZATION}', 'Maison fictive', 'QC', 'not_for_profit', 'fr', now());
		 insert into payee_account (id, organization_id, ciphertext, last_three, fingerprint, status, created_at, created_by_id)
		 values ('${ACCOUNT}', '${ORGANIZATION}', 'h1.key.sealed', '082', repeat('a', 64), 'unverified', now(), '${PERSON}');
		 insert into audit_event (occurred_at, actor_kind, actor_name, name, subject_type, subject_id, facts)
		 values (now(), 'system', 'test', 'test.happened', 'organization', '${ORGANIZATION}', '{"n": 1}')`
	);
	folder = join(temporaryFolder(), 'backup');
	await backUpDatabase(source.ownerUrl, folder, NOW);
});
afterAll(() => source.drop());

/** One row in each of the five tables, in the database of this file, through the walls. */
async function fillWalledTables(): Promise<void> {
	// Long ago, so that the address of its signature is over.
	const story = await makeStory(storyMoment(new Date('2026-06-01T15:00:00Z')));
	const { people, ids, moment } = story;
	const [reviewId, updatedAt] = [moment.random.uuid(), moment.now];
	await sealSite(story);
	await transactAs({ kind: 'user', userId: people.reviewer }, async (tx) => {
		await tx.review.create({ data: { id: reviewId, assignmentId: ids.assignment, updatedAt } });
		await tx.score.create({ data: { id: moment.random.uuid(), reviewId, criterionKey: 'need', points: 4 } });
	});
	const id = await signSection(story, await draft(story), 's34');
	const origin = new RequestOrigin('203.0.113.1');
	await transactAs({ kind: 'user', userId: people.manager }, (tx) =>
		keepOrigin(tx, { id, of: 'disbursement', signedAt: moment.now }, { ...moment, origin })
	);
}

/** An empty database that belongs to a role without any privilege, as an operator's own server gives it. */
async function makeOwnersDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
	const { adminUrl } = inject('testServer');
	const name = `hearth_owner_${randomBytes(4).toString('hex')}`;
	await query(adminUrl, `create role ${name} login nosuperuser nobypassrls nocreaterole nocreatedb`);
	await query(adminUrl, `create database ${name} owner ${name}`);
	const url = new URL(adminUrl);
	[url.username, url.pathname] = [name, `/${name}`];
	return {
		url: url.href,
		drop: async () => {
			await query(adminUrl, `drop database ${name} with (force)`);
			await query(adminUrl, `drop role ${name}`);
		}
	};
}

describe('backup and restore', () => {
	test('brings every row back, byte for byte, sealed rows included', async () => {
		const target = await makeTestDatabase(inject('testServer'));
		await restoreDatabase(target.ownerUrl, folder);
		for (const table of ['person', 'organization', 'payee_account', 'audit_event']) {
			const text = `select md5(string_agg(t::text, '|' order by t::text)) as digest, count(*)::int as rows from ${table} t`;
			const [before, after] = [await query(source.ownerUrl, text), await query(target.ownerUrl, text)];
			expect(before[0]!['rows']).toBe(1);
			expect(after).toEqual(before);
		}
		await target.drop();
	});

	test('lets new rows follow the restored ones, and the walls stand again', async () => {
		const target = await makeTestDatabase(inject('testServer'));
		await restoreDatabase(target.ownerUrl, folder);
		const next = await query<{ id: string }>(
			target.ownerUrl,
			`insert into audit_event (occurred_at, actor_kind, actor_name, name, subject_type, subject_id, facts)
			 values (now(), 'system', 'test', 'test.happened', 'organization', '${ORGANIZATION}', '{}') returning id::text as id`
		);
		expect(Number(next[0]!.id)).toBeGreaterThan(1);
		await expect(query(target.ownerUrl, `update audit_event set name = 'forged'`)).rejects.toThrow(/append_only/);
		const forced = await query<{ forced: boolean }>(
			target.ownerUrl,
			`select bool_and(relforcerowsecurity) as forced from pg_class where relname in ('payee_account', 'review', 'score', 'sealed_location', 'sealed_signature_origin')`
		);
		expect(forced[0]!.forced).toBe(true);
		const walls = `select string_agg(tgrelid::regclass::text || ' ' || tgname || ' ' || tgenabled::text, ', ' order by tgrelid, tgname) as walls
			from pg_trigger where not tgisinternal`;
		expect(await query(target.ownerUrl, walls)).toEqual(await query(source.ownerUrl, walls));
		await target.drop();
	});

	test('refuses a database that already has rows, and changes nothing in it', async () => {
		await expect(restoreDatabase(source.ownerUrl, folder)).rejects.toThrow(/not empty/);
		expect(await query(source.ownerUrl, 'select count(*)::int as rows from person')).toEqual([{ rows: 1 }]);
	});

	test('refuses a backup whose file was changed, and restores nothing of it', async () => {
		const changed = join(temporaryFolder(), 'changed');
		await backUpDatabase(source.ownerUrl, changed, NOW);
		appendFileSync(join(changed, 'tables', 'public.number_series.copy'), 'forged\t7\n');
		const target = await makeTestDatabase(inject('testServer'));
		await expect(restoreDatabase(target.ownerUrl, changed)).rejects.toThrow(/not the one its manifest describes/);
		expect(await query(target.ownerUrl, 'select count(*)::int as rows from person')).toEqual([{ rows: 0 }]);
		await target.drop();
	});

	test('refuses a role that may not read a table, rather than leaving it out', async () => {
		const partial = join(temporaryFolder(), 'partial');
		await query(source.ownerUrl, 'revoke select on review from hearth_app');
		await expect(backUpDatabase(source.appUrl, partial, NOW)).rejects.toThrow(/may not read review\./);
		await query(source.ownerUrl, 'grant select on review to hearth_app');
		expect(existsSync(join(partial, 'manifest.json'))).toBe(false);
	});

	test('an ordinary owner, whom row-level security is forced on, restores and backs up every row of the walled tables', async () => {
		await fillWalledTables();
		const [before, after] = [join(temporaryFolder(), 'before'), join(temporaryFolder(), 'after')];
		const whole = await backUpDatabase(loadConfig().databaseUrl, before, NOW);
		const own = await makeOwnersDatabase();
		await migrate(own.url);
		await restoreDatabase(own.url, before);
		const again = await backUpDatabase(own.url, after, NOW);
		// What no policy lets anybody delete goes with its parent row, past those that bind this owner.
		await query(own.url, 'delete from signature_origin');
		const left = join(temporaryFolder(), 'left');
		const after90Days = await backUpDatabase(own.url, left, NOW);
		await own.drop();
		expect(after90Days.tables.find(({ name }) => name === 'sealed_signature_origin')?.rows).toBe(0);
		const walled = (manifest: BackupManifest) =>
			manifest.tables.filter(({ name }) =>
				['sealed_location', 'review', 'score', 'payee_account', 'sealed_signature_origin'].includes(name)
			);
		expect(walled(whole).map(({ rows }) => rows)).toEqual([1, 1, 1, 1, 1]);
		expect(walled(again)).toEqual(walled(whole));
	});

	test('holds tables and a manifest, never a key', () => {
		expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'tables']);
		expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).not.toContain('secret');
	});
});
