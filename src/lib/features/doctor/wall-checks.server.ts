import type { Check } from './checks.server.ts';

/**
 * Every trigger of ours, by whether it also fires where a session takes itself for a replica (ENABLE ALWAYS). A test
 * compares this with what the migrations make, so that no new wall stays out.
 */
export const WALLS = {
	always: [
		'agreement_signature_unchangeable',
		'application_version_unchangeable',
		'audit_anchor_unchangeable',
		'audit_detail_unchangeable',
		'audit_event_unchangeable',
		'audit_seal_event_unchangeable',
		'audit_seal_unchangeable',
		'disbursement_signature_stays',
		'disbursement_signature_voided',
		'ledger_account_unchangeable',
		'ledger_balance_stays',
		'ledger_entry_unchangeable',
		'paper_decision_stays',
		'signature_origin_kept'
	],
	ordinary: [
		'agreement_begun',
		'agreement_guarded',
		'agreement_signature_guarded',
		'allocation_round_guarded',
		'audit_event_hashed',
		'award_guarded',
		'award_sums',
		'award_year_guarded',
		'award_year_sums',
		'delegation_guarded',
		'disbursement_begun',
		'disbursement_cancel_guarded',
		'disbursement_content_checked',
		'disbursement_guarded',
		'disbursement_in_ledger',
		'disbursement_signature_guarded',
		'disclosure_request_guarded',
		'form_definition_published',
		'instalment_sums',
		'invitation_frozen',
		'ledger_account_checked',
		'ledger_account_opens_balance',
		'membership_freeze_guarded',
		'membership_frozen',
		'organization_telephone_frozen',
		'organization_telephone_guarded',
		'paper_decision_guarded',
		'payee_account_guarded',
		'payment_evidence_guarded',
		'sealed_location_reader_frozen',
		'sealed_location_reader_guarded',
		'signature_origin_guarded'
	]
} as const;

const listed = (names: readonly string[]): string => `array[${names.map((name) => `'${name}'`).join(', ')}]`;

/** The walls themselves: triggers, row security and the role that the product works as. */
export const WALL_CHECKS: readonly Check[] = [
	{
		check: 'wall.trigger',
		says: 'a trigger that guards the record is switched off, wholly or for replicas, or gone',
		sql: `select 'trigger ' || wanted.name as subject, case when t.oid is null then 'gone' else t.tgenabled::text end as facts
			from (select name, array['A'] as states from unnest(${listed(WALLS.always)}) as name
				union all select name, array['O', 'A'] from unnest(${listed(WALLS.ordinary)}) as name) wanted
			left join pg_trigger t on t.tgname = wanted.name and not t.tgisinternal
			where t.oid is null or t.tgenabled::text <> all (wanted.states)`
	},
	{
		check: 'wall.rowSecurity',
		says: 'row-level security is not in force',
		sql: `select 'table ' || c.relname as subject, '' as facts from pg_class c
			where c.relnamespace = 'public'::regnamespace
				and c.relname in ('sealed_location', 'review', 'score', 'payee_account', 'sealed_signature_origin')
				and not (c.relrowsecurity and c.relforcerowsecurity)`
	},
	{
		check: 'wall.role',
		severity: 'warning',
		says: 'the role hearth_app is missing; create it and run `hearth migrate` again',
		sql: `select 'role hearth_app' as subject, '' as facts
			where not exists (select from pg_roles where rolname = 'hearth_app')`
	},
	{
		check: 'wall.roleRights',
		says: 'hearth_app can do what the runtime must not be able to do',
		sql: `with role as (select oid, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = 'hearth_app'),
			forbidden (relation, privilege) as (values ('ledger_entry', 'INSERT'), ('ledger_entry', 'UPDATE'),
				('ledger_entry', 'DELETE'), ('ledger_entry', 'TRUNCATE'), ('ledger_balance', 'INSERT'), ('ledger_balance', 'UPDATE'),
				('ledger_balance', 'DELETE'), ('ledger_account', 'UPDATE'), ('audit_event', 'UPDATE'), ('audit_event', 'DELETE'),
				('audit_event', 'TRUNCATE'), ('audit_detail', 'UPDATE'), ('audit_detail', 'DELETE'), ('audit_seal', 'UPDATE'),
				('audit_seal', 'DELETE'), ('audit_seal_event', 'UPDATE'), ('audit_seal_event', 'DELETE'),
				('audit_anchor', 'UPDATE'), ('audit_anchor', 'DELETE'), ('application_version', 'UPDATE'),
				('application_version', 'DELETE'), ('disbursement', 'DELETE'), ('disbursement_signature', 'DELETE'),
				('disclosure_request', 'DELETE'), ('membership_freeze', 'DELETE'), ('organization_telephone', 'DELETE'))
			select 'role hearth_app' as subject, 'it is superuser, bypasses row security or makes roles or databases' as facts
				from role where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
			union all
			select 'table ' || relation, privilege from forbidden, role where has_table_privilege(role.oid, 'public.' || relation, privilege)
			union all
			select 'table ' || c.relname, 'owned by hearth_app' from pg_class c join role on role.oid = c.relowner
			union all
			select 'schema public', 'CREATE' from role where has_schema_privilege(role.oid, 'public', 'CREATE')
			union all
			select 'function erase_audit_detail', 'EXECUTE' from role
				where has_function_privilege(role.oid, 'public.erase_audit_detail(bigint)', 'EXECUTE')`
	},
	{
		check: 'wall.connection',
		severity: 'warning',
		says: 'the product does not sign in as hearth_app: what it takes by SET ROLE, RESET ROLE undoes. Set DATABASE_APP_URL',
		sql: `select 'role ' || session_user as subject, '' as facts where session_user <> 'hearth_app'`
	},
	{
		check: 'file.orphan',
		severity: 'warning',
		says: 'a stored file belongs to nothing',
		sql: `select 'stored_file ' || f.id as subject, '' as facts from stored_file f
			where f.removed_at is null and f.created_at < {now}::timestamptz - interval '1 day'
				and not exists (select from attachment a where a.file_id = f.id)
				and not exists (select from payment_evidence e where e.file_id = f.id)
				and not exists (select from paper_decision p where p.file_id = f.id)`
	},
	{
		// A day more than is promised, so that the night's job has run; whoever signed was told ninety. It warns: a backup of
		// last week brings back what has gone since, and the next night deletes it again.
		check: 'signature.originOver',
		severity: 'warning',
		says: 'where a signature was given from was kept longer than 90 days, and nobody holds it',
		sql: `select 'signature ' || o.id as subject, o.signed_at::text as facts from signature_origin o
			where o.held_at is null and o.signed_at < {now}::timestamptz - interval '91 days'`
	},
	{
		check: 'signature.originSealed',
		says: 'a signature has the row of its origin without the sealed address',
		sql: `select 'signature ' || o.id as subject, '' as facts from signature_origin o
			where not exists (select from sealed_signature_origin s where s.signature_id = o.id)`
	},
	{
		check: 'throttle.expired',
		severity: 'warning',
		says: 'throttling keys were kept longer than a day',
		sql: `select 'throttle' as subject, count(*)::text as facts from throttle
			where expire < (extract(epoch from {now}::timestamptz) * 1000)::bigint - 86400000 having count(*) > 0`
	},
	{
		check: 'job.dead',
		severity: 'warning',
		says: 'jobs wait among the dead letters for a person',
		sql: `select 'job' as subject, count(*)::text as facts from pgboss.job
			where name = 'dead-letters' and state < 'active' having count(*) > 0`
	}
];
