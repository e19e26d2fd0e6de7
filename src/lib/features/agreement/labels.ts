import { agreementLifecycle, type AgreementStatus } from '#lib/domain/agreement/lifecycle.ts';
import { awardLifecycle, type AwardStatus } from '#lib/domain/award/lifecycle.ts';
import * as m from '#lib/i18n/generated/agreement.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { statusText } from '#lib/i18n/status-text.ts';
import type { Status, StatusKind } from '#lib/ui/status.ts';

const AGREEMENT_KINDS: Record<AgreementStatus, StatusKind> = {
	draft: 'todo',
	proposed: 'go',
	negotiated: 'go',
	signed: 'done',
	in_force: 'done',
	amended: 'done',
	settled: 'done',
	terminated: 'none'
};

const AWARD_KINDS: Record<AwardStatus, StatusKind> = {
	offered: 'go',
	accepted: 'go',
	active: 'go',
	completed: 'done',
	terminated: 'none',
	declined: 'none',
	lapsed: 'none'
};

/** Where an agreement stands, in the record's word; before there is one, that it is to be prepared. */
export function staffStatusOfAgreement(status: AgreementStatus | null, locale: Locale): Status {
	if (status === null) return { kind: 'todo', label: m.toPrepare(locale) };
	return { kind: AGREEMENT_KINDS[status], label: statusText(agreementLifecycle, status, 'staff', locale) };
}

type Waiting = { awardStatus: AwardStatus; agreementStatus: AgreementStatus | null; funderSigned: boolean };

/**
 * Where an award stands for its recipient. Before the agreement is in force it says whose turn it is: an offer whose
 * agreement is not ready waits on us, never on the reader.
 */
export function recipientStatusOfAward(row: Waiting & { waitsOnSignature?: boolean }, locale: Locale): Status {
	if (row.awardStatus !== 'offered') {
		return {
			kind: AWARD_KINDS[row.awardStatus],
			label: statusText(awardLifecycle, row.awardStatus, 'applicant', locale)
		};
	}
	if (row.agreementStatus === null || row.agreementStatus === 'draft') {
		return { kind: 'go', label: m.awardAgreementComing(locale) };
	}
	if (row.agreementStatus === 'negotiated') {
		return { kind: 'go', label: statusText(agreementLifecycle, 'negotiated', 'applicant', locale) };
	}
	if (!row.funderSigned) return { kind: 'go', label: m.awardWeSignFirst(locale) };
	if (row.waitsOnSignature === false) return { kind: 'info', icon: 'bars', label: m.awardWaitsSignatory(locale) };
	return { kind: 'wait', label: m.awardToSign(locale) };
}
