import { authorize } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import { isBilingual, type Bilingual } from '#lib/domain/bilingual.ts';
import type { FormDefinition } from '#lib/domain/form/definition.ts';
import { validateDefinition } from '#lib/domain/form/validate-definition.ts';
import type { OpportunityContent } from '#lib/domain/opportunity/content.ts';
import { next, type OpportunityEvent, type OpportunityStatus } from '#lib/domain/opportunity/lifecycle.ts';
import { orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { makeDeadline } from '#lib/domain/time/deadline.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** An opportunity as it is drafted: wall clocks with their zone, from which the instants are computed here. */
export type OpportunityInput = {
	programId: string;
	formDefinitionId: string;
	rubricId: string;
	code: string;
	title: Bilingual;
	summary: Bilingual;
	content: OpportunityContent;
	opensWall: string;
	closesWall: string;
	zone: string;
	maximumMinor: bigint;
	firstFiscalYear: number;
	fiscalYearCount: number;
	reviewersPerApplication: number;
	decisionExpectedOn: string;
};

/** Drafts an opportunity of a program. */
export async function draftOpportunityWithin(
	tx: Tx,
	actor: Actor,
	input: OpportunityInput,
	moment: Moment
): Promise<{ opportunityId: string }> {
	authorize(actor, 'opportunity.edit', { programId: input.programId });
	const tzVersion = process.versions.tz ?? 'unknown';
	const opens = orRefuse(makeDeadline(input.opensWall, input.zone, tzVersion));
	const closes = orRefuse(makeDeadline(input.closesWall, input.zone, tzVersion));
	const opportunityId = moment.random.uuid();
	await tx.opportunity.create({
		data: {
			id: opportunityId,
			programId: input.programId,
			code: input.code,
			titleEn: input.title.en,
			titleFr: input.title.fr,
			summaryEn: input.summary.en,
			summaryFr: input.summary.fr,
			content: input.content as unknown as Prisma.InputJsonObject,
			status: 'draft' satisfies OpportunityStatus,
			opensAt: opens.at,
			opensWall: opens.wall,
			closesAt: closes.at,
			closesWall: closes.wall,
			zone: input.zone,
			tzVersion,
			maximumMinor: input.maximumMinor,
			firstFiscalYear: input.firstFiscalYear,
			fiscalYearCount: input.fiscalYearCount,
			reviewersPerApplication: input.reviewersPerApplication,
			decisionExpectedOn: `${input.decisionExpectedOn}T00:00:00.000Z`,
			formDefinitionId: input.formDefinitionId,
			rubricId: input.rubricId,
			createdAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'opportunity.drafted',
		actor,
		subject: { type: 'opportunity', id: opportunityId },
		programId: input.programId,
		facts: { code: input.code }
	});
	return { opportunityId };
}

/** Publishes a drafted opportunity: refused while a language or a rule is missing; frozen afterwards. */
export async function publishOpportunityWithin(
	tx: Tx,
	actor: Actor,
	opportunityId: string,
	moment: Moment
): Promise<void> {
	await lockRow(tx, 'opportunity', opportunityId);
	const opportunity = await tx.opportunity.findUnique({
		where: { id: opportunityId },
		include: { formDefinition: true }
	});
	if (!opportunity) throw new Refusal(refuse('not_found'));
	authorize(actor, 'opportunity.publish', { programId: opportunity.programId });
	const definition = opportunity.formDefinition.definition as unknown as FormDefinition;
	const content = opportunity.content as unknown as OpportunityContent;
	const from = opportunity.status as OpportunityStatus;
	const to = orRefuse(
		next(from, 'publish' satisfies OpportunityEvent, {
			both_languages_complete:
				isBilingual({ en: opportunity.titleEn, fr: opportunity.titleFr }) &&
				isBilingual({ en: opportunity.summaryEn, fr: opportunity.summaryFr }) &&
				textsOf(content).every((text) => isBilingual(text)),
			rules_complete: validateDefinition(definition).length === 0 && rulesAsk(definition, content)
		})
	);
	await tx.opportunity.update({
		where: { id: opportunityId, version: opportunity.version },
		data: { status: to, publishedAt: moment.now, version: { increment: 1 } }
	});
	await recordEvent(tx, moment, {
		name: 'opportunity.published',
		actor,
		subject: { type: 'opportunity', id: opportunityId },
		programId: opportunity.programId,
		facts: { from, to }
	});
}

/** Every text that the public page shows from the content. */
function textsOf(content: OpportunityContent): Bilingual[] {
	return [
		content.pays.intro,
		content.pays.notPaid,
		...content.pays.items,
		content.amounts.note,
		...content.amounts.limits.map((limit) => limit.label),
		content.scoring,
		content.dividing,
		content.before.intro,
		...content.before.items,
		...content.eligibility.flatMap(({ label, help }) => (help ? [label, help] : [label]))
	];
}

/** True when the questions that the rules read exist in the form: a limit by reach needs the reach to be asked. */
function rulesAsk(definition: FormDefinition, content: OpportunityContent): boolean {
	const asked = new Set(definition.sections.flatMap((section) => section.questions.map((question) => question.key)));
	const { title, reach, remote, otherGovernmentFunding } = content.questions;
	return [title, reach, remote, otherGovernmentFunding].every((key) => key === null || asked.has(key));
}
