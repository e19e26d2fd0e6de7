import { createHash } from 'node:crypto';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { storedFacts, type AuditEvent } from '#lib/domain/audit/events.ts';
import type { Moment } from '#lib/server/clock.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { statement } from '#lib/server/db/statement.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/**
 * Adds an event to the trail, inside the transaction of the act it tells of: both happen or neither. The database numbers
 * it, notes its transaction and computes its hash. `detail` is kept apart with a random salt; the event holds only the
 * commitment to it, so that the words can be erased and the chain still verifies.
 * @returns the event's number
 */
export async function recordEvent(tx: Tx, moment: Moment, event: AuditEvent): Promise<bigint> {
	const salt = moment.random.bytes(16);
	const values = Prisma.sql`(${moment.now}, ${event.actor.kind}, ${actorUserId(event.actor)}::uuid,
		${actorName(event.actor)}, ${event.name}, ${event.subject.type}, ${event.subject.id},
		${event.organizationId ?? null}::uuid, ${event.programId ?? null}::uuid,
		${JSON.stringify(storedFacts(event.facts))}::jsonb`;
	const rows = await statement<{ id: bigint | string }>(
		tx,
		event.detail === undefined
			? Prisma.sql`${INSERT} values ${values}, null) returning id`
			: withDetail(values, salt, event.detail)
	);
	const id = rows[0]?.id;
	if (id === undefined) throw new Error('the event was not written');
	return BigInt(id);
}

const INSERT = Prisma.sql`insert into audit_event (occurred_at, actor_kind, actor_user_id, actor_name, name, subject_type,
	subject_id, organization_id, program_id, facts, detail_commitment)`;

/** Event and words in one statement; the key between them is checked at its end, when both stand. */
function withDetail(values: Prisma.Sql, salt: Uint8Array, text: string): Prisma.Sql {
	return Prisma.sql`with event as (${INSERT} values ${values}, ${detailCommitment(salt, text)}) returning id)
		insert into audit_detail (event_id, salt, text) select id, ${salt}, ${text} from event returning event_id as id`;
}

/** What an event says of text that is kept apart: SHA-256 over the salt and the text, in hexadecimal. */
export function detailCommitment(salt: Uint8Array, text: string): string {
	return createHash('sha256').update(salt).update(text, 'utf8').digest('hex');
}

/** The system's name only: a person's name is not the trail's to keep, it is looked up by id while it exists. */
function actorName(actor: Actor): string | null {
	return actor.kind === 'system' ? actor.name : null;
}
