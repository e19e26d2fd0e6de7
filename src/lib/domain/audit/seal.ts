/** One sealed event as the block lists it. The hash is lower-case hexadecimal SHA-256. */
export type SealedEvent = { id: bigint; hash: string };

/**
 * What a block of the chain is made of. The first block's previous hash is `GENESIS`; `sealedAtMillis` is the instant of
 * sealing in milliseconds since 1970, so that a block cannot be dated otherwise later.
 */
export type SealBlock = {
	number: number;
	previousHash: string;
	sealedAtMillis: number;
	events: readonly SealedEvent[];
};

/** 32 zero bytes: what stands before the first block. */
export const GENESIS = '0'.repeat(64);

const HASH = /^[0-9a-f]{64}$/;

/**
 * The exact text whose SHA-256 is the block's hash. One line a part, every part of fixed form, so that no two different
 * blocks have the same text: a version, the block's number, the previous hash, the instant of sealing, the count, then
 * `id:hash` by ascending id.
 */
export function canonicalBlock(block: SealBlock): string {
	if (!Number.isSafeInteger(block.number) || block.number < 1) throw new RangeError('A block is numbered from 1.');
	if (!Number.isSafeInteger(block.sealedAtMillis)) throw new RangeError('An instant is whole milliseconds.');
	const hashes = [block.previousHash, ...block.events.map((event) => event.hash)];
	if (!hashes.every((hash) => HASH.test(hash))) throw new RangeError('A hash is 64 hexadecimal digits in lower case.');
	const lines = ['hearth-seal-1', block.number, block.previousHash, block.sealedAtMillis, block.events.length].map(
		String
	);
	let last: bigint | null = null;
	for (const event of block.events) {
		if (last !== null && event.id <= last)
			throw new RangeError('Events of a block stand in ascending order, once each.');
		last = event.id;
		lines.push(`${event.id}:${event.hash}`);
	}
	return `${lines.join('\n')}\n`;
}

/** The text an anchor signs and prints: the day, the head's number and its hash. */
export function canonicalAnchor(anchor: { day: string; sealNumber: number; headHash: string }): string {
	return `hearth-anchor-1\n${anchor.day}\n${anchor.sealNumber}\n${anchor.headHash}\n`;
}
