import { authorize } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import { next, type AwardEvent, type AwardStatus } from '#lib/domain/award/lifecycle.ts';
import { standingOf } from '#lib/domain/award/years.ts';
import { awardAccount, programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import { orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { awardNumber } from '#lib/domain/reference.ts';
import { fiscalYearAt } from '#lib/domain/time/zone.ts';
import { delegationFor, type DecisionAuthority } from '#lib/features/allocation/authority.server.ts';
import { announceRoundWithin, approveRoundWithin } from '#lib/features/allocation/commands.server.ts';
import { confirmPaperWithin, refuseWhilePaperWaits } from '#lib/features/allocation/paper.server.ts';
import { largestAward } from '#lib/features/allocation/queries.server.ts';
import { lastRoundId, lockRound, type LockedRound } from '#lib/features/allocation/round.server.ts';
import { advanceApplicationWithin, mailMembers } from '#lib/features/application/commands.server.ts';
import { loadApplication } from '#lib/features/application/locked.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { postEntry, reverseEntry } from '#lib/server/db/ledger.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { queueMail } from '#lib/server/mail/queue.ts';

type RoundLine = LockedRound['lines'][number];

/**
 * The decision: approves the round by a transaction delegation that covers its largest award, makes the awards, commits
 * the current year against the vote and reserves later years against the plan, all in one transaction. Refuses the person
 * who recommended. Applicants see nothing until the round is announced.
 */
export function decideRound(
	actor: Actor,
	opportunityCode: string,
	input: { version: number; note: string },
	moment: Moment
): Promise<void> {
	return decide(actor, opportunityCode, moment, async (tx, decider, round) => {
		authorize(decider, 'award.decide', { programId: round.programId });
		await refuseWhilePaperWaits(tx, round);
		const { id: delegationId } = orRefuse(
			await delegationFor(tx, decider, {
				authority: 'transaction',
				programId: round.programId,
				amount: cad(largestAward(round)),
				at: moment.now
			})
		);
		await approveRoundWithin(tx, decider, round, { ...input, authority: { delegationId } }, moment);
		return { delegationId };
	});
}

/**
 * The decision that somebody outside signed on paper: a second person confirms its record, and the round is decided by the
 * same rules and in the same transaction. The authority is the signer's, so nobody's delegation is asked: such a paper is
 * for what goes further than any delegation here.
 */
export function confirmPaperDecision(
	actor: Actor,
	opportunityCode: string,
	input: { version: number; paperDecisionId: string },
	moment: Moment
): Promise<void> {
	return decide(actor, opportunityCode, moment, async (tx, confirmer, round) => {
		const { id: paperDecisionId } = await confirmPaperWithin(tx, confirmer, round, input.paperDecisionId, moment);
		const decision = { version: input.version, note: '', authority: { paperDecisionId } };
		await approveRoundWithin(tx, confirmer, round, decision, moment);
		return { paperDecisionId };
	});
}

/** Approves the round as `approve` does and makes its awards, all of it or nothing. */
function decide(
	actor: Actor,
	opportunityCode: string,
	moment: Moment,
	approve: (tx: Tx, actor: UserActor & Actor, round: LockedRound) => Promise<DecisionAuthority>
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const roundId = await lastRoundId(tx, opportunityCode);
			// Decisions of one program wait for each other, so that the money left is known before it is given.
			await lockProgramOf(tx, opportunityCode);
			await lockApplicationsOf(tx, roundId);
			const round = await lockRound(tx, roundId);
			if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
			const authority = await approve(tx, actor, round);
			moment.failpoint('allocation.approved');
			for (const line of round.lines) {
				if (line.recommendation !== 'award' || line.isWithdrawn) continue;
				await makeAward(tx, actor, round, line, authority, moment);
			}
		},
		moment
	);
}

async function lockProgramOf(tx: Tx, opportunityCode: string): Promise<void> {
	const { programId } = await tx.opportunity.findUniqueOrThrow({
		where: { code: opportunityCode },
		select: { programId: true }
	});
	await lockRow(tx, 'program', programId);
}

/** In the order of their ids, and before the round: the order in which everything is locked. */
async function lockApplicationsOf(tx: Tx, roundId: string): Promise<void> {
	const lines = await tx.allocationLine.findMany({
		where: { roundId },
		select: { applicationId: true },
		orderBy: { applicationId: 'asc' }
	});
	for (const line of lines) await lockRow(tx, 'application', line.applicationId);
}

async function makeAward(
	tx: Tx,
	actor: Actor,
	round: LockedRound,
	line: RoundLine,
	authority: DecisionAuthority,
	moment: Moment
): Promise<void> {
	const { programId } = round;
	const { application } = line;
	const currentYear = fiscalYearAt(moment.now, round.opportunity.program.zone);
	const awardId = moment.random.uuid();
	const number = awardNumber(application.reference);
	await tx.award.create({
		data: {
			id: awardId,
			number,
			applicationId: application.id,
			programId,
			organizationId: application.organizationId,
			status: 'offered' satisfies AwardStatus,
			awardedAmountMinor: line.recommendedAmountMinor,
			decidedById: actorUserId(actor) ?? '',
			...('delegationId' in authority
				? { decisionDelegationId: authority.delegationId }
				: { paperDecisionId: authority.paperDecisionId }),
			decidedAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'award.decided',
		actor,
		subject: { type: 'award', id: awardId },
		organizationId: application.organizationId,
		programId,
		facts: {
			applicationId: application.id,
			amountMinor: line.recommendedAmountMinor,
			...authority
		}
	});
	for (const { fiscalYear, amountMinor } of line.years) {
		if (amountMinor === 0n) continue;
		const standing = standingOf(fiscalYear, currentYear);
		const isCommitted = standing === 'committed';
		await tx.awardYear.create({
			data: {
				id: moment.random.uuid(),
				awardId,
				fiscalYear,
				amountMinor,
				standing,
				certifiedById: isCommitted ? round.commitmentCertifiedById : null,
				certificationDelegationId: isCommitted ? round.commitmentDelegationId : null,
				certifiedAt: isCommitted ? round.commitmentCertifiedAt : null
			}
		});
		await postEntry(tx, moment, {
			verb: isCommitted ? 'commit' : 'reserve',
			debit: programAccount(isCommitted ? 'available' : 'reservable', programId, fiscalYear),
			credit: awardAccount(isCommitted ? 'committed' : 'reserved', programId, awardId, fiscalYear),
			amount: cad(amountMinor),
			actor,
			delegationId: 'delegationId' in authority ? authority.delegationId : null,
			reason: `Award ${number}`,
			subject: { type: 'award', id: awardId }
		});
	}
}

/**
 * Tells the applicants: each application becomes awarded, declined or waitlisted, offers are dated, and owners and
 * signatories get a message that holds a number and a link, never the answer.
 */
export function announceRound(actor: Actor, opportunityCode: string, version: number, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const roundId = await lastRoundId(tx, opportunityCode);
			await lockApplicationsOf(tx, roundId);
			const round = await lockRound(tx, roundId);
			await announceRoundWithin(tx, actor, round, version, moment);
			for (const line of round.lines) {
				if (line.isWithdrawn) await lapseUnwanted(tx, actor, line, moment);
				else await announceLine(tx, actor, round, line, moment);
			}
		},
		moment
	);
}

/**
 * An application withdrawn between the decision and its announcement: nobody is left to take the offer up, and money
 * that stayed committed to it would be lost to everyone else.
 */
async function lapseUnwanted(tx: Tx, actor: Actor, line: RoundLine, moment: Moment): Promise<void> {
	const award = await tx.award.findUnique({ where: { applicationId: line.applicationId }, select: { id: true } });
	if (award) await advanceAwardWithin(tx, actor, award.id, 'lapse', moment, { offer_expired: true });
}

async function announceLine(tx: Tx, actor: Actor, round: LockedRound, line: RoundLine, moment: Moment): Promise<void> {
	if (line.recommendation === 'award') {
		const amountMinor = line.recommendedAmountMinor;
		await advanceApplicationWithin(tx, actor, line.applicationId, 'award', moment, { amountMinor });
		await offerAward(tx, actor, round, line, moment);
		return;
	}
	const isNews = !(line.recommendation === 'waitlist' && line.application.status === 'waitlisted');
	if (!isNews) return;
	await advanceApplicationWithin(tx, actor, line.applicationId, line.recommendation, moment);
	await mailMembers(tx, await loadApplication(tx, line.applicationId), ['owner', 'signatory'], moment);
}

async function offerAward(tx: Tx, actor: Actor, round: LockedRound, line: RoundLine, moment: Moment): Promise<void> {
	const { id } = await tx.award.findUniqueOrThrow({
		where: { applicationId: line.applicationId },
		select: { id: true }
	});
	const award = await lockAward(tx, id);
	await tx.award.update({ where: { id }, data: { offeredAt: moment.now, version: { increment: 1 } } });
	await recordEvent(tx, moment, {
		name: 'award.offered',
		actor,
		subject: { type: 'award', id },
		organizationId: award.organizationId,
		programId: round.programId,
		facts: { amountMinor: award.awardedAmountMinor }
	});
	const members = await tx.membership.findMany({
		where: {
			organizationId: award.organizationId,
			role: { in: ['owner', 'signatory'] },
			endedAt: null,
			user: { status: 'active' }
		},
		select: { userId: true },
		orderBy: { id: 'asc' }
	});
	for (const { userId } of members) {
		await queueMail(tx, moment, {
			template: 'award-news',
			to: { userId },
			values: { number: award.number, awardId: id }
		});
	}
}

/** Locks one award and loads it after. */
async function lockAward(tx: Tx, awardId: string) {
	if (!(await lockRow(tx, 'award', awardId))) throw new Refusal(refuse('not_found'));
	return tx.award.findUniqueOrThrow({ where: { id: awardId }, include: { years: true, program: true } });
}

const EVENT_NAMES = {
	accept: 'award.accepted',
	decline: 'award.declined',
	lapse: 'award.lapsed',
	activate: 'award.activated',
	complete: 'award.completed',
	terminate: 'award.terminated'
} as const satisfies Record<AwardEvent, string>;

/**
 * Moves an award to its next status: the only place that assigns it. The caller has authorized its own act. Declined or
 * lapsed, its money goes back to the program in the same transaction. `detail` is what a person wrote about it.
 */
export async function advanceAwardWithin(
	tx: Tx,
	actor: Actor,
	awardId: string,
	event: AwardEvent,
	moment: Moment,
	met: Readonly<Record<string, boolean>> = {},
	detail?: string
): Promise<AwardStatus> {
	const award = await lockAward(tx, awardId);
	// An award that was decided and not yet announced is known to the funder alone.
	if (award.offeredAt === null && (event === 'accept' || event === 'decline')) throw new Refusal(refuse('not_found'));
	const from = award.status as AwardStatus;
	const to = orRefuse(next(from, event, met));
	const acceptedById = actorUserId(actor);
	const changed = await tx.award.updateMany({
		where: { id: awardId, version: award.version },
		data: {
			status: to,
			version: { increment: 1 },
			...(event === 'accept' && acceptedById !== null ? { acceptedAt: moment.now, acceptedById } : {})
		}
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	await recordEvent(tx, moment, {
		name: EVENT_NAMES[event],
		actor,
		subject: { type: 'award', id: awardId },
		organizationId: award.organizationId,
		programId: award.programId,
		facts: { from, to },
		...(detail === undefined ? {} : { detail })
	});
	if (event === 'decline' || event === 'lapse') await releaseMoney(tx, actor, award, moment);
	return to;
}

/** What an award that nobody took up held: committed money is available again, the reservation is mirrored away. */
async function releaseMoney(
	tx: Tx,
	actor: Actor,
	award: Awaited<ReturnType<typeof lockAward>>,
	moment: Moment
): Promise<void> {
	const reason = `Award ${award.number} not taken up`;
	for (const { fiscalYear, amountMinor, standing } of award.years) {
		if (amountMinor === 0n) continue;
		if (standing === 'reserved') {
			const reservation = await tx.ledgerEntry.findFirstOrThrow({
				where: { verb: 'reserve', creditAccount: { awardId: award.id, fiscalYear } },
				select: { id: true }
			});
			await reverseEntry(tx, moment, reservation.id, { actor, reason });
			continue;
		}
		await postEntry(tx, moment, {
			verb: 'decommit',
			debit: awardAccount('committed', award.programId, award.id, fiscalYear),
			credit: programAccount('available', award.programId, fiscalYear),
			amount: cad(amountMinor),
			actor,
			reason,
			subject: { type: 'award', id: award.id }
		});
	}
}
