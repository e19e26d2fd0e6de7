import { createHash } from 'node:crypto';
import type { Subject } from '#lib/domain/access/access.ts';
import { isId } from '#lib/domain/id.ts';
import type { Answers } from '#lib/domain/form/answer.ts';
import type { ApplicationStatus } from '#lib/domain/application/lifecycle.ts';
import { canonicalContent, type FrozenContent } from '#lib/domain/application/content.ts';
import type { OpportunityContent } from '#lib/domain/opportunity/content.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import { formDefinitionOf } from './form-memory.server.ts';

const WITH_CONTEXT = {
	opportunity: { include: { program: true } },
	organization: { select: { id: true, legalName: true, province: true, kind: true } }
} as const;

/** Locks one application and loads it with what its rules need. What was read before the lock may be old. */
export async function lockApplication(tx: Tx, applicationId: string) {
	if (!isId(applicationId)) throw new Refusal(refuse('not_found'));
	await lockRow(tx, 'application', applicationId);
	return loadApplication(tx, applicationId);
}

/** Loads one application with what its rules need; refuses `not_found`. */
export async function loadApplication(tx: Pick<Tx, 'application' | 'formDefinition'>, applicationId: string) {
	const row = isId(applicationId)
		? await tx.application.findUnique({ where: { id: applicationId }, include: WITH_CONTEXT })
		: null;
	if (!row) throw new Refusal(refuse('not_found'));
	return {
		...row,
		status: row.status as ApplicationStatus,
		definition: await formDefinitionOf(tx, row.formDefinitionId),
		content: row.opportunity.content as unknown as OpportunityContent
	};
}

export type LoadedApplication = Awaited<ReturnType<typeof loadApplication>>;

/** Statuses in which an application belongs to its organization alone. */
export const DRAFT_STATUSES: readonly ApplicationStatus[] = ['draft', 'awaiting_sign_off'];

/** Whose it is, as access asks. What was never sent is a draft to the funder, even after it was withdrawn. */
export function subjectOf(application: {
	organizationId: string;
	status: string;
	submittedAt: Date | null;
	opportunity: { programId: string };
}): Subject {
	return {
		organizationId: application.organizationId,
		programId: application.opportunity.programId,
		isDraft: DRAFT_STATUSES.some((status) => status === application.status) || application.submittedAt === null
	};
}

/** Stored answers in the shape the form engine reads. */
export function answersFrom(rows: readonly { questionKey: string; rowKey: string; value: unknown }[]): Answers {
	const answers: Answers = {};
	for (const row of rows) (answers[row.questionKey] ??= {})[row.rowKey] = row.value;
	return answers;
}

/** SHA-256 of the content as lower-case hexadecimal: what the trail and the receipt carry. */
export function contentHashOf(content: FrozenContent): string {
	return createHash('sha256').update(canonicalContent(content), 'utf8').digest('hex');
}
