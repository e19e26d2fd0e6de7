import { createHash } from 'node:crypto';
import { systemActor } from '#lib/domain/access/actor.ts';
import { awardAccount, programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { seal } from '#lib/server/crypto/seal.ts';
import { postEntry } from '#lib/server/db/ledger.ts';
import { transact, transactAs, type Tx } from '#lib/server/db/transact.ts';

/*
 * Rows for tests of the walls, written as the runtime's role and below the commands: one program with money, its people
 * with their delegations, one organization with its people, one award in force and its first instalment.
 */

export const FISCAL_YEAR = 2026;
export const VOTED = 10_000_000n;
export const AWARDED = 4_000_000n;
export const INSTALMENT = 1_000_000n;
export const NOW = new Date('2026-11-24T15:00:00Z');

export type Story = Awaited<ReturnType<typeof makeStory>>;

/** SHA-256 in hexadecimal, for columns that hold one. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let count = 0;

/** A moment of its own for each story, so that no two share an id. */
export function storyMoment(now = NOW): Moment {
	count += 1;
	return seededMoment(now, `story ${count} of worker ${process.env['VITEST_POOL_ID']}`);
}

export async function makeStory(moment: Moment = storyMoment()) {
	const id = moment.random.uuid;
	const tag = moment.random.uuid().slice(-8);
	const people = {
		officer: id(),
		manager: id(),
		finance: id(),
		secondFinance: id(),
		director: id(),
		reviewer: id(),
		otherReviewer: id(),
		owner: id(),
		signatory: id(),
		reader: id(),
		stranger: id()
	};
	const ids = {
		strategy: id(),
		program: id(),
		form: id(),
		rubric: id(),
		opportunity: id(),
		organization: id(),
		application: id(),
		award: id(),
		awardYear: id(),
		instalment: id(),
		payee: id(),
		delegation: { s32: id(), transaction: id(), s34: id(), s33: id(), secondS33: id() },
		assignment: id(),
		otherAssignment: id()
	};
	const at = moment.now;
	await transact(async (tx) => {
		await tx.user.createMany({
			data: Object.entries(people).map(([name, userId]) => ({
				id: userId,
				email: `${name.toLowerCase()}.${tag}@example.org`,
				displayName: name,
				locale: 'en',
				status: 'active',
				createdAt: at
			}))
		});
		await tx.strategy.create({
			data: {
				id: ids.strategy,
				code: `S-${tag}`,
				titleEn: 'Strategy',
				titleFr: 'Stratégie',
				startsOn: at,
				endsOn: year(2031)
			}
		});
		await tx.program.create({
			data: {
				id: ids.program,
				strategyId: ids.strategy,
				code: `P-${tag}`,
				nameEn: 'Awareness',
				nameFr: 'Sensibilisation',
				purposeEn: 'Purpose',
				purposeFr: 'But',
				instrument: 'contribution',
				method: 'competitive',
				funderKind: 'delivery_partner',
				stackingLimitBasisPoints: 10000,
				administrationLimitBasisPoints: 1500,
				createdAt: at
			}
		});
		const role = (userId: string, name: string) => ({
			id: id(),
			userId,
			role: name,
			programId: ids.program,
			createdAt: at
		});
		await tx.roleAssignment.createMany({
			data: [
				role(people.officer, 'program_officer'),
				role(people.manager, 'program_manager'),
				role(people.finance, 'finance_officer'),
				role(people.secondFinance, 'finance_officer'),
				role(people.director, 'director'),
				role(people.reviewer, 'reviewer'),
				role(people.otherReviewer, 'reviewer')
			]
		});
		const delegation = (delegationId: string, userId: string, authority: string, limitMinor: bigint | null) => ({
			id: delegationId,
			number: `D-${delegationId.slice(-8)}`,
			userId,
			authority,
			positionEn: 'Position',
			positionFr: 'Poste',
			instrument: 'Instrument',
			programId: ids.program,
			limitMinor,
			validFrom: year(2026),
			validTo: year(2028),
			createdAt: at
		});
		await tx.delegation.createMany({
			data: [
				delegation(ids.delegation.s32, people.finance, 's32_commitment', null),
				delegation(ids.delegation.transaction, people.director, 'transaction', 20_000_000n),
				delegation(ids.delegation.s34, people.manager, 's34_certification', 5_000_000n),
				delegation(ids.delegation.s33, people.finance, 's33_requisition', 5_000_000n),
				delegation(ids.delegation.secondS33, people.manager, 's33_requisition', 5_000_000n)
			]
		});
		await tx.organization.create({
			data: {
				id: ids.organization,
				legalName: `House ${tag}`,
				province: 'ON',
				kind: 'not_for_profit',
				language: 'en',
				createdAt: at
			}
		});
		const member = (userId: string, name: string) => ({
			id: id(),
			organizationId: ids.organization,
			userId,
			role: name,
			createdAt: at
		});
		await tx.membership.createMany({
			data: [member(people.owner, 'owner'), member(people.signatory, 'signatory'), member(people.reader, 'reader')]
		});
		await tx.formDefinition.create({
			data: { id: ids.form, key: `f-${tag}`, version: 1, definition: {}, createdAt: at }
		});
		await tx.rubric.create({ data: { id: ids.rubric, key: `r-${tag}`, version: 1, definition: {}, createdAt: at } });
		await tx.opportunity.create({
			data: {
				id: ids.opportunity,
				programId: ids.program,
				code: `O-${tag}`,
				titleEn: 'Call',
				titleFr: 'Appel',
				summaryEn: 'Summary',
				summaryFr: 'Résumé',
				content: {},
				status: 'draft',
				opensAt: year(2026),
				opensWall: '2026-01-01T00:00',
				closesAt: year(2027),
				closesWall: '2026-12-31T23:59',
				zone: 'America/Toronto',
				tzVersion: process.versions['tz'] ?? '',
				maximumMinor: 5_000_000n,
				firstFiscalYear: FISCAL_YEAR,
				fiscalYearCount: 1,
				reviewersPerApplication: 2,
				decisionExpectedOn: year(2027),
				formDefinitionId: ids.form,
				rubricId: ids.rubric,
				createdAt: at
			}
		});
		await tx.application.create({
			data: {
				id: ids.application,
				reference: `26-${tag}`,
				opportunityId: ids.opportunity,
				organizationId: ids.organization,
				formDefinitionId: ids.form,
				status: 'draft',
				locale: 'en',
				createdAt: at,
				createdById: people.owner
			}
		});
		const assignment = (assignmentId: string, reviewerId: string, reviewerNumber: number) => ({
			id: assignmentId,
			applicationId: ids.application,
			reviewerId,
			reviewerNumber,
			status: 'in_progress',
			conflict: 'none',
			invitedAt: at,
			invitedById: people.officer
		});
		await tx.reviewAssignment.createMany({
			data: [assignment(ids.assignment, people.reviewer, 1), assignment(ids.otherAssignment, people.otherReviewer, 2)]
		});
		for (const subjectId of [ids.assignment, ids.otherAssignment]) {
			await recordEvent(tx, moment, {
				name: 'review.started',
				actor: systemActor('test'),
				subject: { type: 'application', id: ids.application },
				facts: { from: 'accepted', to: 'in_progress', assignmentId: subjectId }
			});
		}
		await tx.budgetEntry.create({
			data: {
				id: id(),
				programId: ids.program,
				fiscalYear: FISCAL_YEAR,
				ceiling: 'voted',
				source: 'main_estimates',
				amountMinor: VOTED,
				enteredOn: at,
				reason: 'Main Estimates',
				ledgerEntryId: await vote(tx, moment, ids.program, VOTED),
				createdAt: at
			}
		});
	}, moment);
	await transactAs(
		{ kind: 'user', userId: people.owner },
		async (tx) => {
			await tx.payeeAccount.create({
				data: {
					id: ids.payee,
					organizationId: ids.organization,
					ciphertext: seal('003-12345-1234123', { table: 'payee_account', column: 'ciphertext', row: ids.payee }),
					lastThree: '123',
					fingerprint: sha256('account'),
					status: 'unverified',
					createdAt: at,
					createdById: people.owner
				}
			});
			await recordEvent(tx, moment, {
				name: 'payeeAccount.entered',
				actor: systemActor('test'),
				subject: { type: 'organization', id: ids.organization },
				facts: { payeeAccountId: ids.payee, lastThree: '123' }
			});
		},
		moment
	);
	await transactAs(
		systemActor('seed'),
		async (tx) => {
			await tx.payeeAccount.update({
				where: { id: ids.payee },
				data: { status: 'verified', verifiedAt: at, verifiedById: people.finance }
			});
			await recordEvent(tx, moment, {
				name: 'payeeAccount.verified',
				actor: systemActor('test'),
				subject: { type: 'organization', id: ids.organization },
				facts: { payeeAccountId: ids.payee }
			});
		},
		moment
	);
	await transact(async (tx) => {
		await tx.award.create({ data: awardRow() });
		await tx.awardYear.create({ data: awardYearRow() });
		await tx.instalment.create({
			data: {
				id: ids.instalment,
				awardId: ids.award,
				number: 1,
				fiscalYear: FISCAL_YEAR,
				dueOn: at,
				amountMinor: INSTALMENT,
				status: 'planned'
			}
		});
		await commit(tx, moment, { program: ids.program, award: ids.award }, AWARDED);
	}, moment);

	function awardRow() {
		return {
			id: ids.award,
			number: `A-${tag}`,
			applicationId: ids.application,
			programId: ids.program,
			organizationId: ids.organization,
			status: 'offered',
			awardedAmountMinor: AWARDED,
			decidedById: people.director,
			decisionDelegationId: ids.delegation.transaction,
			decidedAt: at
		};
	}
	function awardYearRow() {
		return {
			id: ids.awardYear,
			awardId: ids.award,
			fiscalYear: FISCAL_YEAR,
			amountMinor: AWARDED,
			standing: 'committed',
			certifiedById: people.finance,
			certificationDelegationId: ids.delegation.s32,
			certifiedAt: at
		};
	}
	return { moment, tag, people, ids };
}

/** Puts money from the vote into the award. */
export function commit(
	tx: Tx,
	moment: Moment,
	scope: { program: string; award: string },
	minor: bigint
): Promise<string> {
	return postEntry(tx, moment, {
		verb: 'commit',
		debit: programAccount('available', scope.program, FISCAL_YEAR),
		credit: awardAccount('committed', scope.program, scope.award, FISCAL_YEAR),
		amount: cad(minor),
		actor: systemActor('test'),
		reason: 'Award',
		subject: { type: 'award', id: scope.award }
	});
}

function vote(tx: Tx, moment: Moment, program: string, minor: bigint): Promise<string> {
	return postEntry(tx, moment, {
		verb: 'vote',
		debit: programAccount('voted', program, FISCAL_YEAR),
		credit: programAccount('available', program, FISCAL_YEAR),
		amount: cad(minor),
		actor: systemActor('test'),
		reason: 'Main Estimates',
		subject: { type: 'program', id: program }
	});
}

/** Pays the award's instalment into the ledger, as the act that marks the disbursement paid does. */
export function disburse(tx: Tx, story: Story, disbursementId: string, minor: bigint): Promise<string> {
	return postEntry(tx, story.moment, {
		verb: 'disburse',
		debit: awardAccount('committed', story.ids.program, story.ids.award, FISCAL_YEAR),
		credit: awardAccount('paid', story.ids.program, story.ids.award, FISCAL_YEAR),
		amount: cad(minor),
		actor: systemActor('test'),
		reason: 'Payment',
		subject: { type: 'disbursement', id: disbursementId }
	});
}

/** A drafted disbursement of the instalment. */
export async function draft(story: Story, changes: { amountMinor?: bigint } = {}): Promise<string> {
	const id = story.moment.random.uuid();
	await transactAs(systemActor('test'), (tx) =>
		tx.disbursement.create({
			data: {
				id,
				number: `P-${id.slice(-10)}`,
				instalmentId: story.ids.instalment,
				awardId: story.ids.award,
				payeeAccountId: story.ids.payee,
				amountMinor: INSTALMENT,
				fiscalYear: FISCAL_YEAR,
				status: 'drafted',
				rail: 'manual',
				bindingHash: sha256(id),
				draftedById: story.people.officer,
				draftedAt: story.moment.now,
				...changes
			}
		})
	);
	return id;
}

export type Signing = {
	section?: 's34' | 's33';
	userId?: string;
	delegationId?: string;
	bindingHash?: string;
	signedAt?: Date;
};

/** Signs a section with the right person and delegation, except where `changes` says otherwise. */
export async function signSection(story: Story, disbursementId: string, section: 's34' | 's33', changes: Signing = {}) {
	const id = story.moment.random.uuid();
	await transact((tx) =>
		tx.disbursementSignature.create({
			data: {
				id,
				disbursementId,
				section,
				userId: section === 's34' ? story.people.manager : story.people.finance,
				position: 'Position',
				delegationId: section === 's34' ? story.ids.delegation.s34 : story.ids.delegation.s33,
				bindingHash: sha256(disbursementId),
				statement: 'Statement',
				signedAt: story.moment.now,
				...changes
			}
		})
	);
	return id;
}

export async function setStatus(disbursementId: string, status: string): Promise<void> {
	await transact((tx) => tx.disbursement.update({ where: { id: disbursementId }, data: { status } }));
}

/** Takes a disbursement to dispatched, signed by two people. */
export async function dispatch(story: Story): Promise<string> {
	const id = await draft(story);
	await signSection(story, id, 's34');
	await setStatus(id, 'certified');
	await signSection(story, id, 's33');
	await setStatus(id, 'requisitioned');
	await setStatus(id, 'dispatched');
	return id;
}

export async function recordEvidence(story: Story, disbursementId: string, recordedById: string): Promise<string> {
	const id = story.moment.random.uuid();
	await transact((tx) =>
		tx.paymentEvidence.create({
			data: {
				id,
				disbursementId,
				method: 'cheque',
				referenceText: '4711',
				paidOn: story.moment.now,
				recordedById,
				recordedAt: story.moment.now
			}
		})
	);
	return id;
}

export function year(number: number): Date {
	return new Date(`${number}-01-01T05:00:00Z`);
}

/** A sealed site of the organization, with the owner among its readers. */
export async function sealSite({ people, ids, moment }: Story): Promise<void> {
	const locationId = moment.random.uuid();
	const createdAt = moment.now;
	const ciphertext = seal('12 Harbour Lane', { table: 'sealed_location', column: 'ciphertext', row: locationId });
	await transactAs({ kind: 'user', userId: people.owner }, async (tx) => {
		await tx.location.create({
			data: { id: locationId, organizationId: ids.organization, class: 'sealed_site', label: 'Site 1', createdAt }
		});
		await tx.sealedLocationReader.create({
			data: { locationId, userId: people.owner, namedById: people.owner, createdAt }
		});
		await tx.sealedLocation.create({ data: { locationId, ciphertext, createdAt } });
	});
}
