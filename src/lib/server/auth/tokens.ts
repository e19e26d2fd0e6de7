import { createHash } from 'node:crypto';
import type { Moment } from '#lib/server/clock.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/*
 * One-time links. The table keeps SHA-256 of the token; the token itself exists in the mail alone, and is made at the
 * moment the mail is sent. A link opens a page with a button, and only the button's POST uses it up, because mail
 * scanners follow links.
 */

export type TokenPurpose =
	'sign_in' | 'confirm_email' | 'reset_password' | 'invitation' | 'change_email_old' | 'change_email_new';

const MINUTE = 60_000;

/** How long a link lives, in milliseconds. */
export const LINK_LIFE = 15 * MINUTE;
/** Confirming an address is often done from another device, later in the day. */
export const CONFIRMATION_LIFE = 24 * 60 * MINUTE;
export const INVITATION_LIFE = 7 * 24 * 60 * MINUTE;

/** How long the link of each purpose lives; an invitation's never outlives the invitation itself. */
const LIFE: Readonly<Record<TokenPurpose, number>> = {
	sign_in: LINK_LIFE,
	reset_password: LINK_LIFE,
	confirm_email: CONFIRMATION_LIFE,
	invitation: INVITATION_LIFE,
	change_email_old: CONFIRMATION_LIFE,
	change_email_new: CONFIRMATION_LIFE
};

/** A link that still works: whose it is and what it is about. */
export type LiveToken = { id: string; userId: string; subjectId: string | null };

function hashOf(token: string): string {
	return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** Makes a link's token and stores its hash. The returned text is the only copy. */
export async function mintToken(
	tx: Tx,
	moment: Moment,
	link: { userId: string; purpose: TokenPurpose; subjectId?: string | null; notAfter?: Date }
): Promise<string> {
	const token = moment.random.token(32);
	const until = moment.now.getTime() + LIFE[link.purpose];
	await tx.loginToken.create({
		data: {
			id: moment.random.uuid(),
			userId: link.userId,
			purpose: link.purpose,
			tokenHash: hashOf(token),
			createdAt: moment.now,
			expiresAt: new Date(link.notAfter ? Math.min(until, link.notAfter.getTime()) : until),
			subjectId: link.subjectId ?? null
		}
	});
	return token;
}

/** Looks at a link without using it: for the page that shows its button. */
export async function peekToken(db: Tx, purpose: TokenPurpose, token: string, now: Date): Promise<LiveToken | null> {
	if (!isToken(token)) return null;
	const row = await db.loginToken.findUnique({
		where: { tokenHash: hashOf(token) },
		select: { id: true, userId: true, subjectId: true, purpose: true, expiresAt: true, usedAt: true }
	});
	if (!row || row.purpose !== purpose || row.usedAt !== null || row.expiresAt <= now) return null;
	return { id: row.id, userId: row.userId, subjectId: row.subjectId };
}

/**
 * Uses a link up: of two posts at once exactly one gets it. Null when it is unknown, used, over or of another purpose.
 */
export async function consumeToken(tx: Tx, purpose: TokenPurpose, token: string, now: Date): Promise<LiveToken | null> {
	if (!isToken(token)) return null;
	const rows = await tx.$queryRaw<{ id: string; user_id: string; subject_id: string | null }[]>`
		update login_token set used_at = ${now}
		where token_hash = ${hashOf(token)} and purpose = ${purpose} and used_at is null and expires_at > ${now}
		returning id, user_id, subject_id`;
	const row = rows[0];
	return row ? { id: row.id, userId: row.user_id, subjectId: row.subject_id } : null;
}

/** Ends every unused link of a person, but for the purposes kept: after a reset, a lock, a change of address. */
export async function endTokens(tx: Tx, userId: string, now: Date, purposes?: readonly TokenPurpose[]): Promise<void> {
	await tx.loginToken.updateMany({
		where: { userId, usedAt: null, ...(purposes ? { purpose: { in: [...purposes] } } : {}) },
		data: { usedAt: now }
	});
}

/** Deletes links that were over before `before`. */
export async function forgetTokens(tx: Tx, before: Date): Promise<void> {
	await tx.loginToken.deleteMany({ where: { expiresAt: { lt: before } } });
}

/** 32 random bytes in base64url. Anything else is not looked up. */
function isToken(text: string): boolean {
	return /^[A-Za-z0-9_-]{43}$/.test(text);
}
