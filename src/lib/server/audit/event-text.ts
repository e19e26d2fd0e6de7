import { createHash } from 'node:crypto';

/** An event's columns as text, the way the database hashes them; see the migration `audit`. */
export type EventColumns = {
	id: string;
	xid: string;
	/** Whole milliseconds since 1970. */
	occurredAt: string;
	actorKind: string;
	actorUserId: string | null;
	actorName: string | null;
	name: string;
	subjectType: string;
	subjectId: string;
	organizationId: string | null;
	programId: string | null;
	/** As the jsonb column prints itself. */
	facts: string;
	detailCommitment: string | null;
};

/** The select list that yields `EventColumns` from a table aliased `e`. */
export const EVENT_COLUMNS = `e.id::text as id, e.xid::text as xid,
	(extract(epoch from e.occurred_at) * 1000)::bigint::text as "occurredAt", e.actor_kind as "actorKind",
	e.actor_user_id::text as "actorUserId", e.actor_name as "actorName", e.name, e.subject_type as "subjectType",
	e.subject_id as "subjectId", e.organization_id::text as "organizationId", e.program_id::text as "programId",
	e.facts::text as facts, e.detail_commitment as "detailCommitment"`;

/**
 * SHA-256 of an event, in hexadecimal, computed outside the database over the same text: every column with its length in
 * bytes before it, so that no two different rows have the same text.
 */
export function eventHash(event: EventColumns): string {
	const fields = [
		event.id,
		event.xid,
		event.occurredAt,
		event.actorKind,
		event.actorUserId,
		event.actorName,
		event.name,
		event.subjectType,
		event.subjectId,
		event.organizationId,
		event.programId,
		event.facts,
		event.detailCommitment
	];
	return createHash('sha256')
		.update(`hearth-event-1;${fields.map(field).join('')}`, 'utf8')
		.digest('hex');
}

function field(value: string | null): string {
	return value === null ? '-;' : `${Buffer.byteLength(value, 'utf8')}:${value};`;
}
