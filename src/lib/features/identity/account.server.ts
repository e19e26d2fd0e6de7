import type { Actor } from '#lib/domain/access/actor.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { verifyPassword } from '#lib/server/auth/passwords.ts';
import {
	endAllSessions,
	endSession,
	openSessions,
	rotateSession,
	type OpenSession,
	type SessionCookie
} from '#lib/server/auth/sessions.ts';
import { consumeToken, endTokens, peekToken, type TokenPurpose } from '#lib/server/auth/tokens.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transact, transactAs, type Tx } from '#lib/server/db/transact.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import { evenly } from '#lib/server/throttle/even.ts';
import { forgetAttempts } from '#lib/server/throttle/throttle.ts';
import { lockAddress, oneself, personByEmail, personById, throttled, userOf, type Person } from './people.server.ts';
import { chosenPassword } from './signing-in.server.ts';

/*
 * One's own account: name, language, password, address, devices. Each act is the person's own; nobody else's id comes in.
 */

/** What the account page shows of its owner. */
export type OwnAccount = {
	displayName: string;
	email: string;
	locale: Locale;
	hasPassword: boolean;
	newAddress: string | null;
};

export async function ownAccount(viewer: Actor): Promise<OwnAccount> {
	const person = await self(database(), viewer);
	const change = await database().emailChange.findFirst({
		where: { userId: person.id, appliedAt: null, cancelledAt: null },
		orderBy: { requestedAt: 'desc' },
		select: { newEmail: true }
	});
	return {
		displayName: person.displayName,
		email: person.email,
		locale: person.locale,
		hasPassword: person.passwordHash !== null,
		newAddress: change?.newEmail ?? null
	};
}

async function self(db: Tx, actor: Actor): Promise<Person> {
	const person = await personById(db, userOf(actor).userId);
	if (!person) throw new Refusal(refuse('not_found'));
	return person;
}

/** Changes one's display name and language. Mail is written in that language. */
export function changeProfile(
	actor: Actor,
	input: { displayName: string; locale: Locale },
	moment: Moment
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const { userId } = userOf(actor);
			await lockRow(tx, 'person', userId);
			const person = await self(tx, actor);
			const fields = (['displayName', 'locale'] as const).filter((name) => person[name] !== input[name]);
			if (fields.length === 0) return;
			await tx.user.update({ where: { id: userId }, data: { ...input, version: { increment: 1 } } });
			await recordEvent(tx, moment, {
				name: 'user.profileChanged',
				actor,
				subject: { type: 'user', id: userId },
				facts: { fields: fields.join(',') }
			});
		},
		{ random: moment.random }
	);
}

/**
 * Changes one's password, or sets the first one. Every other session ends, this one gets a new secret, and the person
 * hears of it by mail.
 */
export async function changePassword(
	actor: Actor,
	input: { currentPassword: string | null; password: string },
	from: { address: string },
	moment: Moment
): Promise<SessionCookie> {
	const { userId, sessionId } = userOf(actor);
	const person = await self(database(), actor);
	await provePassword(person, input.currentPassword, from);
	const passwordHash = await chosenPassword(input.password, person);
	return transactAs(
		actor,
		async (tx) => {
			await lockRow(tx, 'person', userId);
			const now = await self(tx, actor);
			if (now.passwordHash !== person.passwordHash) throw new Refusal(refuse('stale_version'));
			await tx.user.update({ where: { id: userId }, data: { passwordHash, version: { increment: 1 } } });
			const count = await endAllSessions(tx, userId, sessionId);
			await endTokens(tx, userId, moment.now, ['sign_in', 'reset_password']);
			const subject = { type: 'user', id: userId };
			const how = person.passwordHash === null ? 'set' : 'changed';
			await recordEvent(tx, moment, { name: 'user.passwordChanged', actor, subject, facts: { how } });
			await recordEvent(tx, moment, {
				name: 'session.allEnded',
				actor,
				subject,
				facts: { reason: 'password_changed', count }
			});
			await queueMail(tx, moment, {
				template: 'password-changed',
				to: { userId, email: person.email },
				locale: person.locale
			});
			return renewed(await rotateSession(tx, moment, sessionId));
		},
		{ random: moment.random }
	);
}

/** A sensitive change asks for the password again, where there is one; tries are counted as at the door. */
async function provePassword(person: Person, password: string | null, from: { address: string }): Promise<void> {
	if (person.passwordHash === null) return;
	if (password === null) throw new Refusal(refuse('required', {}, 'currentPassword'));
	await throttled('password', person.email, from.address);
	if (!(await verifyPassword(person.passwordHash, password))) {
		throw new Refusal(refuse('password_wrong', {}, 'currentPassword'));
	}
	await forgetAttempts('password', person.email, from.address);
}

function renewed(cookie: SessionCookie | null): SessionCookie {
	if (!cookie) throw new Refusal(refuse('sign_in_required'));
	return cookie;
}

/**
 * Asks for another mail address. Both the old and the new one must confirm before it holds. Whether the new one already
 * has an account is not told here; its mailbox reads about that.
 */
export async function askAddressChange(
	actor: Actor,
	input: { email: string; currentPassword: string | null },
	from: { address: string },
	moment: Moment
): Promise<void> {
	const person = await self(database(), actor);
	if (person.email === input.email) throw new Refusal(refuse('address_same', {}, 'email'));
	await throttled('mail-link', person.email, from.address);
	await provePassword(person, input.currentPassword, from);
	await evenly(() =>
		transactAs(actor, (tx) => askAddressChangeWithin(tx, actor, person, input.email, moment), { random: moment.random })
	);
}

async function askAddressChangeWithin(
	tx: Tx,
	actor: Actor,
	person: Person,
	newEmail: string,
	moment: Moment
): Promise<void> {
	await lockRow(tx, 'person', person.id);
	await tx.emailChange.updateMany({
		where: { userId: person.id, appliedAt: null, cancelledAt: null },
		data: { cancelledAt: moment.now }
	});
	await endTokens(tx, person.id, moment.now, ['change_email_old', 'change_email_new']);
	const id = moment.random.uuid();
	await tx.emailChange.create({ data: { id, userId: person.id, newEmail, requestedAt: moment.now } });
	await recordEvent(tx, moment, {
		name: 'user.emailChangeAsked',
		actor,
		subject: { type: 'user', id: person.id },
		facts: { emailChangeId: id }
	});
	const { locale } = person;
	const values = { emailChangeId: id };
	await queueMail(tx, moment, {
		template: 'address-change-old',
		to: { userId: person.id, email: person.email },
		locale,
		values
	});
	const isTaken = (await personByEmail(tx, newEmail)) !== null;
	await queueMail(
		tx,
		moment,
		isTaken
			? { template: 'already-registered', to: { email: newEmail }, locale }
			: { template: 'address-change-new', to: { userId: person.id, email: newEmail }, locale, values }
	);
}

type ConfirmedAddress = 'half' | 'changed';

/**
 * Confirms a change of address from one of the two mailboxes. With the second confirmation it takes effect: sessions
 * and links end, and the old address is told.
 */
export function confirmAddressChange(which: 'old' | 'new', token: string, moment: Moment): Promise<ConfirmedAddress> {
	return transact((tx) => confirmAddressChangeWithin(tx, which, token, moment), { random: moment.random });
}

/** Whether the link still works, for the page with its button. */
export async function isAddressChangeLive(which: 'old' | 'new', token: string, now: Date): Promise<boolean> {
	return (await peekToken(database(), purposeOf(which), token, now)) !== null;
}

function purposeOf(which: 'old' | 'new'): TokenPurpose {
	return which === 'old' ? 'change_email_old' : 'change_email_new';
}

async function confirmAddressChangeWithin(
	tx: Tx,
	which: 'old' | 'new',
	token: string,
	moment: Moment
): Promise<ConfirmedAddress> {
	const live = await consumeToken(tx, purposeOf(which), token, moment.now);
	if (!live?.subjectId) throw new Refusal(refuse('link_over'));
	await lockRow(tx, 'person', live.userId);
	await lockRow(tx, 'email_change', live.subjectId);
	const change = await tx.emailChange.findUnique({ where: { id: live.subjectId } });
	const person = await personById(tx, live.userId);
	if (!change || change.appliedAt || change.cancelledAt || person?.status !== 'active')
		throw new Refusal(refuse('link_over'));
	const confirmed = which === 'old' ? { oldConfirmedAt: moment.now } : { newConfirmedAt: moment.now };
	const both = { ...change, ...confirmed };
	if (!both.oldConfirmedAt || !both.newConfirmedAt) {
		await tx.emailChange.update({ where: { id: change.id }, data: confirmed });
		return 'half';
	}
	await lockAddress(tx, change.newEmail);
	if (await personByEmail(tx, change.newEmail)) throw new Refusal(refuse('link_over'));
	await tx.emailChange.update({ where: { id: change.id }, data: { ...confirmed, appliedAt: moment.now } });
	await tx.user.update({ where: { id: person.id }, data: { email: change.newEmail, version: { increment: 1 } } });
	const count = await endAllSessions(tx, person.id);
	await endTokens(tx, person.id, moment.now);
	const actor = oneself(person);
	const subject = { type: 'user', id: person.id };
	await recordEvent(tx, moment, { name: 'user.emailChanged', actor, subject, facts: { emailChangeId: change.id } });
	await recordEvent(tx, moment, {
		name: 'session.allEnded',
		actor,
		subject,
		facts: { reason: 'address_changed', count }
	});
	await queueMail(tx, moment, { template: 'address-changed', to: { email: person.email }, locale: person.locale });
	return 'changed';
}

/** One's own devices. `isThis` marks the one the page is read on. */
export async function ownSessions(viewer: Actor, now: Date): Promise<(OpenSession & { isThis: boolean })[]> {
	const { userId, sessionId, staffRoles } = userOf(viewer);
	const sessions = await openSessions(database(), userId, now, staffRoles);
	return sessions.map((session) => ({ ...session, isThis: session.id === sessionId }));
}

/** Ends one of one's own sessions; somebody else's is not found. */
export function endOwnSession(actor: Actor, sessionId: string, moment: Moment): Promise<void> {
	return transactAs(actor, async (tx) => {
		const { userId } = userOf(actor);
		if (!(await endSession(tx, userId, sessionId))) throw new Refusal(refuse('not_found'));
		await recordEvent(tx, moment, {
			name: 'session.ended',
			actor,
			subject: { type: 'user', id: userId },
			facts: { sessionId, reason: 'owner' }
		});
	});
}

/** Ends all of one's sessions but this one. Returns how many there were. */
export function endOtherSessions(actor: Actor, moment: Moment): Promise<number> {
	return transactAs(actor, async (tx) => {
		const { userId, sessionId } = userOf(actor);
		const count = await endAllSessions(tx, userId, sessionId);
		await recordEvent(tx, moment, {
			name: 'session.allEnded',
			actor,
			subject: { type: 'user', id: userId },
			facts: { reason: 'owner', count }
		});
		return count;
	});
}

/** Signs out: this session ends. */
export function signOut(actor: Actor, moment: Moment): Promise<void> {
	return transactAs(actor, async (tx) => {
		const { userId, sessionId } = userOf(actor);
		if (!(await endSession(tx, userId, sessionId))) return;
		await recordEvent(tx, moment, {
			name: 'session.ended',
			actor,
			subject: { type: 'user', id: userId },
			facts: { sessionId, reason: 'signed_out' }
		});
	});
}

/** Chooses which of one's roles or organizations the pages speak to; the session gets a new secret with it. */
export function actAs(actor: Actor, actingAs: string, moment: Moment): Promise<SessionCookie> {
	return transactAs(actor, async (tx) => {
		const { sessionId, staffRoles, memberships } = userOf(actor);
		const [kind, name] = actingAs.split(':', 2);
		const holds =
			kind === 'staff'
				? staffRoles.some((held) => held.role === name)
				: memberships.some((held) => held.organizationId === name);
		if (!holds) throw new Refusal(refuse('choice_unknown', {}, 'actingAs'));
		return renewed(await rotateSession(tx, moment, sessionId, { actingAs }));
	});
}
