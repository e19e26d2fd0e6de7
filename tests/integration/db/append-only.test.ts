import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '#lib/domain/access/actor.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { sealEvents } from '#lib/server/audit/seal.ts';
import { loadConfig } from '#lib/server/config.ts';
import { transact } from '#lib/server/db/transact.ts';
import { makeStory, storyMoment } from './story.ts';

// The owner himself, who may do anything but by mistake.
const owner = new pg.Client({ connectionString: loadConfig().databaseUrl });

beforeAll(async () => {
	await owner.connect();
	await makeStory();
	const moment = storyMoment();
	await transact((tx) =>
		recordEvent(tx, moment, {
			name: 'demonstration.seeded',
			actor: systemActor('test'),
			subject: { type: 'installation', id: 'x' },
			facts: {},
			detail: 'a person wrote this'
		})
	);
	await sealEvents(moment);
});
afterAll(() => owner.end());

test.each(['ledger_entry', 'audit_event', 'audit_detail', 'audit_seal', 'audit_seal_event', 'ledger_account'])(
	'rows of %s are not changed, deleted or emptied by anybody who has not switched the wall off',
	async (table) => {
		const { rows } = await owner.query(
			`select column_name as name from information_schema.columns where table_name = $1`,
			[table]
		);
		const column = String(rows[0].name);
		for (const sql of [
			`update ${table} set ${column} = ${column}`,
			`delete from ${table}`,
			`truncate ${table} cascade`,
			`set session_replication_role = replica; delete from ${table}`
		]) {
			await expect(owner.query(sql), sql).rejects.toMatchObject({ code: 'HR010' });
			await owner.query('rollback').catch(() => {});
			await owner.query('set session_replication_role = default');
		}
	}
);

test('personal text leaves by erasure alone, and its event stays', async () => {
	const { rows } = await owner.query('select event_id as id from audit_detail limit 1');
	await owner.query('select erase_audit_detail($1)', [rows[0].id]);
	const left = await owner.query('select 1 from audit_detail where event_id = $1', [rows[0].id]);
	const event = await owner.query('select 1 from audit_event where id = $1', [rows[0].id]);
	expect([left.rowCount, event.rowCount]).toEqual([0, 1]);
});

test('a published form is never rewritten nor taken away, and one that is not may be', async () => {
	const id = randomUUID();
	await owner.query(
		`insert into form_definition (id, key, version, definition, created_at) values ($1, 'written-on', 1, '{}', now())`,
		[id]
	);
	await owner.query(`update form_definition set definition = '{"a": 1}', published_at = now() where id = $1`, [id]);
	for (const sql of [
		'update form_definition set version = 2 where id = $1',
		'delete from form_definition where id = $1'
	]) {
		await expect(owner.query(sql, [id]), sql).rejects.toMatchObject({
			code: 'HR010',
			constraint: 'form_definition_published'
		});
	}
});
