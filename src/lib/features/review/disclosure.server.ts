import { authorize, may } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import {
	askForDisclosureWithin,
	disclosureStandingOf,
	requireDisclosureWithin,
	type DisclosureStanding,
	type DisclosureSubject
} from '#lib/features/identity/disclosures.server.ts';
import type { AskDisclosure } from '#lib/features/identity/schema.ts';
import type { Moment } from '#lib/server/clock.ts';
import { readAs, transactAs, type Tx } from '#lib/server/db/transact.ts';

/** Who reviewed an application, kept from auditors (safeguard A9): asked for, and shown by name while a grant is open. */

/** The application as a subject of disclosure, for whoever may read its panel by number; 404 to strangers. */
async function subjectOf(tx: Tx, viewer: Actor, applicationId: string): Promise<DisclosureSubject> {
	const application = isId(applicationId)
		? await tx.application.findUnique({
				where: { id: applicationId },
				select: {
					id: true,
					reference: true,
					organizationId: true,
					submittedAt: true,
					opportunity: { select: { programId: true } }
				}
			})
		: null;
	if (!application || application.submittedAt === null) throw new Refusal(refuse('not_found'));
	const scope = { organizationId: application.organizationId, programId: application.opportunity.programId };
	authorize(viewer, 'review.view', scope);
	return { kind: 'reviewer_identity', id: application.id, reference: application.reference, ...scope };
}

/** Where the viewer's request stands; null for who sees the people anyway and for who may not ask. */
export function reviewerDisclosureFor(viewer: Actor, applicationId: string, now: Date): Promise<DisclosureStanding> {
	return readAs(viewer, async (tx) => {
		const subject = await subjectOf(tx, viewer, applicationId);
		const { organizationId, programId } = subject;
		if (may(viewer, 'review.viewIdentity', { organizationId, programId })) return null;
		return disclosureStandingOf(tx, viewer, subject, now);
	});
}

export function askWhoReviewed(
	actor: Actor,
	applicationId: string,
	input: AskDisclosure,
	moment: Moment
): Promise<{ requestId: string }> {
	return transactAs(
		actor,
		async (tx) => askForDisclosureWithin(tx, actor, await subjectOf(tx, actor, applicationId), input, moment),
		moment
	);
}

/** The people by number and name, once, and written down. */
export function lookWhoReviewed(
	actor: Actor,
	applicationId: string,
	moment: Moment
): Promise<{ number: number; name: string }[]> {
	return transactAs(
		actor,
		async (tx) => {
			await requireDisclosureWithin(tx, actor, await subjectOf(tx, actor, applicationId), moment);
			const held = await tx.reviewAssignment.findMany({
				where: { applicationId },
				select: { reviewerNumber: true, reviewerId: true },
				orderBy: { reviewerNumber: 'asc' }
			});
			const people = await tx.user.findMany({
				where: { id: { in: held.map((row) => row.reviewerId) } },
				select: { id: true, displayName: true }
			});
			return held.map((row) => ({
				number: row.reviewerNumber,
				name: people.find((person) => person.id === row.reviewerId)?.displayName ?? ''
			}));
		},
		moment
	);
}
