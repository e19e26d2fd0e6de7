import { authorize, programsWhere } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import { database } from '#lib/server/db/client.ts';
import { dayOfColumn } from '#lib/server/db/day.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';

/** What the trail is asked for; null means all. `before` is the id of the last event seen, for the next page. */
export type TrailFilter = {
	subject: string | null;
	name: string | null;
	/** A subject's id, or some of its characters as they stand in the list. */
	about: string | null;
	before: string | null;
};

export const TRAIL_PAGE = 50;

/** Events by which a reviewer could be recognized: who did them stays with the liaison (safeguards A9 and B10). */
const REVIEWERS_OWN = ['review.accepted', 'review.declined', 'review.started', 'review.submitted', 'conflict.declared'];

/** Facts that an auditor reads only by a logged request: part of a bank number, who a reviewer is. */
const WITHHELD_FACTS = new Set(['lastThree']);

/** The words before the dot: what an event is about. */
export const TRAIL_SUBJECTS = [
	'application',
	'review',
	'allocation',
	'award',
	'agreement',
	'instalment',
	'disbursement',
	'payment',
	'payeeAccount',
	'signatureOrigin',
	'budget',
	'delegation',
	'user',
	'organization',
	'member',
	'location'
] as const;

/**
 * The trail, newest first, a page at a time by key. It shows no sealed value, no text that a person may have erased, no
 * bank digit, and not who a reviewer is. Whoever audits one program reads that program's events; what belongs to no
 * program, such as who signed in, is for an auditor of the whole installation.
 */
export async function trailForAuditor(viewer: Actor, filter: TrailFilter) {
	authorize(viewer, 'audit.view');
	const conditions: Prisma.AuditEventWhereInput[] = [];
	const scope = programsWhere(viewer, 'audit.view');
	if (scope !== 'all') conditions.push({ programId: { in: scope } });
	const subject = TRAIL_SUBJECTS.find((known) => known === filter.subject);
	if (subject) conditions.push({ name: { startsWith: `${subject}.` } });
	if (filter.name) conditions.push({ name: filter.name });
	if (filter.about) conditions.push({ subjectId: { contains: filter.about.toLowerCase() } });
	if (filter.before && /^\d{1,18}$/.test(filter.before)) conditions.push({ id: { lt: BigInt(filter.before) } });
	const rows = await database().auditEvent.findMany({
		where: { AND: conditions },
		orderBy: { id: 'desc' },
		take: TRAIL_PAGE + 1,
		select: {
			id: true,
			occurredAt: true,
			name: true,
			actorKind: true,
			actorUserId: true,
			actorName: true,
			subjectType: true,
			subjectId: true,
			facts: true,
			hash: true,
			detailCommitment: true
		}
	});
	const shown = rows.slice(0, TRAIL_PAGE);
	const seals = await database().auditSealEvent.findMany({
		where: { eventId: { in: shown.map((event) => event.id) } },
		select: { eventId: true, sealNumber: true }
	});
	const people = await database().user.findMany({
		where: { id: { in: shown.flatMap((event) => event.actorUserId ?? []) } },
		select: { id: true, displayName: true }
	});
	const head = await database().auditSeal.findFirst({ orderBy: { number: 'desc' } });
	const anchor = await database().auditAnchor.findFirst({ orderBy: { day: 'desc' } });
	return {
		events: shown.map((event) => {
			const isHidden = REVIEWERS_OWN.includes(event.name);
			return {
				id: event.id.toString(),
				at: event.occurredAt,
				name: event.name,
				actor: isHidden
					? ({ kind: 'reviewer' } as const)
					: event.actorKind === 'user'
						? ({
								kind: 'user',
								name: people.find((person) => person.id === event.actorUserId)?.displayName ?? ''
							} as const)
						: ({ kind: 'system', name: event.actorName ?? event.actorKind } as const),
				subjectType: event.subjectType,
				subjectId: event.subjectId,
				facts: factsOf(event.facts),
				hasWords: event.detailCommitment !== null,
				hash: Buffer.from(event.hash).toString('hex').slice(0, 16),
				sealNumber: seals.find((seal) => seal.eventId === event.id)?.sealNumber ?? null
			};
		}),
		nextBefore: rows.length > TRAIL_PAGE ? (shown.at(-1)?.id.toString() ?? null) : null,
		head: head && {
			number: head.number,
			sealedAt: head.sealedAt,
			hash: Buffer.from(head.hash).toString('hex').slice(0, 16)
		},
		anchor: anchor && { day: dayOfColumn(anchor.day), sealNumber: anchor.sealNumber }
	};
}

/** Facts as names and values; a change of status reads as one line. */
function factsOf(facts: Prisma.JsonValue): { name: string; value: string }[] {
	if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return [];
	const { from, to, ...rest } = facts;
	const change =
		typeof from === 'string' && typeof to === 'string' ? [{ name: 'status', value: `${from} → ${to}` }] : [];
	const others = change.length > 0 ? rest : facts;
	return [
		...change,
		...Object.entries(others)
			.filter(([name, value]) => value !== null && !WITHHELD_FACTS.has(name))
			.map(([name, value]) => ({ name, value: String(value) }))
	];
}

/** The last sealed block of the trail. */
export type SealHead = { number: number; sealedAt: Date; hash: string };

/**
 * The head that stands on every decision package and payment run (safeguard A9): whoever keeps the paper can later show
 * that what came before was not changed. A number and a hash tell nothing, so any page of the staff may print them.
 */
export async function sealHead(): Promise<SealHead | null> {
	const head = await database().auditSeal.findFirst({ orderBy: { number: 'desc' } });
	return head && { number: head.number, sealedAt: head.sealedAt, hash: Buffer.from(head.hash).toString('hex') };
}
