import { accessProblem, authorize } from '#lib/domain/access/access.ts';
import type { Actor, UserActor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { instantToDay } from '#lib/domain/time/zone.ts';
import {
	downloadOf,
	keepFunderFile,
	receiveIncoming,
	type FunderFile,
	type IncomingFile
} from '#lib/features/application/attachments.server.ts';
import type { Bilingual } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { dayColumn, dayOfColumn } from '#lib/server/db/day.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { storage } from '#lib/server/storage/storage.ts';
import { refuseStale, refuseWhoCanBenefit } from './commands.server.ts';
import { isCertifiedAt, lastRoundId, lockRound, type LockedRound } from './round.server.ts';
import type { PaperDecisionInput } from './schema.ts';

/*
 * A decision that somebody outside signs on paper, such as an assistant deputy minister or the Minister (safeguard A2).
 * One person records it with the scanned document; a second opens the document and confirms or refuses the record, and
 * only the confirmation decides the round, by the same rules as on the screen.
 */

/** Records the paper of a round whose funds are certified. Nothing is decided by it. Access is asked before a byte is kept. */
export async function recordPaperDecision(
	actor: Actor,
	opportunityCode: string,
	input: PaperDecisionInput,
	document: IncomingFile | null,
	moment: Moment
): Promise<{ id: string }> {
	const opportunity = await database().opportunity.findUnique({
		where: { code: opportunityCode },
		select: { programId: true }
	});
	if (!opportunity) throw new Refusal(refuse('not_found'));
	authorize(actor, 'decision.record', opportunity);
	if (!document) throw new Refusal(refuse('required', {}, 'document'));
	const received = await receiveIncoming(document, 'document', moment);
	const file = { received, name: document.name };
	try {
		return await transactAs(
			actor,
			(tx) => recordPaperWithin(tx, actor, opportunityCode, { ...input, file }, moment),
			moment
		);
	} catch (error) {
		// Without its row the file belongs to nobody.
		await storage().delete(received.key);
		throw error;
	}
}

async function recordPaperWithin(
	tx: Tx,
	actor: Actor,
	opportunityCode: string,
	input: PaperDecisionInput & { file: FunderFile },
	moment: Moment
): Promise<{ id: string }> {
	const round = await lockRound(tx, await lastRoundId(tx, opportunityCode));
	authorize(actor, 'decision.record', { programId: round.programId });
	if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
	refuseStale(round, input.version);
	if (round.status !== 'recommended') {
		throw new Refusal(refuse('transition_not_allowed', { status: round.status, event: 'confirmPaper' }));
	}
	await refuseWhoCanBenefit(tx, actor, round);
	await refuseWhilePaperWaits(tx, round);
	const [earliest, latest] = [certifiedOn(round, moment.now), instantToDay(moment.now, round.opportunity.program.zone)];
	if (input.signedOn > latest) throw new Refusal(refuse('date_too_late', { limit: latest }, 'signedOn'));
	if (input.signedOn < earliest) throw new Refusal(refuse('date_too_early', { limit: earliest }, 'signedOn'));
	const fileId = await keepFunderFile(tx, input.file, actor.userId, moment);
	const id = moment.random.uuid();
	await tx.paperDecision.create({
		data: {
			id,
			roundId: round.id,
			signedByName: input.signedByName,
			positionEn: input.positionEn,
			positionFr: input.positionFr,
			instrument: input.instrument,
			signedOn: dayColumn(input.signedOn),
			fileId,
			recordedById: actor.userId,
			recordedAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'allocation.paperRecorded',
		actor,
		subject: { type: 'allocation-round', id: round.id },
		programId: round.programId,
		facts: { roundId: round.id, paperDecisionId: id, signedOn: input.signedOn, sha256: input.file.received.sha256 },
		detail: `${input.signedByName}, ${input.positionEn}, ${input.instrument}`
	});
	return { id };
}

/**
 * The day of the certification of the funds (s.32), which a paper may not precede: signed before it, the decision bound
 * the Crown to money that nobody had said is there.
 */
function certifiedOn(round: LockedRound, now: Date): string {
	const certifiedAt = round.commitmentCertifiedAt;
	if (certifiedAt === null || !isCertifiedAt(round, now)) throw new Refusal(refuse('commitment_uncertified'));
	return instantToDay(certifiedAt, round.opportunity.program.zone);
}

/** While a paper waits, nobody decides past it and no second one is recorded. */
export async function refuseWhilePaperWaits(tx: Tx, round: Pick<LockedRound, 'id'>): Promise<void> {
	const waiting = await tx.paperDecision.count({
		where: { roundId: round.id, confirmedAt: null, refusedAt: null }
	});
	if (waiting > 0) throw new Refusal(refuse('paper_decision_waits'));
}

/**
 * A second person states that the document is the decision as recorded. The caller decides the round in the same
 * transaction, so that a confirmed paper and a decided round are one thing.
 */
export async function confirmPaperWithin(
	tx: Tx,
	actor: UserActor & Actor,
	round: LockedRound,
	paperDecisionId: string,
	moment: Moment
): Promise<{ id: string }> {
	const { id, signedOn } = await paperToJudge(tx, actor, round, paperDecisionId);
	// The funds may have been certified anew since, for a new fiscal year.
	if (dayOfColumn(signedOn) < certifiedOn(round, moment.now)) throw new Refusal(refuse('paper_before_certification'));
	await tx.paperDecision.update({ where: { id }, data: { confirmedAt: moment.now, confirmedById: actor.userId } });
	await recordEvent(tx, moment, {
		name: 'allocation.paperConfirmed',
		actor,
		subject: { type: 'allocation-round', id: round.id },
		programId: round.programId,
		facts: { roundId: round.id, paperDecisionId: id }
	});
	return { id };
}

/** A second person says why the document is not the decision as recorded. The round stays as it was. */
export function refusePaperDecision(
	actor: Actor,
	opportunityCode: string,
	input: { paperDecisionId: string; reason: string },
	moment: Moment
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const round = await lockRound(tx, await lastRoundId(tx, opportunityCode));
			authorize(actor, 'decision.confirm', { programId: round.programId });
			if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
			const { id } = await paperToJudge(tx, actor, round, input.paperDecisionId);
			await tx.paperDecision.update({
				where: { id },
				data: { refusedAt: moment.now, refusedById: actor.userId, refusedReason: input.reason }
			});
			await recordEvent(tx, moment, {
				name: 'allocation.paperRefused',
				actor,
				subject: { type: 'allocation-round', id: round.id },
				programId: round.programId,
				facts: { roundId: round.id, paperDecisionId: id },
				detail: input.reason
			});
		},
		moment
	);
}

/** The paper that this person may judge: of this round, not judged, recorded by another, and not in their own interest. */
async function paperToJudge(
	tx: Tx,
	actor: UserActor & Actor,
	round: LockedRound,
	paperDecisionId: string
): Promise<{ id: string; signedOn: Date }> {
	authorize(actor, 'decision.confirm', { programId: round.programId });
	const paper = await tx.paperDecision.findFirst({ where: { id: paperDecisionId, roundId: round.id } });
	if (!paper) throw new Refusal(refuse('not_found'));
	if (paper.confirmedAt || paper.refusedAt) throw new Refusal(refuse('already_done'));
	if (paper.recordedById === actor.userId) throw new Refusal(refuse('same_person'));
	await refuseWhoCanBenefit(tx, actor, round);
	return paper;
}

/** A decision on paper as it is printed in place of a signature: who signed outside, and whose two hands brought it here. */
export type SignedPaper = {
	id: string;
	signedByName: string;
	position: Bilingual;
	instrument: string;
	signedOn: string;
	fileId: string;
	recorded: { name: string; at: Date };
	confirmed: { name: string; at: Date } | null;
	refused: { name: string; at: Date; reason: string } | null;
};

/** Papers with the names of their people, the latest first. */
export async function signedPapers(
	tx: Pick<Tx, 'paperDecision' | 'user'>,
	where: { roundId: string } | { id: string }
): Promise<(SignedPaper & { recordedById: string })[]> {
	const rows = await tx.paperDecision.findMany({ where, orderBy: [{ recordedAt: 'desc' }, { id: 'desc' }] });
	const ids = rows.flatMap((row) => [row.recordedById, row.confirmedById, row.refusedById]).filter((id) => id !== null);
	const people = await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true, displayName: true } });
	const nameOf = (id: string): string => people.find((person) => person.id === id)?.displayName ?? '';
	return rows.map((row) => ({
		id: row.id,
		signedByName: row.signedByName,
		position: { en: row.positionEn, fr: row.positionFr },
		instrument: row.instrument,
		signedOn: dayOfColumn(row.signedOn),
		fileId: row.fileId,
		recordedById: row.recordedById,
		recorded: { name: nameOf(row.recordedById), at: row.recordedAt },
		confirmed: row.confirmedById && row.confirmedAt ? { name: nameOf(row.confirmedById), at: row.confirmedAt } : null,
		refused:
			row.refusedById && row.refusedAt && row.refusedReason
				? { name: nameOf(row.refusedById), at: row.refusedAt, reason: row.refusedReason }
				: null
	}));
}

/** Opens the document of a decision on paper for staff who see its round. Null when no paper has this file. */
export async function openPaperFile(viewer: Actor, fileId: string) {
	if (!isId(fileId)) return null;
	const paper = await database().paperDecision.findUnique({
		where: { fileId },
		include: { file: true, round: { include: { opportunity: { select: { code: true, programId: true } } } } }
	});
	if (!paper) return null;
	const { number, opportunity } = paper.round;
	const subject = { programId: opportunity.programId };
	// As the round itself: whoever certifies its funds reads it without the other rights of the program office.
	if (accessProblem(viewer, 'allocation.view', subject)) authorize(viewer, 'commitment.certify', subject);
	const earlier = await database().paperDecision.count({
		where: { roundId: paper.roundId, recordedAt: { lte: paper.recordedAt } }
	});
	return downloadOf(paper.file, `${opportunity.code}-${number}`, earlier);
}
