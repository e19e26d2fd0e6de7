import { accessProblem, authorize, may, programsWhere, type Subject } from '#lib/domain/access/access.ts';
import { actorUserId, isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { LONGEST_DISCLOSURE_HOURS, type AskDisclosure, type GrantDisclosure } from './schema.ts';

/*
 * Safeguard A9: who reviewed and the numbers of an account are kept from the auditor, who asks for one of them with a
 * reason. Another person opens it for a few hours, to that auditor alone; every look is in the trail; the end needs no
 * one to think of it. A sealed site is not asked for here: it stays with the persons whom its owner named.
 */

export type DisclosureKind = 'reviewer_identity' | 'account_number';

/** What is asked for. `reference` is all that whoever decides is told of it. */
export type DisclosureSubject = {
	kind: DisclosureKind;
	id: string;
	reference: string;
	programId: string;
	organizationId: string;
};

/** Where one's own request stands; null for who has nothing to ask. `over`: it was granted and the time has passed. */
export type DisclosureStanding = {
	state: 'none' | 'asked' | 'granted' | 'refused' | 'over';
	endsAt: Date | null;
} | null;

const SUBJECT_TYPES: Record<DisclosureKind, string> = {
	reviewer_identity: 'application',
	account_number: 'payee-account'
};

const HOUR = 60 * 60 * 1000;

function scopeOf(subject: DisclosureSubject): Subject {
	return { programId: subject.programId, organizationId: subject.organizationId };
}

function latestOf(tx: Pick<Tx, 'disclosureRequest'>, userId: string, subject: DisclosureSubject) {
	return tx.disclosureRequest.findFirst({
		where: { askedById: userId, kind: subject.kind, subjectId: subject.id },
		orderBy: [{ askedAt: 'desc' }, { id: 'desc' }]
	});
}

function stateOf(
	row: { decision: string | null; endsAt: Date | null } | null,
	now: Date
): NonNullable<DisclosureStanding>['state'] {
	if (!row) return 'none';
	if (row.decision === null) return 'asked';
	if (row.endsAt === null) return 'refused';
	return row.endsAt > now ? 'granted' : 'over';
}

/** Where the viewer's request for this subject stands, for the page of the subject. */
export async function disclosureStandingOf(
	tx: Pick<Tx, 'disclosureRequest'>,
	viewer: Actor,
	subject: DisclosureSubject,
	now: Date
): Promise<DisclosureStanding> {
	const userId = actorUserId(viewer);
	if (userId === null || !may(viewer, 'disclosure.ask', scopeOf(subject))) return null;
	const row = await latestOf(tx, userId, subject);
	const state = stateOf(row, now);
	return { state, endsAt: state === 'granted' ? (row?.endsAt ?? null) : null };
}

/** Asks. The caller has shown that the actor may see the subject's page. One question about a subject waits at a time. */
export async function askForDisclosureWithin(
	tx: Tx,
	actor: Actor,
	subject: DisclosureSubject,
	input: AskDisclosure,
	moment: Moment
): Promise<{ requestId: string }> {
	const userId = personWhoAsks(actor, subject);
	const state = stateOf(await latestOf(tx, userId, subject), moment.now);
	if (state === 'asked' || state === 'granted') throw new Refusal(refuse('already_done'));
	const requestId = moment.random.uuid();
	// Two presses at once: the second is written nowhere, because one question waits at a time.
	const { count } = await tx.disclosureRequest.createMany({
		data: [
			{
				id: requestId,
				kind: subject.kind,
				subjectType: SUBJECT_TYPES[subject.kind],
				subjectId: subject.id,
				reference: subject.reference,
				programId: subject.programId,
				organizationId: subject.organizationId,
				askedById: userId,
				askedAt: moment.now,
				reason: input.disclosureReason
			}
		],
		skipDuplicates: true
	});
	if (count !== 1) throw new Refusal(refuse('already_done'));
	await recordEvent(tx, moment, {
		name: 'disclosure.asked',
		actor,
		subject: { type: 'disclosure-request', id: requestId },
		programId: subject.programId,
		facts: { requestId, kind: subject.kind, reference: subject.reference },
		detail: input.disclosureReason
	});
	return { requestId };
}

/** Refuses a look without a grant that is open at this instant, and writes down the look. The caller then shows. */
export async function requireDisclosureWithin(
	tx: Tx,
	actor: Actor,
	subject: DisclosureSubject,
	moment: Moment
): Promise<void> {
	const userId = personWhoAsks(actor, subject);
	const row = await latestOf(tx, userId, subject);
	if (!row || stateOf(row, moment.now) !== 'granted') throw new Refusal(refuse('disclosure_not_open'));
	await recordEvent(tx, moment, {
		name: 'disclosure.used',
		actor,
		subject: { type: 'disclosure-request', id: row.id },
		programId: subject.programId,
		facts: { requestId: row.id, kind: subject.kind, reference: subject.reference }
	});
}

/** A member of the organization has an interest in what is kept about it, whatever else the person is. */
function personWhoAsks(actor: Actor, subject: DisclosureSubject): string {
	authorize(actor, 'disclosure.ask', scopeOf(subject));
	const userId = actorUserId(actor);
	if (userId === null) throw new Refusal(refuse('forbidden'));
	if (isMemberOf(actor, subject.organizationId)) throw new Refusal(refuse('person_can_benefit'));
	return userId;
}

/** Opens what was asked for to the asker alone, from now for so many hours. */
export function grantDisclosure(actor: Actor, input: GrantDisclosure, moment: Moment): Promise<void> {
	if (input.hours < 1) throw new Refusal(refuse('number_too_small', { limit: 1 }, 'hours'));
	if (input.hours > LONGEST_DISCLOSURE_HOURS) {
		throw new Refusal(refuse('number_too_large', { limit: LONGEST_DISCLOSURE_HOURS }, 'hours'));
	}
	return decide(actor, input.request, new Date(moment.now.getTime() + input.hours * HOUR), moment);
}

export function refuseDisclosure(actor: Actor, request: string, moment: Moment): Promise<void> {
	return decide(actor, request, null, moment);
}

function decide(actor: Actor, id: string, endsAt: Date | null, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			authorize(actor, 'disclosure.grant');
			await lockRow(tx, 'disclosure_request', id);
			const row = await tx.disclosureRequest.findUnique({ where: { id } });
			if (!row || accessProblem(actor, 'disclosure.grant', { programId: row.programId })) {
				throw new Refusal(refuse('not_found'));
			}
			const userId = actorUserId(actor);
			if (userId === null) throw new Refusal(refuse('forbidden'));
			if (row.decision !== null) throw new Refusal(refuse('already_done'));
			if (row.askedById === userId) throw new Refusal(refuse('same_person'));
			await tx.disclosureRequest.update({
				where: { id },
				data: { decision: endsAt ? 'granted' : 'refused', decidedById: userId, decidedAt: moment.now, endsAt }
			});
			const said = { requestId: id, kind: row.kind, reference: row.reference };
			const about = { actor, subject: { type: 'disclosure-request', id }, programId: row.programId };
			await recordEvent(
				tx,
				moment,
				endsAt
					? { name: 'disclosure.granted', ...about, facts: { ...said, endsAt: endsAt.toISOString() } }
					: { name: 'disclosure.refused', ...about, facts: said }
			);
		},
		{ random: moment.random }
	);
}

/** Requests of the viewer's programs: those that wait first, oldest first; then those decided last. */
export async function disclosuresFor(viewer: Actor, now: Date) {
	authorize(viewer, 'disclosure.grant');
	const programs = programsWhere(viewer, 'disclosure.grant');
	const where = programs === 'all' ? {} : { programId: { in: programs } };
	const waiting = await database().disclosureRequest.findMany({
		where: { ...where, decision: null },
		orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
		take: 100
	});
	const decided = await database().disclosureRequest.findMany({
		where: { ...where, decision: { not: null } },
		orderBy: [{ decidedAt: 'desc' }, { id: 'desc' }],
		take: 50
	});
	const rows = [...waiting, ...decided];
	const people = await database().user.findMany({
		where: { id: { in: rows.flatMap((row) => [row.askedById, row.decidedById]).filter((id) => id !== null) } },
		select: { id: true, displayName: true }
	});
	const nameOf = (id: string | null): string => people.find((person) => person.id === id)?.displayName ?? '';
	const userId = actorUserId(viewer);
	return rows.map((row) => ({
		id: row.id,
		kind: row.kind as DisclosureKind,
		reference: row.reference,
		reason: row.reason,
		askedBy: nameOf(row.askedById),
		askedAt: row.askedAt,
		isOwn: row.askedById === userId,
		state: stateOf(row, now),
		decidedBy: nameOf(row.decidedById),
		endsAt: row.endsAt
	}));
}
