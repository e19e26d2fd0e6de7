import { accessProblem, authorize, may, organizationsWhere, programsWhere } from '#lib/domain/access/access.ts';
import { actorUserId, isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import type { AgreementStatus } from '#lib/domain/agreement/lifecycle.ts';
import type { AwardStatus } from '#lib/domain/award/lifecycle.ts';
import { isExpired, respondBy } from '#lib/domain/award/offer.ts';
import { planInstalments } from '#lib/domain/payment/schedule.ts';
import { isId } from '#lib/domain/id.ts';
import { cad } from '#lib/domain/money/money.ts';
import { isProblem, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { firstDayOf, lastDayOf } from '#lib/domain/time/fiscal-year.ts';
import { instantToDay } from '#lib/domain/time/zone.ts';
import { delegationFor, delegationsById, type ReliedDelegation } from '#lib/features/allocation/authority.server.ts';
import { database } from '#lib/server/db/client.ts';
import { dayOfColumn } from '#lib/server/db/day.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { INSTALMENT_ROWS, templateSettingName, type AgreementContent } from './schema.ts';

const PARTS = {
	program: { select: { id: true, code: true, nameEn: true, nameFr: true, zone: true } },
	organization: { select: { id: true, legalName: true } },
	application: { select: { id: true, reference: true, title: true } },
	years: { orderBy: { fiscalYear: 'asc' } },
	agreements: { orderBy: { number: 'desc' }, take: 1, include: { signatures: true } }
} as const satisfies Prisma.AwardInclude;

type AwardRow = Prisma.AwardGetPayload<{ include: typeof PARTS }>;

/** Awards that were announced, with where their agreement stands, newest offer first. Staff of the program only. */
export async function agreementsForStaff(viewer: Actor, filter: { status?: string | null } = {}) {
	const programs = programsWhere(viewer, 'agreement.view');
	// Recipients hold the permission for their own agreements: this page is the funder's.
	if (programs !== 'all' && programs.length === 0) throw new Refusal(refuse('not_found'));
	const rows = await database().award.findMany({
		where: { offeredAt: { not: null }, ...(programs === 'all' ? {} : { programId: { in: programs } }) },
		include: PARTS,
		orderBy: [{ offeredAt: 'desc' }, { id: 'desc' }],
		take: 500
	});
	return rows.map(summaryOf).filter((row) => !filter.status || stateOf(row) === filter.status);
}

/** One word for where an award's agreement stands: `to_prepare` before there is one. */
export function stateOf(row: { agreementStatus: AgreementStatus | null }): AgreementStatus | 'to_prepare' {
	return row.agreementStatus ?? 'to_prepare';
}

function summaryOf(row: AwardRow) {
	const agreement = row.agreements[0];
	const signed = agreement?.signatures.filter((signature) => signature.contentHash === agreement.contentHash) ?? [];
	return {
		awardId: row.id,
		number: row.number,
		recipient: row.organization.legalName,
		project: row.application.title,
		program: { en: row.program.nameEn, fr: row.program.nameFr },
		amountMinor: row.awardedAmountMinor,
		awardStatus: row.status as AwardStatus,
		agreementStatus: (agreement?.status ?? null) as AgreementStatus | null,
		startsOn: agreement ? dayOfColumn(agreement.startsOn) : null,
		endsOn: agreement ? dayOfColumn(agreement.endsOn) : null,
		/** The last day for the recipient's answer, once there is a text to sign. */
		respondBy: respondBy(offerOf(row)),
		funderSigned: signed.some((signature) => signature.party === 'funder'),
		recipientSigned: signed.some((signature) => signature.party === 'recipient')
	};
}

/** What the last day for an answer is counted from. */
function offerOf(row: AwardRow) {
	const agreement = row.agreements[0];
	const signature = agreement?.signatures.find(
		(given) => given.party === 'funder' && given.contentHash === agreement.contentHash
	);
	return { offeredAt: row.offeredAt, funderSignedAt: signature?.signedAt ?? null, zone: row.program.zone };
}

/** The whole page of one award's agreement for staff: its text, who signed, what the viewer may do and why not. */
export async function agreementForStaff(viewer: Actor, awardId: string, now: Date) {
	const row = await awardRow(awardId);
	const subject = { organizationId: row.organizationId, programId: row.programId };
	if (isMemberOf(viewer, row.organizationId)) throw new Refusal(refuse('not_found'));
	authorize(viewer, 'agreement.view', subject);
	const agreement = agreementOf(row);
	const people = await namesOf(row);
	const delegations = await delegationsOf(row);
	const remark = agreement?.status === 'negotiated' ? await lastWords(row.id, 'agreement.negotiated') : null;
	const templateReady =
		(await database().setting.count({ where: { name: templateSettingName(row.program.code) } })) > 0;
	const signProblem = await signingProblem(viewer, row, now);
	return {
		...summaryOf(row),
		zone: row.program.zone,
		programId: row.programId,
		applicationId: row.application.id,
		reference: row.application.reference,
		years: row.years.map((year) => ({
			fiscalYear: year.fiscalYear,
			amountMinor: year.amountMinor,
			standing: year.standing === 'committed' ? ('committed' as const) : ('reserved' as const)
		})),
		agreement: agreement && {
			version: agreement.version,
			content: agreement.content as unknown as AgreementContent,
			contentHash: agreement.contentHash,
			inForceAt: agreement.inForceAt,
			preparedBy: people.get(agreement.createdById) ?? null,
			signatures: signaturesOf(agreement, people, delegations)
		},
		remark,
		declineReason: row.status === 'declined' ? await lastWords(row.id, 'award.declined') : null,
		isExpired: isExpired(offerOf(row), now),
		templateReady,
		proposal: agreement ? null : proposalFor(row, now),
		may: {
			prepare: may(viewer, 'agreement.offer', subject),
			propose: may(viewer, 'agreement.offer', subject),
			lapse: row.status === 'offered' && row.offeredAt !== null && may(viewer, 'award.offer', subject),
			/** null: may sign; a problem: the reason; undefined: signing is not this person's act. */
			sign: signProblem
		}
	};
}

/** The awards of the viewer's organizations. Nothing shows before it was announced. */
export async function awardsForRecipient(viewer: Actor) {
	const organizations = organizationsWhere(viewer, 'award.view');
	const rows = await database().award.findMany({
		where: { organizationId: { in: organizations }, offeredAt: { not: null } },
		include: PARTS,
		orderBy: [{ offeredAt: 'desc' }, { id: 'desc' }]
	});
	return rows.map((row) => {
		const agreement = agreementOf(row);
		return {
			...summaryOf(row),
			reference: row.application.reference,
			waitsOnSignature:
				row.status === 'offered' &&
				agreement?.status === 'proposed' &&
				summaryOf(row).funderSigned &&
				may(viewer, 'agreement.accept', { organizationId: row.organizationId })
		};
	});
}

/** One award for a member of the recipient; 404 for everyone else, staff included: they have their own page. */
export async function awardForRecipient(viewer: Actor, awardId: string) {
	const row = await awardRow(awardId);
	if (!isMemberOf(viewer, row.organizationId) || row.offeredAt === null) throw new Refusal(refuse('not_found'));
	authorize(viewer, 'award.view', { organizationId: row.organizationId });
	const agreement = agreementOf(row);
	const isShown = agreement && agreement.status !== 'draft';
	const people = await namesOf(row);
	const delegations = await delegationsOf(row);
	return {
		...summaryOf(row),
		zone: row.program.zone,
		reference: row.application.reference,
		applicationId: row.application.id,
		organizationId: row.organizationId,
		offeredAt: row.offeredAt,
		years: row.years.map((year) => ({
			fiscalYear: year.fiscalYear,
			amountMinor: year.amountMinor,
			standing: year.standing === 'committed' ? ('committed' as const) : ('reserved' as const)
		})),
		agreement: isShown
			? {
					content: agreement.content as unknown as AgreementContent,
					contentHash: agreement.contentHash,
					inForceAt: agreement.inForceAt,
					signatures: signaturesOf(agreement, people, delegations)
				}
			: null,
		may: {
			accept: may(viewer, 'agreement.accept', { organizationId: row.organizationId }),
			decline: row.status === 'offered' && may(viewer, 'award.accept', { organizationId: row.organizationId })
		}
	};
}

async function awardRow(awardId: string): Promise<AwardRow> {
	const row = isId(awardId) ? await database().award.findUnique({ where: { id: awardId }, include: PARTS }) : null;
	if (!row) throw new Refusal(refuse('not_found'));
	return row;
}

function agreementOf(row: AwardRow) {
	const agreement = row.agreements[0];
	return agreement ? { ...agreement, status: agreement.status as AgreementStatus } : null;
}

/** The delegations that the signatures under the latest text rely on. */
function delegationsOf(row: AwardRow) {
	const signatures = row.agreements[0]?.signatures ?? [];
	return delegationsById(
		database(),
		signatures.map((signature) => signature.delegationId)
	);
}

async function namesOf(row: AwardRow): Promise<Map<string, string>> {
	const agreement = row.agreements[0];
	if (!agreement) return new Map();
	const ids = [agreement.createdById, ...agreement.signatures.map((signature) => signature.userId)];
	const people = await database().user.findMany({
		where: { id: { in: ids } },
		select: { id: true, displayName: true }
	});
	return new Map(people.map((person) => [person.id, person.displayName]));
}

/** Who signed, under what name of their position: a delegation has it in both languages, a recipient wrote it once. */
function signaturesOf(
	agreement: NonNullable<AwardRow['agreements'][number]>,
	people: Map<string, string>,
	delegations: ReadonlyMap<string, ReliedDelegation>
) {
	return agreement.signatures.map((signature) => ({
		id: signature.id,
		party: signature.party as 'funder' | 'recipient',
		name: people.get(signature.userId) ?? '',
		position: delegations.get(signature.delegationId ?? '')?.position ?? {
			en: signature.position,
			fr: signature.position
		},
		delegationNumber: delegations.get(signature.delegationId ?? '')?.number ?? null,
		signedAt: signature.signedAt,
		/** A signature of an older text stands in the trail, not under this one. */
		stands: signature.contentHash === agreement.contentHash
	}));
}

/** The words of the recipient who asked for a change or declined; null once they were erased. */
async function lastWords(awardId: string, name: 'agreement.negotiated' | 'award.declined'): Promise<string | null> {
	const event = await database().auditEvent.findFirst({
		where: { name, subjectType: 'award', subjectId: awardId },
		orderBy: { id: 'desc' },
		select: { detail: { select: { text: true } } }
	});
	return event?.detail?.text ?? null;
}

/** What the form offers first: a year from now within the award's years, each year in two parts. */
function proposalFor(row: AwardRow, now: Date) {
	const years = row.years.map((year) => ({ fiscalYear: year.fiscalYear, amount: cad(year.amountMinor) }));
	const today = instantToDay(now, row.program.zone);
	const first = years[0];
	const last = years.at(-1);
	if (!first || !last) return null;
	const startsOn = today > firstDayOf(first.fiscalYear) ? today : firstDayOf(first.fiscalYear);
	const endsOn = lastDayOf(last.fiscalYear);
	const perYear = years.length === 1 ? 2 : 1;
	const instalments = planInstalments(years, { startsOn, endsOn }, perYear).slice(0, INSTALMENT_ROWS);
	return {
		startsOn,
		endsOn,
		instalments: instalments.map((planned) => ({ dueOn: planned.dueOn, amountMinor: planned.amount.minor }))
	};
}

async function signingProblem(viewer: Actor, row: AwardRow, now: Date): Promise<Problem | null | undefined> {
	if (accessProblem(viewer, 'agreement.sign', { programId: row.programId })) return undefined;
	const agreement = row.agreements[0];
	if (agreement && agreement.createdById === actorUserId(viewer)) return refuse('same_person');
	const delegation = await delegationFor(database(), viewer, {
		authority: 'transaction',
		programId: row.programId,
		amount: cad(row.awardedAmountMinor),
		at: now
	});
	return isProblem(delegation) ? delegation : null;
}
