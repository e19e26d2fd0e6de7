import type { MembershipRole, StaffRole } from './roles.ts';

/** Each permission says what a person does. The tables below are the whole of who may; there is no rank and no default. */
export type Permission =
	// an organization's side
	| 'organization.view'
	| 'organization.edit'
	| 'member.view'
	| 'member.invite'
	| 'member.change'
	| 'member.freeze'
	| 'application.view'
	| 'application.create'
	| 'application.edit'
	| 'application.submit'
	| 'application.withdraw'
	| 'attachment.add'
	| 'attachment.view'
	| 'agreement.view'
	| 'agreement.accept'
	| 'agreement.sign'
	| 'award.view'
	| 'award.accept'
	| 'payment.view'
	| 'payeeAccount.view'
	| 'payeeAccount.edit'
	| 'report.view'
	| 'report.edit'
	| 'report.submit'
	| 'publication.confirm'
	| 'sealedSite.edit'
	// programs and opportunities
	| 'program.view'
	| 'program.edit'
	| 'opportunity.view'
	| 'opportunity.edit'
	| 'opportunity.publish'
	| 'opportunity.decide'
	| 'opportunity.cancel'
	| 'form.edit'
	// intake
	| 'application.viewSubmitted'
	| 'application.screen'
	| 'application.reopen'
	| 'requirement.open'
	| 'requirement.accept'
	| 'requirement.answer'
	// review
	| 'review.assign'
	| 'review.view'
	| 'review.viewIdentity'
	| 'review.accept'
	| 'review.score'
	| 'review.submit'
	| 'review.reopen'
	| 'conflict.declare'
	// allocation and award
	| 'allocation.view'
	| 'allocation.prepare'
	| 'allocation.recommend'
	| 'allocation.approve'
	| 'allocation.announce'
	| 'decision.record'
	| 'decision.confirm'
	| 'award.decide'
	| 'award.offer'
	| 'award.terminate'
	| 'agreement.offer'
	| 'agreement.amend'
	| 'agreement.settle'
	| 'commitment.certify'
	| 'report.accept'
	// payment
	| 'instalment.plan'
	| 'instalment.hold'
	| 'disbursement.draft'
	| 'disbursement.certify'
	| 'disbursement.requisition'
	| 'disbursement.dispatch'
	| 'disbursement.cancel'
	| 'payment.record'
	| 'payment.confirm'
	| 'payment.reverse'
	| 'payeeAccount.verify'
	| 'payeeAccount.unmask'
	// where a signature was given from: sealed, for an inquiry alone
	| 'signatureOrigin.open'
	| 'signatureOrigin.hold'
	// budget and ledger
	| 'budget.view'
	| 'budget.enter'
	| 'ledger.view'
	// people, trail, operation
	| 'delegation.view'
	| 'delegation.grant'
	| 'disclosure.ask'
	| 'disclosure.grant'
	| 'user.view'
	| 'user.invite'
	| 'user.change'
	| 'audit.view'
	| 'job.view'
	| 'job.redrive'
	| 'mail.view'
	| 'system.view';

/** What each role in an organization may do, for that organization alone. */
export const MEMBERSHIP_PERMISSIONS = {
	owner: [
		'organization.view',
		'organization.edit',
		'member.view',
		'member.invite',
		'member.change',
		'application.view',
		'application.create',
		'application.edit',
		'application.submit',
		'application.withdraw',
		'attachment.add',
		'attachment.view',
		'requirement.answer',
		'award.view',
		'award.accept',
		'agreement.view',
		'agreement.accept',
		'agreement.sign',
		'payment.view',
		'payeeAccount.view',
		'payeeAccount.edit',
		'report.view',
		'report.edit',
		'report.submit',
		'publication.confirm',
		'sealedSite.edit'
	],
	signatory: [
		'organization.view',
		'member.view',
		'application.view',
		'application.create',
		'application.edit',
		'application.submit',
		'application.withdraw',
		'attachment.add',
		'attachment.view',
		'requirement.answer',
		'award.view',
		'award.accept',
		'agreement.view',
		'agreement.accept',
		'agreement.sign',
		'payment.view',
		'payeeAccount.view',
		'report.view',
		'report.edit',
		'report.submit',
		'publication.confirm'
	],
	editor: [
		'organization.view',
		'member.view',
		'application.view',
		'application.create',
		'application.edit',
		'attachment.add',
		'attachment.view',
		'requirement.answer',
		'award.view',
		'agreement.view',
		'payment.view',
		'report.view',
		'report.edit'
	],
	reader: [
		'organization.view',
		'member.view',
		'application.view',
		'attachment.view',
		'award.view',
		'agreement.view',
		'payment.view',
		'report.view'
	]
} as const satisfies Record<MembershipRole, readonly Permission[]>;

/**
 * What each staff role may do, in its program or in all. A permission that signs (s.32, s.33, s.34, a decision) opens
 * the page only: the act also needs a delegation in force. No role holds both `disbursement.certify` and
 * `disbursement.requisition`, and the administrator holds no permission that moves or decides money.
 */
export const STAFF_PERMISSIONS = {
	reviewer: ['review.accept', 'review.score', 'review.submit', 'conflict.declare', 'program.view', 'opportunity.view'],
	program_officer: [
		'organization.view',
		'member.freeze',
		'program.view',
		'opportunity.view',
		'opportunity.edit',
		'opportunity.publish',
		'opportunity.cancel',
		'form.edit',
		'application.viewSubmitted',
		'application.screen',
		'application.reopen',
		'attachment.view',
		'requirement.open',
		'requirement.accept',
		'review.assign',
		'review.view',
		'review.viewIdentity',
		'review.reopen',
		'allocation.view',
		'allocation.prepare',
		'allocation.recommend',
		'allocation.announce',
		'decision.record',
		'award.view',
		'award.offer',
		'agreement.view',
		'agreement.offer',
		'agreement.amend',
		'report.view',
		'report.accept',
		'payment.view',
		'instalment.plan',
		'instalment.hold',
		'disbursement.draft',
		'budget.view',
		'ledger.view',
		'delegation.view'
	],
	program_manager: [
		'organization.view',
		'member.freeze',
		'program.view',
		'program.edit',
		'opportunity.view',
		'opportunity.edit',
		'opportunity.publish',
		'opportunity.decide',
		'opportunity.cancel',
		'form.edit',
		'application.viewSubmitted',
		'application.screen',
		'application.reopen',
		'attachment.view',
		'requirement.open',
		'requirement.accept',
		'review.assign',
		'review.view',
		'review.viewIdentity',
		'review.reopen',
		'allocation.view',
		'allocation.prepare',
		'allocation.recommend',
		'allocation.announce',
		'decision.record',
		'decision.confirm',
		'award.view',
		'award.offer',
		'award.terminate',
		'agreement.view',
		'agreement.offer',
		'agreement.amend',
		'agreement.settle',
		'commitment.certify',
		'report.view',
		'report.accept',
		'payment.view',
		'instalment.plan',
		'instalment.hold',
		'disbursement.draft',
		'disbursement.certify',
		'disbursement.cancel',
		'budget.view',
		'ledger.view',
		'delegation.view'
	],
	finance_officer: [
		'organization.view',
		'program.view',
		'opportunity.view',
		'award.view',
		'agreement.view',
		'commitment.certify',
		'payment.view',
		'instalment.hold',
		'disbursement.requisition',
		'disbursement.dispatch',
		'disbursement.cancel',
		'payment.record',
		'payment.confirm',
		'payment.reverse',
		'payeeAccount.view',
		'payeeAccount.verify',
		'payeeAccount.unmask',
		'budget.view',
		'budget.enter',
		'ledger.view',
		'delegation.view'
	],
	director: [
		'organization.view',
		'program.view',
		'opportunity.view',
		'opportunity.decide',
		'application.viewSubmitted',
		'attachment.view',
		'review.view',
		'allocation.view',
		'allocation.approve',
		'allocation.announce',
		'decision.confirm',
		'award.view',
		'award.decide',
		'award.terminate',
		'agreement.view',
		'agreement.sign',
		'report.view',
		'payment.view',
		'signatureOrigin.open',
		'signatureOrigin.hold',
		'budget.view',
		'ledger.view',
		'delegation.view',
		'disclosure.grant'
	],
	observer: ['program.view', 'opportunity.view', 'budget.view', 'ledger.view'],
	auditor: [
		'organization.view',
		'member.view',
		'program.view',
		'opportunity.view',
		'application.viewSubmitted',
		'attachment.view',
		'review.view',
		'allocation.view',
		'award.view',
		'agreement.view',
		'report.view',
		'payment.view',
		'budget.view',
		'ledger.view',
		'delegation.view',
		'user.view',
		'audit.view',
		'job.view',
		'system.view',
		'disclosure.ask'
	],
	administrator: [
		'program.view',
		'opportunity.view',
		'delegation.view',
		'delegation.grant',
		'user.view',
		'user.invite',
		'user.change',
		'job.view',
		'job.redrive',
		'mail.view',
		'system.view',
		'disclosure.grant'
	]
} as const satisfies Record<StaffRole, readonly Permission[]>;

/** The whole written-out table: role → what it may. */
export const ROLE_PERMISSIONS: Readonly<Record<MembershipRole | StaffRole, readonly Permission[]>> = {
	...MEMBERSHIP_PERMISSIONS,
	...STAFF_PERMISSIONS
};
