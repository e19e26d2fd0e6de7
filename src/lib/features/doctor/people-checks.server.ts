import type { Check } from './checks.server.ts';

/** People and authority: who signed what, and whether they could. */
export const PEOPLE_CHECKS: readonly Check[] = [
	{
		check: 'disbursement.twoPeople',
		says: 'a payment went past a section that nobody, or the same person, signed',
		sql: `select 'disbursement ' || d.id as subject, d.status as facts from disbursement d
			left join disbursement_signature c on c.disbursement_id = d.id and c.section = 's34' and c.voided_at is null
				and c.binding_hash = d.binding_hash
			left join disbursement_signature r on r.disbursement_id = d.id and r.section = 's33' and r.voided_at is null
				and r.binding_hash = d.binding_hash
			where (d.status in ('certified', 'requisitioned', 'dispatched', 'sending', 'sent', 'paid', 'reversed') and c.id is null)
				or (d.status in ('requisitioned', 'dispatched', 'sending', 'sent', 'paid', 'reversed') and r.id is null)
				or c.user_id = r.user_id`
	},
	{
		check: 'disbursement.binding',
		says: 'what its signatures bind to is not its recipient, account, amount and instalment',
		sql: `select 'disbursement ' || d.id as subject, d.status as facts from disbursement d
			join award a on a.id = d.award_id
			left join payee_account p on p.id = d.payee_account_id and p.organization_id = a.organization_id
			where d.binding_hash is distinct from encode(sha256(convert_to(concat_ws(chr(10), 'hearth-payment-1',
				p.organization_id, p.fingerprint, d.amount_minor, d.currency, d.instalment_id) || chr(10), 'UTF8')), 'hex')`
	},
	{
		check: 'disbursement.evidence',
		says: 'a manual payment is paid without evidence that a second person confirmed',
		sql: `select 'disbursement ' || d.id as subject, d.status as facts from disbursement d
			where d.rail = 'manual' and d.status in ('paid', 'reversed') and not exists (
				select from payment_evidence e where e.disbursement_id = d.id and e.confirmed_at is not null
					and e.refused_at is null and e.confirmed_by_id <> e.recorded_by_id)`
	},
	{
		check: 'allocation.paper',
		says: 'a decision on paper was not recorded with its document by one person and confirmed by another, who decided by it',
		sql: `select subject, gap as facts from (
				select 'allocation_round ' || r.id as subject,
					paper_gap(r.paper_decision_id, r.id, r.decided_by_id, r.decided_at) as gap
				from allocation_round r where r.paper_decision_id is not null
				union all
				select 'award ' || a.id, case when l.id is null then 'its round awards nothing to this application'
					when l.recommended_amount_minor < a.awarded_amount_minor then 'its round awards less'
					else paper_gap(a.paper_decision_id, l.round_id, a.decided_by_id, a.decided_at) end
				from award a left join paper_decision p on p.id = a.paper_decision_id
				left join allocation_line l on l.round_id = p.round_id and l.application_id = a.application_id
					and l.recommendation = 'award'
				where a.paper_decision_id is not null
				union all
				select 'paper_decision ' || p.id, case
					when p.confirmed_by_id = p.recorded_by_id or p.refused_by_id = p.recorded_by_id then 'one person did both'
					when f.id is null or f.removed_at is not null then 'its document is gone'
					when p.confirmed_at is not null and r.paper_decision_id is distinct from p.id then 'it decided nothing'
					when p.refused_at is null and r.status in ('approved', 'announced')
						and r.paper_decision_id is distinct from p.id then 'its round was decided past it' end
				from paper_decision p join allocation_round r on r.id = p.round_id
				left join stored_file f on f.id = p.file_id) acts
			where gap is not null`
	},
	{
		check: 'signature.delegation',
		says: 'an act relied on a delegation that did not carry it',
		sql: `select subject, gap as facts from (
				select 'disbursement_signature ' || s.id as subject, delegation_gap(s.delegation_id, s.user_id,
					case s.section when 's34' then 's34_certification' else 's33_requisition' end, a.program_id,
					d.amount_minor, s.signed_at) as gap
				from disbursement_signature s join disbursement d on d.id = s.disbursement_id
				join award a on a.id = d.award_id where s.voided_at is null
				union all
				select 'award ' || a.id, delegation_gap(a.decision_delegation_id, a.decided_by_id, 'transaction',
					a.program_id, a.awarded_amount_minor, a.decided_at) from award a where a.paper_decision_id is null
				union all
				select 'award_year ' || y.id, delegation_gap(y.certification_delegation_id, y.certified_by_id,
					's32_commitment', a.program_id, y.amount_minor, y.certified_at)
				from award_year y join award a on a.id = y.award_id where y.standing = 'committed'
				union all
				select 'allocation_round ' || r.id, delegation_gap(r.commitment_delegation_id, r.commitment_certified_by_id,
					's32_commitment', o.program_id, certified.amount, r.commitment_certified_at)
				from allocation_round r join opportunity o on o.id = r.opportunity_id
				-- Which fiscal year was certified stands in the trail, since no SQL converts zones.
				cross join lateral (select (array_agg((e.facts->>'fiscalYear')::int order by e.id desc))[1] as fiscal_year
					from audit_event e where e.name = 'commitment.certified' and e.subject_id = r.id::text) told
				cross join lateral (select coalesce(sum(y.amount_minor), 0)::bigint as amount
					from allocation_line l join allocation_line_year y on y.line_id = l.id
					where l.round_id = r.id and l.recommendation = 'award'
						and y.fiscal_year = coalesce(told.fiscal_year, y.fiscal_year)) certified
				where r.commitment_certified_at is not null
				union all
				select 'agreement_signature ' || s.id, delegation_gap(s.delegation_id, s.user_id, 'transaction',
					a.program_id, a.awarded_amount_minor, s.signed_at)
				from agreement_signature s join agreement g on g.id = s.agreement_id join award a on a.id = g.award_id
				where s.party = 'funder') acts
			where gap is not null`
	},
	{
		check: 'signature.benefit',
		says: 'a person who is or was a member of the recipient took part in its award or payment',
		sql: `select acts.subject, m.id::text as facts from (
				select 'disbursement_signature ' || s.id as subject, s.user_id, s.signed_at as at, a.organization_id
				from disbursement_signature s join disbursement d on d.id = s.disbursement_id
				join award a on a.id = d.award_id where s.voided_at is null
				union all select 'award ' || a.id, a.decided_by_id, a.decided_at, a.organization_id from award a
				union all select 'award_year ' || y.id, y.certified_by_id, y.certified_at, a.organization_id
				from award_year y join award a on a.id = y.award_id
				union all select 'allocation_round ' || r.id, r.commitment_certified_by_id, r.commitment_certified_at,
					p.organization_id
				from allocation_round r join allocation_line l on l.round_id = r.id and l.recommendation = 'award'
				join application p on p.id = l.application_id
				union all select 'agreement_signature ' || s.id, s.user_id, s.signed_at, a.organization_id
				from agreement_signature s join agreement g on g.id = s.agreement_id join award a on a.id = g.award_id
				where s.party = 'funder'
				union all select 'payment_evidence ' || e.id, judge.user_id, judge.at, a.organization_id
				from payment_evidence e join disbursement d on d.id = e.disbursement_id join award a on a.id = d.award_id
				cross join lateral (values (e.recorded_by_id, e.recorded_at), (e.confirmed_by_id, e.confirmed_at),
					(e.refused_by_id, e.refused_at))
					as judge (user_id, at)
				union all select 'paper_decision ' || d.id, judge.user_id, judge.at, p.organization_id
				from paper_decision d join allocation_line l on l.round_id = d.round_id and l.recommendation = 'award'
				join application p on p.id = l.application_id and p.status <> 'withdrawn'
				cross join lateral (values (d.recorded_by_id, d.recorded_at), (d.confirmed_by_id, d.confirmed_at),
					(d.refused_by_id, d.refused_at))
					as judge (user_id, at)
				union all select 'payee_account ' || id, verified_by_id, verified_at, organization_id from payee_account) acts
			join membership m on m.user_id = acts.user_id and m.organization_id = acts.organization_id
				and m.created_at <= acts.at`
	},
	{
		check: 'agreement.signedByBoth',
		says: 'an agreement is in force without the signatures of both parties on its text',
		sql: `select 'agreement ' || g.id as subject, g.status as facts from agreement g
			where g.status in ('signed', 'in_force', 'amended', 'settled') and 2 > (select count(*) from agreement_signature s
				where s.agreement_id = g.id and s.content_hash = g.content_hash)`
	},
	{
		check: 'organization.owner',
		severity: 'warning',
		says: 'an organization has no active owner',
		sql: `select 'organization ' || o.id as subject, '' as facts from organization o where not exists (
				select from membership m where m.organization_id = o.id and m.role = 'owner' and m.ended_at is null)`
	},
	{
		check: 'administrator.present',
		severity: 'warning',
		says: 'there are people and no active administrator',
		sql: `select 'person' as subject, '' as facts where exists (select from person) and not exists (
				select from role_assignment r join person p on p.id = r.user_id
				where r.role = 'administrator' and r.ended_at is null and p.status = 'active')`
	}
];
