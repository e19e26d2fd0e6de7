import type { ReviewAssignmentStatus } from '#lib/domain/review/lifecycle.ts';
import * as words from '#lib/i18n/generated/lifecycle.ts';
import * as m from '#lib/i18n/generated/review.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import type { Status, StatusKind } from '#lib/ui/status.ts';

type Labels = { kind: StatusKind; reviewer: Message; staff: Message };

/**
 * Where one reviewer and one application stand. Officers read *returned* for a file given back and for a conflict alike:
 * why it came back is the reviewer's own (safeguard B11).
 */
const LABELS: Record<ReviewAssignmentStatus, Labels> = {
	invited: {
		kind: 'wait',
		reviewer: words.reviewAssignmentInvitedToApplicant,
		staff: words.reviewAssignmentInvited
	},
	accepted: {
		kind: 'wait',
		reviewer: words.reviewAssignmentAcceptedToApplicant,
		staff: words.reviewAssignmentAccepted
	},
	in_progress: {
		kind: 'go',
		reviewer: words.reviewAssignmentInProgressToApplicant,
		staff: words.reviewAssignmentInProgress
	},
	submitted: { kind: 'done', reviewer: words.reviewAssignmentSubmitted, staff: words.reviewAssignmentSubmitted },
	reopened: {
		kind: 'wait',
		reviewer: words.reviewAssignmentReopenedToApplicant,
		staff: words.reviewAssignmentReopened
	},
	declined: {
		kind: 'none',
		reviewer: words.reviewAssignmentDeclinedToApplicant,
		staff: words.reviewAssignmentDeclined
	},
	recused: {
		kind: 'none',
		reviewer: words.reviewAssignmentRecusedToApplicant,
		staff: words.reviewAssignmentDeclined
	}
};

/** For the reviewer: one's own files. */
export function statusOfAssignment(status: ReviewAssignmentStatus, locale: Locale): Status {
	return { kind: LABELS[status].kind, label: LABELS[status].reviewer(locale) };
}

/** For the program office: what waits on a reviewer is no lamp of theirs. */
export function staffStatusOfAssignment(status: ReviewAssignmentStatus, locale: Locale): Status {
	const { kind, staff } = LABELS[status];
	return kind === 'wait' ? { kind: 'none', label: staff(locale), icon: 'bars' } : { kind, label: staff(locale) };
}

const POINTS: Record<number, Message> = {
	1: m.pointsNotYet,
	2: m.pointsThin,
	3: m.pointsSound,
	4: m.pointsStrong,
	5: m.pointsExemplary
};

/** The word for a number of points, the same for every criterion; the anchor says what it means for this one. */
export function pointsLabel(points: number, locale: Locale): string {
	return POINTS[points]?.(locale) ?? String(points);
}

const REGIONS = {
	atlantic: m.regionAtlantic,
	quebec: m.regionQuebec,
	ontario: m.regionOntario,
	prairies: m.regionPrairies,
	british_columbia: m.regionBritishColumbia,
	north: m.regionNorth
} as const satisfies Record<string, Message>;

/** As much of a place as a reviewer is told. */
export type Region = keyof typeof REGIONS;

export function regionLabel(region: Region, locale: Locale): string {
	return REGIONS[region](locale);
}
