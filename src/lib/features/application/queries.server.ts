import { may, organizationsWhere } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import type { ApplicationStatus } from '#lib/domain/application/lifecycle.ts';
import type { RequirementStatus } from '#lib/domain/application/requirement.ts';
import { formProblems, isUnanswered, sectionProgress, answerOf, type Answers } from '#lib/domain/form/answer.ts';
import type { FormDefinition } from '#lib/domain/form/definition.ts';
import { refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { isBeforeDeadline, windowState } from '#lib/domain/time/deadline.ts';
import { zoneOfProvince } from '#lib/domain/organization/zone.ts';
import type { Bilingual } from '#lib/i18n/locale.ts';
import { database } from '#lib/server/db/client.ts';
import type { FrozenContent } from '#lib/domain/application/content.ts';
import { askedQuestions } from './answers.server.ts';
import { budgetLineOf, budgetReview, budgetRulesFor } from './budget.server.ts';
import { answersFrom, loadApplication, subjectOf, type LoadedApplication } from './locked.server.ts';

/** One application in its organization's list. */
export type OwnApplication = {
	id: string;
	reference: string;
	title: string | null;
	status: ApplicationStatus;
	opportunityTitle: Bilingual;
	organizationName: string;
	closesAt: Date;
	zone: string;
	isOpen: boolean;
	submittedAt: Date | null;
	openRequirements: number;
};

/** The applications of the viewer's organizations, the newest first. */
export async function applicationsForApplicant(viewer: Actor, now: Date): Promise<OwnApplication[]> {
	const organizationIds = organizationsWhere(viewer, 'application.view');
	if (organizationIds.length === 0) return [];
	const rows = await database().application.findMany({
		where: { organizationId: { in: organizationIds } },
		select: {
			id: true,
			reference: true,
			title: true,
			status: true,
			submittedAt: true,
			organization: { select: { legalName: true, operatingName: true } },
			opportunity: { select: { titleEn: true, titleFr: true, opensAt: true, closesAt: true, zone: true } },
			requirements: { where: { status: { in: ['open', 'changes_requested'] } }, select: { id: true } }
		},
		orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
		take: 200
	});
	return rows.map((row) => ({
		id: row.id,
		reference: row.reference,
		title: row.title,
		status: row.status as ApplicationStatus,
		opportunityTitle: { en: row.opportunity.titleEn, fr: row.opportunity.titleFr },
		organizationName: row.organization.operatingName ?? row.organization.legalName,
		closesAt: row.opportunity.closesAt,
		zone: row.opportunity.zone,
		isOpen: windowState(row.opportunity, now) === 'open',
		submittedAt: row.submittedAt,
		openRequirements: row.requirements.length
	}));
}

/** The application of the viewer to an opportunity, when one was begun and stands. */
export async function ownApplicationTo(viewer: Actor, opportunityId: string): Promise<{ id: string } | null> {
	const organizationIds = organizationsWhere(viewer, 'application.view');
	if (organizationIds.length === 0) return null;
	return database().application.findFirst({
		where: {
			opportunityId,
			organizationId: { in: organizationIds },
			status: { notIn: ['withdrawn', 'ineligible', 'declined'] }
		},
		select: { id: true },
		orderBy: { id: 'desc' }
	});
}

async function ownApplication(viewer: Actor, applicationId: string): Promise<LoadedApplication> {
	const application = await loadApplication(database(), applicationId);
	// Only its organization: staff have their own page, which shows what was sent and no draft.
	if (!may(viewer, 'application.view', { organizationId: application.organizationId })) {
		throw new Refusal(refuse('not_found'));
	}
	return application;
}

/** Everything the applicant keeps: answers, budget lines, files. */
async function keptOf(applicationId: string) {
	const [answerRows, lines, attachments] = await Promise.all([
		database().answer.findMany({ where: { applicationId } }),
		database().budgetLine.findMany({
			where: { applicationId },
			orderBy: [{ position: 'asc' }, { id: 'asc' }]
		}),
		database().attachment.findMany({
			where: { applicationId, replacedAt: null },
			include: { file: true },
			orderBy: { id: 'asc' }
		})
	]);
	return { answerRows, answers: answersFrom(answerRows), lines, attachments };
}

/** What the viewer may do with it, by role; what its state allows is the page's question to the lifecycle. */
function permissionsOf(viewer: Actor, application: LoadedApplication) {
	const subject = subjectOf(application);
	return {
		edit: may(viewer, 'application.edit', subject),
		submit: may(viewer, 'application.submit', subject),
		withdraw: may(viewer, 'application.withdraw', subject),
		answer: may(viewer, 'requirement.answer', subject)
	};
}

function headOf(application: LoadedApplication, now: Date) {
	const { opportunity } = application;
	return {
		id: application.id,
		reference: application.reference,
		version: application.version,
		status: application.status,
		title: application.title,
		submittedAt: application.submittedAt,
		decidedAt: application.decidedAt,
		organizationId: application.organizationId,
		/** In which the applicant's own times are shown. */
		zone: zoneOfProvince(application.organization.province),
		definition: application.definition,
		content: application.content,
		opportunity: {
			code: opportunity.code,
			title: { en: opportunity.titleEn, fr: opportunity.titleFr },
			closesAt: opportunity.closesAt,
			zone: opportunity.zone,
			isOpen: windowState(opportunity, now) === 'open',
			isBeforeDeadline: isBeforeDeadline(now, opportunity.closesAt),
			firstFiscalYear: opportunity.firstFiscalYear,
			fiscalYearCount: opportunity.fiscalYearCount
		}
	};
}

/** One section as the task list shows it. */
export type SectionState = {
	key: string;
	title: Bilingual;
	kind: 'questions' | 'budget' | 'files';
	progress: 'not_started' | 'started' | 'complete';
	asked: number;
	answered: number;
	problems: Problem[];
};

function sectionStates(
	definition: FormDefinition,
	answers: Answers,
	kept: { budgetLines: readonly unknown[]; attachedQuestionKeys: readonly string[] },
	budgetProblemList: readonly Problem[]
): SectionState[] {
	const progress = sectionProgress(definition, answers, kept);
	const problems = formProblems(definition, answers, kept);
	return definition.sections.flatMap((section) => {
		const state = progress.get(section.key);
		if (state === undefined) return [];
		const asked = askedQuestions(definition, section.key, answers);
		const keys = new Set(asked.map((question) => question.key));
		const kind = asked.some((question) => question.type === 'budget')
			? 'budget'
			: asked.some((question) => question.type === 'file')
				? 'files'
				: 'questions';
		const own = problems.filter((problem) => problem.field !== undefined && keys.has(problem.field));
		const all = kind === 'budget' ? [...own, ...budgetProblemList] : own;
		return [
			{
				key: section.key,
				title: section.title,
				kind,
				progress: state === 'complete' && all.length > 0 ? 'started' : state,
				asked: asked.length,
				answered: asked.filter((question) => isAnsweredHere(question, answers, kept)).length,
				problems: all
			}
		];
	});
}

function isAnsweredHere(
	question: { key: string; type: string },
	answers: Answers,
	kept: { budgetLines: readonly unknown[]; attachedQuestionKeys: readonly string[] }
): boolean {
	if (question.type === 'budget') return kept.budgetLines.length > 0;
	if (question.type === 'file') return kept.attachedQuestionKeys.includes(question.key);
	return !isUnanswered(answerOf(answers, question.key));
}

/** The task list: sections with their state, what is missing, who is with you, what happened last. */
export async function applicationForApplicant(viewer: Actor, applicationId: string, now: Date) {
	const application = await ownApplication(viewer, applicationId);
	const { answerRows, answers, lines, attachments } = await keptOf(applicationId);
	const kept = {
		budgetLines: lines,
		attachedQuestionKeys: attachments.map((attachment) => attachment.questionKey)
	};
	const rules = budgetRulesFor(application.opportunity, application.content, answers);
	const budget = budgetReview(lines.map(budgetLineOf), rules);
	const [members, requirements, events, versions] = await Promise.all([
		database().membership.findMany({
			where: { organizationId: application.organizationId, endedAt: null },
			select: { userId: true, role: true, user: { select: { displayName: true } } },
			orderBy: { id: 'asc' }
		}),
		requirementsOf(applicationId),
		applicantTimeline(applicationId),
		database().applicationVersion.findMany({
			where: { applicationId },
			select: { number: true, submittedAt: true },
			orderBy: { number: 'desc' }
		})
	]);
	const latest = answerRows.reduce<Date | null>(
		(at, row) => (at === null || row.updatedAt > at ? row.updatedAt : at),
		null
	);
	return {
		...headOf(application, now),
		may: permissionsOf(viewer, application),
		sections: sectionStates(application.definition, answers, kept, lines.length === 0 ? [] : budget.problems),
		members: members.map((member) => ({
			userId: member.userId,
			displayName: member.user.displayName,
			role: member.role,
			isViewer: viewer.kind === 'user' && viewer.userId === member.userId
		})),
		requirements,
		events,
		savedAt: latest,
		versions
	};
}

async function requirementsOf(applicationId: string) {
	const rows = await database().requirement.findMany({
		where: { applicationId },
		orderBy: [{ createdAt: 'desc' }, { id: 'desc' }]
	});
	return rows.map((row) => ({
		id: row.id,
		status: row.status as RequirementStatus,
		text: row.text,
		response: row.response,
		dueOn: row.dueOn === null ? null : row.dueOn.toISOString().slice(0, 10),
		createdAt: row.createdAt,
		respondedAt: row.respondedAt,
		version: row.version
	}));
}

/** What of the trail the applicant reads: the stages of their own application, never a reviewer's step. */
const APPLICANT_EVENTS = [
	'application.started',
	'application.signOffAsked',
	'application.reopened',
	'application.submitted',
	'application.withdrawn',
	'application.screened',
	'application.changesRequested',
	'attachment.added',
	'attachment.removed',
	'requirement.submitted',
	'requirement.accepted',
	'requirement.changesRequested'
] as const;

async function applicantTimeline(applicationId: string) {
	const rows = await database().auditEvent.findMany({
		where: { subjectType: 'application', subjectId: applicationId, name: { in: [...APPLICANT_EVENTS] } },
		select: { id: true, name: true, occurredAt: true },
		orderBy: { id: 'desc' },
		take: 12
	});
	return rows.map((row) => ({ id: row.id.toString(), name: row.name, occurredAt: row.occurredAt }));
}

/** One section with its questions, answers and versions. */
export async function sectionForApplicant(viewer: Actor, applicationId: string, sectionKey: string, now: Date) {
	const application = await ownApplication(viewer, applicationId);
	const { answerRows, answers, lines, attachments } = await keptOf(applicationId);
	const kept = {
		budgetLines: lines,
		attachedQuestionKeys: attachments.map((attachment) => attachment.questionKey)
	};
	const states = sectionStates(application.definition, answers, kept, []);
	const position = states.findIndex((state) => state.key === sectionKey);
	const state = states[position];
	if (!state) throw new Refusal(refuse('not_found'));
	const rows = new Map(answerRows.map((row) => [row.questionKey, row]));
	return {
		...headOf(application, now),
		may: permissionsOf(viewer, application),
		section: application.definition.sections.find((section) => section.key === sectionKey),
		questions: askedQuestions(application.definition, sectionKey, answers).map((question) => {
			const row = rows.get(question.key);
			return {
				question,
				value: row?.value ?? null,
				version: row?.version ?? 0,
				savedAt: row?.updatedAt ?? null
			};
		}),
		attachments: attachments.map((attachment) => ({
			id: attachment.id,
			questionKey: attachment.questionKey,
			fileId: attachment.fileId,
			name: attachment.file.originalName,
			byteLength: Number(attachment.file.byteLength),
			scanState: attachment.file.scanState
		})),
		state,
		position: position + 1,
		total: states.length,
		previous: states[position - 1] ?? null,
		next: states[position + 1] ?? null
	};
}

/** The section that asks for files. */
export async function filesForApplicant(viewer: Actor, applicationId: string, now: Date) {
	const application = await ownApplication(viewer, applicationId);
	const section = application.definition.sections.find((candidate) =>
		candidate.questions.some((question) => question.type === 'file')
	);
	if (!section) throw new Refusal(refuse('not_found'));
	return sectionForApplicant(viewer, applicationId, section.key, now);
}

/** The budget with its sums, rules and lines. */
export async function budgetForApplicant(viewer: Actor, applicationId: string, now: Date) {
	const application = await ownApplication(viewer, applicationId);
	const section = application.definition.sections.find((candidate) =>
		candidate.questions.some((question) => question.type === 'budget')
	);
	if (!section) throw new Refusal(refuse('not_found'));
	const base = await sectionForApplicant(viewer, applicationId, section.key, now);
	const { lines, answers } = await keptOf(applicationId);
	const rules = budgetRulesFor(application.opportunity, application.content, answers);
	const review = budgetReview(lines.map(budgetLineOf), rules);
	return {
		...base,
		lines: lines.map((line) => ({
			id: line.id,
			version: line.version,
			description: line.description,
			costCategory: line.costCategory,
			costType: line.costType,
			fiscalYear: line.fiscalYear,
			costMinor: line.costMinor,
			requestedMinor: line.requestedMinor
		})),
		sums: {
			costMinor: review.cost.minor,
			requestedMinor: review.requested.minor,
			administrationMinor: review.administration.minor
		},
		rules: {
			maximumMinor: rules.maximum?.minor ?? null,
			isByReach: answerOf(answers, application.content.questions.reach) != null,
			fiscalYears: [...rules.fiscalYears],
			administrationLimitBasisPoints: rules.administrationLimitBasisPoints,
			stackingLimitBasisPoints: rules.stackingLimitBasisPoints,
			otherGovernmentFundingMinor: rules.otherGovernmentFunding.minor
		},
		problems: lines.length === 0 ? [] : review.problems
	};
}

/** All questions and answers of a draft, for review before sending and for the print page. */
export async function draftForApplicant(viewer: Actor, applicationId: string, now: Date) {
	const base = await applicationForApplicant(viewer, applicationId, now);
	const application = await loadApplication(database(), applicationId);
	const { answers, lines, attachments } = await keptOf(applicationId);
	const title = answerOf(answers, application.content.questions.title);
	const content: FrozenContent = {
		form: { key: application.definition.key, version: application.definition.version },
		title: typeof title === 'string' ? title : '',
		locale: application.locale === 'fr' ? 'fr' : 'en',
		organization: {
			legalName: application.organization.legalName,
			province: application.organization.province,
			kind: application.organization.kind
		},
		answers,
		budgetLines: lines.map((line) => ({
			description: line.description,
			costCategory: line.costCategory,
			costType: line.costType,
			fiscalYear: line.fiscalYear,
			costMinor: line.costMinor.toString(),
			requestedMinor: line.requestedMinor.toString()
		})),
		attachments: attachments.map(({ questionKey, fileId, file }) => ({
			questionKey,
			fileId,
			name: file.originalName,
			mediaType: file.mediaType,
			byteLength: Number(file.byteLength)
		}))
	};
	return { ...base, frozen: content, problems: base.sections.flatMap((section) => section.problems) };
}

/** What was sent last, with its receipt; refuses `not_found` for what was never sent. */
export async function receiptForApplicant(viewer: Actor, applicationId: string, now: Date) {
	const application = await ownApplication(viewer, applicationId);
	const version = await database().applicationVersion.findFirst({
		where: { applicationId },
		orderBy: { number: 'desc' }
	});
	if (!version || application.submittedAt === null) throw new Refusal(refuse('not_found'));
	return {
		...headOf(application, now),
		may: permissionsOf(viewer, application),
		receipt: { number: version.number, submittedAt: version.submittedAt, contentHash: version.contentHash },
		frozen: version.content as unknown as FrozenContent
	};
}

/** Every text that was ever kept, by question, the newest first: saved ones and the losers of conflicts. */
export async function answerHistoryForApplicant(viewer: Actor, applicationId: string, now: Date) {
	const application = await ownApplication(viewer, applicationId);
	const rows = await database().answer.findMany({
		where: { applicationId },
		include: { history: { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: 100 } }
	});
	const authorIds = [...new Set(rows.flatMap((row) => row.history.map((entry) => entry.authorId)))];
	const authors = await database().user.findMany({
		where: { id: { in: authorIds } },
		select: { id: true, displayName: true }
	});
	const names = new Map(authors.map((author) => [author.id, author.displayName]));
	const byKey = new Map(rows.map((row) => [row.questionKey, row]));
	return {
		...headOf(application, now),
		questions: application.definition.sections.flatMap((section) =>
			section.questions.flatMap((question) => {
				const row = byKey.get(question.key);
				if (!row || row.history.length === 0) return [];
				const entries = row.history.map((entry) => ({
					id: entry.id,
					value: entry.value,
					outcome: entry.outcome as 'saved' | 'conflict',
					at: entry.createdAt,
					by: names.get(entry.authorId) ?? '',
					isCurrent: entry.outcome === 'saved' && entry.version === row.version
				}));
				return [{ question, entries }];
			})
		)
	};
}
