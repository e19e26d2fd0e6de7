import { type Balances, programFigures, type ProgramFigures } from '#lib/domain/ledger/ledger.ts';
import { ACCOUNT_KINDS, type AccountKind } from '#lib/domain/ledger/accounts.ts';
import { database } from '#lib/server/db/client.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';

/** The summed balances of one program (and province, where asked) in one fiscal year. */
export type BalanceRow = {
	programId: string;
	fiscalYear: number;
	province: string | null;
	/** False for awards that were decided and not announced; what is no award's is nobody's news. */
	isAnnounced: boolean;
	balances: Balances;
};

type Grouped = {
	program_id: string;
	fiscal_year: number;
	province: string | null;
	is_announced: boolean;
	kind: string;
	balance: bigint;
};

/**
 * Balances by program, fiscal year and province, read from the maintained balances in one query: whatever is shown beside
 * each other was true at one instant. Accounts of a program itself have no province.
 */
export async function balancesBy(scope: {
	programIds: 'all' | readonly string[];
	fiscalYear?: number;
	awardId?: string;
}): Promise<BalanceRow[]> {
	const conditions = [Prisma.sql`true`];
	if (scope.programIds !== 'all') {
		if (scope.programIds.length === 0) return [];
		conditions.push(Prisma.sql`a.program_id = any (${[...scope.programIds]}::uuid[])`);
	}
	if (scope.fiscalYear !== undefined) conditions.push(Prisma.sql`a.fiscal_year = ${scope.fiscalYear}`);
	if (scope.awardId !== undefined) conditions.push(Prisma.sql`a.award_id = ${scope.awardId}::uuid`);
	const rows = await database().$queryRaw<Grouped[]>`
		select a.program_id::text, a.fiscal_year, o.province::text, (w.id is null or w.offered_at is not null) as is_announced,
			a.kind, sum(b.balance_minor)::bigint as balance
		  from ledger_account a
		  join ledger_balance b on b.account_id = a.id
		  left join award w on w.id = a.award_id
		  left join organization o on o.id = w.organization_id
		 where ${Prisma.join(conditions, ' and ')}
		 group by a.program_id, a.fiscal_year, o.province, is_announced, a.kind
		 order by a.program_id, a.fiscal_year, o.province, is_announced`;
	const grouped = new Map<string, BalanceRow>();
	for (const row of rows) {
		const key = `${row.program_id}/${row.fiscal_year}/${row.province ?? ''}/${row.is_announced}`;
		const known = grouped.get(key) ?? {
			programId: row.program_id,
			fiscalYear: row.fiscal_year,
			province: row.province,
			isAnnounced: row.is_announced,
			balances: {}
		};
		if (isKind(row.kind)) known.balances[row.kind] = row.balance;
		grouped.set(key, known);
	}
	return [...grouped.values()];
}

/** Adds up balances kind by kind; order and grouping are the caller's. */
export function addBalances(rows: readonly { balances: Balances }[]): Balances {
	const total: Balances = {};
	for (const { balances } of rows) {
		for (const [kind, minor] of Object.entries(balances) as [AccountKind, bigint][]) {
			total[kind] = (total[kind] ?? 0n) + minor;
		}
	}
	return total;
}

/** The figures of one program in one fiscal year, to the cent. */
export async function figuresOfProgram(programId: string, fiscalYear: number): Promise<ProgramFigures> {
	const rows = await balancesBy({ programIds: [programId], fiscalYear });
	return programFigures(fiscalYear, addBalances(rows));
}

function isKind(kind: string): kind is AccountKind {
	return ACCOUNT_KINDS.some((known) => known === kind);
}
