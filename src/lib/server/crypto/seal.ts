import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';
import { keyRing, keyRingWith } from './installation.ts';

/*
 * Sealed values: AES-256-GCM. Format `h1.<key id>.<base64url of nonce (12), ciphertext, tag (16)>`.
 * The place (table, column, row id) is associated data: a value copied to another row or column does not open.
 */

/** Where a sealed value lives. `row` is the id of its row. */
export type Place = { table: string; column: string; row: string };

/** Thrown when a value does not open: wrong place, altered, or sealed with a key the ring does not hold. */
export class SealBroken extends Error {
	constructor(reason: string) {
		super(reason);
		this.name = 'SealBroken';
	}
}

function associatedData(place: Place): Buffer {
	for (const part of [place.table, place.column, place.row]) {
		// A bar inside a part would let two different places read the same.
		if (part === '' || part.includes('|')) throw new TypeError('A place has a table, a column and a row id.');
	}
	return Buffer.from(`${place.table}|${place.column}|${place.row}`, 'utf8');
}

/** Seals a text with the first key of the ring. */
export function sealWith(ring: KeyRing, plaintext: string, place: Place): string {
	const nonce = randomBytes(12);
	const key = ring.sealing(ring.writer) as Buffer;
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(associatedData(place));
	const body = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
	return `h1.${ring.writer}.${body.toString('base64url')}`;
}

/** The key id a sealed value carries. */
export function keyIdOf(value: string): string {
	const parts = value.split('.');
	if (parts.length !== 3 || parts[0] !== 'h1') throw new SealBroken('This is not a sealed value.');
	return parts[1] as string;
}

/** Opens a sealed value in its own place, or throws SealBroken. */
export function openWith(ring: KeyRing, value: string, place: Place): string {
	const id = keyIdOf(value);
	const key = ring.sealing(id);
	if (!key) throw new SealBroken(`The key ${id} is not in the ring.`);
	const body = Buffer.from(value.slice(`h1.${id}.`.length), 'base64url');
	if (body.length < 28) throw new SealBroken('The sealed value is cut short.');
	const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12), { authTagLength: 16 });
	decipher.setAAD(associatedData(place));
	decipher.setAuthTag(body.subarray(body.length - 16));
	try {
		return Buffer.concat([decipher.update(body.subarray(12, body.length - 16)), decipher.final()]).toString('utf8');
	} catch {
		throw new SealBroken('The sealed value was altered or belongs to another place.');
	}
}

/** HMAC-SHA256 in hex: equal texts have equal fingerprints, and nobody without the key can test a guess. */
export function fingerprintWith(ring: KeyRing, text: string): string {
	return createHmac('sha256', ring.stable('fingerprint')).update(text, 'utf8').digest('hex');
}

/** The name under which attempts are counted: an HMAC of account and address, so that the table locates nobody. */
export function throttleKeyWith(ring: KeyRing, ...parts: string[]): string {
	// The length of each part is hashed too, so that ("ab","c") and ("a","bc") are different.
	const mac = createHmac('sha256', ring.stable('throttle'));
	for (const part of parts) mac.update(`${Buffer.byteLength(part)}:${part}`);
	return mac.digest('base64url');
}

/** Seals a text for its place with the installation's writing key. */
export function seal(plaintext: string, place: Place): string {
	return sealWith(keyRing(), plaintext, place);
}

/** Opens a sealed value of the installation in its own place, or throws SealBroken. */
export function open(value: string, place: Place): string {
	return openWith(keyRingWith(keyIdOf(value)), value, place);
}

/** The fingerprint of a text under the installation's keys; stable across key rotation. */
export function fingerprint(text: string): string {
	return fingerprintWith(keyRing(), text);
}
