import { authorize, may, programsWhere } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import type { FrozenContent } from '#lib/domain/application/content.ts';
import type { ApplicationStatus } from '#lib/domain/application/lifecycle.ts';
import type { RequirementStatus } from '#lib/domain/application/requirement.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { Bilingual } from '#lib/i18n/locale.ts';
import { database } from '#lib/server/db/client.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { ShortMemory } from '#lib/server/db/short-memory.ts';
import { loadApplication, subjectOf } from './locked.server.ts';
import type { Finding } from './schema.ts';

export const PAGE_SIZE = 50;

/** How far a list may be paged by number; beyond, it is narrowed by its filters. */
const LAST_PAGE = 1_000;

/** Statuses an officer may see and filter by: a draft is its organization's own. */
export const STAFF_STATUSES = [
	'submitted',
	'changes_requested',
	'eligible',
	'under_review',
	'reviewed',
	'waitlisted',
	'awarded',
	'declined',
	'ineligible',
	'withdrawn'
] as const satisfies readonly ApplicationStatus[];

export const SORTS = ['submitted', 'reference', 'amount'] as const;
export type Sort = (typeof SORTS)[number];

export type ListFilter = {
	/** Code of an opportunity. */
	opportunity?: string | null;
	status?: string | null;
	/** Part of a reference, a title or an organization's name. */
	search?: string | null;
	sort?: Sort;
	page?: number;
};

/** One row of the officers' list. */
export type ReceivedRow = {
	id: string;
	reference: string;
	title: string | null;
	organizationName: string;
	province: string;
	status: ApplicationStatus;
	requestedAmountMinor: bigint | null;
	submittedAt: Date;
	opportunityCode: string;
	openRequirements: boolean;
};

export type ReceivedPage = { rows: ReceivedRow[]; total: number; page: number; pages: number };

const ORDER: Record<Sort, Prisma.Sql> = {
	submitted: Prisma.sql`a.submitted_at desc, a.id desc`,
	reference: Prisma.sql`a.reference asc, a.id asc`,
	amount: Prisma.sql`a.requested_amount_minor desc nulls last, a.id asc`
};

/**
 * A page of what was sent to the viewer's programs: one query, 50 rows. Filters that name nothing known answer nothing;
 * an unknown sort or page falls back to the first.
 */
export async function applicationsForStaff(viewer: Actor, filter: ListFilter): Promise<ReceivedPage> {
	const programs = programsWhere(viewer, 'application.viewSubmitted');
	if (programs !== 'all' && programs.length === 0) throw new Refusal(refuse('not_found'));
	const page = Math.min(Math.max(1, filter.page ?? 1), LAST_PAGE);
	const sort = filter.sort ?? 'submitted';
	const where = whereOf(programs, filter);
	const [rows, total] = await Promise.all([
		database().$queryRaw<Omit<ReceivedRow, 'openRequirements'>[]>`
			select a.id, a.reference, a.title, a.status, a.requested_amount_minor as "requestedAmountMinor",
				a.submitted_at as "submittedAt", o.code as "opportunityCode", g.province,
				coalesce(g.operating_name, g.legal_name) as "organizationName"
			from application a
			join opportunity o on o.id = a.opportunity_id
			join organization g on g.id = a.organization_id
			where ${where}
			order by ${ORDER[sort]}
			limit ${PAGE_SIZE} offset ${(page - 1) * PAGE_SIZE}`,
		countReceived(programs, filter, where)
	]);
	return {
		rows: rows.map((row) => ({ ...row, openRequirements: row.status === 'changes_requested' })),
		total,
		page,
		pages: Math.min(LAST_PAGE, Math.max(1, Math.ceil(total / PAGE_SIZE)))
	};
}

/*
 * How many there are in all. Counting reads every row of the list, which is ten times the work of its first page; so one
 * count serves everybody who asks the same within two seconds. The rows themselves are never remembered.
 */
const counts = new ShortMemory<number>(2_000);

function countReceived(programs: 'all' | string[], filter: ListFilter, where: Prisma.Sql): Promise<number> {
	const question = JSON.stringify([programs, filter.opportunity, filter.status, filter.search]);
	return counts.recall(question, async () => {
		const [counted] = await database().$queryRaw<{ total: bigint }[]>`
			select count(*) as total
			from application a
			join opportunity o on o.id = a.opportunity_id
			${filter.search ? Prisma.sql`join organization g on g.id = a.organization_id` : Prisma.empty}
			where ${where}`;
		return Number(counted?.total ?? 0n);
	});
}

function whereOf(programs: 'all' | string[], filter: ListFilter): Prisma.Sql {
	const conditions = [
		Prisma.sql`a.submitted_at is not null`,
		Prisma.sql`a.status not in ('draft', 'awaiting_sign_off')`
	];
	if (programs !== 'all')
		conditions.push(Prisma.sql`o.program_id in (${Prisma.join(programs.map((id) => Prisma.sql`${id}::uuid`))})`);
	if (filter.opportunity) conditions.push(Prisma.sql`o.code = ${filter.opportunity}`);
	if (filter.status) conditions.push(Prisma.sql`a.status = ${filter.status}`);
	if (filter.search) {
		const like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
		conditions.push(
			Prisma.sql`(a.reference ilike ${like} or a.title ilike ${like} or g.legal_name ilike ${like} or g.operating_name ilike ${like})`
		);
	}
	return Prisma.join(conditions, ' and ');
}

/** Opportunities of the viewer's programs, for the filter. */
export async function opportunitiesForStaff(viewer: Actor): Promise<{ code: string; title: Bilingual }[]> {
	const programs = programsWhere(viewer, 'application.viewSubmitted');
	const rows = await database().opportunity.findMany({
		where: { status: { not: 'draft' }, ...(programs === 'all' ? {} : { programId: { in: programs } }) },
		select: { code: true, titleEn: true, titleFr: true },
		orderBy: [{ closesAt: 'desc' }, { code: 'asc' }]
	});
	return rows.map((row) => ({ code: row.code, title: { en: row.titleEn, fr: row.titleFr } }));
}

/** What of the trail officers read on the application. Reviewers' steps stay with the review. */
const STAFF_EVENT_PREFIXES = ['application.', 'attachment.', 'requirement.'];

/** One application as sent, with its screening, its questions and its history; 404 for a draft. */
export async function applicationForStaff(viewer: Actor, applicationId: string) {
	const application = await loadApplication(database(), applicationId);
	const subject = subjectOf(application);
	authorize(viewer, 'application.viewSubmitted', subject);
	const [version, screenings, requirements, events] = await Promise.all([
		database().applicationVersion.findFirst({ where: { applicationId }, orderBy: { number: 'desc' } }),
		database().screening.findMany({
			where: { applicationId },
			orderBy: [{ screenedAt: 'desc' }, { id: 'desc' }]
		}),
		database().requirement.findMany({
			where: { applicationId },
			orderBy: [{ createdAt: 'desc' }, { id: 'desc' }]
		}),
		database().auditEvent.findMany({
			where: {
				subjectType: 'application',
				subjectId: applicationId,
				OR: STAFF_EVENT_PREFIXES.map((prefix) => ({ name: { startsWith: prefix } }))
			},
			select: { id: true, name: true, occurredAt: true, actorUserId: true, organizationId: true, facts: true },
			orderBy: { id: 'desc' },
			take: 100
		})
	]);
	if (!version) throw new Refusal(refuse('not_found'));
	const names = await displayNames([
		...screenings.map((screening) => screening.screenedById),
		...events.flatMap((event) => (event.actorUserId ? [event.actorUserId] : []))
	]);
	const { opportunity } = application;
	return {
		id: application.id,
		reference: application.reference,
		version: application.version,
		status: application.status,
		title: application.title,
		requestedAmountMinor: application.requestedAmountMinor,
		submittedAt: version.submittedAt,
		organization: {
			id: application.organizationId,
			legalName: application.organization.legalName,
			province: application.organization.province,
			kind: application.organization.kind
		},
		opportunity: {
			code: opportunity.code,
			title: { en: opportunity.titleEn, fr: opportunity.titleFr },
			zone: opportunity.zone,
			closesAt: opportunity.closesAt
		},
		definition: application.definition,
		eligibility: application.content.eligibility,
		frozen: version.content as unknown as FrozenContent,
		frozenNumber: version.number,
		contentHash: version.contentHash,
		screenings: screenings.map((screening) => ({
			id: screening.id,
			outcome: screening.outcome as 'eligible' | 'ineligible' | 'changes_requested',
			findings: screening.findings as unknown as Finding[],
			note: screening.note,
			by: names.get(screening.screenedById) ?? '',
			at: screening.screenedAt
		})),
		requirements: requirements.map((requirement) => ({
			id: requirement.id,
			status: requirement.status as RequirementStatus,
			text: requirement.text,
			response: requirement.response,
			dueOn: requirement.dueOn === null ? null : requirement.dueOn.toISOString().slice(0, 10),
			createdAt: requirement.createdAt,
			respondedAt: requirement.respondedAt,
			version: requirement.version
		})),
		events: events.map((event) => ({
			id: event.id.toString(),
			name: event.name,
			occurredAt: event.occurredAt,
			by: event.actorUserId ? (names.get(event.actorUserId) ?? '') : null
		})),
		may: {
			screen: may(viewer, 'application.screen', subject),
			acceptRequirement: may(viewer, 'requirement.accept', subject),
			assignReviewers: may(viewer, 'review.assign', subject)
		}
	};
}

async function displayNames(ids: readonly string[]): Promise<Map<string, string>> {
	const known = [...new Set(ids)].filter((id) => isId(id));
	if (known.length === 0) return new Map();
	const people = await database().user.findMany({
		where: { id: { in: known } },
		select: { id: true, displayName: true }
	});
	return new Map(people.map((person) => [person.id, person.displayName]));
}

/** Why an application is not eligible, as its organization reads it: the findings and the officer's note. */
export async function screeningForApplicant(viewer: Actor, applicationId: string) {
	const application = await loadApplication(database(), applicationId);
	if (!may(viewer, 'application.view', { organizationId: application.organizationId })) {
		throw new Refusal(refuse('not_found'));
	}
	if (application.status !== 'ineligible') return null;
	const screening = await database().screening.findFirst({
		where: { applicationId, outcome: 'ineligible' },
		orderBy: [{ screenedAt: 'desc' }, { id: 'desc' }]
	});
	if (!screening) return null;
	const findings = screening.findings as unknown as Finding[];
	return {
		note: screening.note,
		findings: application.content.eligibility.map((criterion) => ({
			key: criterion.key,
			label: criterion.label,
			finding: findings.find((found) => found.criterionKey === criterion.key)?.finding ?? 'unclear',
			note: findings.find((found) => found.criterionKey === criterion.key)?.note ?? ''
		}))
	};
}
