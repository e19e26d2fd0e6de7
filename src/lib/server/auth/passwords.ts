import { hash, verify } from '@node-rs/argon2';
import { isCommonPassword } from './common-passwords.ts';

/*
 * Passwords are hashed with argon2id in the library's own native threads, never on the event loop. A password may be
 * any text of 12 characters or more: no rules of composition, no truncation, spaces and other scripts welcome.
 */

/** Algorithm 2 is argon2id; the library's enum for it cannot be read by a module that is compiled alone. */
const HASHING = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Fewest characters of a password, counted as a person counts them. */
export const PASSWORD_MIN = 12;

/** Most characters, so that a paste of a whole book is answered and not hashed. */
export const PASSWORD_MAX = 256;

export type PasswordProblem = 'password_too_short' | 'password_too_long' | 'password_common';

/**
 * Whether a password may be chosen. `context` are words an attacker tries first: the person's name and address.
 * Null when it may.
 */
export function passwordProblem(password: string, context: readonly string[] = []): PasswordProblem | null {
	const length = [...normalize(password)].length;
	if (length < PASSWORD_MIN) return 'password_too_short';
	if (length > PASSWORD_MAX) return 'password_too_long';
	return isCommonPassword(normalize(password), context) ? 'password_common' : null;
}

/** The PHC string to store. */
export function hashPassword(password: string): Promise<string> {
	return hash(normalize(password), HASHING);
}

// A hash of nothing anyone can type, so that an unknown account costs the same work as a known one.
let dummy: Promise<string> | undefined;

/**
 * Whether the password matches the stored hash. With no hash (no such account, or one that signs in by mail) the same
 * work is done against a dummy, so that time tells nothing.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
	const text = normalize(password);
	// The limit is checked before hashing; the answer to an overlong guess is the answer to any wrong one.
	const candidate = [...text].length > PASSWORD_MAX ? '' : text;
	dummy ??= hash('\u0000no password\u0000', HASHING);
	const matches = await verify(stored ?? (await dummy), candidate);
	return stored !== null && matches;
}

/** One form for what two keyboards may send differently (NIST SP 800-63B). */
function normalize(password: string): string {
	return password.normalize('NFKC');
}
