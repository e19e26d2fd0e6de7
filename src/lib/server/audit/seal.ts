import { createHash } from 'node:crypto';
import { canonicalBlock, GENESIS } from '#lib/domain/audit/seal.ts';
import type { Moment } from '#lib/server/clock.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { transact, type Tx } from '#lib/server/db/transact.ts';

/** One sealer at a time, whatever the number of processes. */
const SEALER_LOCK = 4_673_278_403n;

/** Events of one block at most. */
const BLOCK_SIZE = 1_000;

/**
 * How far below the newest sealed event an ordinary pass looks. Numbers are drawn before their transaction ends, so a
 * late one may lie below a sealed one; a whole pass finds whatever an ordinary one could miss.
 */
const LOOK_BACK = 20_000n;

export type Sealed = { blocks: number; events: number };

/**
 * Links every event whose transaction has ended into the next blocks of the chain. No write ever waits for it. Answers
 * nothing sealed when another sealer is at work.
 * @param reach `ordinary` looks near the end of the trail, `whole` at all of it
 */
export async function sealEvents(moment: Moment, reach: 'ordinary' | 'whole' = 'ordinary'): Promise<Sealed> {
	const sealed = { blocks: 0, events: 0 };
	for (;;) {
		const count = await transact((tx) => sealBlock(tx, moment, reach), moment);
		if (count === 0) return sealed;
		sealed.blocks += 1;
		sealed.events += count;
		if (count < BLOCK_SIZE) return sealed;
	}
}

async function sealBlock(tx: Tx, moment: Moment, reach: 'ordinary' | 'whole'): Promise<number> {
	const [lock] = await tx.$queryRaw<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${SEALER_LOCK}) as held`;
	if (!lock?.held) return 0;
	const head = await tx.auditSeal.findFirst({ orderBy: { number: 'desc' }, select: { number: true, hash: true } });
	const events = await endedEvents(tx, reach);
	if (events.length === 0) return 0;
	const number = (head?.number ?? 0) + 1;
	const previousHash = head ? hex(head.hash) : GENESIS;
	const sealedAtMillis = moment.now.getTime();
	const block = {
		number,
		previousHash,
		sealedAtMillis,
		events: events.map(({ id, hash }) => ({ id, hash: hex(hash) }))
	};
	await tx.auditSeal.create({
		data: {
			number,
			previousHash: Buffer.from(previousHash, 'hex'),
			eventCount: events.length,
			sealedAt: moment.now,
			hash: createHash('sha256').update(canonicalBlock(block)).digest()
		},
		select: { number: true }
	});
	moment.failpoint('audit.seal.blockWritten');
	await tx.$executeRaw`
		insert into audit_seal_event (event_id, seal_number, position, event_hash)
		select e.id, ${number}::int, row_number() over (order by e.id), e.hash
		from audit_event e where e.id = any(${events.map(({ id }) => id)}::bigint[])`;
	return events.length;
}

/**
 * Unsealed events whose transaction has ended. One that is visible and yet numbered beyond the snapshot came from another
 * server with a backup; it has ended too.
 */
async function endedEvents(tx: Tx, reach: 'ordinary' | 'whole'): Promise<{ id: bigint; hash: Uint8Array }[]> {
	const floor =
		reach === 'whole'
			? Prisma.sql`0`
			: Prisma.sql`coalesce((select max(event_id) from audit_seal_event), 0) - ${LOOK_BACK}`;
	return tx.$queryRaw(Prisma.sql`
		select e.id, e.hash from audit_event e
		where e.id > ${floor}
			and (e.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
				or e.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
			and not exists (select from audit_seal_event s where s.event_id = e.id)
		order by e.id limit ${BLOCK_SIZE}`);
}

function hex(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('hex');
}
