import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type DisbursementStatus =
	| 'drafted'
	| 'certified'
	| 'requisitioned'
	| 'dispatched'
	| 'sending'
	| 'sent'
	| 'failed'
	| 'paid'
	| 'returned'
	| 'cancelled'
	| 'reversed';

export type DisbursementEvent =
	| 'certify'
	| 'cancel'
	| 'requisition'
	| 'void_signatures'
	| 'dispatch'
	| 'start_sending'
	| 'pay'
	| 'confirm_sent'
	| 'fail'
	| 'return'
	| 'reverse';

/**
 * One payment, whatever its rail: certified (s.34) by one person, requisitioned (s.33) by another, dispatched, and paid
 * only when the money is known to have moved. A manual payment goes from dispatched to paid with evidence that a second
 * person confirmed. A change of what the signatures bind to takes it back to drafted.
 */
export const disbursementLifecycle: Lifecycle<DisbursementStatus, DisbursementEvent> = {
	subject: 'disbursement',
	initial: 'drafted',
	table: {
		drafted: {
			certify: {
				to: 'certified',
				by: 'disbursement.certify',
				guards: ['gates_open', 'account_verified', 'delegation_in_force', 'not_beneficiary']
			},
			cancel: { to: 'cancelled', by: 'disbursement.cancel' }
		},
		certified: {
			requisition: {
				to: 'requisitioned',
				by: 'disbursement.requisition',
				guards: ['binding_unchanged', 'two_people', 'delegation_in_force', 'not_beneficiary', 'within_vote']
			},
			void_signatures: { to: 'drafted', by: 'system' },
			cancel: { to: 'cancelled', by: 'disbursement.cancel' }
		},
		requisitioned: {
			dispatch: { to: 'dispatched', by: 'disbursement.dispatch', guards: ['binding_unchanged'] },
			void_signatures: { to: 'drafted', by: 'system' },
			cancel: { to: 'cancelled', by: 'disbursement.cancel' }
		},
		dispatched: {
			start_sending: { to: 'sending', by: 'system', guards: ['binding_unchanged'] },
			pay: { to: 'paid', by: 'payment.confirm', guards: ['manual_rail', 'evidence_confirmed'] },
			cancel: { to: 'cancelled', by: 'disbursement.cancel', guards: ['money_known_not_moved'] }
		},
		sending: {
			confirm_sent: { to: 'sent', by: 'system' },
			fail: { to: 'failed', by: 'system', guards: ['money_known_not_moved'] }
		},
		sent: {
			pay: { to: 'paid', by: 'system' },
			fail: { to: 'failed', by: 'system', guards: ['money_known_not_moved'] },
			return: { to: 'returned', by: 'system' }
		},
		failed: {
			dispatch: {
				to: 'dispatched',
				by: 'disbursement.dispatch',
				guards: ['binding_unchanged', 'money_known_not_moved']
			},
			cancel: { to: 'cancelled', by: 'disbursement.cancel', guards: ['money_known_not_moved'] }
		},
		paid: {
			reverse: { to: 'reversed', by: 'payment.reverse', guards: ['evidence_confirmed'] }
		},
		returned: {},
		cancelled: {},
		reversed: {}
	},
	labels: {
		drafted: { staff: 'disbursementDrafted', applicant: 'disbursementDraftedToApplicant' },
		certified: { staff: 'disbursementCertified', applicant: 'disbursementCertifiedToApplicant' },
		requisitioned: { staff: 'disbursementRequisitioned', applicant: 'disbursementRequisitionedToApplicant' },
		dispatched: { staff: 'disbursementDispatched', applicant: 'disbursementDispatchedToApplicant' },
		sending: { staff: 'disbursementSending', applicant: 'disbursementSendingToApplicant' },
		sent: { staff: 'disbursementSent', applicant: 'disbursementSentToApplicant' },
		failed: { staff: 'disbursementFailed', applicant: 'disbursementFailedToApplicant' },
		paid: { staff: 'disbursementPaid', applicant: 'disbursementPaid' },
		returned: { staff: 'disbursementReturned', applicant: 'disbursementReturnedToApplicant' },
		cancelled: { staff: 'disbursementCancelled', applicant: 'disbursementCancelled' },
		reversed: { staff: 'disbursementReversed', applicant: 'disbursementReversedToApplicant' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function nextDisbursement(
	status: DisbursementStatus,
	event: DisbursementEvent,
	met?: Readonly<Record<string, boolean>>
): DisbursementStatus | Problem {
	return nextStatus(disbursementLifecycle, status, event, met);
}
