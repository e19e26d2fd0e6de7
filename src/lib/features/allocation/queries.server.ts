import { accessProblem, authorize, may, programsWhere } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { AllocationRoundStatus } from '#lib/domain/allocation/lifecycle.ts';
import { isId } from '#lib/domain/id.ts';
import { cad } from '#lib/domain/money/money.ts';
import { fiscalYearsOf } from '#lib/domain/opportunity/content.ts';
import { refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { fiscalYearAt } from '#lib/domain/time/zone.ts';
import { panelForStaff } from '#lib/features/review/queries.server.ts';
import type { Bilingual, Locale } from '#lib/i18n/locale.ts';
import { readAs, type Tx } from '#lib/server/db/transact.ts';
import { delegationFor, delegationsById, type ReliedDelegation } from './authority.server.ts';
import { signedPapers } from './paper.server.ts';
import { ceilingsFrom, figuresFor, isCertifiedAt, lineBase, requestedByYear, roundTotal } from './round.server.ts';
import { amountField, type Recommendation } from './schema.ts';

/** One opportunity in the list of rounds. */
export type RoundSummary = {
	code: string;
	title: Bilingual;
	round: { number: number; status: AllocationRoundStatus } | null;
	reviewedCount: number;
	underReviewCount: number;
};

/** Opportunities of the viewer's programs that have something to allocate, or had. */
export function roundsForStaff(viewer: Actor): Promise<RoundSummary[]> {
	return readAs(viewer, async (tx) => {
		const programs = programsWhere(viewer, 'allocation.view');
		const opportunities = await tx.opportunity.findMany({
			where: {
				...(programs === 'all' ? {} : { programId: { in: programs } }),
				OR: [
					{ applications: { some: { status: { in: ['under_review', 'reviewed', 'waitlisted'] } } } },
					{ allocationRounds: { some: {} } }
				]
			},
			include: { allocationRounds: { orderBy: { number: 'desc' }, take: 1 } },
			orderBy: [{ closesAt: 'desc' }, { id: 'asc' }],
			take: 200
		});
		const counts = await tx.application.groupBy({
			by: ['opportunityId', 'status'],
			where: {
				opportunityId: { in: opportunities.map((opportunity) => opportunity.id) },
				status: { in: ['reviewed', 'under_review'] }
			},
			_count: { _all: true }
		});
		const countOf = (opportunityId: string, status: string): number =>
			counts.find((count) => count.opportunityId === opportunityId && count.status === status)?._count._all ?? 0;
		return opportunities.map((opportunity) => {
			const round = opportunity.allocationRounds[0];
			return {
				code: opportunity.code,
				title: { en: opportunity.titleEn, fr: opportunity.titleFr },
				round: round ? { number: round.number, status: round.status as AllocationRoundStatus } : null,
				reviewedCount: countOf(opportunity.id, 'reviewed'),
				underReviewCount: countOf(opportunity.id, 'under_review')
			};
		});
	});
}

/** One fiscal year of a round: the ceiling it is held to, what stands, and what the round adds. */
export type RoundYear = {
	fiscalYear: number;
	ceiling: 'voted' | 'planned';
	plannedMinor: bigint;
	votedMinor: bigint;
	committedMinor: bigint;
	reservedMinor: bigint;
	paidMinor: bigint;
	/** Of the ceiling, promised to nobody before this round. */
	availableMinor: bigint;
	thisRoundMinor: bigint;
	/** Below zero when the round is over. */
	leftMinor: bigint;
};

export type RoundLine = {
	id: string;
	applicationId: string;
	reference: string;
	organizationName: string;
	province: string;
	title: string | null;
	locale: Locale;
	rank: number | null;
	scoreTenThousandths: number | null;
	recommendation: Recommendation;
	requestedMinor: bigint;
	recommendedMinor: bigint;
	years: { fiscalYear: number; requestedMinor: bigint; amountMinor: bigint }[];
	reason: string;
	base: string;
	isWithdrawn: boolean;
};

/** A hand under the round: who, when, by which delegation; null while it is blank. */
export type Hand = { name: string; at: Date; delegation: ReliedDelegation | null };

type RoundRow = NonNullable<Awaited<ReturnType<typeof loadRound>>>;

/**
 * The round of one opportunity as the program office works on it, or the way to prepare one: the latest, or an earlier one
 * by its number, which is read with its signatures and changes no more.
 */
export function roundForStaff(viewer: Actor, opportunityCode: string, now: Date, number?: number) {
	return readAs(viewer, async (tx) => {
		const opportunity = await opportunityByCode(tx, viewer, opportunityCode);
		const { programId } = opportunity;
		const rounds = await tx.allocationRound.findMany({
			where: { opportunityId: opportunity.id },
			select: { number: true },
			orderBy: { number: 'asc' }
		});
		const row = await loadRound(tx, opportunity.id, number);
		if (number !== undefined && !row) throw new Refusal(refuse('not_found'));
		const ready = await tx.application.findMany({
			where: { opportunityId: opportunity.id, status: { in: ['reviewed', 'waitlisted'] } },
			select: { id: true, status: true }
		});
		const underReviewCount = await tx.application.count({
			where: { opportunityId: opportunity.id, status: 'under_review' }
		});
		const currentYear = fiscalYearAt(now, opportunity.program.zone);
		const common = {
			code: opportunity.code,
			title: { en: opportunity.titleEn, fr: opportunity.titleFr },
			zone: opportunity.program.zone,
			currentYear,
			fiscalYears: fiscalYearsOf(opportunity),
			underReviewCount,
			readyCount: ready.length,
			/** Of these, what no round has judged yet. */
			reviewedCount: ready.filter(({ status }) => status === 'reviewed').length,
			roundNumbers: rounds.map((round) => round.number),
			may: {
				prepare: may(viewer, 'allocation.prepare', { programId }),
				recommend: may(viewer, 'allocation.recommend', { programId }),
				certify: may(viewer, 'commitment.certify', { programId }),
				decide: may(viewer, 'award.decide', { programId }) && may(viewer, 'allocation.approve', { programId }),
				recordPaper: may(viewer, 'decision.record', { programId }),
				confirmPaper: may(viewer, 'decision.confirm', { programId }),
				announce: may(viewer, 'allocation.announce', { programId })
			}
		};
		if (!row) return { ...common, round: null };
		const lines = await linesOf(tx, row);
		const years = await yearsOf(tx, row, currentYear);
		const inRound = new Set(row.lines.map((line) => line.applicationId));
		const totalMinor = roundTotal(row);
		const commitMinor = roundTotal(row, currentYear);
		// Undecided, it is certified anew in a new fiscal year; once decided, its certification is what it was decided on.
		const isCertified = row.status === 'recommended' ? isCertifiedAt(row, now) : row.commitmentCertifiedAt !== null;
		const hands = await handsOf(tx, row);
		return {
			...common,
			round: {
				id: row.id,
				number: row.number,
				status: row.status as AllocationRoundStatus,
				version: row.version,
				isCertified,
				decisionNote: row.decisionNote,
				announcedAt: row.announcedAt,
				newCount: row.status === 'open' ? ready.filter((application) => !inRound.has(application.id)).length : 0,
				lines,
				years,
				totalMinor,
				commitMinor,
				hands: isCertified ? hands : { ...hands, certified: null },
				certification: await authorityOf(tx, viewer, programId, 's32_commitment', commitMinor, now),
				decision: await authorityOf(tx, viewer, programId, 'transaction', largestAward(row), now),
				papers: (await signedPapers(tx, { roundId: row.id })).map(({ recordedById, ...paper }) => ({
					...paper,
					isRecorder: recordedById === actorUserId(viewer)
				})),
				isRecommender: row.recommendedById !== null && row.recommendedById === actorUserId(viewer)
			}
		};
	});
}

/** The largest single award of a round: the transaction that a decision by delegation must cover. */
export function largestAward(round: {
	lines: readonly { recommendation: string; isWithdrawn: boolean; recommendedAmountMinor: bigint }[];
}): bigint {
	let largest = 0n;
	for (const line of round.lines) {
		if (line.recommendation === 'award' && !line.isWithdrawn && line.recommendedAmountMinor > largest) {
			largest = line.recommendedAmountMinor;
		}
	}
	return largest;
}

async function authorityOf(
	tx: Tx,
	viewer: Actor,
	programId: string,
	authority: 's32_commitment' | 'transaction',
	amountMinor: bigint,
	at: Date
): Promise<ReliedDelegation | Problem> {
	return delegationFor(tx, viewer, { authority, programId, amount: cad(amountMinor), at });
}

async function opportunityByCode(tx: Tx, viewer: Actor, code: string) {
	const opportunity = await tx.opportunity.findUnique({ where: { code }, include: { program: true } });
	if (!opportunity) throw new Refusal(refuse('not_found'));
	const subject = { programId: opportunity.programId };
	// Whoever certifies the funds reads the round without the other rights of the program office.
	if (accessProblem(viewer, 'allocation.view', subject)) authorize(viewer, 'commitment.certify', subject);
	return opportunity;
}

async function loadRound(tx: Tx, opportunityId: string, number?: number) {
	const row = await tx.allocationRound.findFirst({
		where: { opportunityId, ...(number === undefined ? {} : { number }) },
		orderBy: { number: 'desc' },
		include: {
			opportunity: { include: { program: true } },
			lines: {
				include: {
					years: { orderBy: { fiscalYear: 'asc' } },
					application: { include: { organization: { select: { legalName: true, province: true } } } }
				}
			}
		}
	});
	if (!row) return null;
	return {
		...row,
		lines: row.lines.map((line) => ({
			...line,
			recommendation: line.recommendation as Recommendation,
			isWithdrawn: line.application.status === 'withdrawn'
		}))
	};
}

/** Lines by rank; those without one last, then in the order of their ids. */
async function linesOf(tx: Tx, row: RoundRow): Promise<RoundLine[]> {
	const requested = await requestedByYear(
		tx,
		row.lines.map((line) => line.applicationId)
	);
	const fiscalYears = fiscalYearsOf(row.opportunity);
	return row.lines
		.map((line): RoundLine => {
			const asked = requested.get(line.applicationId) ?? [];
			return {
				id: line.id,
				applicationId: line.applicationId,
				reference: line.application.reference,
				organizationName: line.application.organization.legalName,
				province: line.application.organization.province,
				title: line.application.title,
				locale: line.application.locale === 'fr' ? 'fr' : 'en',
				rank: line.rank,
				scoreTenThousandths: line.scoreTenThousandths,
				recommendation: line.recommendation,
				requestedMinor: asked.reduce((total, year) => total + year.minor, 0n),
				recommendedMinor: line.recommendedAmountMinor,
				years: fiscalYears.map((fiscalYear) => ({
					fiscalYear,
					requestedMinor: asked.find((year) => year.fiscalYear === fiscalYear)?.minor ?? 0n,
					amountMinor: line.years.find((year) => year.fiscalYear === fiscalYear)?.amountMinor ?? 0n
				})),
				reason: line.reason,
				base: lineBase(line),
				isWithdrawn: line.isWithdrawn
			};
		})
		.sort(
			(a, b) =>
				(a.rank ?? Number.MAX_SAFE_INTEGER) - (b.rank ?? Number.MAX_SAFE_INTEGER) ||
				(a.applicationId < b.applicationId ? -1 : 1)
		);
}

async function yearsOf(tx: Tx, row: RoundRow, currentYear: number): Promise<RoundYear[]> {
	const figures = await figuresFor(tx, row.opportunity.programId, fiscalYearsOf(row.opportunity));
	const ceilings = ceilingsFrom(figures, currentYear);
	// Once decided, the round's own money already stands in the ledger: it is not counted a second time.
	const isPosted = row.status === 'approved' || row.status === 'announced';
	return figures.map((year, index) => {
		const ceiling = ceilings[index];
		const thisRoundMinor = roundTotal(row, year.fiscalYear);
		const standing = ceiling?.available.minor ?? 0n;
		const availableMinor = isPosted ? standing + thisRoundMinor : standing;
		return {
			fiscalYear: year.fiscalYear,
			ceiling: ceiling?.ceiling ?? 'planned',
			plannedMinor: year.planned.minor,
			votedMinor: year.voted.minor,
			committedMinor: year.committed.minor,
			reservedMinor: year.reserved.minor,
			paidMinor: year.paid.minor,
			availableMinor,
			thisRoundMinor,
			leftMinor: availableMinor - thisRoundMinor
		};
	});
}

async function handsOf(
	tx: Tx,
	row: RoundRow
): Promise<{ recommended: Hand | null; certified: Hand | null; decided: Hand | null }> {
	const ids = [row.recommendedById, row.commitmentCertifiedById, row.decidedById].filter((id) => id !== null);
	const users = await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true, displayName: true } });
	const delegations = await delegationsById(tx, [row.commitmentDelegationId, row.decisionDelegationId]);
	const hand = (userId: string | null, at: Date | null, delegationId: string | null): Hand | null =>
		userId === null || at === null
			? null
			: {
					name: users.find((user) => user.id === userId)?.displayName ?? '',
					at,
					delegation: delegationId === null ? null : (delegations.get(delegationId) ?? null)
				};
	return {
		recommended: hand(row.recommendedById, row.recommendedAt, null),
		certified: hand(row.commitmentCertifiedById, row.commitmentCertifiedAt, row.commitmentDelegationId),
		decided: hand(row.decidedById, row.decidedAt, row.decisionDelegationId)
	};
}

/** One line with the panel's words beside it, and the money left for it in each year. */
export async function lineForStaff(viewer: Actor, opportunityCode: string, lineId: string, locale: Locale, now: Date) {
	const view = await roundForStaff(viewer, opportunityCode, now);
	const index = isId(lineId) ? (view.round?.lines.findIndex((line) => line.id === lineId) ?? -1) : -1;
	const line = view.round?.lines[index];
	if (!view.round || !line) throw new Refusal(refuse('not_found'));
	const own = line.recommendation === 'award' && !line.isWithdrawn;
	const panel = await panelForStaff(viewer, line.applicationId, locale);
	return {
		code: view.code,
		roundNumber: view.round.number,
		isOpen: view.round.status === 'open' && !line.isWithdrawn,
		mayPrepare: view.may.prepare,
		line,
		years: view.round.years.map((year) => ({
			fiscalYear: year.fiscalYear,
			field: amountField(year.fiscalYear),
			ceiling: year.ceiling,
			requestedMinor: line.years.find((asked) => asked.fiscalYear === year.fiscalYear)?.requestedMinor ?? 0n,
			amountMinor: line.years.find((given) => given.fiscalYear === year.fiscalYear)?.amountMinor ?? 0n,
			// What this line could have: what is left, and what it has already.
			leftMinor:
				year.leftMinor +
				(own ? (line.years.find((given) => given.fiscalYear === year.fiscalYear)?.amountMinor ?? 0n) : 0n)
		})),
		next: view.round.lines.slice(index + 1).find((after) => !after.isWithdrawn) ?? null,
		rubric: panel.rubric,
		reviews: panel.reviews
	};
}
