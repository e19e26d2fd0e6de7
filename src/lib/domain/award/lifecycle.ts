import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type AwardStatus = 'offered' | 'accepted' | 'active' | 'completed' | 'terminated' | 'declined' | 'lapsed';

export type AwardEvent = 'accept' | 'decline' | 'lapse' | 'activate' | 'complete' | 'terminate';

/** An award from the offer to the end of its agreement. It is active once the agreement is in force. */
export const awardLifecycle: Lifecycle<AwardStatus, AwardEvent> = {
	subject: 'award',
	initial: 'offered',
	table: {
		offered: {
			accept: { to: 'accepted', by: 'award.accept' },
			decline: { to: 'declined', by: 'award.accept' },
			lapse: { to: 'lapsed', by: 'award.offer', guards: ['offer_expired'] }
		},
		accepted: {
			activate: { to: 'active', by: 'system', guards: ['agreement_in_force'] }
		},
		active: {
			complete: { to: 'completed', by: 'agreement.settle', guards: ['instalments_settled', 'requirements_settled'] },
			terminate: { to: 'terminated', by: 'award.terminate' }
		},
		completed: {},
		terminated: {},
		declined: {},
		lapsed: {}
	},
	labels: {
		offered: { staff: 'awardOffered', applicant: 'awardOfferedToApplicant' },
		accepted: { staff: 'awardAccepted', applicant: 'awardAccepted' },
		active: { staff: 'awardActive', applicant: 'awardActiveToApplicant' },
		completed: { staff: 'awardCompleted', applicant: 'awardCompleted' },
		terminated: { staff: 'awardTerminated', applicant: 'awardTerminatedToApplicant' },
		declined: { staff: 'awardDeclined', applicant: 'awardDeclinedToApplicant' },
		lapsed: { staff: 'awardLapsed', applicant: 'awardLapsedToApplicant' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function next(
	status: AwardStatus,
	event: AwardEvent,
	met?: Readonly<Record<string, boolean>>
): AwardStatus | Problem {
	return nextStatus(awardLifecycle, status, event, met);
}
