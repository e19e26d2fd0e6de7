import { authorize, programsWhere } from '#lib/domain/access/access.ts';
import { isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import type { AwardStatus } from '#lib/domain/award/lifecycle.ts';
import type { YearStanding } from '#lib/domain/award/years.ts';
import { isId } from '#lib/domain/id.ts';
import type { Verb } from '#lib/domain/ledger/verbs.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { delegationsById, type ReliedDelegation } from '#lib/features/allocation/authority.server.ts';
import { signedPapers } from '#lib/features/allocation/paper.server.ts';
import type { Bilingual, Locale } from '#lib/i18n/locale.ts';
import { database } from '#lib/server/db/client.ts';

export type AwardYearView = { fiscalYear: number; amountMinor: bigint; standing: YearStanding };

export type AwardSummary = {
	id: string;
	number: string;
	reference: string;
	organizationName: string;
	title: string | null;
	locale: Locale;
	programName: Bilingual;
	status: AwardStatus;
	isAnnounced: boolean;
	amountMinor: bigint;
};

const PAGE_SIZE = 50;

/** Awards of the viewer's programs, newest decision first, fifty a page. */
export async function awardsForStaff(
	viewer: Actor,
	page: number
): Promise<{ awards: AwardSummary[]; total: number; page: number; pages: number }> {
	const programs = programsWhere(viewer, 'award.view');
	// Recipients see awards too, on pages of their own: this list is the program office's.
	if (programs !== 'all' && programs.length === 0) throw new Refusal(refuse('not_found'));
	const where = programs === 'all' ? {} : { programId: { in: programs } };
	const total = await database().award.count({ where });
	const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
	const shown = Math.min(Math.max(1, page), pages);
	const rows = await database().award.findMany({
		where,
		include: {
			application: { select: { reference: true, title: true, locale: true } },
			organization: { select: { legalName: true } },
			program: { select: { nameEn: true, nameFr: true } }
		},
		orderBy: [{ decidedAt: 'desc' }, { id: 'desc' }],
		skip: (shown - 1) * PAGE_SIZE,
		take: PAGE_SIZE
	});
	const awards = rows.map((row) => ({
		id: row.id,
		number: row.number,
		reference: row.application.reference,
		organizationName: row.organization.legalName,
		title: row.application.title,
		locale: row.application.locale === 'fr' ? ('fr' as const) : ('en' as const),
		programName: { en: row.program.nameEn, fr: row.program.nameFr },
		status: row.status as AwardStatus,
		isAnnounced: row.offeredAt !== null,
		amountMinor: row.awardedAmountMinor
	}));
	return { awards, total, page: shown, pages };
}

/** One movement of money about an award, as the ledger has it. */
export type AwardEntry = {
	id: string;
	verb: Verb;
	fiscalYear: number;
	amountMinor: bigint;
	occurredAt: Date;
	reason: string;
};

/** One award with its years, the decision it rests on, and every ledger line about it. */
export async function awardForStaff(viewer: Actor, awardId: string) {
	const row = isId(awardId)
		? await database().award.findUnique({
				where: { id: awardId },
				include: {
					application: {
						select: {
							id: true,
							reference: true,
							title: true,
							locale: true,
							allocationLines: {
								where: { round: { status: { in: ['approved', 'announced'] } }, recommendation: 'award' },
								include: { round: { include: { opportunity: { select: { code: true } } } } }
							}
						}
					},
					organization: { select: { legalName: true } },
					program: true,
					years: { orderBy: { fiscalYear: 'asc' } }
				}
			})
		: null;
	if (!row) throw new Refusal(refuse('not_found'));
	// Staff pages are for staff: a member of the recipient has a page of their own.
	authorize(viewer, 'award.view', { programId: row.programId });
	const delegations = await delegationsById(database(), [
		row.decisionDelegationId,
		...row.years.map((year) => year.certificationDelegationId)
	]);
	const people = await database().user.findMany({
		where: { id: { in: [row.decidedById, ...row.years.flatMap((year) => year.certifiedById ?? [])] } },
		select: { id: true, displayName: true }
	});
	const nameOf = (userId: string | null): string => people.find((person) => person.id === userId)?.displayName ?? '';
	const entries = await database().ledgerEntry.findMany({
		where: { OR: [{ debitAccount: { awardId: row.id } }, { creditAccount: { awardId: row.id } }] },
		include: { creditAccount: { select: { fiscalYear: true } } },
		orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
		take: 200
	});
	const line = row.application.allocationLines.at(-1);
	const certified = row.years.find((year) => year.certifiedAt !== null);
	return {
		id: row.id,
		number: row.number,
		status: row.status as AwardStatus,
		applicationId: row.application.id,
		reference: row.application.reference,
		title: row.application.title,
		locale: (row.application.locale === 'fr' ? 'fr' : 'en') as Locale,
		organizationName: row.organization.legalName,
		programName: { en: row.program.nameEn, fr: row.program.nameFr },
		zone: row.program.zone,
		amountMinor: row.awardedAmountMinor,
		offeredAt: row.offeredAt,
		acceptedAt: row.acceptedAt,
		opportunityCode: line?.round.opportunity.code ?? null,
		reason: line?.reason ?? null,
		years: row.years.map((year): AwardYearView => ({
			fiscalYear: year.fiscalYear,
			amountMinor: year.amountMinor,
			standing: year.standing as YearStanding
		})),
		decision: signature(nameOf(row.decidedById), row.decidedAt, delegations.get(row.decisionDelegationId ?? '')),
		// Signed outside: who did stands in place of who confirmed it here.
		paper: row.paperDecisionId ? ((await signedPapers(database(), { id: row.paperDecisionId }))[0] ?? null) : null,
		certification: certified?.certifiedAt
			? signature(
					nameOf(certified.certifiedById),
					certified.certifiedAt,
					delegations.get(certified.certificationDelegationId ?? '')
				)
			: null,
		entries: entries.map((entry): AwardEntry => ({
			id: entry.id,
			verb: entry.verb as Verb,
			fiscalYear: entry.creditAccount.fiscalYear,
			amountMinor: entry.amountMinor,
			occurredAt: entry.occurredAt,
			reason: entry.reason
		}))
	};
}

function signature(name: string, at: Date, delegation: ReliedDelegation | undefined) {
	return { name, at, delegation: delegation ?? null };
}

/** What an applicant is told of the decision on an application, once it is announced; null before. */
export type ApplicantDecision = {
	outcome: 'awarded' | 'declined' | 'waitlisted';
	/** The sentence of the program office, in the language of the application. */
	reason: string;
	reasonLocale: Locale;
	decidedAt: Date;
	awardId: string | null;
};

/** The decision with its reason for a member of the applicant: null until the round is announced. */
export async function decisionForApplicant(viewer: Actor, applicationId: string): Promise<ApplicantDecision | null> {
	const row = isId(applicationId)
		? await database().application.findUnique({
				where: { id: applicationId },
				include: {
					award: { select: { id: true, offeredAt: true } },
					allocationLines: {
						where: { round: { status: 'announced' } },
						include: { round: { select: { announcedAt: true } } },
						orderBy: { round: { number: 'desc' } },
						take: 1
					}
				}
			})
		: null;
	if (!row || !isMemberOf(viewer, row.organizationId)) throw new Refusal(refuse('not_found'));
	authorize(viewer, 'application.view', { organizationId: row.organizationId });
	const line = row.allocationLines[0];
	if (!line?.round.announcedAt) return null;
	if (row.status !== 'awarded' && row.status !== 'declined' && row.status !== 'waitlisted') return null;
	return {
		outcome: row.status,
		reason: line.reason,
		reasonLocale: row.locale === 'fr' ? 'fr' : 'en',
		decidedAt: line.round.announcedAt,
		awardId: row.award?.offeredAt ? row.award.id : null
	};
}
