import { systemActor } from '#lib/domain/access/actor.ts';
import type { HeldRole } from '#lib/domain/access/roles.ts';
import { isMembershipRole, type MembershipRole } from '#lib/domain/access/roles.ts';
import { orRefuse, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import {
	hashPassword,
	passwordProblem,
	PASSWORD_MAX,
	PASSWORD_MIN,
	verifyPassword
} from '#lib/server/auth/passwords.ts';
import { endAllSessions, startSession, type Device, type SessionCookie } from '#lib/server/auth/sessions.ts';
import { consumeToken, endTokens, peekToken, type TokenPurpose } from '#lib/server/auth/tokens.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transact, type Tx } from '#lib/server/db/transact.ts';
import type { MailTemplate } from '#lib/domain/mail/message.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import { evenly } from '#lib/server/throttle/even.ts';
import { forgetAttempts } from '#lib/server/throttle/throttle.ts';
import { lockAddress, maySignIn, oneself, personByEmail, personById, throttled, type Person } from './people.server.ts';
import type { RegisterInput } from './schema.ts';
import { refuseWhileFrozen } from './standing-still.server.ts';

/*
 * Coming in. Nothing here tells whether an account exists: answers, their statuses and their times are the same either
 * way, and what differs goes by mail, to whoever holds the mailbox.
 */

/** Who came in, and the cookie for the browser. `landing` is what the person is first of all. */
export type Entered = { cookie: SessionCookie; landing: 'manage' | 'review' | 'apply' };

/** Where an attempt comes from: the machine's address, turned into an HMAC at once. */
type From = { address: string };
/** And in which language the page spoke: an address that nobody has knows no other. */
type FromPage = From & { locale: Locale };

/**
 * Begins an account. The person hears by mail: a link to confirm, or that an account is already there. No password is
 * asked yet: whoever confirms the address chooses it, so nobody can lay a password in wait for somebody else's account.
 */
export async function registerUser(input: RegisterInput, from: From, moment: Moment): Promise<void> {
	await throttled('register', input.email, from.address);
	await evenly(() => transact((tx) => registerUserWithin(tx, input, moment), { random: moment.random }));
}

export async function registerUserWithin(tx: Tx, input: RegisterInput, moment: Moment): Promise<void> {
	await lockAddress(tx, input.email);
	const person = await personByEmail(tx, input.email);
	if (!person) {
		const id = moment.random.uuid();
		await tx.user.create({
			data: { ...input, id, status: 'active', createdAt: moment.now }
		});
		await recordEvent(tx, moment, {
			name: 'user.registered',
			actor: systemActor('registration'),
			subject: { type: 'user', id },
			facts: { locale: input.locale }
		});
		await queueMail(tx, moment, {
			template: 'confirm-address',
			to: { userId: id, email: input.email },
			locale: input.locale
		});
		return;
	}
	const registers = await mayRegister(tx, person, moment.now);
	if (registers) {
		// The name of the latest attempt counts: it is shown before confirming, and nobody was in yet.
		await tx.user.update({
			where: { id: person.id },
			data: { status: 'active', displayName: input.displayName, locale: input.locale, version: { increment: 1 } }
		});
	}
	const told = registers ? { ...person, status: 'active' as const, locale: input.locale } : person;
	await tellByMail(tx, told, person.emailConfirmedAt ? 'already-registered' : 'confirm-address', moment);
}

/**
 * Whether an account that nobody has entered yet may be begun by registering: one begun before, or one that stands only
 * because an organization invited the address. An invitation must not keep anybody from an account of their own. One with
 * staff roles, or invited to some, is entered by its invitation alone.
 */
async function mayRegister(tx: Tx, found: Person, now: Date): Promise<boolean> {
	const person = await lockedPerson(tx, found.id);
	if (!person || person.emailConfirmedAt !== null || person.status === 'disabled') return false;
	if (person.status === 'active') return true;
	const roles = await tx.roleAssignment.count({ where: { userId: person.id, endedAt: null } });
	const asStaff = await tx.invitation.count({
		where: { userId: person.id, organizationId: null, acceptedAt: null, cancelledAt: null, expiresAt: { gt: now } }
	});
	return roles + asStaff === 0;
}

/** Sends a one-time link to sign in, to whoever holds the mailbox. */
export async function askSignInLink(email: string, from: FromPage, moment: Moment): Promise<void> {
	await askLink(email, 'sign-in-link', from, moment);
}

/** Sends a one-time link to choose a new password. */
export async function askPasswordReset(email: string, from: FromPage, moment: Moment): Promise<void> {
	await askLink(email, 'reset-password', from, moment);
}

async function askLink(email: string, template: MailTemplate, from: FromPage, moment: Moment): Promise<void> {
	await throttled('mail-link', email, from.address);
	await evenly(() =>
		transact(
			async (tx) => {
				const person = await personByEmail(tx, email);
				if (!person) {
					await queueMail(tx, moment, { template: 'sign-in-unknown', to: { email }, locale: from.locale });
					return;
				}
				await tellByMail(tx, person, template, moment);
			},
			{ random: moment.random }
		)
	);
}

/** What a person is written depends on where their account stands; that something is written does not. */
async function tellByMail(tx: Tx, person: Person, wanted: MailTemplate, moment: Moment): Promise<void> {
	const to = { userId: person.id, email: person.email };
	const { locale } = person;
	if (person.status === 'invited') {
		const invitation = await openInvitation(tx, person.id, moment.now);
		if (invitation) {
			await queueMail(tx, moment, { template: 'invitation', to, locale, values: { invitationId: invitation.id } });
			return;
		}
	}
	// A disabled person reads the same as a stranger: the account opens nothing.
	if (person.status !== 'active') {
		await queueMail(tx, moment, { template: 'sign-in-unknown', to, locale });
		return;
	}
	await queueMail(tx, moment, { template: person.emailConfirmedAt ? wanted : 'confirm-address', to, locale });
}

async function openInvitation(tx: Tx, userId: string, now: Date): Promise<{ id: string } | null> {
	return tx.invitation.findFirst({
		where: { userId, acceptedAt: null, cancelledAt: null, expiresAt: { gt: now } },
		orderBy: { createdAt: 'desc' },
		select: { id: true }
	});
}

/** Signs in with a password. Wrong address, wrong password and an account without one are the same refusal. */
export async function signInWithPassword(
	input: { email: string; password: string },
	device: Device,
	from: From,
	moment: Moment
): Promise<Entered> {
	await throttled('password', input.email, from.address);
	const person = await personByEmail(database(), input.email);
	const candidate = maySignIn(person) ? person : null;
	const isRight = await verifyPassword(candidate?.passwordHash ?? null, input.password);
	if (!candidate || !isRight) throw new Refusal(refuse('sign_in_wrong'));
	const entered = await transact(
		async (tx) => {
			const now = await lockedPerson(tx, candidate.id);
			// Between the check and the lock the account may have been disabled or its password changed.
			if (!maySignIn(now) || now.passwordHash !== candidate.passwordHash) throw new Refusal(refuse('sign_in_wrong'));
			return enter(tx, now, device, 'password', moment);
		},
		{ random: moment.random }
	);
	await forgetAttempts('password', input.email, from.address);
	return entered;
}

/** Whether a link still works, for the page that shows its button; it is not used up. */
export async function isLinkLive(purpose: TokenPurpose, token: string, now: Date): Promise<boolean> {
	return (await peekToken(database(), purpose, token, now)) !== null;
}

/** Signs in with a one-time link. Other sign-in links of the person end with it. */
export async function signInWithLink(token: string, device: Device, from: From, moment: Moment): Promise<Entered> {
	await throttled('token', token, from.address);
	return transact(
		async (tx) => {
			const person = await personOfToken(tx, 'sign_in', token, moment);
			if (!maySignIn(person)) throw new Refusal(refuse('link_over'));
			await endTokens(tx, person.id, moment.now, ['sign_in']);
			return enter(tx, person, device, 'link', moment);
		},
		{ random: moment.random }
	);
}

/** What the page of a confirmation shows: the name that was given, so that a stranger's attempt is recognized. */
export async function awaitingConfirmation(token: string, now: Date): Promise<{ displayName: string } | null> {
	const live = await peekToken(database(), 'confirm_email', token, now);
	const person = live ? await personById(database(), live.userId) : null;
	return person ? { displayName: person.displayName } : null;
}

/** Confirms the address of a new account, with a password or without, and signs the person in. */
export async function confirmAddress(
	input: { token: string; password: string | null },
	device: Device,
	from: From,
	moment: Moment
): Promise<Entered> {
	await throttled('token', input.token, from.address);
	const awaiting = await livePerson('confirm_email', input.token, moment.now);
	const passwordHash = await chosenPassword(input.password, awaiting);
	return transact(
		async (tx) => {
			const person = await personOfToken(tx, 'confirm_email', input.token, moment);
			if (person.status !== 'active' || person.emailConfirmedAt !== null) throw new Refusal(refuse('link_over'));
			await tx.user.update({
				where: { id: person.id },
				data: { emailConfirmedAt: moment.now, passwordHash, version: { increment: 1 } }
			});
			// The link of an invitation stays: it leads into an organization, and the account that is now entered can use it.
			await endTokens(tx, person.id, moment.now, ['confirm_email', 'sign_in', 'reset_password']);
			await recordEvent(tx, moment, {
				name: 'user.confirmed',
				actor: oneself(person),
				subject: { type: 'user', id: person.id },
				facts: {}
			});
			return enter(tx, person, device, 'link', moment);
		},
		{ random: moment.random }
	);
}

/** Sets a new password by a reset link. Every session and every other link of the person ends. */
export async function resetPassword(
	input: { token: string; password: string },
	device: Device,
	from: From,
	moment: Moment
): Promise<Entered> {
	await throttled('token', input.token, from.address);
	const awaiting = await livePerson('reset_password', input.token, moment.now);
	const passwordHash = await chosenPassword(input.password, awaiting);
	return transact(
		async (tx) => {
			const person = await personOfToken(tx, 'reset_password', input.token, moment);
			if (!maySignIn(person)) throw new Refusal(refuse('link_over'));
			await tx.user.update({ where: { id: person.id }, data: { passwordHash, version: { increment: 1 } } });
			await endAllSessions(tx, person.id);
			await endTokens(tx, person.id, moment.now);
			const actor = oneself(person);
			const subject = { type: 'user', id: person.id };
			await recordEvent(tx, moment, { name: 'user.passwordChanged', actor, subject, facts: { how: 'reset' } });
			await recordEvent(tx, moment, { name: 'session.allEnded', actor, subject, facts: { reason: 'password_reset' } });
			await queueMail(tx, moment, {
				template: 'password-changed',
				to: { userId: person.id, email: person.email },
				locale: person.locale
			});
			return enter(tx, person, device, 'link', moment);
		},
		{ random: moment.random }
	);
}

/** What the page of an invitation shows. */
export type ShownInvitation = {
	displayName: string;
	roles: HeldRole[];
	organization: { name: string; role: MembershipRole } | null;
	/** The person already has an account: the invitation only adds to it. */
	hasAccount: boolean;
};

/** The invitation behind a link that still works, or null. */
export async function shownInvitation(token: string, now: Date): Promise<ShownInvitation | null> {
	const live = await peekToken(database(), 'invitation', token, now);
	const found = live?.subjectId ? await invitationFor(database(), live.subjectId, live.userId, now) : null;
	if (!found) return null;
	const { invitation, person } = found;
	const isNew = person.status === 'invited';
	const roles = await database().roleAssignment.findMany({
		where: { userId: person.id, endedAt: null },
		select: { role: true, programId: true },
		orderBy: { id: 'asc' }
	});
	const { organization, membershipRole } = invitation;
	return {
		displayName: person.displayName,
		roles: isNew ? (roles as HeldRole[]) : [],
		organization:
			organization && isMembershipRole(membershipRole)
				? { name: organization.operatingName ?? organization.legalName, role: membershipRole }
				: null,
		hasAccount: !isNew
	};
}

/**
 * Takes up an invitation: single-use, within 7 days, and by the mailbox it was sent to alone, since the link is the only
 * way and it goes to that address. A new person gets an account; the role in an organization is written here.
 */
export async function acceptInvitation(
	input: { token: string; displayName: string; password: string | null },
	device: Device,
	from: From,
	moment: Moment
): Promise<Entered> {
	await throttled('token', input.token, from.address);
	const awaiting = await livePerson('invitation', input.token, moment.now);
	const isNew = awaiting.status === 'invited';
	const passwordHash = isNew ? await chosenPassword(input.password, awaiting) : null;
	return transact(
		async (tx) => {
			const live = await consumeToken(tx, 'invitation', input.token, moment.now);
			if (!live?.subjectId) throw new Refusal(refuse('link_over'));
			await lockRow(tx, 'person', live.userId);
			await lockRow(tx, 'invitation', live.subjectId);
			const found = await invitationFor(tx, live.subjectId, live.userId, moment.now);
			if (!found) throw new Refusal(refuse('link_over'));
			const { invitation, person } = found;
			if (invitation.organizationId) {
				// As every change of an organization's people, so that a freeze waits for this one or this one for it.
				await lockRow(tx, 'organization', invitation.organizationId);
				await refuseWhileFrozen(tx, invitation.organizationId, 'invitation_paused');
			}
			if (person.status === 'invited') {
				await tx.user.update({
					where: { id: person.id },
					data: {
						status: 'active',
						displayName: input.displayName,
						emailConfirmedAt: moment.now,
						passwordHash,
						version: { increment: 1 }
					}
				});
			} else if (person.emailConfirmedAt === null) {
				// The link came to that mailbox, which is what a confirmation proves; without this the person could come in
				// by this link and by no other.
				await tx.user.update({
					where: { id: person.id },
					data: { emailConfirmedAt: moment.now, version: { increment: 1 } }
				});
			}
			await tx.invitation.update({ where: { id: invitation.id }, data: { acceptedAt: moment.now } });
			await endTokens(tx, person.id, moment.now, ['invitation', 'sign_in', 'confirm_email']);
			const actor = oneself(person);
			await recordEvent(tx, moment, {
				name: 'user.invitationAccepted',
				actor,
				subject: { type: 'user', id: person.id },
				organizationId: invitation.organizationId,
				facts: { invitationId: invitation.id }
			});
			if (invitation.organizationId && isMembershipRole(invitation.membershipRole)) {
				await join(tx, person, invitation.organizationId, invitation.membershipRole, moment);
			}
			return enter(tx, person, device, 'link', moment);
		},
		{ random: moment.random }
	);
}

async function join(
	tx: Tx,
	person: Person,
	organizationId: string,
	role: MembershipRole,
	moment: Moment
): Promise<void> {
	const held = await tx.membership.findFirst({ where: { organizationId, userId: person.id, endedAt: null } });
	if (held) return;
	const membership = { id: moment.random.uuid(), organizationId, userId: person.id, role, createdAt: moment.now };
	await tx.membership.create({ data: membership });
	await recordEvent(tx, moment, {
		name: 'member.joined',
		actor: oneself(person),
		subject: { type: 'organization', id: organizationId },
		organizationId,
		facts: { userId: person.id, role }
	});
}

async function invitationFor(db: Tx, invitationId: string, userId: string, now: Date) {
	const invitation = await db.invitation.findUnique({
		where: { id: invitationId },
		include: { organization: { select: { legalName: true, operatingName: true } } }
	});
	const person = await personById(db, userId);
	if (!invitation || !person || person.status === 'disabled') return null;
	if (invitation.userId !== userId || invitation.acceptedAt || invitation.cancelledAt || invitation.expiresAt <= now)
		return null;
	return { invitation, person };
}

/** The person of a link that still works, without using it: hashing a password is not done for links that are over. */
async function livePerson(purpose: TokenPurpose, token: string, now: Date): Promise<Person> {
	const live = await peekToken(database(), purpose, token, now);
	const person = live ? await personById(database(), live.userId) : null;
	if (!person) throw new Refusal(refuse('link_over'));
	return person;
}

/** Uses a link up and answers its person, locked. */
async function personOfToken(tx: Tx, purpose: TokenPurpose, token: string, moment: Moment): Promise<Person> {
	const live = await consumeToken(tx, purpose, token, moment.now);
	const person = live ? await lockedPerson(tx, live.userId) : null;
	if (!person) throw new Refusal(refuse('link_over'));
	return person;
}

async function lockedPerson(tx: Tx, id: string): Promise<Person | null> {
	await lockRow(tx, 'person', id);
	return personById(tx, id);
}

/** Judges a chosen password and hashes it, outside any transaction: hashing takes longer than locks should last. */
export async function chosenPassword(
	password: string | null,
	person: Pick<Person, 'email' | 'displayName'>
): Promise<string | null> {
	if (password === null) return null;
	orRefuse(passwordRefusal(password, person) ?? password);
	return hashPassword(password);
}

function passwordRefusal(password: string, person: Pick<Person, 'email' | 'displayName'>): Problem | null {
	const code = passwordProblem(password, [person.email, person.displayName]);
	if (code === null) return null;
	const limit = code === 'password_too_short' ? PASSWORD_MIN : PASSWORD_MAX;
	return refuse(code, code === 'password_common' ? {} : { limit }, 'password');
}

/** Starts the session and says so in the trail. */
async function enter(
	tx: Tx,
	person: Person,
	device: Device,
	method: 'password' | 'link' | 'demonstration',
	moment: Moment
): Promise<Entered> {
	const { cookie, sessionId } = await startSession(tx, moment, person.id, device);
	await recordEvent(tx, moment, {
		name: 'session.started',
		actor: oneself(person, sessionId),
		subject: { type: 'user', id: person.id },
		facts: { sessionId, method }
	});
	const roles = await tx.roleAssignment.findMany({
		where: { userId: person.id, endedAt: null },
		select: { role: true }
	});
	const isStaff = roles.some(({ role }) => role !== 'reviewer');
	return { cookie, landing: isStaff ? 'manage' : roles.length > 0 ? 'review' : 'apply' };
}
