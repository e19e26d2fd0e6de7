import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type ApplicationStatus =
	| 'draft'
	| 'awaiting_sign_off'
	| 'submitted'
	| 'changes_requested'
	| 'eligible'
	| 'ineligible'
	| 'under_review'
	| 'reviewed'
	| 'waitlisted'
	| 'awarded'
	| 'declined'
	| 'withdrawn';

export type ApplicationEvent =
	| 'ask_sign_off'
	| 'submit'
	| 'withdraw'
	| 'return_to_draft'
	| 'reopen'
	| 'screen_in'
	| 'screen_out'
	| 'request_changes'
	| 'start_review'
	| 'award'
	| 'complete_review'
	| 'decline'
	| 'waitlist'
	| 'resume_review';

/**
 * An application from the first word to the decision. `submit` from a draft is sign-off and submission in one act, by a
 * person who may sign; `ask_sign_off` is for those who may not. A draft is seen by its organization alone.
 */
export const applicationLifecycle: Lifecycle<ApplicationStatus, ApplicationEvent> = {
	subject: 'application',
	initial: 'draft',
	table: {
		draft: {
			ask_sign_off: { to: 'awaiting_sign_off', by: 'application.edit', guards: ['complete', 'before_deadline'] },
			submit: { to: 'submitted', by: 'application.submit', guards: ['complete', 'before_deadline'] },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		awaiting_sign_off: {
			return_to_draft: { to: 'draft', by: 'application.edit' },
			submit: { to: 'submitted', by: 'application.submit', guards: ['complete', 'before_deadline'] },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		submitted: {
			reopen: { to: 'draft', by: 'application.submit', guards: ['before_deadline'] },
			screen_in: { to: 'eligible', by: 'application.screen' },
			screen_out: { to: 'ineligible', by: 'application.screen' },
			request_changes: { to: 'changes_requested', by: 'requirement.open' },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		changes_requested: {
			screen_in: { to: 'eligible', by: 'application.screen', guards: ['no_requirement_open'] },
			screen_out: { to: 'ineligible', by: 'application.screen' },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		eligible: {
			request_changes: { to: 'changes_requested', by: 'requirement.open' },
			start_review: { to: 'under_review', by: 'review.assign', guards: ['competitive_method'] },
			award: { to: 'awarded', by: 'award.decide', guards: ['formula_method', 'funds_certified'] },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		ineligible: {},
		under_review: {
			complete_review: { to: 'reviewed', by: 'system', guards: ['reviews_complete'] },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		reviewed: {
			award: { to: 'awarded', by: 'award.decide', guards: ['funds_certified'] },
			decline: { to: 'declined', by: 'award.decide' },
			waitlist: { to: 'waitlisted', by: 'award.decide' },
			resume_review: { to: 'under_review', by: 'system' },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		waitlisted: {
			award: { to: 'awarded', by: 'award.decide', guards: ['funds_certified'] },
			decline: { to: 'declined', by: 'award.decide' },
			withdraw: { to: 'withdrawn', by: 'application.withdraw' }
		},
		awarded: {},
		declined: {},
		withdrawn: {}
	},
	labels: {
		draft: { staff: 'applicationDraft', applicant: 'applicationDraft' },
		awaiting_sign_off: { staff: 'applicationAwaitingSignOff', applicant: 'applicationAwaitingSignOffToApplicant' },
		submitted: { staff: 'applicationSubmitted', applicant: 'applicationSubmitted' },
		changes_requested: { staff: 'applicationChangesRequested', applicant: 'applicationChangesRequestedToApplicant' },
		eligible: { staff: 'applicationEligible', applicant: 'applicationEligible' },
		ineligible: { staff: 'applicationIneligible', applicant: 'applicationIneligibleToApplicant' },
		under_review: { staff: 'applicationUnderReview', applicant: 'applicationUnderReviewToApplicant' },
		reviewed: { staff: 'applicationReviewed', applicant: 'applicationReviewedToApplicant' },
		waitlisted: { staff: 'applicationWaitlisted', applicant: 'applicationWaitlistedToApplicant' },
		awarded: { staff: 'applicationAwarded', applicant: 'applicationAwardedToApplicant' },
		declined: { staff: 'applicationDeclined', applicant: 'applicationDeclinedToApplicant' },
		withdrawn: { staff: 'applicationWithdrawn', applicant: 'applicationWithdrawn' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function next(
	status: ApplicationStatus,
	event: ApplicationEvent,
	met?: Readonly<Record<string, boolean>>
): ApplicationStatus | Problem {
	return nextStatus(applicationLifecycle, status, event, met);
}
