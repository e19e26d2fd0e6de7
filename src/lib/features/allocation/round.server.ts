import { createHash } from 'node:crypto';
import { ceilingFor, type YearCeiling } from '#lib/domain/allocation/allocate.ts';
import type { AllocationRoundStatus } from '#lib/domain/allocation/lifecycle.ts';
import type { AccountKind } from '#lib/domain/ledger/accounts.ts';
import { programFigures, type Balances, type ProgramFigures } from '#lib/domain/ledger/ledger.ts';
import { cad } from '#lib/domain/money/money.ts';
import { fiscalYearsOf } from '#lib/domain/opportunity/content.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { fiscalYearAt } from '#lib/domain/time/zone.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import type { Recommendation } from './schema.ts';

/** One program's figures in each fiscal year, from the maintained balances. Years without an account are all zero. */
export async function figuresFor(
	tx: Pick<Tx, 'ledgerAccount'>,
	programId: string,
	fiscalYears: readonly number[]
): Promise<ProgramFigures[]> {
	const accounts = await tx.ledgerAccount.findMany({
		where: { programId, fiscalYear: { in: [...fiscalYears] } },
		select: { kind: true, fiscalYear: true, balance: { select: { balanceMinor: true } } }
	});
	return fiscalYears.map((fiscalYear) => {
		const balances: Balances = {};
		for (const account of accounts) {
			if (account.fiscalYear !== fiscalYear) continue;
			const kind = account.kind as AccountKind;
			balances[kind] = (balances[kind] ?? 0n) + (account.balance?.balanceMinor ?? 0n);
		}
		return programFigures(fiscalYear, balances);
	});
}

/** What a round may still give: of the current year what is voted and not committed, later what is planned and not reserved. */
export function ceilingsFrom(figures: readonly ProgramFigures[], currentFiscalYear: number): YearCeiling[] {
	return figures.map((year) => {
		const ceiling = ceilingFor(year.fiscalYear, currentFiscalYear);
		// A year that is over has nothing to give: its vote lapsed with it.
		const available = year.fiscalYear < currentFiscalYear ? cad(0n) : null;
		return {
			fiscalYear: year.fiscalYear,
			ceiling,
			available: available ?? (ceiling === 'voted' ? year.remaining : year.unreserved)
		};
	});
}

/** What each application asks of each fiscal year, from what was frozen at its last submission. */
export async function requestedByYear(
	tx: Tx,
	applicationIds: readonly string[]
): Promise<Map<string, { fiscalYear: number; minor: bigint }[]>> {
	const found = new Map<string, { fiscalYear: number; minor: bigint }[]>();
	if (applicationIds.length === 0) return found;
	const rows = await tx.$queryRaw<{ application_id: string; fiscal_year: number; minor: bigint }[]>`
		with latest as (
			select distinct on (application_id) application_id, content from application_version
			where application_id in (${Prisma.join(applicationIds.map((id) => Prisma.sql`${id}::uuid`))})
			order by application_id, number desc
		)
		select latest.application_id, (line ->> 'fiscalYear')::int as fiscal_year,
			sum((line ->> 'requestedMinor')::bigint)::bigint as minor
		from latest, jsonb_array_elements(latest.content -> 'budgetLines') as line
		group by 1, 2 order by 1, 2`;
	for (const row of rows) {
		const years = found.get(row.application_id) ?? [];
		years.push({ fiscalYear: row.fiscal_year, minor: row.minor });
		found.set(row.application_id, years);
	}
	return found;
}

/** A short fingerprint of a line as shown: a form drawn from it is refused once another person changed it. */
export function lineBase(line: {
	recommendation: string;
	reason: string;
	years: readonly { fiscalYear: number; amountMinor: bigint }[];
}): string {
	const years = line.years
		.filter((year) => year.amountMinor > 0n)
		.map((year) => `${year.fiscalYear}:${year.amountMinor}`)
		.sort();
	const text = JSON.stringify([line.recommendation, line.reason, years]);
	return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** A round as locked, with what its rules need. */
export type LockedRound = Awaited<ReturnType<typeof lockRound>>;

/** Locks the opportunity's last round and loads it after. Applications that the caller changes are locked before. */
export async function lockRound(tx: Tx, roundId: string) {
	if (!(await lockRow(tx, 'allocation_round', roundId))) throw new Refusal(refuse('not_found'));
	const round = await tx.allocationRound.findUniqueOrThrow({
		where: { id: roundId },
		include: {
			opportunity: { include: { program: true } },
			lines: {
				orderBy: { applicationId: 'asc' },
				include: { years: { orderBy: { fiscalYear: 'asc' } }, application: true }
			}
		}
	});
	return {
		...round,
		status: round.status as AllocationRoundStatus,
		programId: round.opportunity.programId,
		lines: round.lines.map((line) => ({
			...line,
			recommendation: line.recommendation as Recommendation,
			// A withdrawn application stays in the round's record and takes no part in it.
			isWithdrawn: line.application.status === 'withdrawn'
		}))
	};
}

/** The id of the opportunity's last round; refuses where none was prepared. */
export async function lastRoundId(tx: Tx, opportunityCode: string): Promise<string> {
	const round = await tx.allocationRound.findFirst({
		where: { opportunity: { code: opportunityCode } },
		orderBy: { number: 'desc' },
		select: { id: true }
	});
	if (!round) throw new Refusal(refuse('not_found'));
	return round.id;
}

/** The lines of a round in the shape of the domain's rules, withdrawn applications left out. */
export function linesForRules(round: Pick<LockedRound, 'lines'>) {
	return round.lines
		.filter((line) => !line.isWithdrawn)
		.map((line) => ({
			id: line.id,
			recommendation: line.recommendation,
			years: line.years.map((year) => ({ fiscalYear: year.fiscalYear, amount: cad(year.amountMinor) }))
		}));
}

/** What the funded lines come to in one fiscal year, or in all. */
export function roundTotal(round: Pick<LockedRound, 'lines'>, fiscalYear?: number): bigint {
	let total = 0n;
	for (const line of linesForRules(round)) {
		if (line.recommendation !== 'award') continue;
		for (const year of line.years) {
			if (fiscalYear === undefined || year.fiscalYear === fiscalYear) total += year.amount.minor;
		}
	}
	return total;
}

/** Funds are certified for one fiscal year: a certification made before 1 April says nothing of the vote after it. */
export function isCertifiedAt(
	round: { commitmentCertifiedAt: Date | null; opportunity: { program: { zone: string } } },
	at: Date
): boolean {
	const { zone } = round.opportunity.program;
	return (
		round.commitmentCertifiedAt !== null && fiscalYearAt(round.commitmentCertifiedAt, zone) === fiscalYearAt(at, zone)
	);
}

/** The round's ceilings at an instant. */
export async function ceilingsOf(tx: Tx, round: LockedRound, at: Date): Promise<YearCeiling[]> {
	const { opportunity, programId } = round;
	const figures = await figuresFor(tx, programId, fiscalYearsOf(opportunity));
	return ceilingsFrom(figures, fiscalYearAt(at, opportunity.program.zone));
}
