import type { Locale, Message } from '#lib/i18n/locale.ts';
import * as m from '#lib/i18n/generated/doctor.ts';

const CHECKS: Readonly<Record<string, Message>> = {
	'ledger.balance': m.checkLedgerBalance,
	'ledger.accountHasBalance': m.checkLedgerAccountHasBalance,
	'ledger.sum': m.checkLedgerSum,
	'ledger.ceiling': m.checkLedgerCeiling,
	'ledger.reversal': m.checkLedgerReversal,
	'budget.entryPosted': m.checkBudgetEntryPosted,
	'budget.ceiling': m.checkBudgetCeiling,
	'award.years': m.checkAwardYears,
	'award.ledger': m.checkAwardLedger,
	'disbursement.ledger': m.checkDisbursementLedger,
	'disbursement.withinAward': m.checkDisbursementWithinAward,
	'instalment.withinAward': m.checkInstalmentWithinAward,
	'instalment.payment': m.checkInstalmentPayment,
	'disbursement.twoPeople': m.checkDisbursementTwoPeople,
	'disbursement.binding': m.checkDisbursementBinding,
	'disbursement.evidence': m.checkDisbursementEvidence,
	'allocation.paper': m.checkAllocationPaper,
	'signature.delegation': m.checkSignatureDelegation,
	'signature.benefit': m.checkSignatureBenefit,
	'agreement.signedByBoth': m.checkAgreementSignedByBoth,
	'organization.owner': m.checkOrganizationOwner,
	'administrator.present': m.checkAdministratorPresent,
	'wall.trigger': m.checkWallTrigger,
	'wall.rowSecurity': m.checkWallRowSecurity,
	'wall.role': m.checkWallRole,
	'wall.roleRights': m.checkWallRoleRights,
	'wall.connection': m.checkWallConnection,
	'file.orphan': m.checkFileOrphan,
	'file.missing': m.checkFileMissing,
	'file.stray': m.checkFileStray,
	'seal.opens': m.checkSealOpens,
	'signature.originOver': m.checkSignatureOriginOver,
	'signature.originSealed': m.checkSignatureOriginSealed,
	'throttle.expired': m.checkThrottleExpired,
	'job.dead': m.checkJobDead,
	'opportunity.zone': m.checkOpportunityZone,
	'trail.unsealed': m.checkTrailUnsealed,
	'trail.anchor': m.checkTrailAnchor
};

/** What a finding of this rule means; statuses and the trail are many rules with one meaning. */
export function checkMeaning(check: string, locale: Locale): string {
	const known = CHECKS[check] ?? (check.endsWith('.status') ? m.checkStatus : null);
	if (known) return known(locale);
	return check.startsWith('trail.') ? m.checkTrail(locale) : m.checkUnknown(locale);
}
