import type { AllocationRoundStatus } from '#lib/domain/allocation/lifecycle.ts';
import * as m from '#lib/i18n/generated/allocation.ts';
import * as words from '#lib/i18n/generated/lifecycle.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import type { Status } from '#lib/ui/status.ts';
import type { Recommendation } from './schema.ts';

/** Where a round stands, in the record's words. */
export function statusOfRound(status: AllocationRoundStatus, locale: Locale): Status {
	switch (status) {
		case 'open':
			return { kind: 'go', label: words.allocationRoundOpen(locale) };
		case 'recommended':
			return { kind: 'none', label: words.allocationRoundRecommended(locale), icon: 'bars' };
		case 'approved':
			return { kind: 'go', label: words.allocationRoundApproved(locale) };
		case 'announced':
			return { kind: 'done', label: words.allocationRoundAnnounced(locale) };
	}
}

/** What a line recommends. Declined is no error, so it is not red. */
export function statusOfLine(recommendation: Recommendation, isWithdrawn: boolean, locale: Locale): Status {
	if (isWithdrawn) return { kind: 'none', label: m.lineWithdrawn(locale), icon: 'cross' };
	switch (recommendation) {
		case 'award':
			return { kind: 'done', label: m.lineFunded(locale) };
		case 'decline':
			return { kind: 'todo', label: m.lineDeclined(locale), icon: 'cross' };
		case 'waitlist':
			return { kind: 'info', label: m.lineWaitlisted(locale) };
	}
}

const STATIONS = ['open', 'recommended', 'certified', 'approved', 'announced'] as const;

/** The stations of a round for its path: where it is, what is behind it. */
export function stationsOf(status: AllocationRoundStatus, isCertified: boolean, locale: Locale) {
	const label: Record<(typeof STATIONS)[number], Message> = {
		open: m.stationOpen,
		recommended: m.stationRecommended,
		certified: m.stationCertified,
		approved: m.stationApproved,
		announced: m.stationAnnounced
	};
	// How many steps are behind the round; the next one is under way.
	const reached: Record<AllocationRoundStatus, number> = {
		open: 0,
		recommended: isCertified ? 3 : 2,
		approved: 4,
		announced: 5
	};
	return STATIONS.map((key, index) => ({
		key,
		label: label[key](locale),
		state: index < reached[status] ? ('was' as const) : index === reached[status] ? ('now' as const) : ('next' as const)
	}));
}

/** Whether the next act is another round: the latest was announced, and applications were reviewed since. */
export function startsAnother(
	view: { reviewedCount: number; roundNumbers: readonly number[]; may: { prepare: boolean } },
	round: { number: number; status: string }
): boolean {
	const isLatest = round.number === view.roundNumbers.at(-1);
	return isLatest && round.status === 'announced' && view.reviewedCount > 0 && view.may.prepare;
}
