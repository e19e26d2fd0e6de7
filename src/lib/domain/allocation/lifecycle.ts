import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type AllocationRoundStatus = 'open' | 'recommended' | 'approved' | 'announced';

export type AllocationRoundEvent = 'recommend' | 'approve' | 'confirmPaper' | 'announce';

/**
 * An allocation from the officer's preparation to the announcement. No decision binds the Crown before the funds are
 * certified (s.32), so approval is guarded by it, whether by delegation or on a paper signed outside (safeguard A2).
 */
export const allocationRoundLifecycle: Lifecycle<AllocationRoundStatus, AllocationRoundEvent> = {
	subject: 'allocation-round',
	initial: 'open',
	table: {
		open: {
			recommend: { to: 'recommended', by: 'allocation.recommend', guards: ['lines_complete', 'within_ceilings'] }
		},
		recommended: {
			approve: {
				to: 'approved',
				by: 'allocation.approve',
				guards: ['funds_certified', 'delegation_in_force', 'within_ceilings']
			},
			confirmPaper: {
				to: 'approved',
				by: 'decision.confirm',
				guards: ['funds_certified', 'paper_confirmed', 'within_ceilings']
			}
		},
		approved: {
			announce: { to: 'announced', by: 'allocation.announce' }
		},
		announced: {}
	},
	labels: {
		open: { staff: 'allocationRoundOpen', applicant: 'allocationRoundOpenToApplicant' },
		recommended: { staff: 'allocationRoundRecommended', applicant: 'allocationRoundRecommendedToApplicant' },
		approved: { staff: 'allocationRoundApproved', applicant: 'allocationRoundApprovedToApplicant' },
		announced: { staff: 'allocationRoundAnnounced', applicant: 'allocationRoundAnnounced' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function next(
	status: AllocationRoundStatus,
	event: AllocationRoundEvent,
	met?: Readonly<Record<string, boolean>>
): AllocationRoundStatus | Problem {
	return nextStatus(allocationRoundLifecycle, status, event, met);
}
