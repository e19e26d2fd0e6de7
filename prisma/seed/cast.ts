import { mintActor, systemActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import type { Authority } from '#lib/domain/access/delegation.ts';
import type { HeldRole, MembershipRole, StaffRole } from '#lib/domain/access/roles.ts';
import { firstDayOf, lastDayOf } from '#lib/domain/time/fiscal-year.ts';
import { grantDelegation } from '#lib/features/identity/delegations.server.ts';
import { acceptInvitation, confirmAddress, registerUserWithin } from '#lib/features/identity/signing-in.server.ts';
import { inviteUserWithin } from '#lib/features/identity/users.server.ts';
import { mintToken } from '#lib/server/auth/tokens.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { transact, transactAs } from '#lib/server/db/transact.ts';
import type { Calendar } from './calendar.ts';

/*
 * The people of the demonstration. All are fictional; their addresses end in .example, where no mail is ever delivered.
 * They come in as anyone does: staff by invitation, applicants by registering and confirming their address.
 */

type Locale = 'en' | 'fr';
type Staff = { name: string; locale: Locale; role: StaffRole; label: string };

const STAFF = {
	administrator: { name: 'Noor Castellan', locale: 'en', role: 'administrator', label: 'Administrator' },
	officer: { name: 'Jonah Whitlock', locale: 'en', role: 'program_officer', label: 'Program officer' },
	manager: { name: 'Amara Osei-Lind', locale: 'en', role: 'program_manager', label: 'Program manager' },
	finance: { name: 'Théa Marchildon', locale: 'fr', role: 'finance_officer', label: 'Finance officer' },
	secondFinance: { name: 'Priya Valderrama', locale: 'en', role: 'finance_officer', label: 'Second finance officer' },
	director: { name: 'Gabriel Roy-Tanaka', locale: 'en', role: 'director', label: 'Director' },
	observer: { name: 'Maude Larivière', locale: 'fr', role: 'observer', label: 'Observer' },
	auditor: { name: 'Idris Fairweather', locale: 'en', role: 'auditor', label: 'Auditor' },
	reviewer: { name: 'Sela Birdstone', locale: 'en', role: 'reviewer', label: 'Reviewer' },
	secondReviewer: { name: 'Camille Desrosiers', locale: 'fr', role: 'reviewer', label: 'Second reviewer' },
	thirdReviewer: { name: 'Tomas Ekwueme', locale: 'en', role: 'reviewer', label: 'Third reviewer' }
} as const satisfies Record<string, Staff>;

export type StaffName = keyof typeof STAFF;
export type StaffCast = Record<StaffName, Actor & UserActor>;

/** Positions as they are printed beside signatures. */
const DELEGATIONS: {
	to: StaffName;
	authority: Authority;
	positionEn: string;
	positionFr: string;
	limit: bigint | null;
}[] = [
	{
		to: 'manager',
		authority: 's32_commitment',
		positionEn: 'Program Manager, Awareness',
		positionFr: 'Gestionnaire de programme, Sensibilisation',
		limit: 500_000_000n
	},
	{
		to: 'director',
		authority: 'transaction',
		positionEn: 'Director, Community Programs',
		positionFr: 'Directeur, Programmes communautaires',
		limit: 75_000_000n
	},
	{
		to: 'manager',
		authority: 's34_certification',
		positionEn: 'Program Manager, Awareness',
		positionFr: 'Gestionnaire de programme, Sensibilisation',
		limit: 25_000_000n
	},
	{
		to: 'finance',
		authority: 's33_requisition',
		positionEn: 'Finance Officer, Transfer Payments',
		positionFr: 'Agente des finances, Paiements de transfert',
		limit: 50_000_000n
	},
	{
		to: 'secondFinance',
		authority: 's33_requisition',
		positionEn: 'Finance Officer, Transfer Payments',
		positionFr: 'Agente des finances, Paiements de transfert',
		limit: 10_000_000n
	}
];

/** What a person comes in with: a browser of the office, not a shared computer. */
const DEVICE = { label: 'Firefox, Linux', sharedComputer: false };

/** The address a link was opened from; it is hashed at once and forgotten within a day. */
const FROM = { address: '192.0.2.1' };

export function addressOf(name: string): string {
	const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
	return `${plain.replace(/[^a-z]+/g, '.')}@hearth.example`;
}

/** Invites everyone of the funder's side and lets each accept. Administrator, auditor and observer are for all programs. */
export async function gatherStaff(calendar: Calendar, programId: string): Promise<StaffCast> {
	const cast: Partial<StaffCast> = {};
	for (const [key, person] of Object.entries(STAFF) as [StaffName, Staff][]) {
		const isForAll = ['administrator', 'auditor', 'observer'].includes(person.role);
		const roles: HeldRole[] = [{ role: person.role, programId: isForAll ? null : programId }];
		const moment = calendar.fromDecision(-130);
		const by = cast.administrator ?? systemActor('seed');
		const userId = await transactAs(
			by,
			(tx) =>
				inviteUserWithin(
					tx,
					by,
					{ email: addressOf(person.name), displayName: person.name, locale: person.locale, roles },
					moment
				),
			moment
		);
		await accept(userId, person.name, calendar.fromDecision(-130, 11));
		cast[key] = await actorOf(userId);
	}
	return cast as StaffCast;
}

async function accept(userId: string, displayName: string, moment: Moment): Promise<void> {
	const token = await transact(async (tx) => {
		const invitation = await tx.invitation.findFirstOrThrow({
			where: { userId, acceptedAt: null, cancelledAt: null },
			select: { id: true }
		});
		return mintToken(tx, moment, { userId, purpose: 'invitation', subjectId: invitation.id });
	}, moment);
	await acceptInvitation({ token, displayName, password: null }, DEVICE, FROM, moment);
}

/** Records the delegations of authority, for the fiscal years that the stories touch. */
export async function delegate(calendar: Calendar, cast: StaffCast, programId: string): Promise<void> {
	const moment = calendar.fromDecision(-129);
	for (const held of DELEGATIONS) {
		await grantDelegation(
			cast.administrator,
			{
				userId: cast[held.to].userId,
				actingForId: null,
				authority: held.authority,
				positionEn: held.positionEn,
				positionFr: held.positionFr,
				instrument: 'Delegation of Financial Authorities, Chart 2',
				programId,
				limit: held.limit,
				validFrom: firstDayOf(calendar.decisionYear - 1),
				validTo: lastDayOf(calendar.currentYear + 1)
			},
			moment
		);
	}
}

/** Someone registers, confirms the address and has an account without a password: links by mail let them in. */
export async function register(name: string, locale: Locale, moment: Moment): Promise<Actor & UserActor> {
	const email = addressOf(name);
	await transact((tx) => registerUserWithin(tx, { displayName: name, email, locale }, moment), moment);
	const { id: userId } = await database().user.findUniqueOrThrow({ where: { email }, select: { id: true } });
	const token = await transact((tx) => mintToken(tx, moment, { userId, purpose: 'confirm_email' }), moment);
	await confirmAddress({ token, password: null }, DEVICE, FROM, moment);
	return actorOf(userId);
}

/** The person with every role and membership as they stand. */
export async function actorOf(userId: string): Promise<Actor & UserActor> {
	const person = await database().user.findUniqueOrThrow({
		where: { id: userId },
		select: {
			displayName: true,
			locale: true,
			roleAssignments: { where: { endedAt: null }, select: { role: true, programId: true } },
			memberships: { where: { endedAt: null }, select: { organizationId: true, role: true } }
		}
	});
	return mintActor({
		kind: 'user',
		userId,
		sessionId: userId,
		displayName: person.displayName,
		locale: person.locale === 'fr' ? 'fr' : 'en',
		staffRoles: person.roleAssignments as HeldRole[],
		memberships: person.memberships as { organizationId: string; role: MembershipRole }[]
	});
}

/** Whom to print links for, in the order to print. */
export function labelsOf(cast: StaffCast): { label: string; userId: string }[] {
	return (Object.entries(STAFF) as [StaffName, Staff][]).map(([key, person]) => ({
		label: `${person.label} (${person.name})`,
		userId: cast[key].userId
	}));
}
