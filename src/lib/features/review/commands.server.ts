import { authorize } from '#lib/domain/access/access.ts';
import { systemActor, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { next, type ReviewAssignmentEvent, type ReviewAssignmentStatus } from '#lib/domain/review/lifecycle.ts';
import { HIGHEST_POINTS, LOWEST_POINTS, type Rubric } from '#lib/domain/review/rubric.ts';
import { isPoints, scoreProblems, weightedScore } from '#lib/domain/review/score.ts';
import { reviewsComplete } from '#lib/domain/review/visibility.ts';
import { advanceApplicationWithin } from '#lib/features/application/commands.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment, Randomness } from '#lib/server/clock.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import type { AssignReviewers, DeclareConflict, SaveScore } from './schema.ts';
import { CANNOT_JUDGE } from './schema.ts';

/**
 * Asks reviewers to read one application. Each is given a number drawn anew for this application; an eligible application
 * goes under review. Refuses who is no reviewer of the program, who was asked before, and who belongs to the applicant.
 */
export function assignReviewers(
	actor: Actor,
	applicationId: string,
	input: AssignReviewers,
	moment: Moment
): Promise<void> {
	return transactAs(actor, (tx) => assignReviewersWithin(tx, actor, applicationId, input, moment), moment);
}

export async function assignReviewersWithin(
	tx: Tx,
	actor: Actor,
	applicationId: string,
	input: AssignReviewers,
	moment: Moment
): Promise<void> {
	if (!isId(applicationId)) throw new Refusal(refuse('not_found'));
	await lockRow(tx, 'application', applicationId);
	const application = await tx.application.findUnique({
		where: { id: applicationId },
		include: { opportunity: true, reviewAssignments: { select: { reviewerId: true, reviewerNumber: true } } }
	});
	if (!application) throw new Refusal(refuse('not_found'));
	const { programId } = application.opportunity;
	authorize(actor, 'review.assign', { organizationId: application.organizationId, programId });
	const reviewerIds = [...new Set(input.reviewers)].sort();
	if (reviewerIds.length === 0) throw new Refusal(refuse('required', {}, 'reviewers'));
	if (application.status === 'eligible') {
		await advanceApplicationWithin(tx, actor, applicationId, 'start_review', moment);
	} else if (application.status !== 'under_review') {
		throw new Refusal(refuse('transition_not_allowed', { status: application.status, event: 'start_review' }));
	}
	if (actor.kind !== 'user') throw new Refusal(refuse('forbidden'));
	const invitedBy = actor.userId;
	const candidates = await reviewerCandidates(tx, programId, application.organizationId);
	const asked = new Set(application.reviewAssignments.map((held) => held.reviewerId));
	if (reviewerIds.some((id) => asked.has(id) || !candidates.some((candidate) => candidate.id === id))) {
		throw new Refusal(refuse('choice_unknown', {}, 'reviewers'));
	}
	const taken = application.reviewAssignments.map((held) => held.reviewerNumber);
	const numbers = drawNumbers(taken, reviewerIds.length, moment.random);
	for (const [index, reviewerId] of reviewerIds.entries()) {
		const assignmentId = moment.random.uuid();
		const reviewerNumber = numbers[index] ?? 0;
		await tx.reviewAssignment.create({
			data: {
				id: assignmentId,
				applicationId,
				reviewerId,
				reviewerNumber,
				status: 'invited' satisfies ReviewAssignmentStatus,
				invitedAt: moment.now,
				invitedById: invitedBy
			}
		});
		await recordEvent(tx, moment, {
			name: 'review.invited',
			actor,
			subject: { type: 'application', id: applicationId },
			programId,
			facts: { assignmentId, reviewerNumber }
		});
		await queueMail(tx, moment, {
			template: 'review-invited',
			to: { userId: reviewerId },
			values: { reference: application.reference, assignmentId }
		});
	}
}

/**
 * People who may be asked: active, with the reviewer's role in this program or in all, and no member of the applicant.
 * A former member counts too: whoever left last week still has an interest.
 */
export async function reviewerCandidates(
	tx: Tx,
	programId: string,
	organizationId: string
): Promise<{ id: string; displayName: string }[]> {
	return tx.user.findMany({
		where: {
			status: 'active',
			roleAssignments: { some: { role: 'reviewer', endedAt: null, OR: [{ programId: null }, { programId }] } },
			memberships: { none: { organizationId } }
		},
		select: { id: true, displayName: true },
		orderBy: { id: 'asc' }
	});
}

/** The next free numbers in an order nobody can foresee, so that a number says nothing about who was asked first. */
function drawNumbers(taken: readonly number[], count: number, random: Randomness): number[] {
	const highest = taken.reduce((most, one) => Math.max(most, one), 0);
	const numbers = Array.from({ length: count }, (_, step) => highest + 1 + step);
	for (let last = numbers.length - 1; last > 0; last -= 1) {
		const other = Buffer.from(random.bytes(4)).readUInt32BE(0) % (last + 1);
		[numbers[last], numbers[other]] = [numbers[other] as number, numbers[last] as number];
	}
	return numbers;
}

/**
 * The answer about conflicts, before the file opens or later when one is found. A conflict, with its reason or withheld,
 * recuses for good. *none* opens the file; said again about an open file it changes nothing.
 */
export function declareConflict(
	actor: Actor,
	assignmentId: string,
	input: DeclareConflict,
	moment: Moment
): Promise<ReviewAssignmentStatus> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockAssignment(tx, assignmentId);
			authorize(actor, 'conflict.declare', held.subject);
			if (input.declaration === 'none') {
				if (held.status !== 'invited') return held.status;
				return advanceAssignment(tx, actor, held, 'accept', moment, { no_conflict: true });
			}
			if (input.declaration === 'conflict' && input.reason === '') {
				throw new Refusal(refuse('required', {}, 'reason'));
			}
			const reason = input.declaration === 'conflict' ? input.reason : null;
			const status = await advanceAssignment(tx, actor, held, 'recuse', moment, {}, reason);
			await completeWhenAllAreIn(tx, held, moment);
			return status;
		},
		moment
	);
}

/** Gives the file back so that someone else is asked. No reason is asked or kept (safeguard B11). */
export function giveFileBack(actor: Actor, assignmentId: string, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockAssignment(tx, assignmentId);
			authorize(actor, 'review.accept', held.subject);
			await advanceAssignment(tx, actor, held, 'decline', moment);
			await completeWhenAllAreIn(tx, held, moment);
		},
		moment
	);
}

/**
 * Keeps the judgment of one criterion. The first one begins the review. Whoever cannot judge says why in the comment.
 * A save is no event of the trail; the submission is. Answers the key of the criterion after it.
 */
export function saveScore(
	actor: Actor,
	assignmentId: string,
	input: SaveScore,
	moment: Moment
): Promise<{ next: string | null }> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await openReview(tx, actor, assignmentId, moment);
			const criterion = held.rubric.criteria.find((known) => known.key === input.criterion);
			if (!criterion) throw new Refusal(refuse('not_found'));
			const points = readPoints(input);
			const reviewId = await touchReview(tx, held, moment);
			await tx.score.upsert({
				where: { reviewId_criterionKey: { reviewId, criterionKey: criterion.key } },
				create: {
					id: moment.random.uuid(),
					reviewId,
					criterionKey: criterion.key,
					points,
					comment: input.comment
				},
				update: { points, comment: input.comment }
			});
			const { criteria } = held.rubric;
			return { next: criteria[criteria.indexOf(criterion) + 1]?.key ?? null };
		},
		moment
	);
}

/** 1 to 5, or null for a criterion that this reviewer cannot judge and says why. */
function readPoints(input: SaveScore): number | null {
	if (input.points === CANNOT_JUDGE) {
		if (input.comment === '') throw new Refusal(refuse('required', {}, 'comment'));
		return null;
	}
	if (input.points === '') throw new Refusal(refuse('required', {}, 'points'));
	const points = Number(input.points);
	if (!isPoints(points)) {
		throw new Refusal(refuse('score_out_of_range', { lowest: LOWEST_POINTS, highest: HIGHEST_POINTS }, 'points'));
	}
	return points;
}

/** Keeps the comment on the whole. */
export function saveOverall(actor: Actor, assignmentId: string, overall: string, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await openReview(tx, actor, assignmentId, moment);
			await touchReview(tx, held, moment, overall);
		},
		moment
	);
}

/**
 * Submits the review: one way. Every criterion is judged or marked as one that cannot be. When as many reviews are in as
 * the opportunity asks for, the application is reviewed.
 */
export function submitReview(actor: Actor, assignmentId: string, overall: string, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await openReview(tx, actor, assignmentId, moment, 'review.submit');
			const reviewId = await touchReview(tx, held, moment, overall);
			const scores = await tx.score.findMany({ where: { reviewId } });
			const [problem] = scoreProblems(held.rubric, scores);
			if (problem) throw new Refusal(refuse(problem.code, problem.facts));
			await tx.review.update({ where: { id: reviewId }, data: { submittedAt: moment.now } });
			const score = weightedScore(held.rubric, scores);
			const facts = score === null ? {} : { scoreTenThousandths: Number(score) };
			await advanceAssignment(tx, actor, held, 'submit', moment, { criteria_scored: true }, null, facts);
			await completeWhenAllAreIn(tx, held, moment);
		},
		moment
	);
}

/** The last review that is needed, or the last file given back, ends the review of the application. */
async function completeWhenAllAreIn(tx: Tx, held: HeldAssignment, moment: Moment): Promise<void> {
	if (held.application.status !== 'under_review') return;
	const assignments = await tx.reviewAssignment.findMany({
		where: { applicationId: held.applicationId },
		select: { status: true }
	});
	const statuses = assignments.map((assignment) => assignment.status as ReviewAssignmentStatus);
	if (!reviewsComplete(statuses, held.application.opportunity.reviewersPerApplication)) return;
	await advanceApplicationWithin(tx, systemActor('review'), held.applicationId, 'complete_review', moment);
}

/** The assignment as locked, with what its rules need. */
type HeldAssignment = Awaited<ReturnType<typeof lockAssignment>>;

async function lockAssignment(tx: Tx, assignmentId: string) {
	const known = isId(assignmentId)
		? await tx.reviewAssignment.findUnique({ where: { id: assignmentId }, select: { applicationId: true } })
		: null;
	if (!known) throw new Refusal(refuse('not_found'));
	// In pipeline order: the last review also moves its application.
	await lockRow(tx, 'application', known.applicationId);
	await lockRow(tx, 'review_assignment', assignmentId);
	const row = await tx.reviewAssignment.findUniqueOrThrow({
		where: { id: assignmentId },
		include: { application: { include: { opportunity: { include: { rubric: true } } } } }
	});
	const { opportunity } = row.application;
	return {
		...row,
		status: row.status as ReviewAssignmentStatus,
		rubric: opportunity.rubric.definition as unknown as Rubric,
		subject: { programId: opportunity.programId, assignedUserId: row.reviewerId }
	};
}

/** The assignment with its file in the reviewer's hands and the review still to be written; begins it when needed. */
async function openReview(
	tx: Tx,
	actor: Actor,
	assignmentId: string,
	moment: Moment,
	permission: 'review.score' | 'review.submit' = 'review.score'
): Promise<HeldAssignment> {
	const held = await lockAssignment(tx, assignmentId);
	authorize(actor, permission, held.subject);
	if (held.status === 'invited') throw new Refusal(refuse('conflict_undeclared'));
	const isReadable = held.application.status === 'under_review' || held.application.status === 'reviewed';
	if (!isReadable) {
		throw new Refusal(refuse('transition_not_allowed', { status: held.application.status, event: 'score' }));
	}
	if (held.status === 'accepted') {
		return { ...held, status: await advanceAssignment(tx, actor, held, 'start', moment), version: held.version + 1 };
	}
	if (held.status !== 'in_progress' && held.status !== 'reopened') {
		throw new Refusal(refuse('transition_not_allowed', { status: held.status, event: 'score' }));
	}
	return held;
}

/** The review row of an assignment, made at the first save; notes when it was last saved. */
async function touchReview(tx: Tx, held: HeldAssignment, moment: Moment, overall?: string): Promise<string> {
	const text = overall === undefined ? {} : { overallComment: overall };
	const review = await tx.review.upsert({
		where: { assignmentId: held.id },
		create: { id: moment.random.uuid(), assignmentId: held.id, updatedAt: moment.now, ...text },
		update: { updatedAt: moment.now, version: { increment: 1 }, ...text }
	});
	return review.id;
}

const EVENT_NAMES = {
	accept: 'review.accepted',
	decline: 'review.declined',
	recuse: 'conflict.declared',
	start: 'review.started',
	submit: 'review.submitted',
	reopen: 'review.reopened'
} as const satisfies Record<ReviewAssignmentEvent, string>;

/** The one place that assigns the status of an assignment. A conflict's reason goes into the erasable detail only. */
async function advanceAssignment(
	tx: Tx,
	actor: Actor,
	held: HeldAssignment,
	event: ReviewAssignmentEvent,
	moment: Moment,
	met: Record<string, boolean> = {},
	reason: string | null = null,
	facts: { scoreTenThousandths?: number } = {}
): Promise<ReviewAssignmentStatus> {
	const to = orRefuse(next(held.status, event, met));
	const responded = event === 'accept' || event === 'decline' || event === 'recuse';
	const changed = await tx.reviewAssignment.updateMany({
		where: { id: held.id, version: held.version },
		data: {
			status: to,
			version: { increment: 1 },
			...(responded && held.respondedAt === null ? { respondedAt: moment.now } : {}),
			...(event === 'accept' ? { conflict: 'none', declaredAt: moment.now } : {}),
			...(event === 'recuse' ? { conflict: 'conflict', conflictReason: reason, declaredAt: moment.now } : {}),
			...(event === 'submit' ? { submittedAt: moment.now } : {})
		}
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	await recordEvent(tx, moment, {
		name: EVENT_NAMES[event],
		actor,
		subject: { type: 'application', id: held.applicationId },
		programId: held.subject.programId,
		facts: { assignmentId: held.id, from: held.status, to, ...facts },
		...(reason ? { detail: reason } : {})
	});
	return to;
}
