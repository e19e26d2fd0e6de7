import { authorize } from '#lib/domain/access/access.ts';
import { actorUserId, isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import { budgetProblems } from '#lib/domain/application/budget.ts';
import type { FrozenContent } from '#lib/domain/application/content.ts';
import { next, type ApplicationEvent, type ApplicationStatus } from '#lib/domain/application/lifecycle.ts';
import type { AuditEvent } from '#lib/domain/audit/events.ts';
import { answerOf, formProblems, visibleAnswers } from '#lib/domain/form/answer.ts';
import { isOpportunityCode } from '#lib/domain/opportunity/content.ts';
import { cad, sum } from '#lib/domain/money/money.ts';
import { isBeforeDeadline, requireOpen } from '#lib/domain/time/deadline.ts';
import { orRefuse, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { applicationReference } from '#lib/domain/reference.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { takeNumber } from '#lib/server/db/numbers.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { queueMail, queueMails } from '#lib/server/mail/queue.ts';
import { loadAnswers } from './answers.server.ts';
import { budgetLineOf, budgetRulesFor } from './budget.server.ts';
import { contentHashOf, lockApplication, subjectOf, type LoadedApplication } from './locked.server.ts';

/** Statuses that no longer stand in the way of a new application to the same opportunity. */
const SPENT: readonly ApplicationStatus[] = ['withdrawn', 'ineligible', 'declined'];

/**
 * Begins an application of one organization to one opportunity, or answers the one already begun: one application an
 * organization (a second press, or a second member, lands on the same draft).
 */
export function startApplication(
	actor: Actor,
	input: { opportunityCode: string; organizationId: string; locale: Locale },
	moment: Moment
): Promise<{ applicationId: string }> {
	return transactAs(actor, (tx) => startApplicationWithin(tx, actor, input, moment), { random: moment.random });
}

export async function startApplicationWithin(
	tx: Tx,
	actor: Actor,
	input: { opportunityCode: string; organizationId: string; locale: Locale },
	moment: Moment
): Promise<{ applicationId: string }> {
	const createdById = actorUserId(actor);
	// Whoever is not a member learns nothing of the organization, not even by how long the answer takes.
	if (createdById === null || !isMemberOf(actor, input.organizationId)) throw new Refusal(refuse('not_found'));
	authorize(actor, 'application.create', { organizationId: input.organizationId });
	// The organization's row makes a double press wait for the first.
	await lockRow(tx, 'organization', input.organizationId);
	const opportunity = isOpportunityCode(input.opportunityCode)
		? await tx.opportunity.findUnique({ where: { code: input.opportunityCode } })
		: null;
	if (opportunity?.status !== 'published') throw new Refusal(refuse('not_found'));
	const begun = await tx.application.findFirst({
		where: {
			opportunityId: opportunity.id,
			organizationId: input.organizationId,
			status: { notIn: [...SPENT] }
		},
		select: { id: true }
	});
	if (begun) return { applicationId: begun.id };
	const closed = requireOpen(opportunity, moment.now);
	if (closed) throw new Refusal(closed);
	const year = opportunity.code.slice(0, 2);
	const applicationId = moment.random.uuid();
	const reference = applicationReference(year, await takeNumber(tx, `application:${year}`));
	await tx.application.create({
		data: {
			id: applicationId,
			reference,
			opportunityId: opportunity.id,
			organizationId: input.organizationId,
			formDefinitionId: opportunity.formDefinitionId,
			status: 'draft' satisfies ApplicationStatus,
			locale: input.locale,
			createdAt: moment.now,
			createdById
		}
	});
	await recordEvent(tx, moment, {
		name: 'application.started',
		actor,
		subject: { type: 'application', id: applicationId },
		organizationId: input.organizationId,
		programId: opportunity.programId,
		facts: { reference, opportunityId: opportunity.id }
	});
	return { applicationId };
}

/** All that stands between a draft and its submission, in the order of the form; empty when it may be sent. */
export async function submissionProblems(tx: Tx, application: LoadedApplication): Promise<Problem[]> {
	const answers = await loadAnswers(tx, application.id);
	const lines = await tx.budgetLine.findMany({
		where: { applicationId: application.id },
		orderBy: [{ position: 'asc' }, { id: 'asc' }]
	});
	const attachments = await tx.attachment.findMany({ where: { applicationId: application.id, replacedAt: null } });
	const kept = { budgetLines: lines, attachedQuestionKeys: attachments.map((attachment) => attachment.questionKey) };
	const problems = formProblems(application.definition, answers, kept);
	const asksForBudget = application.definition.sections.some((section) =>
		section.questions.some((question) => question.type === 'budget')
	);
	if (!asksForBudget || lines.length === 0) return problems;
	const rules = budgetRulesFor(application.opportunity, application.content, answers);
	return [...problems, ...budgetProblems(lines.map(budgetLineOf), rules)];
}

/** An editor asks the signatory to sign off and send. */
export function askSignOff(
	actor: Actor,
	applicationId: string,
	input: { version: number },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const application = await lockExpected(tx, actor, 'application.edit', applicationId, input.version);
		await requireComplete(tx, application, moment);
		await advance(tx, actor, application, 'ask_sign_off', moment);
		await tellSignatories(tx, application, moment);
	});
}

/** Takes an application back from the signatory to go on writing. */
export function returnToDraft(
	actor: Actor,
	applicationId: string,
	input: { version: number },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const application = await lockExpected(tx, actor, 'application.edit', applicationId, input.version);
		await advance(tx, actor, application, 'return_to_draft', moment);
	});
}

/** What a submission left behind: the number of the frozen version and its hash. */
export type Receipt = { number: number; contentHash: string; submittedAt: Date };

/**
 * Signs off and submits: freezes a version, records its hash, and sends the receipt. A second press on a submitted
 * application answers the receipt that stands and does nothing twice. The deadline is judged by `moment.now`, which at
 * the door is the instant the request arrived.
 */
export function submitApplication(
	actor: Actor,
	applicationId: string,
	input: { version?: number },
	moment: Moment
): Promise<Receipt> {
	return transactAs(actor, (tx) => submitApplicationWithin(tx, actor, applicationId, input, moment), {
		random: moment.random
	});
}

export async function submitApplicationWithin(
	tx: Tx,
	actor: Actor,
	applicationId: string,
	input: { version?: number },
	moment: Moment
): Promise<Receipt> {
	const application = await lockApplication(tx, applicationId);
	authorize(actor, 'application.submit', subjectOf(application));
	if (application.status === 'submitted') return standingReceipt(tx, applicationId);
	requireVersion(application, input.version);
	await requireComplete(tx, application, moment);
	const content = await freeze(tx, application);
	const contentHash = contentHashOf(content);
	const submittedById = actorUserId(actor);
	if (submittedById === null) throw new Refusal(refuse('forbidden'));
	const previous = await tx.applicationVersion.aggregate({ where: { applicationId }, _max: { number: true } });
	const number = (previous._max.number ?? 0) + 1;
	await tx.applicationVersion.create({
		data: {
			id: moment.random.uuid(),
			applicationId,
			number,
			submittedAt: moment.now,
			submittedById,
			content: content as unknown as Prisma.InputJsonObject,
			contentHash
		}
	});
	moment.failpoint('application.submitted.frozen');
	const requested = sum(content.budgetLines.map((line) => cad(BigInt(line.requestedMinor))));
	await advance(tx, actor, application, 'submit', moment, {
		columns: {
			title: content.title,
			requestedAmountMinor: requested.minor,
			submittedAt: moment.now,
			submittedById
		},
		facts: { number, contentHash, requestedAmountMinor: requested.minor }
	});
	await queueMail(tx, moment, {
		template: 'application-received',
		to: { userId: submittedById },
		locale: localeOf(actor, application),
		values: {
			reference: application.reference,
			applicationId,
			receivedAt: moment.now.toISOString(),
			zone: application.opportunity.zone
		}
	});
	return { number, contentHash, submittedAt: moment.now };
}

async function standingReceipt(tx: Tx, applicationId: string): Promise<Receipt> {
	const { number, contentHash, submittedAt } = await tx.applicationVersion.findFirstOrThrow({
		where: { applicationId },
		orderBy: { number: 'desc' }
	});
	return { number, contentHash, submittedAt };
}

async function freeze(tx: Tx, application: LoadedApplication): Promise<FrozenContent> {
	const answers = visibleAnswers(application.definition, await loadAnswers(tx, application.id));
	const lines = await tx.budgetLine.findMany({
		where: { applicationId: application.id },
		orderBy: [{ position: 'asc' }, { id: 'asc' }]
	});
	const attachments = await tx.attachment.findMany({
		where: { applicationId: application.id, replacedAt: null },
		include: { file: true },
		orderBy: { id: 'asc' }
	});
	const title = answerOf(answers, application.content.questions.title);
	return {
		form: { key: application.definition.key, version: application.definition.version },
		title: typeof title === 'string' ? title.trim() : '',
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
}

/** Takes a submitted application back before the deadline. The frozen version stays; the next submission adds one. */
export function reopenApplication(
	actor: Actor,
	applicationId: string,
	input: { version: number },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const application = await lockExpected(tx, actor, 'application.submit', applicationId, input.version);
		if (!isBeforeDeadline(moment.now, application.opportunity.closesAt)) throw new Refusal(refuse('deadline_passed'));
		await advance(tx, actor, application, 'reopen', moment, { columns: { submittedAt: null, submittedById: null } });
	});
}

/** Withdraws an application at any time before the decision. What was written stays readable to its organization. */
export function withdrawApplication(
	actor: Actor,
	applicationId: string,
	input: { version: number },
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const application = await lockApplication(tx, applicationId);
		authorize(actor, 'application.withdraw', subjectOf(application));
		if (application.status === 'withdrawn') return;
		requireVersion(application, input.version);
		await advance(tx, actor, application, 'withdraw', moment);
	});
}

async function lockExpected(
	tx: Tx,
	actor: Actor,
	permission: 'application.edit' | 'application.submit',
	applicationId: string,
	version: number
): Promise<LoadedApplication> {
	const application = await lockApplication(tx, applicationId);
	authorize(actor, permission, subjectOf(application));
	requireVersion(application, version);
	return application;
}

function requireVersion(application: LoadedApplication, version: number | undefined): void {
	if (version !== undefined && application.version !== version) {
		throw new Refusal(refuse('stale_version', { current: application.version }));
	}
}

async function requireComplete(tx: Tx, application: LoadedApplication, moment: Moment): Promise<void> {
	const closed = requireOpen(application.opportunity, moment.now);
	if (closed) throw new Refusal(closed);
	const problems = await submissionProblems(tx, application);
	if (problems.length > 0) {
		throw new Refusal(refuse('guard_not_met', { guard: 'complete', missing: problems.length }));
	}
}

/** What the application shows of a person's language: the signed-in person's, else its own. */
function localeOf(actor: Actor, application: LoadedApplication): Locale {
	if (actor.kind === 'user') return actor.locale;
	return application.locale === 'fr' ? 'fr' : 'en';
}

async function tellSignatories(tx: Tx, application: LoadedApplication, moment: Moment): Promise<void> {
	await mailMembers(tx, application, ['owner', 'signatory'], moment);
}

/** Mails members of an application's organization by role: a reference and a link, never what was written. */
export async function mailMembers(
	tx: Tx,
	application: LoadedApplication,
	roles: readonly string[],
	moment: Moment
): Promise<void> {
	const members = await tx.membership.findMany({
		where: {
			organizationId: application.organizationId,
			role: { in: [...roles] },
			endedAt: null,
			user: { status: 'active' }
		},
		select: { userId: true, user: { select: { email: true, locale: true } } },
		orderBy: { id: 'asc' }
	});
	await queueMails(
		tx,
		moment,
		members.map(({ userId, user }) => ({
			template: 'application-news',
			to: { userId, email: user.email },
			locale: user.locale === 'fr' ? 'fr' : 'en',
			values: { reference: application.reference, applicationId: application.id }
		}))
	);
}

/** What the caller knows beside the event. Guards that only the caller can judge are given as met. */
export type Advance = {
	met?: Readonly<Record<string, boolean>>;
	/** Amount of the award, for `award`; read from the award where the caller leaves it out. */
	amountMinor?: bigint;
};

/**
 * Moves an application to its next status: the only way for later subjects (review, allocation) to do so. The caller has
 * authorized its own act; the guards of the table are judged here, from the records. Answers the new status.
 */
export async function advanceApplicationWithin(
	tx: Tx,
	actor: Actor,
	applicationId: string,
	event: ApplicationEvent,
	moment: Moment,
	known: Advance = {}
): Promise<ApplicationStatus> {
	const application = await lockApplication(tx, applicationId);
	return advance(tx, actor, application, event, moment, {
		met: known.met,
		facts: await factsOf(tx, application, event, known),
		columns: DECISIONS.includes(event) ? { decidedAt: moment.now } : {}
	});
}

const DECISIONS: readonly ApplicationEvent[] = ['award', 'decline', 'waitlist'];

async function factsOf(
	tx: Tx,
	application: LoadedApplication,
	event: ApplicationEvent,
	known: Advance
): Promise<Record<string, string | number | bigint>> {
	if (event !== 'award') return {};
	if (known.amountMinor !== undefined) return { amountMinor: known.amountMinor };
	const award = await tx.award.findUnique({
		where: { applicationId: application.id },
		select: { awardedAmountMinor: true }
	});
	return { amountMinor: award?.awardedAmountMinor ?? 0n };
}

/** Guards that a record can answer, whoever asks. */
async function guardsMet(tx: Tx, application: LoadedApplication, event: ApplicationEvent, moment: Moment) {
	const { method } = application.opportunity.program;
	const met: Record<string, boolean> = {
		competitive_method: method === 'competitive',
		formula_method: method === 'formula',
		before_deadline: isBeforeDeadline(moment.now, application.opportunity.closesAt)
	};
	if (event === 'ask_sign_off' || event === 'submit') {
		met['complete'] = (await submissionProblems(tx, application)).length === 0;
	}
	if (event === 'screen_in') {
		const open = await tx.requirement.count({
			where: { applicationId: application.id, status: { not: 'accepted' } }
		});
		met['no_requirement_open'] = open === 0;
	}
	if (event === 'complete_review') {
		const assignments = await tx.reviewAssignment.groupBy({
			by: ['status'],
			where: { applicationId: application.id },
			_count: { _all: true }
		});
		const count = (status: string): number => assignments.find((group) => group.status === status)?._count._all ?? 0;
		const pending = count('accepted') + count('in_progress') + count('reopened');
		met['reviews_complete'] = pending === 0 && count('submitted') >= application.opportunity.reviewersPerApplication;
	}
	if (event === 'award') {
		const certified = await tx.allocationLine.count({
			where: { applicationId: application.id, round: { commitmentCertifiedAt: { not: null } } }
		});
		met['funds_certified'] = certified > 0;
	}
	return met;
}

type AdvanceOptions = {
	met?: Readonly<Record<string, boolean>> | undefined;
	columns?: {
		title?: string;
		requestedAmountMinor?: bigint;
		submittedAt?: Date | null;
		submittedById?: string | null;
		decidedAt?: Date;
	};
	facts?: Record<string, string | number | bigint>;
	detail?: string;
};

/** The one place that assigns `application.status`: next status by the table, guarded update, event. */
export async function advance(
	tx: Tx,
	actor: Actor,
	application: LoadedApplication,
	event: ApplicationEvent,
	moment: Moment,
	options: AdvanceOptions = {}
): Promise<ApplicationStatus> {
	const met = { ...(await guardsMet(tx, application, event, moment)), ...options.met };
	const to = orRefuse(next(application.status, event, met));
	const changed = await tx.application.updateMany({
		where: { id: application.id, version: application.version },
		data: { ...options.columns, status: to, version: { increment: 1 } }
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	await recordEvent(tx, moment, {
		name: EVENT_NAMES[event],
		actor,
		subject: { type: 'application', id: application.id },
		organizationId: application.organizationId,
		programId: application.opportunity.programId,
		facts: { from: application.status, to, ...options.facts },
		...(options.detail === undefined || options.detail === '' ? {} : { detail: options.detail })
	} as AuditEvent);
	return to;
}

const EVENT_NAMES: Record<ApplicationEvent, AuditEvent['name']> = {
	ask_sign_off: 'application.signOffAsked',
	submit: 'application.submitted',
	withdraw: 'application.withdrawn',
	return_to_draft: 'application.reopened',
	reopen: 'application.reopened',
	screen_in: 'application.screened',
	screen_out: 'application.screened',
	request_changes: 'application.changesRequested',
	start_review: 'application.reviewStarted',
	resume_review: 'application.reviewStarted',
	complete_review: 'application.reviewed',
	award: 'application.awarded',
	decline: 'application.declined',
	waitlist: 'application.waitlisted'
};
