import { authorize } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { ApplicationEvent } from '#lib/domain/application/lifecycle.ts';
import { nextRequirement, type RequirementEvent, type RequirementStatus } from '#lib/domain/application/requirement.ts';
import { isId } from '#lib/domain/id.ts';
import { orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import { instantToDay } from '#lib/domain/time/zone.ts';
import { refuseInterested } from '#lib/features/organization/interest.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { advance, mailMembers } from './commands.server.ts';
import { lockApplication, subjectOf, type LoadedApplication } from './locked.server.ts';
import type { RequirementAnswer, ScreeningInput } from './schema.ts';

const EVENT_OF: Record<ScreeningInput['outcome'], ApplicationEvent> = {
	eligible: 'screen_in',
	ineligible: 'screen_out',
	changes_requested: 'request_changes'
};

/**
 * An officer's decision on eligibility, criterion by criterion. Eligible needs every criterion met; ineligible names at
 * least one that is not, with a note; asking for changes opens a requirement that the applicant answers.
 */
export function screenApplication(
	actor: Actor,
	applicationId: string,
	input: ScreeningInput,
	moment: Moment
): Promise<{ screeningId: string }> {
	return transactAs(actor, (tx) => screenApplicationWithin(tx, actor, applicationId, input, moment), {
		random: moment.random
	});
}

export async function screenApplicationWithin(
	tx: Tx,
	actor: Actor,
	applicationId: string,
	input: ScreeningInput,
	moment: Moment
): Promise<{ screeningId: string }> {
	const application = await lockApplication(tx, applicationId);
	authorize(actor, 'application.screen', subjectOf(application));
	if (application.version !== input.version) {
		throw new Refusal(refuse('stale_version', { current: application.version }));
	}
	const screenedById = actorUserId(actor);
	if (screenedById === null) throw new Refusal(refuse('forbidden'));
	await refuseInterested(tx, actor, [application.organizationId]);
	requireFindings(application, input);
	const requirementId = input.outcome === 'changes_requested' ? moment.random.uuid() : null;
	if (requirementId) await openRequirement(tx, actor, application, requirementId, input, moment);
	const screeningId = moment.random.uuid();
	await tx.screening.create({
		data: {
			id: screeningId,
			applicationId,
			outcome: input.outcome,
			findings: input.findings as unknown as Prisma.InputJsonArray,
			note: input.note,
			screenedById,
			screenedAt: moment.now
		}
	});
	await advance(tx, actor, application, EVENT_OF[input.outcome], moment, {
		facts: requirementId ? { requirementId } : { outcome: input.outcome, screeningId },
		detail: input.note
	});
	if (input.outcome === 'ineligible') {
		await mailMembers(tx, application, ['owner', 'signatory'], moment);
	}
	return { screeningId };
}

function requireFindings(application: LoadedApplication, input: ScreeningInput): void {
	const known = new Set(application.content.eligibility.map((criterion) => criterion.key));
	if (input.findings.some((finding) => !known.has(finding.criterionKey))) {
		throw new Refusal(refuse('choice_unknown', {}, 'outcome'));
	}
	for (const criterion of application.content.eligibility) {
		const found = input.findings.find((finding) => finding.criterionKey === criterion.key);
		if (!found) throw new Refusal(refuse('required', {}, `finding.${criterion.key}`));
	}
	const findings = input.findings.map((finding) => finding.finding);
	if (input.outcome === 'eligible' && findings.some((finding) => finding !== 'met')) {
		throw new Refusal(refuse('screening_not_all_met', {}, 'outcome'));
	}
	if (input.outcome === 'ineligible') {
		if (!findings.includes('not_met')) throw new Refusal(refuse('screening_none_unmet', {}, 'outcome'));
		if (input.note === '') throw new Refusal(refuse('required', {}, 'note'));
	}
	if (input.outcome === 'changes_requested' && input.request === '') {
		throw new Refusal(refuse('required', {}, 'request'));
	}
}

async function openRequirement(
	tx: Tx,
	actor: Actor,
	application: LoadedApplication,
	requirementId: string,
	input: ScreeningInput,
	moment: Moment
): Promise<void> {
	if (input.dueOn !== '') {
		if (!isDay(input.dueOn)) throw new Refusal(refuse('date_invalid', {}, 'dueOn'));
		const today = instantToDay(moment.now, application.opportunity.zone);
		if (input.dueOn < today) throw new Refusal(refuse('date_too_early', { limit: today }, 'dueOn'));
	}
	const createdById = actorUserId(actor);
	if (createdById === null) throw new Refusal(refuse('forbidden'));
	await tx.requirement.create({
		data: {
			id: requirementId,
			applicationId: application.id,
			kind: 'information_request',
			status: 'open' satisfies RequirementStatus,
			text: input.request,
			dueOn: input.dueOn === '' ? null : `${input.dueOn}T00:00:00.000Z`,
			createdAt: moment.now,
			createdById
		}
	});
	await recordEvent(tx, moment, {
		name: 'requirement.opened',
		actor,
		subject: { type: 'application', id: application.id },
		organizationId: application.organizationId,
		programId: application.opportunity.programId,
		facts: { requirementId, kind: 'information_request' }
	});
	await mailMembers(tx, application, ['owner', 'signatory', 'editor'], moment);
}

/** The applicant answers what was asked. The officer sees the answer beside the question. */
export function answerRequirement(
	actor: Actor,
	applicationId: string,
	input: RequirementAnswer,
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const { application, requirement } = await lockRequirement(tx, applicationId, input.requirementId);
		authorize(actor, 'requirement.answer', subjectOf(application));
		// A second press finds it answered with the same words, which is what was wanted.
		if (requirement.status === 'submitted' && requirement.response === input.response) return;
		await moveRequirement(tx, actor, application, requirement, input.version, 'submit', moment, {
			response: input.response,
			respondedAt: moment.now
		});
	});
}

/** The officer accepts an answer; when none is open any more, the application can be screened. */
export function acceptRequirement(
	actor: Actor,
	applicationId: string,
	input: { requirementId: string; version: number },
	moment: Moment
): Promise<void> {
	return decideRequirement(actor, applicationId, input, 'accept', moment);
}

/** The officer asks again: the applicant's words stay, and the question is open once more. */
export function returnRequirement(
	actor: Actor,
	applicationId: string,
	input: { requirementId: string; version: number },
	moment: Moment
): Promise<void> {
	return decideRequirement(actor, applicationId, input, 'request_changes', moment);
}

function decideRequirement(
	actor: Actor,
	applicationId: string,
	input: { requirementId: string; version: number },
	event: 'accept' | 'request_changes',
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const { application, requirement } = await lockRequirement(tx, applicationId, input.requirementId);
		authorize(actor, 'requirement.accept', subjectOf(application));
		await moveRequirement(tx, actor, application, requirement, input.version, event, moment, {
			...(event === 'accept' ? { closedAt: moment.now } : {})
		});
		if (event === 'request_changes') {
			await mailMembers(tx, application, ['owner', 'signatory', 'editor'], moment);
		}
	});
}

async function lockRequirement(tx: Tx, applicationId: string, requirementId: string) {
	const application = await lockApplication(tx, applicationId);
	if (!isId(requirementId)) throw new Refusal(refuse('not_found'));
	await lockRow(tx, 'requirement', requirementId);
	const requirement = await tx.requirement.findFirst({ where: { id: requirementId, applicationId } });
	if (!requirement) throw new Refusal(refuse('not_found'));
	return { application, requirement: { ...requirement, status: requirement.status as RequirementStatus } };
}

const REQUIREMENT_EVENTS = {
	submit: 'requirement.submitted',
	accept: 'requirement.accepted',
	request_changes: 'requirement.changesRequested'
} as const satisfies Partial<Record<RequirementEvent, string>>;

async function moveRequirement(
	tx: Tx,
	actor: Actor,
	application: LoadedApplication,
	requirement: { id: string; status: RequirementStatus; version: number },
	version: number,
	event: keyof typeof REQUIREMENT_EVENTS,
	moment: Moment,
	columns: { response?: string; respondedAt?: Date; closedAt?: Date }
): Promise<void> {
	if (requirement.version !== version) {
		throw new Refusal(refuse('stale_version', { current: requirement.version }));
	}
	const to = orRefuse(nextRequirement(requirement.status, event));
	await tx.requirement.update({
		where: { id: requirement.id, version },
		data: { ...columns, status: to, version: { increment: 1 } }
	});
	await recordEvent(tx, moment, {
		name: REQUIREMENT_EVENTS[event],
		actor,
		subject: { type: 'application', id: application.id },
		organizationId: application.organizationId,
		programId: application.opportunity.programId,
		facts: { requirementId: requirement.id, from: requirement.status, to }
	});
}
