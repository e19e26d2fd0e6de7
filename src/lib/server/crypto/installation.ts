import { readFileSync } from 'node:fs';
import { loadConfig } from '#lib/server/config.ts';
import { parseKeyRing, type KeyRing } from './key-ring.ts';

let ring: KeyRing | undefined;

/** The key ring of this installation, read once from HEARTH_KEYS. */
export function keyRing(): KeyRing {
	ring ??= loadConfig().keys.ring;
	return ring;
}

/**
 * The ring that holds a key: the one at hand, or the key file as it stands now. `hearth keys rotate` is another process;
 * without the second look every running one would fail on each value that it re-sealed. Keys that came in the environment
 * cannot have changed under us.
 */
export function keyRingWith(id: string): KeyRing {
	const { file } = loadConfig().keys;
	if (file !== null && !keyRing().ids.includes(id)) ring = parseKeyRing(readFileSync(file, 'utf8'));
	return keyRing();
}

/** Hands in another ring: after a rotation, and in tests. Without an argument the next use is the configuration's again. */
export function useKeyRing(next?: KeyRing): void {
	ring = next;
}
