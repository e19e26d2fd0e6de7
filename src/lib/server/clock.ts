import { createHash, randomBytes } from 'node:crypto';

/**
 * Where time and chance enter. Everything that needs the present or a random value takes a `Moment`, so that a test, a
 * seed or a replay can hand in its own. No other file may read the clock or draw randomness (a lint rule).
 */

/** A source of chance. `uuid` is version 7: it sorts by the moment that made it. */
export type Randomness = {
	uuid(): string;
	/** URL-safe text of `byteCount` random bytes. */
	token(byteCount: number): string;
	bytes(byteCount: number): Uint8Array;
};

/** From where a request came. It gives the machine's address to nobody: only sealed, to the row of one signature. */
export type Origin = { sealFor(signatureId: string): string };

/** The present as one command sees it: one instant, one source of chance, and the places where a test may stop it. */
export type Moment = {
	readonly now: Date;
	readonly random: Randomness;
	/** A named place between two steps. Does nothing unless a test has armed it. */
	readonly failpoint: (name: string) => void;
	/** Set at the door for what comes by the web; a job, the seed and the command line come from nowhere. */
	readonly origin?: Origin;
};

type FailpointHandler = (name: string) => void;

let armed: FailpointHandler | undefined;

/**
 * Arms (or, with undefined, disarms) the failpoints of this process. The handler may throw or kill the process.
 * Only test entrances call this.
 */
export function armFailpoints(handler: FailpointHandler | undefined): void {
	armed = handler;
}

const failpoint: FailpointHandler = (name) => armed?.(name);

/** The real present. `receivedAt` is the instant a request arrived: deadlines are judged by it, not by a later one. */
export function systemMoment(receivedAt?: Date): Moment {
	const now = receivedAt ?? new Date();
	return { now, random: randomnessFrom(now, (count) => randomBytes(count)), failpoint };
}

/** A repeatable moment: the same instant and seed always give the same identifiers and tokens. */
export function seededMoment(now: Date, seed: string | number): Moment {
	let block = 0;
	let left: Uint8Array = new Uint8Array(0);
	const draw = (count: number): Uint8Array => {
		const parts: Uint8Array[] = [];
		let needed = count;
		while (needed > 0) {
			if (left.length === 0) {
				left = createHash('sha256').update(`${seed}:${now.toISOString()}:${block}`).digest();
				block += 1;
			}
			const part = left.subarray(0, needed);
			left = left.subarray(part.length);
			needed -= part.length;
			parts.push(part);
		}
		return Buffer.concat(parts);
	};
	return { now, random: randomnessFrom(now, draw), failpoint };
}

/** A number in [0, 1) for jitter, drawn from the given randomness. */
export function fraction(random: Randomness): number {
	return Buffer.from(random.bytes(4)).readUInt32BE(0) / 2 ** 32;
}

function randomnessFrom(now: Date, draw: (count: number) => Uint8Array): Randomness {
	const instant = now.getTime();
	// The twelve bits after the version count within this moment, from a random start in the lower half: identifiers
	// made one after another sort that way, and two moments of one millisecond still do not meet (62 random bits follow).
	let counter: number | undefined;
	return {
		uuid() {
			const bytes = Buffer.from(draw(16));
			counter = counter === undefined ? bytes.readUInt16BE(6) & 0x7ff : (counter + 1) & 0xfff;
			bytes.writeUIntBE(instant, 0, 6);
			bytes.writeUInt16BE(0x7000 | counter, 6);
			bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
			const hex = bytes.toString('hex');
			return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
		},
		token: (byteCount) => Buffer.from(draw(byteCount)).toString('base64url'),
		bytes: (byteCount) => new Uint8Array(draw(byteCount))
	};
}
