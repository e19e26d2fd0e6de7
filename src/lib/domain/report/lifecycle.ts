import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type ReportStatus = 'draft' | 'submitted' | 'changes_requested' | 'accepted';

export type ReportEvent = 'submit' | 'accept' | 'request_changes';

/** A report owed under an agreement. */
export const reportLifecycle: Lifecycle<ReportStatus, ReportEvent> = {
	subject: 'report',
	initial: 'draft',
	table: {
		draft: {
			submit: { to: 'submitted', by: 'report.submit', guards: ['complete'] }
		},
		submitted: {
			accept: { to: 'accepted', by: 'report.accept' },
			request_changes: { to: 'changes_requested', by: 'report.accept' }
		},
		changes_requested: {
			submit: { to: 'submitted', by: 'report.submit', guards: ['complete'] }
		},
		accepted: {}
	},
	labels: {
		draft: { staff: 'reportDraft', applicant: 'reportDraft' },
		submitted: { staff: 'reportSubmitted', applicant: 'reportSubmittedToApplicant' },
		changes_requested: { staff: 'reportChangesRequested', applicant: 'reportChangesRequestedToApplicant' },
		accepted: { staff: 'reportAccepted', applicant: 'reportAccepted' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function next(
	status: ReportStatus,
	event: ReportEvent,
	met?: Readonly<Record<string, boolean>>
): ReportStatus | Problem {
	return nextStatus(reportLifecycle, status, event, met);
}
