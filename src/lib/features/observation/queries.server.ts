import { authorize, may, programsWhere } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { programFigures, type ProgramFigures } from '#lib/domain/ledger/ledger.ts';
import { PROVINCES, type Province } from '#lib/domain/organization/province.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { FiscalYear } from '#lib/domain/time/fiscal-year.ts';
import { DEFAULT_ZONE, fiscalYearAt } from '#lib/domain/time/zone.ts';
import { addBalances, balancesBy } from '#lib/features/payment/figures.server.ts';
import { database } from '#lib/server/db/client.ts';

/** What the page of money is asked for. Null means all. */
export type MoneyFilter = {
	fiscalYear: number | null;
	programId: string | null;
	province: string | null;
	/** Which page of the awards; the first unless it is said. */
	page?: number;
};

export const AWARDS_PAGE = 50;

/**
 * Where every dollar stands, for the programs the viewer may see: planned, voted, reserved, committed, paid and remaining,
 * by program, by province and by fiscal year, from balances that were true at one instant.
 */
export async function moneyForViewer(viewer: Actor, filter: MoneyFilter, now: Date) {
	authorize(viewer, 'budget.view');
	const scope = programsWhere(viewer, 'budget.view');
	const programs = await database().program.findMany({
		where: scope === 'all' ? {} : { id: { in: scope } },
		include: { strategy: { select: { titleEn: true, titleFr: true } } },
		orderBy: { code: 'asc' }
	});
	const chosen = filter.programId ? programs.filter((program) => program.id === filter.programId) : programs;
	const rows = await balancesBy({ programIds: chosen.map((program) => program.id) });
	const years = [...new Set(rows.map((row) => row.fiscalYear))].sort((a, b) => a - b);
	const current = fiscalYearAt(now, DEFAULT_ZONE);
	const fiscalYear: FiscalYear = filter.fiscalYear ?? (years.includes(current) ? current : (years.at(-1) ?? current));
	const province = PROVINCES.find((known) => known === filter.province) ?? null;
	// A province narrows what recipients hold; what was planned and voted belongs to no province.
	// Before the announcement an award is nobody's news: in one province its amount alone could name the recipient.
	const announced = rows.filter((row) => row.isAnnounced);
	const shown =
		province === null ? rows : announced.filter((row) => row.province === null || row.province === province);
	const ofYear = shown.filter((row) => row.fiscalYear === fiscalYear);
	const figuresOf = (part: typeof rows, year: FiscalYear): ProgramFigures => programFigures(year, addBalances(part));
	return {
		fiscalYear,
		currentFiscalYear: current,
		years,
		province,
		programId: filter.programId,
		strategy: programs[0] ? { en: programs[0].strategy.titleEn, fr: programs[0].strategy.titleFr } : { en: '', fr: '' },
		allPrograms: programs.map((program) => ({ id: program.id, name: { en: program.nameEn, fr: program.nameFr } })),
		total: figuresOf(ofYear, fiscalYear),
		byProgram: chosen.map((program) => ({
			id: program.id,
			name: { en: program.nameEn, fr: program.nameFr },
			figures: figuresOf(
				ofYear.filter((row) => row.programId === program.id),
				fiscalYear
			)
		})),
		byProvince: PROVINCES.map((code: Province) => ({
			code,
			figures: figuresOf(
				announced.filter((row) => row.fiscalYear === fiscalYear && row.province === code),
				fiscalYear
			)
		}))
			.filter(({ figures }) => figures.committed.minor > 0n || figures.reserved.minor > 0n)
			.sort((a, b) => (a.figures.committed.minor > b.figures.committed.minor ? -1 : 1)),
		byYear: years.map((year) => ({
			fiscalYear: year,
			figures: figuresOf(
				shown.filter((row) => row.fiscalYear === year),
				year
			)
		})),
		...(await awardsOf(
			viewer,
			chosen.map((program) => program.id),
			fiscalYear,
			province,
			filter.page ?? 1
		)),
		lastEntryAt: await lastEntryAt(chosen.map((program) => program.id))
	};
}

/** Recipients' names are for those who may see awards; others see the numbers of the awards. */
async function awardsOf(
	viewer: Actor,
	programIds: string[],
	fiscalYear: FiscalYear,
	province: string | null,
	asked: number
) {
	const where = {
		programId: { in: programIds },
		// Before the announcement an award is nobody's news.
		offeredAt: { not: null },
		years: { some: { fiscalYear } },
		...(province === null ? {} : { organization: { province } })
	};
	const count = await database().award.count({ where });
	const pages = Math.max(1, Math.ceil(count / AWARDS_PAGE));
	const page = Math.min(Math.max(1, asked), pages);
	const awards = await database().award.findMany({
		where,
		select: {
			id: true,
			number: true,
			programId: true,
			organization: { select: { legalName: true, province: true } },
			ledgerAccounts: {
				where: { fiscalYear },
				select: { kind: true, balance: { select: { balanceMinor: true } } }
			}
		},
		orderBy: { number: 'asc' },
		skip: (page - 1) * AWARDS_PAGE,
		take: AWARDS_PAGE
	});
	const rows = awards.map((award) => {
		const balances = Object.fromEntries(
			award.ledgerAccounts.map((account) => [account.kind, account.balance?.balanceMinor ?? 0n])
		);
		const figures = programFigures(fiscalYear, balances);
		return {
			id: award.id,
			number: award.number,
			recipient: may(viewer, 'award.view', { programId: award.programId }) ? award.organization.legalName : null,
			province: award.organization.province,
			reservedMinor: figures.reserved.minor,
			committedMinor: figures.committed.minor,
			paidMinor: figures.paid.minor
		};
	});
	return { awards: rows, awardCount: count, awardPage: page, awardPages: pages };
}

async function lastEntryAt(programIds: string[]): Promise<Date | null> {
	const entry = await database().ledgerEntry.findFirst({
		where: { debitAccount: { programId: { in: programIds } } },
		orderBy: { occurredAt: 'desc' },
		select: { occurredAt: true }
	});
	return entry?.occurredAt ?? null;
}

/** Every movement of one award's money, oldest first, with the person and the delegation behind it. */
export async function awardLedgerForViewer(viewer: Actor, awardId: string) {
	const award = isId(awardId)
		? await database().award.findUnique({
				where: { id: awardId },
				include: {
					program: true,
					organization: { select: { legalName: true } },
					paperDecision: { select: { signedByName: true, positionEn: true, positionFr: true } },
					years: { orderBy: { fiscalYear: 'asc' } }
				}
			})
		: null;
	if (!award || award.offeredAt === null) throw new Refusal(refuse('not_found'));
	authorize(viewer, 'ledger.view', { programId: award.programId });
	const entries = await database().ledgerEntry.findMany({
		where: { OR: [{ debitAccount: { awardId } }, { creditAccount: { awardId } }] },
		include: {
			debitAccount: { select: { kind: true, fiscalYear: true } },
			creditAccount: { select: { kind: true } }
		},
		orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }]
	});
	const payments = await database().disbursement.findMany({
		where: { awardId },
		select: {
			id: true,
			number: true,
			signatures: { where: { voidedAt: null }, select: { section: true, userId: true, delegationId: true } },
			evidence: { where: { confirmedAt: { not: null } }, select: { recordedById: true, confirmedById: true } }
		}
	});
	const delegations = await database().delegation.findMany({
		where: {
			id: {
				in: [
					...[award.decisionDelegationId].filter((id) => id !== null),
					...entries.flatMap((entry) => entry.delegationId ?? []),
					...payments.flatMap((payment) => payment.signatures.map((signature) => signature.delegationId))
				]
			}
		},
		select: { id: true, number: true }
	});
	const people = await database().user.findMany({
		where: {
			id: {
				in: [
					...entries.flatMap((entry) => entry.actorUserId ?? []),
					...payments.flatMap((payment) => [
						...payment.signatures.map((signature) => signature.userId),
						...payment.evidence.flatMap((proof) => [proof.recordedById, proof.confirmedById ?? proof.recordedById])
					])
				]
			}
		},
		select: { id: true, displayName: true }
	});
	const nameOf = (id: string | null | undefined): string | null =>
		people.find((person) => person.id === id)?.displayName ?? null;
	const numberOf = (id: string | null | undefined): string | null =>
		delegations.find((held) => held.id === id)?.number ?? null;
	const balances = await balancesBy({ programIds: [award.programId], awardId });
	return {
		id: award.id,
		number: award.number,
		zone: award.program.zone,
		program: { en: award.program.nameEn, fr: award.program.nameFr },
		recipient: may(viewer, 'award.view', { programId: award.programId }) ? award.organization.legalName : null,
		years: award.years.map((year) => ({
			fiscalYear: year.fiscalYear,
			figures: programFigures(
				year.fiscalYear,
				addBalances(balances.filter((row) => row.fiscalYear === year.fiscalYear))
			)
		})),
		entries: entries.map((entry) => {
			const payment =
				entry.subjectType === 'disbursement' ? payments.find((made) => made.id === entry.subjectId) : null;
			const hand = (section: string) => {
				const signature = payment?.signatures.find((given) => given.section === section);
				return signature ? { name: nameOf(signature.userId), delegation: numberOf(signature.delegationId) } : null;
			};
			return {
				id: entry.id,
				at: entry.occurredAt,
				verb: entry.verb,
				fiscalYear: entry.debitAccount.fiscalYear,
				from: entry.debitAccount.kind,
				to: entry.creditAccount.kind,
				amountMinor: entry.amountMinor,
				by: nameOf(entry.actorUserId),
				delegation: numberOf(entry.delegationId),
				// The entries of a decision on paper rely on nobody's delegation here.
				paper:
					award.paperDecision &&
					entry.subjectType === 'award' &&
					entry.occurredAt.getTime() === award.decidedAt.getTime()
						? {
								name: award.paperDecision.signedByName,
								position: { en: award.paperDecision.positionEn, fr: award.paperDecision.positionFr }
							}
						: null,
				payment: payment
					? {
							id: payment.id,
							number: payment.number,
							certified: hand('s34'),
							requisitioned: hand('s33'),
							recordedBy: nameOf(payment.evidence[0]?.recordedById),
							confirmedBy: nameOf(payment.evidence[0]?.confirmedById)
						}
					: null
			};
		}),
		maySeePayments: may(viewer, 'payment.view', { programId: award.programId })
	};
}
