import { expect, test } from 'vitest';
import { database } from '#lib/server/db/client.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import { expectRefusal } from './refused.ts';

// Plain SQL as hearth_app, which is what an intruder in the application could send.
const run = (sql: string): Promise<unknown> => transact((tx) => tx.$executeRaw(Prisma.raw(sql)));

test('the product works as hearth_app, who is nothing special', async () => {
	const [row] = await database().$queryRaw<{ name: string; special: boolean }[]>`
		select current_user::text as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as special
		from pg_roles where rolname = current_user`;
	expect(row).toEqual({ name: 'hearth_app', special: false });
});

test.each([
	'insert into ledger_entry select * from ledger_entry',
	'update ledger_entry set amount_minor = 1',
	'delete from ledger_entry',
	'truncate ledger_entry',
	'update ledger_balance set balance_minor = balance_minor + 1',
	'insert into ledger_balance (account_id, kind) values (1, $$available$$)',
	'update ledger_account set fiscal_year = 2027',
	'delete from ledger_account',
	'update audit_event set name = name',
	'delete from audit_event',
	'truncate audit_event',
	'insert into audit_event (id, xid, occurred_at, actor_kind, name, subject_type, subject_id, facts, hash) ' +
		"values (1, 1, now(), 'system', 'x', 'x', 'x', '{}', '\\x00')",
	"update audit_detail set text = 'other'",
	'delete from audit_detail',
	'update audit_seal set event_count = 0',
	'delete from audit_seal',
	'update audit_seal_event set position = 0',
	'delete from audit_seal_event',
	'delete from audit_anchor',
	'update application_version set number = 2',
	'delete from application_version',
	'update agreement_signature set party = party',
	'delete from disbursement_signature',
	'delete from disbursement',
	'delete from award',
	'delete from delegation',
	'delete from payment_evidence',
	"insert into _prisma_migrations (id, checksum, migration_name) values ('1', '1', 'x')",
	'delete from _prisma_migrations',
	'create table intruder (id int)',
	'create schema intruder',
	'create function intruder() returns int language sql as $$ select 1 $$',
	'drop table audit_event',
	'alter table audit_event disable trigger all',
	'alter table ledger_balance drop constraint ledger_no_negative_balance',
	'alter table review disable row level security',
	'create role intruder',
	"set session_replication_role = 'replica'",
	'select grant_runtime_role()',
	'select erase_audit_detail(1)'
])('hearth_app may not: %s', async (sql) => {
	await expectRefusal(run(sql), '42501');
});

test.each(['set role postgres', 'set session authorization postgres'])(
	'hearth_app does not become another: %s',
	async (sql) => {
		await expect(run(sql)).rejects.toThrow();
	}
);
