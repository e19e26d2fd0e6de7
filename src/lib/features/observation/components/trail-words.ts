import type { AuditEventName, AuditFacts } from '#lib/domain/audit/events.ts';
import { LIFECYCLES } from '#lib/domain/lifecycles.ts';
import { cad } from '#lib/domain/money/money.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import { formatDate, formatFiscalYear, formatMoney } from '#lib/i18n/format.ts';
import * as m from '#lib/i18n/generated/trail.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import { statusText } from '#lib/i18n/status-text.ts';

/*
 * The trail in words. It is stored in names that are never renamed; who reads it reads the words of their language. What
 * has no word here (an id, a hash, a code of ours) is shown as it is stored.
 */

/** The facts that a page shows; part of a bank number is not among them. */
type FactName = Exclude<{ [Name in AuditEventName]: keyof AuditFacts[Name] }[AuditEventName], 'lastThree'>;

const EVENTS: Record<AuditEventName, Message> = {
	'user.registered': m.eventUserRegistered,
	'user.confirmed': m.eventUserConfirmed,
	'session.started': m.eventSessionStarted,
	'session.ended': m.eventSessionEnded,
	'session.allEnded': m.eventSessionAllEnded,
	'user.passwordChanged': m.eventUserPasswordChanged,
	'user.passwordResetAsked': m.eventUserPasswordResetAsked,
	'user.emailChangeAsked': m.eventUserEmailChangeAsked,
	'user.emailChanged': m.eventUserEmailChanged,
	'user.profileChanged': m.eventUserProfileChanged,
	'user.invited': m.eventUserInvited,
	'user.invitationAccepted': m.eventUserInvitationAccepted,
	'user.rolesChanged': m.eventUserRolesChanged,
	'user.disabled': m.eventUserDisabled,
	'user.enabled': m.eventUserEnabled,
	'user.administratorCreated': m.eventUserAdministratorCreated,
	'delegation.granted': m.eventDelegationGranted,
	'delegation.revoked': m.eventDelegationRevoked,
	'disclosure.asked': m.eventDisclosureAsked,
	'disclosure.granted': m.eventDisclosureGranted,
	'disclosure.refused': m.eventDisclosureRefused,
	'disclosure.used': m.eventDisclosureUsed,
	'organization.registered': m.eventOrganizationRegistered,
	'organization.edited': m.eventOrganizationEdited,
	'organization.publicationConfirmed': m.eventOrganizationPublicationConfirmed,
	'member.invited': m.eventMemberInvited,
	'member.joined': m.eventMemberJoined,
	'member.roleChanged': m.eventMemberRoleChanged,
	'member.invitationCancelled': m.eventMemberInvitationCancelled,
	'member.ended': m.eventMemberEnded,
	'membership.frozen': m.eventMembershipFrozen,
	'membership.freezeLifted': m.eventMembershipFreezeLifted,
	'organization.telephoneChanged': m.eventOrganizationTelephoneChanged,
	'organization.duplicateAttempted': m.eventOrganizationDuplicateAttempted,
	'location.changed': m.eventLocationChanged,
	'location.unsealed': m.eventLocationUnsealed,
	'location.readerNamed': m.eventLocationReaderNamed,
	'location.readerUnnamed': m.eventLocationReaderUnnamed,
	'payeeAccount.entered': m.eventPayeeAccountEntered,
	'payeeAccount.verified': m.eventPayeeAccountVerified,
	'payeeAccount.unmasked': m.eventPayeeAccountUnmasked,
	'program.created': m.eventProgramCreated,
	'program.edited': m.eventProgramEdited,
	'budget.entered': m.eventBudgetEntered,
	'form.versioned': m.eventFormVersioned,
	'rubric.versioned': m.eventRubricVersioned,
	'opportunity.drafted': m.eventOpportunityDrafted,
	'opportunity.edited': m.eventOpportunityEdited,
	'opportunity.published': m.eventOpportunityPublished,
	'opportunity.decided': m.eventOpportunityDecided,
	'opportunity.archived': m.eventOpportunityArchived,
	'opportunity.cancelled': m.eventOpportunityCancelled,
	'application.started': m.eventApplicationStarted,
	'application.signOffAsked': m.eventApplicationSignOffAsked,
	'application.reopened': m.eventApplicationReopened,
	'application.submitted': m.eventApplicationSubmitted,
	'application.withdrawn': m.eventApplicationWithdrawn,
	'application.screened': m.eventApplicationScreened,
	'application.changesRequested': m.eventApplicationChangesRequested,
	'application.changesReceived': m.eventApplicationChangesReceived,
	'application.reviewStarted': m.eventApplicationReviewStarted,
	'application.reviewed': m.eventApplicationReviewed,
	'application.awarded': m.eventApplicationAwarded,
	'application.declined': m.eventApplicationDeclined,
	'application.waitlisted': m.eventApplicationWaitlisted,
	'attachment.added': m.eventAttachmentAdded,
	'attachment.removed': m.eventAttachmentRemoved,
	'requirement.opened': m.eventRequirementOpened,
	'requirement.submitted': m.eventRequirementSubmitted,
	'requirement.accepted': m.eventRequirementAccepted,
	'requirement.changesRequested': m.eventRequirementChangesRequested,
	'review.invited': m.eventReviewInvited,
	'review.accepted': m.eventReviewAccepted,
	'review.declined': m.eventReviewDeclined,
	'conflict.declared': m.eventConflictDeclared,
	'review.started': m.eventReviewStarted,
	'review.submitted': m.eventReviewSubmitted,
	'review.reopened': m.eventReviewReopened,
	'allocation.prepared': m.eventAllocationPrepared,
	'allocation.lineChanged': m.eventAllocationLineChanged,
	'allocation.recommended': m.eventAllocationRecommended,
	'commitment.certified': m.eventCommitmentCertified,
	'allocation.approved': m.eventAllocationApproved,
	'allocation.paperRecorded': m.eventAllocationPaperRecorded,
	'allocation.paperConfirmed': m.eventAllocationPaperConfirmed,
	'allocation.paperRefused': m.eventAllocationPaperRefused,
	'allocation.announced': m.eventAllocationAnnounced,
	'award.decided': m.eventAwardDecided,
	'award.offered': m.eventAwardOffered,
	'award.accepted': m.eventAwardAccepted,
	'award.activated': m.eventAwardActivated,
	'award.declined': m.eventAwardDeclined,
	'award.lapsed': m.eventAwardLapsed,
	'award.completed': m.eventAwardCompleted,
	'award.terminated': m.eventAwardTerminated,
	'agreement.drafted': m.eventAgreementDrafted,
	'agreement.proposed': m.eventAgreementProposed,
	'agreement.negotiated': m.eventAgreementNegotiated,
	'agreement.signed': m.eventAgreementSigned,
	'agreement.broughtIntoForce': m.eventAgreementBroughtIntoForce,
	'agreement.amended': m.eventAgreementAmended,
	'agreement.settled': m.eventAgreementSettled,
	'agreement.terminated': m.eventAgreementTerminated,
	'instalment.planned': m.eventInstalmentPlanned,
	'instalment.due': m.eventInstalmentDue,
	'instalment.held': m.eventInstalmentHeld,
	'instalment.readied': m.eventInstalmentReadied,
	'instalment.takenIntoPayment': m.eventInstalmentTakenIntoPayment,
	'instalment.paid': m.eventInstalmentPaid,
	'instalment.cancelled': m.eventInstalmentCancelled,
	'instalment.lapsed': m.eventInstalmentLapsed,
	'disbursement.drafted': m.eventDisbursementDrafted,
	'disbursement.certified': m.eventDisbursementCertified,
	'disbursement.requisitioned': m.eventDisbursementRequisitioned,
	'disbursement.signaturesVoided': m.eventDisbursementSignaturesVoided,
	'disbursement.dispatched': m.eventDisbursementDispatched,
	'disbursement.sendingStarted': m.eventDisbursementSendingStarted,
	'disbursement.sent': m.eventDisbursementSent,
	'payment.recorded': m.eventPaymentRecorded,
	'payment.confirmed': m.eventPaymentConfirmed,
	'payment.evidenceRefused': m.eventPaymentEvidenceRefused,
	'disbursement.paid': m.eventDisbursementPaid,
	'disbursement.failed': m.eventDisbursementFailed,
	'disbursement.returned': m.eventDisbursementReturned,
	'disbursement.cancelled': m.eventDisbursementCancelled,
	'disbursement.reversed': m.eventDisbursementReversed,
	'signatureOrigin.opened': m.eventSignatureOriginOpened,
	'signatureOrigin.held': m.eventSignatureOriginHeld,
	'signatureOrigin.released': m.eventSignatureOriginReleased,
	'signatureOrigin.forgotten': m.eventSignatureOriginForgotten,
	'file.scanned': m.eventFileScanned,
	'keys.rotated': m.eventKeysRotated,
	'audit.anchored': m.eventAuditAnchored,
	'doctor.ran': m.eventDoctorRan,
	'job.redriven': m.eventJobRedriven,
	'demonstration.seeded': m.eventDemonstrationSeeded
};

const SUBJECTS: Record<string, Message> = {
	application: m.subjectApplication,
	review: m.subjectReview,
	allocation: m.subjectAllocation,
	'allocation-round': m.subjectAllocationRound,
	award: m.subjectAward,
	agreement: m.subjectAgreement,
	instalment: m.subjectInstalment,
	disbursement: m.subjectDisbursement,
	payment: m.subjectPayment,
	payeeAccount: m.subjectPayeeAccount,
	signature: m.subjectSignature,
	signatureOrigin: m.subjectSignature,
	budget: m.subjectBudget,
	'budget-entry': m.subjectBudgetEntry,
	delegation: m.subjectDelegation,
	'disclosure-request': m.subjectDisclosureRequest,
	user: m.subjectUser,
	organization: m.subjectOrganization,
	member: m.subjectMember,
	location: m.subjectLocation,
	'audit-seal': m.subjectAuditSeal,
	form: m.subjectForm,
	installation: m.subjectInstallation,
	job: m.subjectJob,
	key: m.subjectKey,
	opportunity: m.subjectOpportunity,
	program: m.subjectProgram
};

const FACTS: Record<FactName | 'status', Message> = {
	status: m.factStatus,
	locale: m.factLocale,
	sessionId: m.factSessionId,
	method: m.factMethod,
	reason: m.factReason,
	count: m.factCount,
	sessionCount: m.factSessionCount,
	invitationCount: m.factInvitationCount,
	how: m.factHow,
	emailChangeId: m.factEmailChangeId,
	fields: m.factFields,
	roles: m.factRoles,
	invitationId: m.factInvitationId,
	freezeId: m.factFreezeId,
	before: m.factBefore,
	after: m.factAfter,
	userId: m.factUserId,
	actingForId: m.factActingForId,
	authority: m.factAuthority,
	programId: m.factProgramId,
	limitMinor: m.factLimitMinor,
	validFrom: m.factValidFrom,
	validTo: m.factValidTo,
	province: m.factProvince,
	role: m.factRole,
	by: m.factBy,
	locationId: m.factLocationId,
	class: m.factClass,
	payeeAccountId: m.factPayeeAccountId,
	code: m.factCode,
	instrument: m.factInstrument,
	ceiling: m.factCeiling,
	source: m.factSource,
	fiscalYear: m.factFiscalYear,
	amountMinor: m.factAmountMinor,
	key: m.factKey,
	version: m.factVersion,
	reference: m.factReference,
	opportunityId: m.factOpportunityId,
	number: m.factNumber,
	contentHash: m.factContentHash,
	requestedAmountMinor: m.factRequestedAmountMinor,
	outcome: m.factOutcome,
	screeningId: m.factScreeningId,
	requirementId: m.factRequirementId,
	reviewCount: m.factReviewCount,
	fileId: m.factFileId,
	sha256: m.factSha256,
	kind: m.factKind,
	assignmentId: m.factAssignmentId,
	reviewerNumber: m.factReviewerNumber,
	scoreTenThousandths: m.factScoreTenThousandths,
	roundId: m.factRoundId,
	lineCount: m.factLineCount,
	policy: m.factPolicy,
	recommendedMinor: m.factRecommendedMinor,
	lineId: m.factLineId,
	applicationId: m.factApplicationId,
	recommendation: m.factRecommendation,
	delegationId: m.factDelegationId,
	paperDecisionId: m.factPaperDecisionId,
	signedOn: m.factSignedOn,
	awardId: m.factAwardId,
	from: m.factFrom,
	to: m.factTo,
	agreementId: m.factAgreementId,
	party: m.factParty,
	instalmentId: m.factInstalmentId,
	bindingHash: m.factBindingHash,
	rail: m.factRail,
	attemptId: m.factAttemptId,
	evidenceId: m.factEvidenceId,
	paidOn: m.factPaidOn,
	state: m.factState,
	keyId: m.factKeyId,
	rows: m.factRows,
	day: m.factDay,
	sealNumber: m.factSealNumber,
	headHash: m.factHeadHash,
	sentTo: m.factSentTo,
	problemCount: m.factProblemCount,
	queue: m.factQueue,
	jobId: m.factJobId,
	requestId: m.factRequestId,
	endsAt: m.factEndsAt
};

/** What happened. A name that this version does not know shows itself. */
export function eventName(name: string, locale: Locale): string {
	return Object.hasOwn(EVENTS, name) ? EVENTS[name as AuditEventName](locale) : name;
}

/** Every event that can be asked for, in words. */
export function eventNames(locale: Locale): { value: string; label: string }[] {
	return Object.entries(EVENTS).map(([value, label]) => ({ value, label: label(locale) }));
}

/** What an event is about. */
export function subjectName(type: string, locale: Locale): string {
	return SUBJECTS[type]?.(locale) ?? type;
}

/** Whose statuses an event changes, where its first word is not the subject's own. */
const STATUS_OF: Record<string, string> = {
	review: 'review-assignment',
	conflict: 'review-assignment',
	allocation: 'allocation-round'
};

/** One fact, its name and its value in words; an id or a hash as it is stored. */
export function factWords(
	event: string,
	fact: { name: string; value: string },
	locale: Locale
): { name: string; value: string } {
	const name = Object.hasOwn(FACTS, fact.name) ? FACTS[fact.name as FactName](locale) : fact.name;
	return { name, value: factValue(event, fact, locale) };
}

function factValue(event: string, { name, value }: { name: string; value: string }, locale: Locale): string {
	if (name === 'status') {
		return value
			.split(' → ')
			.map((status) => statusName(event, status, locale))
			.join(' → ');
	}
	if (/Minor$/.test(name) && /^-?\d{1,18}$/.test(value)) return formatMoney(cad(BigInt(value)), locale);
	if (name === 'fiscalYear' && /^\d{4}$/.test(value)) return formatFiscalYear(Number(value));
	return isDay(value) ? formatDate(value, locale) : value;
}

function statusName(event: string, status: string, locale: Locale): string {
	const first = event.split('.', 1)[0] ?? '';
	const subject = STATUS_OF[first] ?? first;
	const lifecycle = LIFECYCLES.find((one) => one.subject === subject);
	if (!lifecycle || !Object.hasOwn(lifecycle.labels, status)) return status;
	return statusText(lifecycle, status as never, 'staff', locale);
}
