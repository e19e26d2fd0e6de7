import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type RequirementStatus = 'open' | 'submitted' | 'changes_requested' | 'accepted';

export type RequirementEvent = 'submit' | 'accept' | 'request_changes';

/** A due duty: an information request on an application, or a report on an award. *Overdue* is computed, never stored. */
export const requirementLifecycle: Lifecycle<RequirementStatus, RequirementEvent> = {
	subject: 'requirement',
	initial: 'open',
	table: {
		open: {
			submit: { to: 'submitted', by: 'requirement.answer' }
		},
		submitted: {
			accept: { to: 'accepted', by: 'requirement.accept' },
			request_changes: { to: 'changes_requested', by: 'requirement.accept' }
		},
		changes_requested: {
			submit: { to: 'submitted', by: 'requirement.answer' }
		},
		accepted: {}
	},
	labels: {
		open: { staff: 'requirementOpen', applicant: 'requirementOpenToApplicant' },
		submitted: { staff: 'requirementSubmitted', applicant: 'requirementSubmittedToApplicant' },
		changes_requested: { staff: 'requirementChangesRequested', applicant: 'requirementChangesRequestedToApplicant' },
		accepted: { staff: 'requirementAccepted', applicant: 'requirementAccepted' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function nextRequirement(
	status: RequirementStatus,
	event: RequirementEvent,
	met?: Readonly<Record<string, boolean>>
): RequirementStatus | Problem {
	return nextStatus(requirementLifecycle, status, event, met);
}
