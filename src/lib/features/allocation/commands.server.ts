import { authorize } from '#lib/domain/access/access.ts';
import type { Actor, UserActor } from '#lib/domain/access/actor.ts';
import { allocate, ceilingProblems, type AllocationPolicy } from '#lib/domain/allocation/allocate.ts';
import { next, type AllocationRoundEvent } from '#lib/domain/allocation/lifecycle.ts';
import { isId } from '#lib/domain/id.ts';
import { cad, parseMoney, sum, type Money } from '#lib/domain/money/money.ts';
import { fiscalYearsOf } from '#lib/domain/opportunity/content.ts';
import { atField, isProblem, orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { rankByScore } from '#lib/domain/review/score.ts';
import { fiscalYearAt } from '#lib/domain/time/zone.ts';
import { refuseInterested } from '#lib/features/organization/interest.server.ts';
import { panelMeans } from '#lib/features/review/queries.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { delegationFor, type DecisionAuthority } from './authority.server.ts';
import {
	ceilingsFrom,
	ceilingsOf,
	figuresFor,
	isCertifiedAt,
	lastRoundId,
	lineBase,
	linesForRules,
	lockRound,
	requestedByYear,
	roundTotal,
	type LockedRound
} from './round.server.ts';
import { amountField, type LineChange } from './schema.ts';

/** The published rule of this issue: by rank, skipping what the money left cannot carry whole. */
const POLICY: AllocationPolicy = { minimumScoreTenThousandths: 0n, whenUnaffordable: 'skip' };

/** Statuses from which an application may enter a round. */
const READY = ['reviewed', 'waitlisted'];

/**
 * Prepares the opportunity's round: every reviewed application, ranked by the panel's mean, with what the published rule
 * proposes. An open round takes in what was reviewed since and counts ranks again; lines that a person wrote stay.
 */
export function prepareRound(actor: Actor, opportunityCode: string, moment: Moment): Promise<void> {
	return transactAs(actor, (tx) => prepareRoundWithin(tx, actor, opportunityCode, moment), moment);
}

export async function prepareRoundWithin(tx: Tx, actor: Actor, opportunityCode: string, moment: Moment): Promise<void> {
	const known = await tx.opportunity.findUnique({ where: { code: opportunityCode }, select: { id: true } });
	if (!known) throw new Refusal(refuse('not_found'));
	// The opportunity's row keeps two people from preparing two rounds at once.
	await lockRow(tx, 'opportunity', known.id);
	const opportunity = await tx.opportunity.findUniqueOrThrow({
		where: { id: known.id },
		include: { program: true, allocationRounds: { orderBy: { number: 'desc' }, take: 1 } }
	});
	authorize(actor, 'allocation.prepare', { programId: opportunity.programId });
	if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
	const last = opportunity.allocationRounds[0];
	if (last && (last.status === 'recommended' || last.status === 'approved')) {
		throw new Refusal(refuse('transition_not_allowed', { status: last.status, event: 'prepare' }));
	}
	const ready = await tx.application.findMany({
		where: { opportunityId: opportunity.id, status: { in: READY } },
		select: { id: true },
		orderBy: { id: 'asc' }
	});
	const ids = ready.map((application) => application.id);
	const round =
		last?.status === 'open'
			? await refreshRound(tx, last.id, ids, moment)
			: await openRound(tx, actor, opportunity, ids, (last?.number ?? 0) + 1, moment);
	await recordEvent(tx, moment, {
		name: 'allocation.prepared',
		actor,
		subject: { type: 'opportunity', id: opportunity.id },
		programId: opportunity.programId,
		facts: {
			roundId: round.id,
			lineCount: round.lines.length,
			policy: `rank-${POLICY.whenUnaffordable}`,
			recommendedMinor: roundTotal(round)
		}
	});
}

type OpportunityWithProgram = Prisma.OpportunityGetPayload<{ include: { program: true } }>;

async function openRound(
	tx: Tx,
	actor: UserActor,
	opportunity: OpportunityWithProgram,
	applicationIds: readonly string[],
	number: number,
	moment: Moment
): Promise<LockedRound> {
	if (applicationIds.length === 0) throw new Refusal(refuse('reviews_missing', { missing: 1 }));
	const means = await panelMeans(tx, applicationIds);
	const requested = await requestedByYear(tx, applicationIds);
	const figures = await figuresFor(tx, opportunity.programId, fiscalYearsOf(opportunity));
	const ceilings = ceilingsFrom(figures, fiscalYearAt(moment.now, opportunity.program.zone));
	const proposed = allocate(
		applicationIds.map((applicationId) => ({
			applicationId,
			scoreTenThousandths: means.get(applicationId) ?? null,
			years: (requested.get(applicationId) ?? []).map((year) => ({
				fiscalYear: year.fiscalYear,
				amount: cad(year.minor)
			}))
		})),
		ceilings,
		POLICY
	);
	const roundId = moment.random.uuid();
	await tx.allocationRound.create({
		data: {
			id: roundId,
			opportunityId: opportunity.id,
			number,
			status: 'open',
			policy: {
				minimumScoreTenThousandths: POLICY.minimumScoreTenThousandths.toString(),
				whenUnaffordable: POLICY.whenUnaffordable
			},
			preparedById: actor.userId,
			preparedAt: moment.now
		}
	});
	for (const line of proposed) {
		// Nothing asked is nothing to award, whatever the rank.
		const isAward = line.recommendation === 'award' && line.amount.minor > 0n;
		await addLine(tx, roundId, line, isAward ? line.years : [], isAward ? 'award' : line.recommendation, moment);
	}
	return lockRound(tx, roundId);
}

async function addLine(
	tx: Tx,
	roundId: string,
	line: { applicationId: string; rank: number | null; scoreTenThousandths: bigint | null },
	years: readonly { fiscalYear: number; amount: Money }[],
	recommendation: 'award' | 'decline' | 'waitlist',
	moment: Moment
): Promise<void> {
	const lineId = moment.random.uuid();
	await tx.allocationLine.create({
		data: {
			id: lineId,
			roundId,
			applicationId: line.applicationId,
			rank: line.rank,
			scoreTenThousandths: line.scoreTenThousandths === null ? null : Number(line.scoreTenThousandths),
			recommendation: recommendation === 'award' && years.length === 0 ? 'waitlist' : recommendation,
			recommendedAmountMinor: sum(years.map((year) => year.amount)).minor,
			reason: ''
		}
	});
	await tx.allocationLineYear.createMany({
		data: years.map((year) => ({
			id: moment.random.uuid(),
			lineId,
			fiscalYear: year.fiscalYear,
			amountMinor: year.amount.minor
		}))
	});
}

/** Takes newly reviewed applications into an open round, on the waitlist until a person decides; counts ranks again. */
async function refreshRound(
	tx: Tx,
	roundId: string,
	applicationIds: readonly string[],
	moment: Moment
): Promise<LockedRound> {
	const before = await lockRound(tx, roundId);
	const kept = before.lines.filter((line) => !line.isWithdrawn).map((line) => line.applicationId);
	const all = [...new Set([...kept, ...applicationIds])];
	const means = await panelMeans(tx, all);
	const ranked = rankByScore(all.map((id) => ({ id, scoreTenThousandths: means.get(id) ?? null })));
	for (const entry of ranked) {
		const line = before.lines.find((known) => known.applicationId === entry.id);
		const scored = { rank: entry.rank, scoreTenThousandths: entry.scoreTenThousandths };
		if (!line) {
			await addLine(tx, roundId, { applicationId: entry.id, ...scored }, [], 'waitlist', moment);
			continue;
		}
		await tx.allocationLine.update({
			where: { id: line.id },
			data: {
				rank: entry.rank,
				scoreTenThousandths: entry.scoreTenThousandths === null ? null : Number(entry.scoreTenThousandths)
			}
		});
	}
	await tx.allocationRound.update({ where: { id: roundId }, data: { version: { increment: 1 } } });
	return lockRound(tx, roundId);
}

/**
 * Keeps one line as an officer wrote it. Refused when another person changed that line meanwhile (nothing typed is lost),
 * when it gives more than is asked, and when it would push a fiscal year of the round over its ceiling.
 */
export function saveLine(actor: Actor, lineId: string, change: LineChange, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const known = isId(lineId)
				? await tx.allocationLine.findUnique({ where: { id: lineId }, select: { roundId: true } })
				: null;
			if (!known) throw new Refusal(refuse('not_found'));
			const round = await lockRound(tx, known.roundId);
			authorize(actor, 'allocation.prepare', { programId: round.programId });
			if (round.status !== 'open') {
				throw new Refusal(refuse('transition_not_allowed', { status: round.status, event: 'change' }));
			}
			const line = round.lines.find((candidate) => candidate.id === lineId);
			if (!line) throw new Refusal(refuse('not_found'));
			// Any line: money taken from one is left for another.
			await refuseInterested(tx, actor, organizationsIn(round.lines));
			if (lineBase(line) !== change.base) throw new Refusal(refuse('stale_version'));
			const years = readAmounts(round, change);
			await refuseOverRequest(tx, line.applicationId, years);
			await refuseOverCeilings(tx, round, lineId, change, years, moment.now);
			await writeLine(tx, lineId, change, years, moment);
			await tx.allocationRound.update({ where: { id: round.id }, data: { version: { increment: 1 } } });
			await recordEvent(tx, moment, {
				name: 'allocation.lineChanged',
				actor,
				subject: { type: 'allocation-round', id: round.id },
				programId: round.programId,
				facts: {
					lineId,
					applicationId: line.applicationId,
					recommendation: change.recommendation,
					amountMinor: sum(years.map((year) => year.amount)).minor
				}
			});
		},
		moment
	);
}

/** The amounts of a funded line, each fiscal year of the opportunity; other lines have none. */
function readAmounts(round: LockedRound, change: LineChange): { fiscalYear: number; amount: Money }[] {
	if (change.recommendation !== 'award') return [];
	const years = fiscalYearsOf(round.opportunity).map((fiscalYear) => {
		const text = change.amounts.get(fiscalYear)?.trim() ?? '';
		const amount = text === '' ? cad(0n) : parseMoney(text);
		if (isProblem(amount)) throw new Refusal(atField(amount, amountField(fiscalYear)));
		return { fiscalYear, amount };
	});
	if (years.every((year) => year.amount.minor === 0n)) {
		throw new Refusal(refuse('money_zero', {}, amountField(round.opportunity.firstFiscalYear)));
	}
	return years.filter((year) => year.amount.minor > 0n);
}

async function refuseOverRequest(
	tx: Tx,
	applicationId: string,
	years: readonly { fiscalYear: number; amount: Money }[]
): Promise<void> {
	const requested = (await requestedByYear(tx, [applicationId])).get(applicationId) ?? [];
	const limit = requested.reduce((total, year) => total + year.minor, 0n);
	const actual = sum(years.map((year) => year.amount)).minor;
	if (actual <= limit) return;
	const field = years[0] ? amountField(years[0].fiscalYear) : undefined;
	throw new Refusal(refuse('allocation_over_request', { limit, actual }, field));
}

/** A year that this line does not raise is not this line's fault: lowering one must stay possible in a round that is over. */
async function refuseOverCeilings(
	tx: Tx,
	round: LockedRound,
	lineId: string,
	change: LineChange,
	years: readonly { fiscalYear: number; amount: Money }[],
	now: Date
): Promise<void> {
	const lines = linesForRules(round);
	const before = lines.find((line) => line.id === lineId);
	const changed = lines.map((line) =>
		line.id === lineId ? { ...line, recommendation: change.recommendation, years: [...years] } : line
	);
	const problem = ceilingProblems(changed, await ceilingsOf(tx, round, now)).find((over) => {
		const year = over.facts['year'];
		const amountIn = (list: readonly { fiscalYear: number; amount: Money }[] | undefined): bigint =>
			list?.find((candidate) => candidate.fiscalYear === year)?.amount.minor ?? 0n;
		return amountIn(years) > (before?.recommendation === 'award' ? amountIn(before.years) : 0n);
	});
	if (problem) throw new Refusal(atField(problem, amountField(Number(problem.facts['year']))));
}

async function writeLine(
	tx: Tx,
	lineId: string,
	change: LineChange,
	years: readonly { fiscalYear: number; amount: Money }[],
	moment: Moment
): Promise<void> {
	await tx.allocationLineYear.deleteMany({ where: { lineId } });
	await tx.allocationLineYear.createMany({
		data: years.map((year) => ({
			id: moment.random.uuid(),
			lineId,
			fiscalYear: year.fiscalYear,
			amountMinor: year.amount.minor
		}))
	});
	await tx.allocationLine.update({
		where: { id: lineId },
		data: {
			recommendation: change.recommendation,
			recommendedAmountMinor: sum(years.map((year) => year.amount)).minor,
			reason: change.reason
		}
	});
}

/** Sends the round to its decision: each line has its reason and no ceiling is passed. Its lines are frozen with it. */
export function recommendRound(actor: Actor, opportunityCode: string, version: number, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const round = await lockRound(tx, await lastRoundId(tx, opportunityCode));
			authorize(actor, 'allocation.recommend', { programId: round.programId });
			if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
			refuseStale(round, version);
			await refuseWhoCanBenefit(tx, actor, round);
			const unfinished = round.lines.find((line) => !line.isWithdrawn && line.reason.trim() === '');
			if (round.status === 'open' && unfinished) {
				throw new Refusal(refuse('allocation_reason_missing', { reference: unfinished.application.reference }));
			}
			await refuseOverAnyCeiling(tx, round, moment.now);
			await advanceRound(tx, actor, round, 'recommend', moment, {
				met: { lines_complete: true, within_ceilings: true },
				data: { recommendedAt: moment.now, recommendedById: actor.userId },
				authority: null
			});
		},
		moment
	);
}

/**
 * s.32: states that the vote of the current fiscal year can carry what the round commits, before anything binds the Crown.
 * Relies on a delegation in force for that amount, whose id is kept.
 */
export function certifyCommitment(
	actor: Actor,
	opportunityCode: string,
	version: number,
	moment: Moment
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const round = await lockRound(tx, await lastRoundId(tx, opportunityCode));
			authorize(actor, 'commitment.certify', { programId: round.programId });
			if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
			refuseStale(round, version);
			if (round.status !== 'recommended') {
				throw new Refusal(refuse('transition_not_allowed', { status: round.status, event: 'certify' }));
			}
			if (isCertifiedAt(round, moment.now)) throw new Refusal(refuse('already_done'));
			await refuseWhoCanBenefit(tx, actor, round);
			const fiscalYear = fiscalYearAt(moment.now, round.opportunity.program.zone);
			const amount = cad(roundTotal(round, fiscalYear));
			const delegation = orRefuse(
				await delegationFor(tx, actor, {
					authority: 's32_commitment',
					programId: round.programId,
					amount,
					at: moment.now
				})
			);
			await refuseOverAnyCeiling(tx, round, moment.now);
			await tx.allocationRound.update({
				where: { id: round.id, version: round.version },
				data: {
					commitmentCertifiedAt: moment.now,
					commitmentCertifiedById: actor.userId,
					commitmentDelegationId: delegation.id,
					version: { increment: 1 }
				}
			});
			await recordEvent(tx, moment, {
				name: 'commitment.certified',
				actor,
				subject: { type: 'allocation-round', id: round.id },
				programId: round.programId,
				facts: { roundId: round.id, amountMinor: amount.minor, delegationId: delegation.id, fiscalYear }
			});
		},
		moment
	);
}

/**
 * Approves a round that the caller has locked, by delegation or on the paper that this person has just confirmed: never by
 * the person who recommended it, never before its funds are certified for the fiscal year that it commits, never past a
 * ceiling. The awards themselves are made by the award feature in the same transaction.
 */
export async function approveRoundWithin(
	tx: Tx,
	actor: UserActor & Actor,
	round: LockedRound,
	decision: { version: number; note: string; authority: DecisionAuthority },
	moment: Moment
): Promise<void> {
	const { authority } = decision;
	const isOnPaper = 'paperDecisionId' in authority;
	authorize(actor, isOnPaper ? 'decision.confirm' : 'allocation.approve', { programId: round.programId });
	refuseStale(round, decision.version);
	if (round.recommendedById === actor.userId) throw new Refusal(refuse('same_person'));
	await refuseWhoCanBenefit(tx, actor, round);
	if (round.status === 'recommended' && !isCertifiedAt(round, moment.now)) {
		throw new Refusal(refuse('commitment_uncertified'));
	}
	await refuseOverAnyCeiling(tx, round, moment.now);
	await advanceRound(tx, actor, round, isOnPaper ? 'confirmPaper' : 'approve', moment, {
		met: {
			funds_certified: true,
			within_ceilings: true,
			[isOnPaper ? 'paper_confirmed' : 'delegation_in_force']: true
		},
		data: {
			decidedAt: moment.now,
			decidedById: actor.userId,
			decisionDelegationId: isOnPaper ? null : authority.delegationId,
			paperDecisionId: isOnPaper ? authority.paperDecisionId : null,
			decisionNote: decision.note === '' ? null : decision.note
		},
		authority
	});
}

/** Announces a round that the caller has locked; the caller tells the applicants in the same transaction. */
export async function announceRoundWithin(
	tx: Tx,
	actor: Actor,
	round: LockedRound,
	version: number,
	moment: Moment
): Promise<void> {
	authorize(actor, 'allocation.announce', { programId: round.programId });
	refuseStale(round, version);
	await advanceRound(tx, actor, round, 'announce', moment, {
		met: {},
		data: { announcedAt: moment.now },
		authority: null
	});
}

export function refuseStale(round: LockedRound, version: number): void {
	if (round.version !== version) throw new Refusal(refuse('stale_version', { current: round.version }));
}

/** Nobody recommends or signs for money that goes to an organization of their own, of today or of former days. */
export function refuseWhoCanBenefit(tx: Tx, actor: Actor, round: LockedRound): Promise<void> {
	const funded = round.lines.filter((line) => line.recommendation === 'award' && !line.isWithdrawn);
	return refuseInterested(tx, actor, organizationsIn(funded));
}

function organizationsIn(lines: LockedRound['lines']): string[] {
	return lines.map((line) => line.application.organizationId);
}

async function refuseOverAnyCeiling(tx: Tx, round: LockedRound, now: Date): Promise<void> {
	const [problem] = ceilingProblems(linesForRules(round), await ceilingsOf(tx, round, now));
	if (problem) throw new Refusal(problem);
}

type Step = {
	met: Record<string, boolean>;
	data: Prisma.AllocationRoundUpdateManyMutationInput;
	/** Of a decision: what it relies on. */
	authority: DecisionAuthority | null;
};

/** The one place that assigns the status of a round. */
async function advanceRound(
	tx: Tx,
	actor: Actor,
	round: LockedRound,
	event: AllocationRoundEvent,
	moment: Moment,
	{ met, data, authority }: Step
): Promise<void> {
	const to = orRefuse(next(round.status, event, met));
	const changed = await tx.allocationRound.updateMany({
		where: { id: round.id, version: round.version },
		data: { ...data, status: to, version: { increment: 1 } }
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	const common = {
		actor,
		subject: { type: 'allocation-round', id: round.id },
		programId: round.programId
	};
	const change = { roundId: round.id, from: round.status, to };
	if (authority) {
		await recordEvent(tx, moment, { ...common, name: 'allocation.approved', facts: { ...change, ...authority } });
	} else {
		const name = event === 'announce' ? 'allocation.announced' : 'allocation.recommended';
		await recordEvent(tx, moment, { ...common, name, facts: change });
	}
}
