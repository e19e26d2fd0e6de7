import { createPrivateKey, createPublicKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/*
 * The keys of an installation, as they stand in HEARTH_KEYS:
 *
 *   {"keys":[{"id":"k2","secret":"<32 bytes, base64>","createdAt":"…"},{"id":"k1",…}]}
 *
 * The first key writes; all of them read. The last (oldest) key is also the root of what must never change when keys
 * rotate: the fingerprints that payment signatures are bound to, and the identity that signs audit anchors. A rotation
 * therefore adds a key in front and keeps the others; the root is never dropped.
 */

const ringSchema = z.object({
	keys: z
		.array(
			z.object({
				id: z.string().regex(/^[a-z0-9-]{1,64}$/, 'a key id is 1 to 64 small letters, digits or hyphens'),
				secret: z
					.string()
					.refine((text) => Buffer.from(text, 'base64').length === 32, 'a secret is 32 bytes in base64'),
				createdAt: z.string()
			})
		)
		.min(1, 'at least one key')
		.refine((keys) => new Set(keys.map((key) => key.id)).size === keys.length, 'two keys have the same id')
});

type Purpose = 'seal' | 'fingerprint' | 'throttle' | 'anchor';

/** The keys of the installation, already parsed. Derived keys are computed once and kept in memory. */
export class KeyRing {
	readonly #secrets: ReadonlyMap<string, Buffer>;
	readonly #ids: readonly string[];
	readonly #derived = new Map<string, Buffer>();

	/** `keys` newest first; each secret is 32 bytes. */
	constructor(keys: readonly { id: string; secret: Uint8Array }[]) {
		this.#ids = keys.map((key) => key.id);
		this.#secrets = new Map(keys.map((key) => [key.id, Buffer.from(key.secret)]));
	}

	/** The id of the key that seals new values. */
	get writer(): string {
		return this.#ids[0] as string;
	}

	/** All ids, newest first. */
	get ids(): readonly string[] {
		return this.#ids;
	}

	/** The AES-256 key of a key id, or undefined when the ring does not hold it. */
	sealing(id: string): Buffer | undefined {
		return this.#secrets.has(id) ? this.#derive(id, 'seal') : undefined;
	}

	/** A key that stays the same when keys rotate, for HMACs and for the anchor. */
	stable(purpose: Exclude<Purpose, 'seal'>): Buffer {
		return this.#derive(this.#ids.at(-1) as string, purpose);
	}

	#derive(id: string, purpose: Purpose): Buffer {
		const name = `${purpose}/${id}`;
		let key = this.#derived.get(name);
		if (!key) {
			const secret = this.#secrets.get(id) as Buffer;
			// HKDF gives each purpose its own key, so that no key serves two algorithms.
			key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `hearth/${purpose}/1`, 32));
			this.#derived.set(name, key);
		}
		return key;
	}
}

/** Parses the JSON of a key ring. Throws an Error whose message never contains a secret. */
export function parseKeyRing(json: string): KeyRing {
	return new KeyRing(parseKeys(json).keys.map(({ id, secret }) => ({ id, secret: Buffer.from(secret, 'base64') })));
}

function parseKeys(json: string): z.infer<typeof ringSchema> {
	let raw: unknown;
	try {
		raw = JSON.parse(json);
	} catch {
		throw new Error('The key ring is not JSON. It looks like {"keys":[{"id":"k1","secret":"<32 bytes, base64>"}]}.');
	}
	const parsed = ringSchema.safeParse(raw);
	if (!parsed.success) {
		const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
		throw new Error(`The key ring cannot be used. ${reasons.join('; ')}`);
	}
	return parsed.data;
}

/** The text of a new ring with one fresh key, for the first start of an installation. */
export function newKeyRing(now: Date): string {
	return ringText([freshKey('k1', now)]);
}

/** Makes a key file readable by its owner only, and refuses to write over one. */
export function createKeyFile(path: string, now: Date): void {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	writeFileSync(path, newKeyRing(now), { mode: 0o600, flag: 'wx' });
}

/**
 * Puts a fresh key in front of a ring's text and returns the new text and the id of the new key.
 * A pure step: what to do with the text (write the file, print it for a secret store) is the caller's.
 */
export function withNewKey(json: string, now: Date): { json: string; id: string } {
	const { keys } = parseKeys(json);
	const numbers = keys.map((key) => Number(/^k(\d+)$/.exec(key.id)?.[1] ?? 0));
	const id = `k${Math.max(...numbers) + 1}`;
	return { json: ringText([freshKey(id, now), ...keys]), id };
}

/** Adds a fresh first key to a key file, atomically, so that a crash leaves the old file or the new one. */
export function addKeyToFile(path: string, now: Date): { id: string; ring: KeyRing } {
	const { json, id } = withNewKey(readFileSync(path, 'utf8'), now);
	const draft = `${path}.new`;
	const file = openSync(draft, 'w', 0o600);
	try {
		writeFileSync(file, json);
		// The key must be on the disk before the first value is sealed with it.
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	renameSync(draft, path);
	return { id, ring: parseKeyRing(json) };
}

function freshKey(id: string, now: Date): { id: string; secret: string; createdAt: string } {
	return { id, secret: randomBytes(32).toString('base64'), createdAt: now.toISOString() };
}

function ringText(keys: readonly unknown[]): string {
	return `${JSON.stringify({ keys }, null, '\t')}\n`;
}

// The fixed DER prefix of an Ed25519 private key (RFC 8410); the 32 bytes of the seed follow it.
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 key that signs audit anchors, and its public half for whoever verifies them. */
export function anchorKeys(ring: KeyRing): { privateKey: KeyObject; publicKey: KeyObject } {
	const seed = ring.stable('anchor');
	const privateKey = createPrivateKey({
		key: Buffer.concat([ED25519_PREFIX, seed]),
		format: 'der',
		type: 'pkcs8'
	});
	return { privateKey, publicKey: createPublicKey(privateKey) };
}
