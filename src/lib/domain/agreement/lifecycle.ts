import { nextStatus, type Lifecycle } from '#lib/domain/lifecycle.ts';
import type { Problem } from '#lib/domain/problem.ts';

export type AgreementStatus =
	'draft' | 'proposed' | 'negotiated' | 'signed' | 'in_force' | 'amended' | 'settled' | 'terminated';

export type AgreementEvent = 'propose' | 'negotiate' | 'sign' | 'bring_into_force' | 'amend' | 'settle' | 'terminate';

/** An agreement: proposed and negotiated until both have signed the same text, then in force, amended as needed. */
export const agreementLifecycle: Lifecycle<AgreementStatus, AgreementEvent> = {
	subject: 'agreement',
	initial: 'draft',
	table: {
		draft: {
			propose: { to: 'proposed', by: 'agreement.offer', guards: ['both_languages_complete', 'funds_certified'] }
		},
		proposed: {
			negotiate: { to: 'negotiated', by: 'agreement.accept' },
			sign: { to: 'signed', by: 'agreement.sign', guards: ['both_signed'] }
		},
		negotiated: {
			propose: { to: 'proposed', by: 'agreement.offer', guards: ['both_languages_complete', 'funds_certified'] },
			sign: { to: 'signed', by: 'agreement.sign', guards: ['both_signed'] }
		},
		signed: {
			bring_into_force: { to: 'in_force', by: 'system' }
		},
		in_force: {
			amend: { to: 'amended', by: 'agreement.amend', guards: ['both_signed'] },
			settle: { to: 'settled', by: 'agreement.settle' },
			terminate: { to: 'terminated', by: 'award.terminate' }
		},
		amended: {
			amend: { to: 'amended', by: 'agreement.amend', guards: ['both_signed'] },
			settle: { to: 'settled', by: 'agreement.settle' },
			terminate: { to: 'terminated', by: 'award.terminate' }
		},
		settled: {},
		terminated: {}
	},
	labels: {
		draft: { staff: 'agreementDraft', applicant: 'agreementDraftToApplicant' },
		proposed: { staff: 'agreementProposed', applicant: 'agreementProposedToApplicant' },
		negotiated: { staff: 'agreementNegotiated', applicant: 'agreementNegotiatedToApplicant' },
		signed: { staff: 'agreementSigned', applicant: 'agreementSignedToApplicant' },
		in_force: { staff: 'agreementInForce', applicant: 'agreementInForce' },
		amended: { staff: 'agreementAmended', applicant: 'agreementAmendedToApplicant' },
		settled: { staff: 'agreementSettled', applicant: 'agreementSettledToApplicant' },
		terminated: { staff: 'agreementTerminated', applicant: 'agreementTerminatedToApplicant' }
	}
};

/** The next status, or the Problem that refuses; see `nextStatus`. */
export function next(
	status: AgreementStatus,
	event: AgreementEvent,
	met?: Readonly<Record<string, boolean>>
): AgreementStatus | Problem {
	return nextStatus(agreementLifecycle, status, event, met);
}
