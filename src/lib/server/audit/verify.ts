import { createHash } from 'node:crypto';
import pg from 'pg';
import { canonicalBlock, GENESIS } from '#lib/domain/audit/seal.ts';
import { EVENT_COLUMNS, eventHash, type EventColumns } from './event-text.ts';
import { runInThread } from '#lib/server/threads.ts';
import { detailCommitment } from './record.ts';

/** What is broken, and where. Seal and event are the numbers of their rows. */
export type TrailFault = {
	fault:
		| 'seal_missing'
		| 'seal_previous_hash'
		| 'seal_event_count'
		| 'seal_hash'
		| 'event_missing'
		| 'event_changed'
		| 'event_hash_changed'
		| 'event_inserted'
		| 'detail_changed'
		| 'anchor_seal_missing'
		| 'anchor_hash';
	sealNumber?: number;
	eventId?: string;
};

export type TrailReport = {
	/** In the order of the chain; the first is where the trail broke. */
	faults: TrailFault[];
	seals: number;
	sealedEvents: number;
	/** Events not yet in a block: they could still be changed without a trace. */
	unsealedEvents: number;
	oldestUnsealedAt: string | null;
	head: { sealNumber: number; headHash: string } | null;
};

/** A head that was kept outside: the chain must still pass through it. */
export type KnownHead = { sealNumber: number; headHash: string };

export type VerifyInput = {
	/** The database, as any role that may read the trail. */
	url: string;
	role?: string | null;
	/** Now, in milliseconds since 1970. */
	now: number;
	anchors?: readonly KnownHead[];
	/** Stop after so many faults. */
	faultLimit?: number;
};

/** An event numbered below events that were sealed this long before it was not late: it was put there afterwards. */
const LATE_MILLIS = 15 * 60_000;
const BATCH = 1_000;

type SealRow = { number: number; previous: string; count: number; sealedAt: number; hash: string };
type MemberRow = { sealedId: string; sealedHash: string; hash: string | null } & {
	[Column in keyof EventColumns]: EventColumns[Column] | null;
};

/**
 * Walks the whole chain in one snapshot and recomputes every hash here, not in the database: each event from its columns,
 * each block from its events, each block's link to the one before, the anchors that were kept outside. It trusts no
 * trigger and no stored hash.
 */
export async function verifyTrail(input: VerifyInput): Promise<TrailReport> {
	const client = new pg.Client({
		connectionString: input.url,
		application_name: 'hearth: verifies the trail',
		...(input.role ? { options: `-c role=${input.role}` } : {})
	});
	await client.connect();
	try {
		await client.query('begin isolation level repeatable read read only');
		const walk = new Walk(client, input);
		await walk.seals();
		await walk.unsealed();
		await walk.details();
		walk.anchors();
		await client.query('commit');
		return walk.report;
	} finally {
		await client.end();
	}
}

class Walk {
	readonly report: TrailReport = {
		faults: [],
		seals: 0,
		sealedEvents: 0,
		unsealedEvents: 0,
		oldestUnsealedAt: null,
		head: null
	};
	readonly #client: pg.Client;
	readonly #input: VerifyInput;
	readonly #hashes = new Map<number, string>();
	/** The highest event of blocks sealed so long ago that nothing below it can still be on its way. */
	readonly #settled: { sealedAt: number; highest: bigint }[] = [];
	#highest = 0n;

	constructor(client: pg.Client, input: VerifyInput) {
		this.#client = client;
		this.#input = input;
		for (const anchor of input.anchors ?? []) this.#hashes.set(anchor.sealNumber, '');
	}

	get #isFull(): boolean {
		return this.report.faults.length >= (this.#input.faultLimit ?? 100);
	}

	async seals(): Promise<void> {
		let previous = GENESIS;
		let expected = 1;
		for (;;) {
			const { rows } = await this.#client.query<SealRow>(
				`select number, encode(previous_hash, 'hex') as previous, event_count as count,
					(extract(epoch from sealed_at) * 1000)::float8 as "sealedAt", encode(hash, 'hex') as hash
				from audit_seal where number >= $1 order by number limit 100`,
				[expected]
			);
			if (rows.length === 0) return;
			for (const seal of rows) {
				if (seal.number !== expected) this.#found({ fault: 'seal_missing', sealNumber: expected });
				if (seal.previous !== previous) this.#found({ fault: 'seal_previous_hash', sealNumber: seal.number });
				await this.#block(seal);
				previous = seal.hash;
				expected = seal.number + 1;
				this.report.seals += 1;
				this.report.head = { sealNumber: seal.number, headHash: seal.hash };
				if (this.#hashes.has(seal.number)) this.#hashes.set(seal.number, seal.hash);
				if (this.#isFull) return;
			}
		}
	}

	async #block(seal: SealRow): Promise<void> {
		const { rows } = await this.#client.query<MemberRow>(
			`select m.event_id::text as "sealedId", encode(m.event_hash, 'hex') as "sealedHash",
				encode(e.hash, 'hex') as hash, ${EVENT_COLUMNS}
			from audit_seal_event m left join audit_event e on e.id = m.event_id
			where m.seal_number = $1 order by m.position`,
			[seal.number]
		);
		for (const row of rows) {
			if (row.id === null) this.#found({ fault: 'event_missing', sealNumber: seal.number, eventId: row.sealedId });
			else this.#event(row, row.sealedHash, seal.number);
			if (this.#isInserted(BigInt(row.sealedId), seal.sealedAt)) {
				this.#found({ fault: 'event_inserted', sealNumber: seal.number, eventId: row.sealedId });
			}
		}
		if (rows.length !== seal.count) this.#found({ fault: 'seal_event_count', sealNumber: seal.number });
		const events = rows.map((row) => ({ id: BigInt(row.sealedId), hash: row.sealedHash }));
		if (
			blockHash({ number: seal.number, previousHash: seal.previous, sealedAtMillis: seal.sealedAt, events }) !==
			seal.hash
		) {
			this.#found({ fault: 'seal_hash', sealNumber: seal.number });
		}
		this.report.sealedEvents += rows.length;
		for (const { id } of events) if (id > this.#highest) this.#highest = id;
		this.#settled.push({ sealedAt: seal.sealedAt, highest: this.#highest });
	}

	async unsealed(): Promise<void> {
		let after = '0';
		for (;;) {
			if (this.#isFull) return;
			const { rows } = await this.#client.query<EventColumns & { hash: string }>(
				`select encode(e.hash, 'hex') as hash, ${EVENT_COLUMNS} from audit_event e
				where e.id > $1 and not exists (select from audit_seal_event m where m.event_id = e.id)
				order by e.id limit ${BATCH}`,
				[after]
			);
			if (rows.length === 0) return;
			for (const row of rows) {
				if (eventHash(row) !== row.hash) this.#found({ fault: 'event_changed', eventId: row.id });
				if (this.#isInserted(BigInt(row.id), this.#input.now))
					this.#found({ fault: 'event_inserted', eventId: row.id });
				this.report.unsealedEvents += 1;
				this.report.oldestUnsealedAt ??= new Date(Number(row.occurredAt)).toISOString();
				after = row.id;
			}
		}
	}

	/** Text that was kept apart still is what its event committed to. Erased text is no fault. */
	async details(): Promise<void> {
		let after = '0';
		for (;;) {
			if (this.#isFull) return;
			const { rows } = await this.#client.query<{ id: string; salt: Buffer; text: string; commitment: string | null }>(
				`select d.event_id::text as id, d.salt, d.text, e.detail_commitment as commitment
				from audit_detail d left join audit_event e on e.id = d.event_id
				where d.event_id > $1 order by d.event_id limit ${BATCH}`,
				[after]
			);
			if (rows.length === 0) return;
			for (const row of rows) {
				if (detailCommitment(row.salt, row.text) !== row.commitment) {
					this.#found({ fault: 'detail_changed', eventId: row.id });
				}
				after = row.id;
			}
		}
	}

	anchors(): void {
		if (this.#isFull) return;
		for (const anchor of this.#input.anchors ?? []) {
			const hash = this.#hashes.get(anchor.sealNumber);
			if (hash === '') this.#found({ fault: 'anchor_seal_missing', sealNumber: anchor.sealNumber });
			else if (hash !== anchor.headHash) this.#found({ fault: 'anchor_hash', sealNumber: anchor.sealNumber });
		}
	}

	#event(row: MemberRow, sealedHash: string, sealNumber: number): void {
		const eventId = row.sealedId;
		const computed = eventHash(row as EventColumns);
		if (computed !== sealedHash) this.#found({ fault: 'event_changed', sealNumber, eventId });
		else if (row.hash !== sealedHash) this.#found({ fault: 'event_hash_changed', sealNumber, eventId });
	}

	#isInserted(id: bigint, at: number): boolean {
		for (let index = this.#settled.length - 1; index >= 0; index -= 1) {
			const block = this.#settled[index];
			if (block && block.sealedAt < at - LATE_MILLIS) return id < block.highest;
		}
		return false;
	}

	#found(fault: TrailFault): void {
		this.report.faults.push(fault);
	}
}

function blockHash(block: Parameters<typeof canonicalBlock>[0]): string | null {
	try {
		return createHash('sha256').update(canonicalBlock(block)).digest('hex');
	} catch {
		return null; // events out of order: no honest block has such a text
	}
}

/** `verifyTrail` in a thread of its own, for processes that answer others meanwhile. */
export function verifyTrailInThread(input: VerifyInput, signal?: AbortSignal): Promise<TrailReport> {
	return runInThread({ module: import.meta.url, name: verifyTrail.name }, input, signal);
}
