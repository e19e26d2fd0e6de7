import type { ReviewAssignmentStatus } from './lifecycle.ts';

/** Who looks, as far as reading a review depends on it. `ownStatus` is of the viewer's assignment to the same application. */
export type ReviewViewer = {
	isAuthor: boolean;
	/** Holds `review.view` in the program. */
	isStaff: boolean;
	ownStatus: ReviewAssignmentStatus | null;
};

/**
 * Whether a review may be read. Its author always may. Staff of the program may once it was submitted. A fellow reviewer
 * may once both are in: nobody scores by looking at another's paper, and reopening one's own closes the others again.
 * Staff who were asked to review it are fellow reviewers first, from the moment they are asked: whoever may still score
 * looks at nobody's paper. Once they gave the file back they never will. A person recused sees nothing of it.
 */
export function mayReadReview(viewer: ReviewViewer, review: { status: ReviewAssignmentStatus }): boolean {
	if (viewer.ownStatus === 'recused') return false;
	if (viewer.isAuthor) return true;
	if (review.status !== 'submitted') return false;
	if (viewer.ownStatus !== null && viewer.ownStatus !== 'declined') return viewer.ownStatus === 'submitted';
	return viewer.isStaff;
}

/** Whether the panel is through: enough submitted, and none of those who took the file still at it. */
export function reviewsComplete(statuses: readonly ReviewAssignmentStatus[], needed: number): boolean {
	const pending = statuses.filter(
		(status) => status === 'accepted' || status === 'in_progress' || status === 'reopened'
	);
	return statuses.filter((status) => status === 'submitted').length >= needed && pending.length === 0;
}
