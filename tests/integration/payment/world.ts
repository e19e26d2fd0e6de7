import { setTimeout as pause } from 'node:timers/promises';
import { mintActor, systemActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import type { Authority } from '#lib/domain/access/delegation.ts';
import type { HeldRole, MembershipRole, StaffRole } from '#lib/domain/access/roles.ts';
import { awardAccount, programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import { isProblem, Refusal, type Problem } from '#lib/domain/problem.ts';
import {
	acceptAgreement,
	prepareAgreement,
	proposeAgreement,
	signAgreement
} from '#lib/features/agreement/commands.server.ts';
import { templateSettingName } from '#lib/features/agreement/schema.ts';
import {
	certifyDisbursement,
	confirmPaymentEvidence,
	dispatchDisbursement,
	draftDisbursement,
	recordPaymentEvidence,
	requisitionDisbursement
} from '#lib/features/payment/commands.server.ts';
import { planInstalments } from '#lib/features/payment/instalments.server.ts';
import { enterPayeeAccount, verifyPayeeAccount } from '#lib/features/payment/payee.server.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { dayColumn } from '#lib/server/db/day.ts';
import { postEntry } from '#lib/server/db/ledger.ts';
import { transact } from '#lib/server/db/transact.ts';
import { AWARENESS_AGREEMENT_TEMPLATE } from '../../../prisma/seed/definitions/agreement.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';

/*
 * A program with money, its people with their delegations, a recipient with its people, and one announced award of
 * $1,000.00 for 2026-2027. Every act from the agreement on goes through the commands, as the product does.
 */

export const FISCAL_YEAR = 2026;
export const NOW = new Date('2026-11-24T15:00:00Z');
export const TODAY = '2026-11-24';
export const AWARDED = 100_000n;
export const FIRST = 60_000n;
export const VOTED = 1_000_000n;

let made = 0;

/** A moment of its own each time, `minutes` after the story's beginning. */
export function at(minutes = 0): Moment {
	made += 1;
	const now = new Date(NOW.getTime() + minutes * 60_000);
	return seededMoment(now, `payment ${made} of worker ${process.env['VITEST_POOL_ID'] ?? ''}`);
}

export type World = Awaited<ReturnType<typeof makeWorld>>;

export async function makeWorld() {
	leavesUnchecked(
		['budget.ceiling'],
		'this world posts its ceilings straight into the ledger, without budget entries of a person'
	);
	const moment = at();
	const id = (): string => moment.random.uuid();
	const tag = id().slice(-8);
	const programId = id();
	const organizationId = id();
	const otherOrganizationId = id();
	const awardId = id();
	const now = moment.now;

	const person = (name: string, held: { staff?: StaffRole; member?: MembershipRole; of?: string }) => {
		const staffRoles: HeldRole[] = held.staff ? [{ role: held.staff, programId }] : [];
		const memberships = held.member ? [{ organizationId: held.of ?? organizationId, role: held.member }] : [];
		const actor = mintActor({
			kind: 'user',
			userId: id(),
			sessionId: id(),
			displayName: name,
			locale: 'en',
			staffRoles,
			memberships
		});
		return actor;
	};
	const people = {
		officer: person('Odile Officer', { staff: 'program_officer' }),
		manager: person('Mina Manager', { staff: 'program_manager' }),
		finance: person('Femi Finance', { staff: 'finance_officer' }),
		secondFinance: person('Farah Finance', { staff: 'finance_officer' }),
		director: person('Dana Director', { staff: 'director' }),
		observer: person('Olive Observer', { staff: 'observer' }),
		auditor: person('Amir Auditor', { staff: 'auditor' }),
		owner: person('Wren Owner', { member: 'owner' }),
		signatory: person('Sage Signatory', { member: 'signatory' }),
		reader: person('Rae Reader', { member: 'reader' }),
		stranger: person('Sol Stranger', { member: 'owner', of: otherOrganizationId })
	};
	const delegation = { s32: id(), transaction: id(), s34: id(), s33: id() };

	await transact(async (tx) => {
		await tx.user.createMany({
			data: Object.entries(people).map(([name, actor]) => ({
				id: actor.userId,
				email: `${name.toLowerCase()}.${tag}@example.org`,
				displayName: actor.displayName,
				locale: 'en',
				status: 'active',
				createdAt: now
			}))
		});
		const strategyId = id();
		await tx.strategy.create({
			data: {
				id: strategyId,
				code: `S-${tag}`,
				titleEn: 'Strategy',
				titleFr: 'Stratégie',
				startsOn: dayColumn('2026-04-01'),
				endsOn: dayColumn('2031-03-31')
			}
		});
		await tx.program.create({
			data: {
				id: programId,
				strategyId,
				code: `P-${tag}`,
				nameEn: 'Awareness',
				nameFr: 'Sensibilisation',
				purposeEn: 'Purpose',
				purposeFr: 'But',
				instrument: 'contribution',
				method: 'competitive',
				funderKind: 'delivery_partner',
				stackingLimitBasisPoints: 10_000,
				administrationLimitBasisPoints: 1_500,
				createdAt: now
			}
		});
		for (const actor of Object.values(people)) {
			for (const held of actor.staffRoles) {
				await tx.roleAssignment.create({
					data: { id: id(), userId: actor.userId, role: held.role, programId, createdAt: now }
				});
			}
		}
		for (const [organization, name] of [
			[organizationId, 'Lantern House'],
			[otherOrganizationId, 'Another House']
		] as const) {
			await tx.organization.create({
				data: {
					id: organization,
					legalName: `${name} ${tag}`,
					province: 'ON',
					kind: 'not_for_profit',
					language: 'en',
					createdAt: now
				}
			});
		}
		for (const actor of Object.values(people)) {
			for (const held of actor.memberships) {
				await tx.membership.create({
					data: { id: id(), organizationId: held.organizationId, userId: actor.userId, role: held.role, createdAt: now }
				});
			}
		}
		const grant = (delegationId: string, actor: UserActor, authority: Authority, limitMinor: bigint | null) => ({
			id: delegationId,
			number: `D-${delegationId.slice(-6)}`,
			userId: actor.userId,
			authority,
			positionEn: 'Position',
			positionFr: 'Poste',
			instrument: 'Instrument',
			programId,
			limitMinor,
			validFrom: new Date('2026-04-01T04:00:00Z'),
			validTo: new Date('2027-04-01T04:00:00Z'),
			createdAt: now
		});
		await tx.delegation.createMany({
			data: [
				grant(delegation.s32, people.finance, 's32_commitment', null),
				grant(delegation.transaction, people.director, 'transaction', 500_000n),
				grant(delegation.s34, people.manager, 's34_certification', 500_000n),
				grant(delegation.s33, people.finance, 's33_requisition', 500_000n)
			]
		});
		const formDefinitionId = id();
		const rubricId = id();
		const opportunityId = id();
		const applicationId = id();
		await tx.formDefinition.create({
			data: { id: formDefinitionId, key: `f-${tag}`, version: 1, definition: {}, createdAt: now }
		});
		await tx.rubric.create({ data: { id: rubricId, key: `r-${tag}`, version: 1, definition: {}, createdAt: now } });
		await tx.opportunity.create({
			data: {
				id: opportunityId,
				programId,
				code: `O-${tag}`,
				titleEn: 'Call',
				titleFr: 'Appel',
				summaryEn: 'Summary',
				summaryFr: 'Résumé',
				content: {},
				status: 'draft',
				opensAt: new Date('2026-05-01T13:00:00Z'),
				opensWall: '2026-05-01T09:00',
				closesAt: new Date('2026-07-01T03:59:00Z'),
				closesWall: '2026-06-30T23:59',
				zone: 'America/Toronto',
				tzVersion: process.versions['tz'] ?? '',
				maximumMinor: 500_000n,
				firstFiscalYear: FISCAL_YEAR,
				fiscalYearCount: 1,
				reviewersPerApplication: 2,
				decisionExpectedOn: dayColumn('2026-10-30'),
				formDefinitionId,
				rubricId,
				createdAt: now
			}
		});
		await tx.application.create({
			data: {
				id: applicationId,
				reference: `26-${tag}`,
				opportunityId,
				organizationId,
				formDefinitionId,
				status: 'draft',
				title: 'Lights on',
				locale: 'en',
				createdAt: now,
				createdById: people.owner.userId
			}
		});
		await postEntry(tx, moment, {
			verb: 'plan',
			debit: programAccount('planned', programId, FISCAL_YEAR),
			credit: programAccount('reservable', programId, FISCAL_YEAR),
			amount: cad(VOTED),
			actor: systemActor('test'),
			reason: 'Reference level',
			subject: { type: 'program', id: programId }
		});
		await postEntry(tx, moment, {
			verb: 'vote',
			debit: programAccount('voted', programId, FISCAL_YEAR),
			credit: programAccount('available', programId, FISCAL_YEAR),
			amount: cad(VOTED),
			actor: systemActor('test'),
			reason: 'Main Estimates',
			subject: { type: 'program', id: programId }
		});
		await tx.award.create({
			data: {
				id: awardId,
				number: `A-26-${tag}`,
				applicationId,
				programId,
				organizationId,
				status: 'offered',
				awardedAmountMinor: AWARDED,
				decidedById: people.director.userId,
				decisionDelegationId: delegation.transaction,
				decidedAt: now,
				offeredAt: now
			}
		});
		await tx.awardYear.create({
			data: {
				id: id(),
				awardId,
				fiscalYear: FISCAL_YEAR,
				amountMinor: AWARDED,
				standing: 'committed',
				certifiedById: people.finance.userId,
				certificationDelegationId: delegation.s32,
				certifiedAt: now
			}
		});
		await postEntry(tx, moment, {
			verb: 'commit',
			debit: programAccount('available', programId, FISCAL_YEAR),
			credit: awardAccount('committed', programId, awardId, FISCAL_YEAR),
			amount: cad(AWARDED),
			actor: systemActor('test'),
			reason: 'Award',
			subject: { type: 'award', id: awardId }
		});
		await tx.setting.create({
			data: { name: templateSettingName(`P-${tag}`), value: AWARENESS_AGREEMENT_TEMPLATE, updatedAt: now }
		});
	}, moment);
	return { tag, people, programId, organizationId, otherOrganizationId, awardId, delegation };
}

/** The officer's form as the door parses it: $600 due today, $400 in the new year. */
export function plan(world: World, changes: Partial<Parameters<typeof prepareAgreement>[1]> = {}) {
	return {
		awardId: world.awardId,
		version: 0,
		startsOn: TODAY,
		endsOn: '2027-03-31',
		dueOn1: TODAY,
		amount1: cad(FIRST),
		dueOn2: '2027-02-01',
		amount2: cad(AWARDED - FIRST),
		dueOn3: null,
		amount3: null,
		dueOn4: null,
		amount4: null,
		...changes
	};
}

export async function latestAgreement(world: World) {
	return database().agreement.findFirstOrThrow({
		where: { awardId: world.awardId },
		orderBy: { number: 'desc' },
		include: { signatures: true }
	});
}

/** Prepared, proposed, and signed for the funder. */
export async function offer(world: World): Promise<string> {
	await prepareAgreement(world.people.officer, plan(world), at(1));
	const { contentHash } = await latestAgreement(world);
	await proposeAgreement(world.people.officer, { awardId: world.awardId, contentHash }, at(2));
	await signAgreement(world.people.director, { awardId: world.awardId, contentHash }, at(3));
	return contentHash;
}

/** As `offer`, accepted by the signatory and with its instalments planned. */
export async function bringIntoForce(world: World): Promise<void> {
	const contentHash = await offer(world);
	await acceptAgreement(
		world.people.signatory,
		{ awardId: world.awardId, contentHash, position: 'Executive Director', agree: 'yes' },
		at(4)
	);
	const { id } = await latestAgreement(world);
	await planInstalments(id, at(5));
}

export const NUMBERS = { institution: '001', transit: '00123', account: '1234567' };

export async function enterAccount(
	world: World,
	numbers = NUMBERS,
	actor: Actor = world.people.owner
): Promise<string> {
	const { payeeAccountId } = await enterPayeeAccount(
		actor,
		{ organizationId: world.organizationId, ...numbers },
		at(6)
	);
	return payeeAccountId;
}

export const CALL = {
	calledOn: TODAY,
	spokeWith: 'Wren',
	numberSource: 'The registration of 2025',
	readBack: 'yes' as const
};

export async function verifyAccount(world: World, payeeAccountId: string): Promise<void> {
	await verifyPayeeAccount(world.people.finance, payeeAccountId, CALL, at(7));
}

/** In force, with a verified account and its first instalment ready. */
export async function makeReady(world: World): Promise<void> {
	await bringIntoForce(world);
	await verifyAccount(world, await enterAccount(world));
}

export async function firstInstalment(world: World) {
	return database().instalment.findFirstOrThrow({ where: { awardId: world.awardId, number: 1 } });
}

export async function draftPayment(world: World): Promise<string> {
	const instalment = await firstInstalment(world);
	const { disbursementId } = await draftDisbursement(world.people.officer, { instalmentId: instalment.id }, at(8));
	return disbursementId;
}

export async function paymentOf(disbursementId: string) {
	return database().disbursement.findUniqueOrThrow({
		where: { id: disbursementId },
		include: { signatures: true, attempts: true, evidence: true }
	});
}

export async function certify(
	world: World,
	disbursementId: string,
	actor: Actor = world.people.manager
): Promise<void> {
	const { bindingHash } = await paymentOf(disbursementId);
	await certifyDisbursement(actor, disbursementId, { bindingHash, statement: 'I certify.' }, at(9));
}

export async function requisition(world: World, disbursementId: string, actor: Actor = world.people.finance) {
	const { bindingHash } = await paymentOf(disbursementId);
	await requisitionDisbursement(actor, disbursementId, { bindingHash, statement: 'I requisition.' }, at(10));
}

/** Certified, requisitioned and dispatched: ready for its evidence. */
export async function dispatched(world: World): Promise<string> {
	await makeReady(world);
	const disbursementId = await draftPayment(world);
	await certify(world, disbursementId);
	await requisition(world, disbursementId);
	const { bindingHash } = await paymentOf(disbursementId);
	await dispatchDisbursement(world.people.finance, disbursementId, { bindingHash }, at(11));
	return disbursementId;
}

export async function record(
	world: World,
	disbursementId: string,
	actor: Actor = world.people.finance
): Promise<string> {
	const evidence = { method: 'direct_deposit' as const, reference: 'DD 1', paidOn: TODAY };
	const { evidenceId } = await recordPaymentEvidence(actor, disbursementId, evidence, at(12));
	return evidenceId;
}

export async function pay(world: World): Promise<string> {
	const disbursementId = await dispatched(world);
	const evidenceId = await record(world, disbursementId);
	await confirmPaymentEvidence(world.people.secondFinance, disbursementId, { evidenceId }, at(13));
	return disbursementId;
}

/** The code a command refused with, or `done` when it did not. */
export async function refusalOf(act: () => Promise<unknown>): Promise<string> {
	return (await problemOf(act))?.code ?? 'done';
}

export async function problemOf(act: () => Promise<unknown>): Promise<Problem | null> {
	try {
		const result = await act();
		return isProblem(result) ? result : null;
	} catch (error) {
		if (error instanceof Refusal) return error.problem;
		throw error;
	}
}

/** Lets what other connections began go on. */
export const breathe = (): Promise<void> => pause(20);
