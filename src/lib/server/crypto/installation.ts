import { loadConfig } from '#lib/server/config.ts';
import { KeyRing } from './key-ring.ts';

let ring: KeyRing | undefined;

/** The key ring of this installation, read once from HEARTH_KEYS. */
export function keyRing(): KeyRing {
	ring ??= new KeyRing(loadConfig().keys.keys);
	return ring;
}

/** Hands in another ring: after a rotation, and in tests. Without an argument the next use reads HEARTH_KEYS again. */
export function useKeyRing(next?: KeyRing): void {
	ring = next;
}
