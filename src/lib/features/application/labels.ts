import type { CostCategory, CostType } from '#lib/domain/application/budget.ts';
import type { ApplicationStatus } from '#lib/domain/application/lifecycle.ts';
import type { RequirementStatus } from '#lib/domain/application/requirement.ts';
import * as m from '#lib/i18n/generated/application.ts';
import * as l from '#lib/i18n/generated/lifecycle.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import type { Status, StatusKind } from '#lib/ui/status.ts';

type Labels = { kind: StatusKind; applicant: Message; staff: Message };

/** An application's status in the applicant's words and in the record's own. */
const STATUS: Record<ApplicationStatus, Labels> = {
	draft: { kind: 'todo', applicant: l.applicationDraft, staff: l.applicationDraft },
	awaiting_sign_off: {
		kind: 'wait',
		applicant: l.applicationAwaitingSignOffToApplicant,
		staff: l.applicationAwaitingSignOff
	},
	submitted: { kind: 'done', applicant: l.applicationSubmitted, staff: l.applicationSubmitted },
	changes_requested: {
		kind: 'wait',
		applicant: l.applicationChangesRequestedToApplicant,
		staff: l.applicationChangesRequested
	},
	eligible: { kind: 'go', applicant: l.applicationEligible, staff: l.applicationEligible },
	ineligible: { kind: 'none', applicant: l.applicationIneligibleToApplicant, staff: l.applicationIneligible },
	under_review: { kind: 'go', applicant: l.applicationUnderReviewToApplicant, staff: l.applicationUnderReview },
	reviewed: { kind: 'go', applicant: l.applicationReviewedToApplicant, staff: l.applicationReviewed },
	waitlisted: { kind: 'info', applicant: l.applicationWaitlistedToApplicant, staff: l.applicationWaitlisted },
	awarded: { kind: 'done', applicant: l.applicationAwardedToApplicant, staff: l.applicationAwarded },
	declined: { kind: 'none', applicant: l.applicationDeclinedToApplicant, staff: l.applicationDeclined },
	withdrawn: { kind: 'none', applicant: l.applicationWithdrawn, staff: l.applicationWithdrawn }
};

export function statusForApplicant(status: ApplicationStatus, locale: Locale): Status {
	return { kind: STATUS[status].kind, label: STATUS[status].applicant(locale) };
}

/** For staff: what waits on the applicant is no lamp of the officer's. */
export function statusForStaff(status: ApplicationStatus, locale: Locale): Status {
	const kind = status === 'submitted' ? 'go' : STATUS[status].kind;
	if (kind === 'wait') return { kind: 'none', icon: 'bars', label: STATUS[status].staff(locale) };
	return { kind, label: STATUS[status].staff(locale) };
}

const REQUIREMENT: Record<RequirementStatus, Labels> = {
	open: { kind: 'wait', applicant: l.requirementOpenToApplicant, staff: l.requirementOpen },
	submitted: { kind: 'done', applicant: l.requirementSubmittedToApplicant, staff: l.requirementSubmitted },
	changes_requested: {
		kind: 'wait',
		applicant: l.requirementChangesRequestedToApplicant,
		staff: l.requirementChangesRequested
	},
	accepted: { kind: 'done', applicant: l.requirementAccepted, staff: l.requirementAccepted }
};

export function requirementForApplicant(status: RequirementStatus, locale: Locale): Status {
	return { kind: REQUIREMENT[status].kind, label: REQUIREMENT[status].applicant(locale) };
}

/** For staff an answer that came in waits on them; an open question waits on the applicant. */
export function requirementForStaff(status: RequirementStatus, locale: Locale): Status {
	const label = REQUIREMENT[status].staff(locale);
	if (status === 'submitted') return { kind: 'wait', label };
	return status === 'accepted' ? { kind: 'done', label } : { kind: 'none', icon: 'bars', label };
}

const CATEGORIES: Record<CostCategory, Message> = {
	salaries: m.categorySalaries,
	honoraria: m.categoryHonoraria,
	travel: m.categoryTravel,
	materials: m.categoryMaterials,
	publicity: m.categoryPublicity,
	translation: m.categoryTranslation,
	evaluation: m.categoryEvaluation,
	rent: m.categoryRent,
	equipment: m.categoryEquipment,
	administration: m.categoryAdministration,
	other: m.categoryOther
};

/** A cost category in words; a stored one that is no longer offered is shown as it was written. */
export function categoryLabel(category: string, locale: Locale): string {
	return Object.hasOwn(CATEGORIES, category) ? CATEGORIES[category as CostCategory](locale) : category;
}

const COST_TYPES: Record<CostType, Message> = {
	direct: m.costTypeDirect,
	administrative: m.costTypeAdministrative
};

export function costTypeLabel(type: string, locale: Locale): string {
	return Object.hasOwn(COST_TYPES, type) ? COST_TYPES[type as CostType](locale) : type;
}

const EVENTS: Record<string, Message> = {
	'application.started': m.eventStarted,
	'application.signOffAsked': m.eventSignOffAsked,
	'application.reopened': m.eventReopened,
	'application.submitted': m.eventSubmitted,
	'application.withdrawn': m.eventWithdrawn,
	'application.screened': m.eventScreened,
	'application.changesRequested': m.eventChangesRequested,
	'application.changesReceived': m.eventChangesReceived,
	'application.reviewStarted': m.eventReviewStarted,
	'application.reviewed': m.eventReviewed,
	'application.awarded': m.eventAwarded,
	'application.declined': m.eventDeclined,
	'application.waitlisted': m.eventWaitlisted,
	'attachment.added': m.eventAttachmentAdded,
	'attachment.removed': m.eventAttachmentRemoved,
	'requirement.opened': m.eventRequirementOpened,
	'requirement.submitted': m.eventRequirementSubmitted,
	'requirement.accepted': m.eventRequirementAccepted,
	'requirement.changesRequested': m.eventRequirementReturned
};

/** What happened, as the history of an application says it. */
export function eventLabel(name: string, locale: Locale): string {
	return EVENTS[name]?.(locale) ?? m.eventOther(locale);
}
