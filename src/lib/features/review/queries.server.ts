import { accessProblem, authorize, may } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { FrozenContent } from '#lib/domain/application/content.ts';
import { answersForReviewers, questionKeysForReviewers } from '#lib/domain/form/answer.ts';
import type { FormDefinition } from '#lib/domain/form/definition.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { ReviewAssignmentStatus } from '#lib/domain/review/lifecycle.ts';
import type { Rubric } from '#lib/domain/review/rubric.ts';
import { panelMean, weightedScore } from '#lib/domain/review/score.ts';
import { mayReadReview } from '#lib/domain/review/visibility.ts';
import { compareNames } from '#lib/i18n/format.ts';
import type { Bilingual, Locale } from '#lib/i18n/locale.ts';
import { readAs, type Tx } from '#lib/server/db/transact.ts';
import { reviewerCandidates } from './commands.server.ts';

const OPEN: readonly ReviewAssignmentStatus[] = ['invited', 'accepted', 'in_progress', 'reopened'];

/** One file of a reviewer's own list. It names neither the organization nor the title until the file is open. */
export type HeldFile = {
	id: string;
	reference: string;
	opportunityTitle: Bilingual;
	status: ReviewAssignmentStatus;
	isOpen: boolean;
	needsDeclaration: boolean;
	judgedCount: number;
	criterionCount: number;
	submittedAt: Date | null;
	zone: string;
};

/** The reviewer's own files: those that wait first, oldest first; then the finished ones. */
export function assignmentsForReviewer(viewer: Actor): Promise<HeldFile[]> {
	if (viewer.kind !== 'user') throw new Refusal(refuse('forbidden'));
	return readAs(viewer, async (tx) => {
		const rows = await tx.reviewAssignment.findMany({
			where: { reviewerId: viewer.userId, application: { status: { not: 'withdrawn' } } },
			include: { application: { include: { opportunity: { include: { rubric: true } } } } },
			orderBy: [{ invitedAt: 'asc' }, { id: 'asc' }]
		});
		const counts = await judgedCounts(
			tx,
			rows.map((row) => row.id)
		);
		return rows.map((row) => {
			const { opportunity } = row.application;
			const status = row.status as ReviewAssignmentStatus;
			return {
				id: row.id,
				reference: row.application.reference,
				opportunityTitle: { en: opportunity.titleEn, fr: opportunity.titleFr },
				status,
				isOpen: OPEN.includes(status),
				needsDeclaration: status === 'invited',
				judgedCount: counts.get(row.id) ?? 0,
				criterionCount: (opportunity.rubric.definition as unknown as Rubric).criteria.length,
				submittedAt: row.submittedAt,
				zone: opportunity.zone
			};
		});
	});
}

async function judgedCounts(tx: Tx, assignmentIds: string[]): Promise<Map<string, number>> {
	const reviews = await tx.review.findMany({
		where: { assignmentId: { in: assignmentIds } },
		select: { assignmentId: true, _count: { select: { scores: true } } }
	});
	return new Map(reviews.map((review) => [review.assignmentId, review._count.scores]));
}

/** What the conflict question shows: every organization of the opportunity, by name, unlinked to any file. */
export type ConflictQuestion = {
	assignmentId: string;
	reference: string;
	opportunityTitle: Bilingual;
	/** Still asked before the file opens, or open to a conflict found late. */
	isAsked: boolean;
	/** The file is not open yet. */
	isFirst: boolean;
	organizationNames: string[];
};

export function conflictQuestionFor(viewer: Actor, assignmentId: string, locale: Locale): Promise<ConflictQuestion> {
	return readAs(viewer, async (tx) => {
		const held = await ownAssignment(tx, viewer, assignmentId);
		const { opportunity } = held.application;
		const organizations = await tx.organization.findMany({
			where: { applications: { some: { opportunityId: opportunity.id, submittedAt: { not: null } } } },
			select: { legalName: true }
		});
		return {
			assignmentId: held.id,
			reference: held.application.reference,
			opportunityTitle: { en: opportunity.titleEn, fr: opportunity.titleFr },
			isAsked: !isClosed(held) && held.status !== 'submitted',
			isFirst: held.status === 'invited',
			organizationNames: organizations.map((organization) => organization.legalName).sort(compareNames(locale))
		};
	});
}

/** A judgment of one criterion. Null points: this reviewer could not judge it, and says why. */
export type Judgment = { criterionKey: string; points: number | null; comment: string };

/** A review as its reader may see it: by number, never by name. */
export type ReviewByNumber = {
	reviewerNumber: number;
	isOwn: boolean;
	judgments: Judgment[];
	overallComment: string;
	weightedTenThousandths: bigint | null;
};

/** The head of a file, before it is known whether it may open. */
export type FileHead = {
	id: string;
	reference: string;
	status: ReviewAssignmentStatus;
	/** Given back, recused, or withdrawn by the applicant: it does not open (again). */
	isClosed: boolean;
	mayGive: boolean;
};

export function fileHeadFor(viewer: Actor, assignmentId: string): Promise<FileHead> {
	return readAs(viewer, async (tx) => {
		const held = await ownAssignment(tx, viewer, assignmentId);
		const status = held.status as ReviewAssignmentStatus;
		return {
			id: held.id,
			reference: held.application.reference,
			status,
			isClosed: isClosed(held),
			mayGive: !isClosed(held) && (status === 'invited' || status === 'accepted' || status === 'in_progress')
		};
	});
}

/**
 * The file in a reviewer's hands: the frozen application without the organization and the names of its files, the
 * rubric, one's own judgments, and the others' once one's own are in. Refuses before the conflict question is answered
 * and for ever after a conflict.
 */
export function fileForReviewer(viewer: Actor, assignmentId: string) {
	return readAs(viewer, async (tx) => {
		const held = await ownAssignment(tx, viewer, assignmentId);
		const status = held.status as ReviewAssignmentStatus;
		if (status === 'invited') throw new Refusal(refuse('conflict_undeclared'));
		if (isClosed(held)) throw new Refusal(refuse('not_found'));
		const rubric = held.application.opportunity.rubric.definition as unknown as Rubric;
		const definition = held.application.formDefinition.definition as unknown as FormDefinition;
		const version = await tx.applicationVersion.findFirstOrThrow({
			where: { applicationId: held.applicationId },
			orderBy: { number: 'desc' }
		});
		const own = await tx.review.findUnique({ where: { assignmentId: held.id }, include: { scores: true } });
		return {
			id: held.id,
			reference: held.application.reference,
			status,
			zone: held.application.opportunity.zone,
			definition,
			content: blinded(definition, version.content as unknown as FrozenContent),
			title: held.application.title,
			locale: held.application.locale as Locale,
			requestedAmountMinor: held.application.requestedAmountMinor,
			yearCount: held.application.opportunity.fiscalYearCount,
			region: regionOf(held.application.organization.province),
			rubric,
			savedAt: own?.updatedAt ?? null,
			submittedAt: held.submittedAt,
			judgments: (own?.scores ?? []).map(judgmentOf),
			overallComment: own?.overallComment ?? '',
			weightedTenThousandths: own ? weightedScore(rubric, own.scores) : null,
			panel: status === 'submitted' ? await submittedReviews(tx, held.applicationId, rubric, viewer, false) : null
		};
	});
}

/**
 * What a reviewer may read: without the organization, the names of files (which often carry it) and the answers that the
 * form keeps from reviewers. Taken out here, so that it never reaches the page, its data or a log.
 */
function blinded(definition: FormDefinition, content: FrozenContent): FrozenContent {
	const read = questionKeysForReviewers(definition, content.answers);
	return {
		...content,
		organization: { legalName: '', province: '', kind: '' },
		answers: answersForReviewers(definition, content.answers),
		attachments: content.attachments
			.filter((attachment) => read.has(attachment.questionKey))
			.map((attachment) => ({ ...attachment, name: '' }))
	};
}

const REGIONS: Record<string, 'atlantic' | 'quebec' | 'ontario' | 'prairies' | 'british_columbia' | 'north'> = {
	NL: 'atlantic',
	PE: 'atlantic',
	NS: 'atlantic',
	NB: 'atlantic',
	QC: 'quebec',
	ON: 'ontario',
	MB: 'prairies',
	SK: 'prairies',
	AB: 'prairies',
	BC: 'british_columbia',
	YT: 'north',
	NT: 'north',
	NU: 'north'
};

/** As much of a place as a reviewer is told. */
function regionOf(province: string) {
	return REGIONS[province] ?? null;
}

/**
 * The panel's mean of each application in ten-thousandths, from submitted reviews; null where nobody could judge. Inside
 * a transaction opened for an actor: row-level security shows the reviews that this actor may read. Refuses where some
 * are closed to the actor, since a mean without them would be wrong and would tell something of the panel.
 */
export async function panelMeans(tx: Tx, applicationIds: readonly string[]): Promise<Map<string, bigint | null>> {
	const rows = await tx.reviewAssignment.findMany({
		where: { applicationId: { in: [...applicationIds] }, status: 'submitted' },
		include: {
			review: { include: { scores: true } },
			application: { select: { reference: true, opportunity: { select: { rubric: true } } } }
		}
	});
	const scores = new Map<string, (bigint | null)[]>(applicationIds.map((id) => [id, []]));
	for (const row of rows) {
		if (!row.review) throw new Refusal(refuse('panel_closed', { reference: row.application.reference }));
		const rubric = row.application.opportunity.rubric.definition as unknown as Rubric;
		scores.get(row.applicationId)?.push(weightedScore(rubric, row.review.scores));
	}
	return new Map([...scores].map(([id, reviews]) => [id, panelMean(reviews)]));
}

function isClosed(held: { status: string; application: { status: string } }): boolean {
	return held.status === 'declined' || held.status === 'recused' || held.application.status === 'withdrawn';
}

/** The viewer's own assignment; a stranger's is not found, whoever asks. */
async function ownAssignment(tx: Tx, viewer: Actor, assignmentId: string) {
	const held =
		isId(assignmentId) && viewer.kind === 'user'
			? await tx.reviewAssignment.findFirst({
					where: { id: assignmentId, reviewerId: viewer.userId },
					include: {
						application: {
							include: {
								formDefinition: true,
								organization: { select: { province: true } },
								opportunity: { include: { rubric: true } }
							}
						}
					}
				})
			: null;
	if (!held) throw new Refusal(refuse('not_found'));
	const subject = { programId: held.application.opportunity.programId, assignedUserId: held.reviewerId };
	if (accessProblem(viewer, 'review.accept', subject)) throw new Refusal(refuse('not_found'));
	return held;
}

function judgmentOf(score: { criterionKey: string; points: number | null; comment: string }): Judgment {
	return { criterionKey: score.criterionKey, points: score.points, comment: score.comment };
}

/**
 * Submitted reviews of an application in the order of their numbers, as far as the viewer may read them: the rule is
 * asked here, and row-level security holds it a second time.
 */
async function submittedReviews(
	tx: Tx,
	applicationId: string,
	rubric: Rubric,
	viewer: Actor,
	isStaff: boolean
): Promise<ReviewByNumber[]> {
	const ownStatus = await ownStatusIn(tx, applicationId, viewer);
	const viewerId = actorUserId(viewer);
	const rows = await tx.reviewAssignment.findMany({
		where: { applicationId, status: 'submitted' },
		orderBy: { reviewerNumber: 'asc' },
		include: { review: { include: { scores: true } } }
	});
	return rows.flatMap((row) =>
		row.review && mayReadReview({ isAuthor: row.reviewerId === viewerId, isStaff, ownStatus }, { status: 'submitted' })
			? [
					{
						reviewerNumber: row.reviewerNumber,
						isOwn: row.reviewerId === viewerId,
						judgments: row.review.scores.map(judgmentOf),
						overallComment: row.review.overallComment,
						weightedTenThousandths: weightedScore(rubric, row.review.scores)
					}
				]
			: []
	);
}

/** Where the viewer's own review of an application stands; null for who was not asked. */
async function ownStatusIn(tx: Tx, applicationId: string, viewer: Actor): Promise<ReviewAssignmentStatus | null> {
	const reviewerId = actorUserId(viewer);
	if (reviewerId === null) return null;
	const own = await tx.reviewAssignment.findFirst({ where: { applicationId, reviewerId }, select: { status: true } });
	return own ? (own.status as ReviewAssignmentStatus) : null;
}

/**
 * The panel of one application: reviews by number for whoever may read them; people by name and state for the program
 * office alone, which asks them (safeguard A9). Others read how many were asked.
 */
export function panelForStaff(viewer: Actor, applicationId: string, locale: Locale) {
	return readAs(viewer, async (tx) => {
		const application = isId(applicationId)
			? await tx.application.findUnique({
					where: { id: applicationId },
					include: { opportunity: { include: { rubric: true } }, reviewAssignments: true }
				})
			: null;
		if (!application || application.submittedAt === null) throw new Refusal(refuse('not_found'));
		const { opportunity } = application;
		const subject = { organizationId: application.organizationId, programId: opportunity.programId };
		authorize(viewer, 'review.view', subject);
		const showsPeople = may(viewer, 'review.viewIdentity', subject);
		const ownStatus = await ownStatusIn(tx, application.id, viewer);
		const isOpen = mayReadReview({ isAuthor: false, isStaff: true, ownStatus }, { status: 'submitted' });
		const statuses = application.reviewAssignments.map((held) => held.status as ReviewAssignmentStatus);
		const rubric = opportunity.rubric.definition as unknown as Rubric;
		const names = new Map(
			(
				await tx.user.findMany({
					where: { id: { in: application.reviewAssignments.map((held) => held.reviewerId) } },
					select: { id: true, displayName: true }
				})
			).map((user) => [user.id, user.displayName])
		);
		const candidates = showsPeople
			? await reviewerCandidates(tx, opportunity.programId, application.organizationId)
			: [];
		const loads = await openLoads(tx);
		const byName = compareNames(locale);
		return {
			applicationId: application.id,
			reference: application.reference,
			title: application.title,
			status: application.status,
			zone: opportunity.zone,
			programId: opportunity.programId,
			organizationId: application.organizationId,
			required: opportunity.reviewersPerApplication,
			rubric,
			/** Some reviews are in and closed to the viewer, whose own is not. */
			isClosedToViewer: !isOpen && statuses.includes('submitted'),
			mean: isOpen ? ((await panelMeans(tx, [application.id])).get(application.id) ?? null) : null,
			submittedCount: statuses.filter((status) => status === 'submitted').length,
			standingCount: statuses.filter((status) => status !== 'declined' && status !== 'recused').length,
			showsPeople,
			people: (showsPeople ? application.reviewAssignments : [])
				.map((held) => ({
					key: held.id,
					name: names.get(held.reviewerId) ?? '',
					status: held.status as ReviewAssignmentStatus,
					since: held.submittedAt ?? held.respondedAt ?? held.invitedAt
				}))
				.sort((a, b) => byName(a.name, b.name)),
			candidates: candidates
				.filter((candidate) => !names.has(candidate.id))
				.map((candidate) => ({
					id: candidate.id,
					name: candidate.displayName,
					openCount: loads.get(candidate.id) ?? 0
				}))
				.sort((a, b) => byName(a.name, b.name)),
			reviews: await submittedReviews(tx, application.id, rubric, viewer, true)
		};
	});
}

async function openLoads(tx: Tx): Promise<Map<string, number>> {
	const rows = await tx.reviewAssignment.groupBy({
		by: ['reviewerId'],
		where: { status: { in: [...OPEN] } },
		_count: { _all: true }
	});
	return new Map(rows.map((row) => [row.reviewerId, row._count._all]));
}
