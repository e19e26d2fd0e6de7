import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

/** Stored statuses. *Scheduled, open, closed* are computed from the window and the instant, never stored. */
export type OpportunityStatus = 'draft' | 'published' | 'decided' | 'archived' | 'cancelled';

export type OpportunityEvent = 'publish' | 'decide' | 'archive' | 'cancel';

export const opportunityLifecycle: Lifecycle<OpportunityStatus, OpportunityEvent> = {
	subject: 'opportunity',
	initial: 'draft',
	table: {
		draft: {
			publish: { to: 'published', by: 'opportunity.publish', guards: ['both_languages_complete', 'rules_complete'] },
			cancel: { to: 'cancelled', by: 'opportunity.cancel' }
		},
		published: {
			decide: { to: 'decided', by: 'opportunity.decide', guards: ['closed', 'all_applications_decided'] },
			cancel: { to: 'cancelled', by: 'opportunity.cancel', guards: ['nothing_awarded'] }
		},
		decided: { archive: { to: 'archived', by: 'opportunity.edit' } },
		archived: {},
		cancelled: {}
	},
	labels: {
		draft: { staff: 'opportunityDraft', applicant: 'opportunityDraft' },
		published: { staff: 'opportunityPublished', applicant: 'opportunityPublished' },
		decided: { staff: 'opportunityDecided', applicant: 'opportunityDecided' },
		archived: { staff: 'opportunityArchived', applicant: 'opportunityArchived' },
		cancelled: { staff: 'opportunityCancelled', applicant: 'opportunityCancelled' }
	}
};

export function next(
	status: OpportunityStatus,
	event: OpportunityEvent,
	met?: Readonly<Record<string, boolean>>
): OpportunityStatus | Problem {
	return nextStatus(opportunityLifecycle, status, event, met);
}
