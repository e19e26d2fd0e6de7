import type { Check } from './checks.server.ts';

/** Money: what the ledger says of itself, and what the rest of the database says of it. */
export const LEDGER_CHECKS: readonly Check[] = [
	{
		check: 'ledger.balance',
		says: 'the balance is not the sum of its entries (kept, summed)',
		sql: `select 'ledger_account ' || b.account_id as subject, b.balance_minor || ', ' || coalesce(m.summed, 0) as facts
			from ledger_balance b left join (
				select account_id, sum(amount) as summed from (
					select credit_account_id as account_id, amount_minor as amount from ledger_entry
					union all select debit_account_id, -amount_minor from ledger_entry) movement
				group by account_id) m on m.account_id = b.account_id
			where b.balance_minor <> coalesce(m.summed, 0)`
	},
	{
		check: 'ledger.accountHasBalance',
		says: 'the account has no balance, or another kind than its balance',
		sql: `select 'ledger_account ' || a.id as subject, coalesce(b.kind, 'none') as facts
			from ledger_account a left join ledger_balance b on b.account_id = a.id where b.kind is distinct from a.kind`
	},
	{
		check: 'ledger.sum',
		says: 'all balances of a currency do not come to zero',
		sql: `select 'currency ' || a.currency as subject, sum(b.balance_minor)::text as facts
			from ledger_balance b join ledger_account a on a.id = b.account_id
			group by a.currency having sum(b.balance_minor) <> 0`
	},
	{
		check: 'ledger.ceiling',
		says: 'an account stands on the wrong side of zero: more was promised or paid than there was',
		sql: `select 'ledger_account ' || account_id as subject, kind || ' ' || balance_minor as facts from ledger_balance
			where case when kind in ('planned', 'voted') then balance_minor > 0 else balance_minor < 0 end`
	},
	{
		check: 'ledger.reversal',
		says: 'a reversal does not mirror its entry',
		sql: `select 'ledger_entry ' || r.id as subject, r.reverses_id::text as facts
			from ledger_entry r left join ledger_entry e on e.id = r.reverses_id
			where r.verb = 'reverse' and (e.id is null or e.verb = 'reverse' or e.debit_account_id <> r.credit_account_id
				or e.credit_account_id <> r.debit_account_id or e.amount_minor <> r.amount_minor)`
	},
	{
		check: 'budget.entryPosted',
		says: 'a change of a ceiling is not in the ledger with its amount (entered, posted)',
		sql: `select 'budget_entry ' || b.id as subject, b.amount_minor || ', ' || coalesce(e.amount_minor, 0) as facts
			from budget_entry b left join ledger_entry e on e.id = b.ledger_entry_id
			where abs(b.amount_minor) is distinct from e.amount_minor`
	},
	{
		check: 'budget.ceiling',
		says: 'the ceiling in the ledger is not the sum of its entries (kept, entered)',
		sql: `with entered as (
				select program_id, fiscal_year, ceiling, sum(amount_minor) as amount from budget_entry group by 1, 2, 3),
			kept as (
				select a.program_id, a.fiscal_year, a.kind as ceiling, -b.balance_minor as amount
				from ledger_account a join ledger_balance b on b.account_id = a.id where a.kind in ('planned', 'voted'))
			select 'program ' || coalesce(k.program_id, e.program_id) as subject,
				coalesce(k.ceiling, e.ceiling) || ' ' || coalesce(k.fiscal_year, e.fiscal_year) || ': '
					|| coalesce(k.amount, 0) || ', ' || coalesce(e.amount, 0) as facts
			from kept k full join entered e using (program_id, fiscal_year, ceiling)
			where coalesce(k.amount, 0) <> coalesce(e.amount, 0)`
	},
	{
		check: 'award.years',
		says: 'the years of the award do not come to the award (award, years)',
		sql: `select 'award ' || a.id as subject, a.awarded_amount_minor || ', ' || coalesce(sum(y.amount_minor), 0) as facts
			from award a left join award_year y on y.award_id = a.id
			group by a.id having a.awarded_amount_minor <> coalesce(sum(y.amount_minor), 0)`
	},
	{
		check: 'award.ledger',
		says: 'the ledger does not hold what the award promises for a year (promised, held)',
		sql: `with held as (
				select a.award_id, a.fiscal_year,
					sum(b.balance_minor) filter (where a.kind = 'reserved') as reserved,
					sum(b.balance_minor) filter (where a.kind <> 'reserved') as committed
				from ledger_account a join ledger_balance b on b.account_id = a.id
				where a.award_id is not null group by 1, 2)
			select 'award ' || w.id as subject, y.fiscal_year || ' ' || y.standing || ': ' || y.amount_minor || ', '
					|| coalesce(h.committed, 0) || ' committed, ' || coalesce(h.reserved, 0) || ' reserved' as facts
			from award w join award_year y on y.award_id = w.id
			left join held h on h.award_id = w.id and h.fiscal_year = y.fiscal_year
			where case
				when w.status in ('declined', 'lapsed') then coalesce(h.committed, 0) <> 0 or coalesce(h.reserved, 0) <> 0
				when w.status in ('completed', 'terminated') then coalesce(h.committed, 0) + coalesce(h.reserved, 0) > y.amount_minor
				when y.standing = 'committed' then coalesce(h.committed, 0) <> y.amount_minor or coalesce(h.reserved, 0) <> 0
				else coalesce(h.reserved, 0) <> y.amount_minor or coalesce(h.committed, 0) <> 0 end`
	},
	{
		check: 'disbursement.ledger',
		says: 'the payments of an award and year are not what the ledger paid (payments, ledger)',
		sql: `with paid as (
				select award_id, fiscal_year, sum(amount_minor) as amount from disbursement where status = 'paid' group by 1, 2),
			posted as (
				select a.award_id, a.fiscal_year, sum(b.balance_minor) as amount
				from ledger_account a join ledger_balance b on b.account_id = a.id
				where a.kind in ('paid', 'advanced', 'recoverable', 'written_off') group by 1, 2)
			select 'award ' || coalesce(p.award_id, l.award_id) as subject,
				coalesce(p.fiscal_year, l.fiscal_year) || ': ' || coalesce(p.amount, 0) || ', ' || coalesce(l.amount, 0) as facts
			from paid p full join posted l using (award_id, fiscal_year)
			where coalesce(p.amount, 0) <> coalesce(l.amount, 0)`
	},
	{
		check: 'disbursement.withinAward',
		says: 'the payments under way and made exceed the award of the year (payments, award)',
		sql: `select 'award ' || d.award_id as subject,
				d.fiscal_year || ': ' || sum(d.amount_minor) || ', ' || coalesce(max(y.amount_minor), 0) as facts
			from disbursement d left join award_year y on y.award_id = d.award_id and y.fiscal_year = d.fiscal_year
			where d.status not in ('cancelled', 'failed', 'returned', 'reversed')
			group by d.award_id, d.fiscal_year having sum(d.amount_minor) > coalesce(max(y.amount_minor), 0)`
	},
	{
		check: 'instalment.withinAward',
		says: 'the instalments exceed the award of the year (instalments, award)',
		sql: `select 'award ' || i.award_id as subject,
				i.fiscal_year || ': ' || sum(i.amount_minor) || ', ' || coalesce(max(y.amount_minor), 0) as facts
			from instalment i left join award_year y on y.award_id = i.award_id and y.fiscal_year = i.fiscal_year
			where i.status not in ('cancelled', 'lapsed')
			group by i.award_id, i.fiscal_year having sum(i.amount_minor) > coalesce(max(y.amount_minor), 0)`
	},
	{
		check: 'instalment.payment',
		says: 'the instalment and its payment tell different stories (instalment, payments)',
		sql: `select 'instalment ' || i.id as subject, i.status || ', ' || coalesce(string_agg(d.status, ' '), 'none') as facts
			from instalment i left join disbursement d on d.instalment_id = i.id
				and d.status not in ('cancelled', 'failed', 'returned', 'reversed')
			group by i.id having case i.status
				when 'paid' then coalesce(bool_or(d.status = 'paid'), false) = false
				when 'in_payment' then coalesce(bool_or(d.status <> 'paid'), false) = false
				else count(d.id) > 0 end`
	}
];
