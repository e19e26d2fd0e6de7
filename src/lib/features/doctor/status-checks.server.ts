import type { Check } from './checks.server.ts';

/**
 * A table with a status, and how its events are found: their names, the fact that holds the row's id where the event is
 * about something wider, and the status that a row is born with.
 */
const SUBJECTS = [
	{ table: 'opportunity', names: ['opportunity'], fact: null, initial: 'draft' },
	{ table: 'application', names: ['application'], fact: null, initial: 'draft' },
	{ table: 'requirement', names: ['requirement'], fact: 'requirementId', initial: 'open' },
	{ table: 'review_assignment', names: ['review', 'conflict'], fact: 'assignmentId', initial: 'invited' },
	{ table: 'allocation_round', names: ['allocation'], fact: 'roundId', initial: 'open' },
	{ table: 'award', names: ['award'], fact: null, initial: 'offered' },
	{ table: 'agreement', names: ['agreement'], fact: 'agreementId', initial: 'draft' },
	{ table: 'instalment', names: ['instalment'], fact: 'instalmentId', initial: 'planned' },
	{ table: 'disbursement', names: ['disbursement'], fact: null, initial: 'drafted' }
] as const;

/** Every status is the one that the last event of its row says; a row without such an event has its first status. */
const TOLD_BY_EVENTS: readonly Check[] = SUBJECTS.map(({ table, names, fact, initial }) => {
	const key = fact === null ? 'e.subject_id' : `coalesce(e.facts->>'${fact}', e.subject_id)`;
	const named = names.map((name) => `e.name like '${name}.%'`).join(' or ');
	return {
		check: `${table}.status`,
		says: 'the status is not the one that the trail tells of (row, trail)',
		sql: `with told as (
				select distinct on (key) key, status from (
					select ${key} as key, e.facts->>'to' as status, e.id from audit_event e
					where (${named}) and e.facts ? 'to') changes
				order by key, id desc)
			select '${table} ' || r.id as subject, r.status || ', ' || coalesce(t.status, '${initial}') as facts
			from ${table} r left join told t on t.key = r.id::text
			where r.status <> coalesce(t.status, '${initial}')`
	};
});

/** The events of an account name no status: entered is unverified, a call back verifies it, a later account replaces it. */
const PAYEE_ACCOUNT: Check = {
	check: 'payee_account.status',
	says: 'the status is not the one that the trail tells of (row, trail)',
	sql: `with told as (
			select p.id, p.status, case
				when exists (select from audit_event later where later.name = 'payeeAccount.entered'
					and later.subject_id = p.organization_id::text and later.id > entered.id) then 'replaced'
				when verified.id is not null then 'verified'
				when entered.id is not null then 'unverified'
				else 'nothing' end as trail
			from payee_account p
			left join audit_event entered on entered.name = 'payeeAccount.entered'
				and entered.subject_id = p.organization_id::text and entered.facts->>'payeeAccountId' = p.id::text
			left join audit_event verified on verified.name = 'payeeAccount.verified'
				and verified.subject_id = p.organization_id::text and verified.facts->>'payeeAccountId' = p.id::text)
		select 'payee_account ' || id as subject, status || ', ' || trail as facts from told where status <> trail`
};

export const STATUS_CHECKS: readonly Check[] = [...TOLD_BY_EVENTS, PAYEE_ACCOUNT];
