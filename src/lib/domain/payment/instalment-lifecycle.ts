import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type InstalmentStatus = 'planned' | 'due' | 'held' | 'ready' | 'in_payment' | 'paid' | 'cancelled' | 'lapsed';

export type InstalmentEvent =
	'fall_due' | 'cancel' | 'lapse' | 'make_ready' | 'hold' | 'take_into_payment' | 'pay' | 'give_back';

/**
 * A planned part of an award. It is ready once its day has come and no gate is closed; a payment that came to nothing
 * gives it back, so that it can be paid again.
 */
export const instalmentLifecycle: Lifecycle<InstalmentStatus, InstalmentEvent> = {
	subject: 'instalment',
	initial: 'planned',
	table: {
		planned: {
			fall_due: { to: 'due', by: 'system', guards: ['due_on_reached'] },
			cancel: { to: 'cancelled', by: 'instalment.plan' },
			lapse: { to: 'lapsed', by: 'system', guards: ['fiscal_year_ended'] }
		},
		due: {
			make_ready: { to: 'ready', by: 'system', guards: ['gates_open'] },
			hold: { to: 'held', by: 'instalment.hold' },
			cancel: { to: 'cancelled', by: 'instalment.plan' },
			lapse: { to: 'lapsed', by: 'system', guards: ['fiscal_year_ended'] }
		},
		held: {
			make_ready: { to: 'ready', by: 'instalment.hold', guards: ['gates_open'] },
			cancel: { to: 'cancelled', by: 'instalment.plan' },
			lapse: { to: 'lapsed', by: 'system', guards: ['fiscal_year_ended'] }
		},
		ready: {
			hold: { to: 'held', by: 'instalment.hold' },
			take_into_payment: { to: 'in_payment', by: 'disbursement.draft' },
			cancel: { to: 'cancelled', by: 'instalment.plan' },
			lapse: { to: 'lapsed', by: 'system', guards: ['fiscal_year_ended'] }
		},
		in_payment: {
			pay: { to: 'paid', by: 'system', guards: ['disbursement_paid'] },
			give_back: { to: 'ready', by: 'system', guards: ['disbursement_ended_unpaid'] },
			cancel: { to: 'cancelled', by: 'instalment.plan', guards: ['disbursement_ended_unpaid'] },
			lapse: { to: 'lapsed', by: 'system', guards: ['fiscal_year_ended', 'disbursement_ended_unpaid'] }
		},
		paid: {},
		cancelled: {},
		lapsed: {}
	},
	labels: {
		planned: { staff: 'instalmentPlanned', applicant: 'instalmentPlanned' },
		due: { staff: 'instalmentDue', applicant: 'instalmentDueToApplicant' },
		held: { staff: 'instalmentHeld', applicant: 'instalmentHeldToApplicant' },
		ready: { staff: 'instalmentReady', applicant: 'instalmentReadyToApplicant' },
		in_payment: { staff: 'instalmentInPayment', applicant: 'instalmentInPaymentToApplicant' },
		paid: { staff: 'instalmentPaid', applicant: 'instalmentPaid' },
		cancelled: { staff: 'instalmentCancelled', applicant: 'instalmentCancelled' },
		lapsed: { staff: 'instalmentLapsed', applicant: 'instalmentLapsed' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function nextInstalment(
	status: InstalmentStatus,
	event: InstalmentEvent,
	met?: Readonly<Record<string, boolean>>
): InstalmentStatus | Problem {
	return nextStatus(instalmentLifecycle, status, event, met);
}
