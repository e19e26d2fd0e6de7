import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type ReviewAssignmentStatus =
	'invited' | 'accepted' | 'in_progress' | 'submitted' | 'reopened' | 'declined' | 'recused';

export type ReviewAssignmentEvent = 'accept' | 'decline' | 'recuse' | 'start' | 'submit' | 'reopen';

/**
 * One reviewer and one application. Giving a file back needs no reason at any time before submission; a conflict found
 * late recuses as one found early does. A submitted review is reopened by an officer only.
 */
export const reviewAssignmentLifecycle: Lifecycle<ReviewAssignmentStatus, ReviewAssignmentEvent> = {
	subject: 'review-assignment',
	initial: 'invited',
	table: {
		invited: {
			accept: { to: 'accepted', by: 'review.accept', guards: ['no_conflict'] },
			decline: { to: 'declined', by: 'review.accept' },
			recuse: { to: 'recused', by: 'conflict.declare' }
		},
		accepted: {
			start: { to: 'in_progress', by: 'review.score' },
			decline: { to: 'declined', by: 'review.accept' },
			recuse: { to: 'recused', by: 'conflict.declare' }
		},
		in_progress: {
			submit: { to: 'submitted', by: 'review.submit', guards: ['criteria_scored'] },
			decline: { to: 'declined', by: 'review.accept' },
			recuse: { to: 'recused', by: 'conflict.declare' }
		},
		submitted: {
			reopen: { to: 'reopened', by: 'review.reopen', guards: ['not_decided'] }
		},
		reopened: {
			submit: { to: 'submitted', by: 'review.submit', guards: ['criteria_scored'] },
			recuse: { to: 'recused', by: 'conflict.declare' }
		},
		declined: {},
		recused: {}
	},
	labels: {
		invited: { staff: 'reviewAssignmentInvited', applicant: 'reviewAssignmentInvitedToApplicant' },
		accepted: { staff: 'reviewAssignmentAccepted', applicant: 'reviewAssignmentAcceptedToApplicant' },
		in_progress: { staff: 'reviewAssignmentInProgress', applicant: 'reviewAssignmentInProgressToApplicant' },
		submitted: { staff: 'reviewAssignmentSubmitted', applicant: 'reviewAssignmentSubmitted' },
		reopened: { staff: 'reviewAssignmentReopened', applicant: 'reviewAssignmentReopenedToApplicant' },
		declined: { staff: 'reviewAssignmentDeclined', applicant: 'reviewAssignmentDeclinedToApplicant' },
		recused: { staff: 'reviewAssignmentRecused', applicant: 'reviewAssignmentRecusedToApplicant' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function next(
	status: ReviewAssignmentStatus,
	event: ReviewAssignmentEvent,
	met?: Readonly<Record<string, boolean>>
): ReviewAssignmentStatus | Problem {
	return nextStatus(reviewAssignmentLifecycle, status, event, met);
}
