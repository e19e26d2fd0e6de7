/*
 * A small world for the rules between screening and award: one program with its money, one opportunity, staff with
 * delegations, reviewers, and eligible applications as they were frozen. Rows are written directly, because the subjects
 * before have tests of their own; every act under test goes through its command.
 */
import { mintActor, systemActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import type { Authority } from '#lib/domain/access/delegation.ts';
import type { StaffRole } from '#lib/domain/access/roles.ts';
import type { FrozenContent } from '#lib/domain/application/content.ts';
import { programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import type { Rubric } from '#lib/domain/review/rubric.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { postEntry } from '#lib/server/db/ledger.ts';
import { transact } from '#lib/server/db/transact.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';

export type Person = Actor & UserActor;

/** Inside the fiscal year 2026-2027, so that 2026 is committed and 2027 reserved. */
export const NOW = new Date('2027-02-01T15:00:00Z');
export const THIS_YEAR = 2026;
export const NEXT_YEAR = 2027;

let step = 0;

/**
 * A moment of its own each time: a few seconds later, with its own randomness. The files of one worker share the count,
 * and all of them together stay within the day of `NOW`.
 */
export function nextMoment(): Moment {
	step += 1;
	return seededMoment(new Date(NOW.getTime() + step * 5_000), `test-${step}`);
}

const anchors = Object.fromEntries([1, 2, 3, 4, 5].map((points) => [points, { en: `${points}`, fr: `${points}` }]));

/** Two criteria, 60 and 40 percent: means are easy to count by hand. */
export const RUBRIC: Rubric = {
	key: 'test',
	version: 1,
	criteria: [
		{
			key: 'need',
			title: { en: 'Need', fr: 'Besoin' },
			weightBasisPoints: 6000,
			anchors: anchors as unknown as Rubric['criteria'][number]['anchors']
		},
		{
			key: 'plan',
			title: { en: 'Plan', fr: 'Plan' },
			weightBasisPoints: 4000,
			anchors: anchors as unknown as Rubric['criteria'][number]['anchors']
		}
	]
};

const FORM = {
	key: 'test',
	version: 1,
	title: { en: 'Form', fr: 'Formulaire' },
	sections: [
		{
			key: 'project',
			title: { en: 'Project', fr: 'Projet' },
			questions: [question('idea', false), question('signatory', true)]
		}
	]
};

function question(key: string, withheldFromReviewers: boolean) {
	const words = { en: key, fr: key };
	return { key, type: 'short_text', label: words, why: words, whoSees: words, required: true, withheldFromReviewers };
}

export type World = {
	programId: string;
	opportunityId: string;
	code: string;
	officer: Person;
	manager: Person;
	director: Person;
	reviewers: Person[];
};

/** How much of the current year is voted and of the next year planned, in minor units. */
export type WorldMoney = { votedMinor: bigint; plannedMinor: bigint };

/** A program, an opportunity that asks for two reviews an application, and its people. */
export async function makeWorld(name: string, money: WorldMoney): Promise<World> {
	leavesUnchecked(
		['budget.ceiling', 'opportunity.status', 'application.status'],
		'this world posts its ceilings straight into the ledger, and makes rows in the status that a test begins with'
	);
	const moment = nextMoment();
	const id = (): string => moment.random.uuid();
	const programId = id();
	const strategyId = id();
	await database().strategy.create({
		data: {
			id: strategyId,
			code: `S-${name}`,
			titleEn: 'S',
			titleFr: 'S',
			startsOn: new Date('2026-04-01'),
			endsOn: new Date('2031-03-31')
		}
	});
	await database().program.create({
		data: {
			id: programId,
			strategyId,
			code: `p-${name}`,
			nameEn: 'Program',
			nameFr: 'Programme',
			purposeEn: 'p',
			purposeFr: 'p',
			instrument: 'contribution',
			method: 'competitive',
			funderKind: 'federal_department',
			stackingLimitBasisPoints: 10_000,
			administrationLimitBasisPoints: 1_500,
			createdAt: moment.now
		}
	});
	await fundProgram(programId, money);
	const opportunityId = await makeOpportunity(programId, `27-${name}`);
	const people = {
		officer: await makePerson('Officer', [{ role: 'program_officer', programId }]),
		manager: await makePerson('Manager', [{ role: 'program_manager', programId }]),
		director: await makePerson('Director', [{ role: 'director', programId }]),
		reviewers: [] as Person[]
	};
	for (const number of [1, 2, 3]) {
		people.reviewers.push(await makePerson(`Reviewer ${number}`, [{ role: 'reviewer', programId }]));
	}
	await grant(people.manager, programId, 's32_commitment', null);
	await grant(people.director, programId, 'transaction', null);
	return { programId, opportunityId, code: `27-${name}`, ...people };
}

/** Votes the current year and plans both, through the ledger's own function. */
export async function fundProgram(programId: string, money: WorldMoney): Promise<void> {
	const moment = nextMoment();
	const actor = systemActor('seed');
	await transact(async (tx) => {
		for (const fiscalYear of [THIS_YEAR, NEXT_YEAR]) {
			await postEntry(tx, moment, {
				verb: 'plan',
				debit: programAccount('planned', programId, fiscalYear),
				credit: programAccount('reservable', programId, fiscalYear),
				amount: cad(money.plannedMinor),
				actor,
				reason: 'test',
				subject: { type: 'program', id: programId }
			});
		}
		await postEntry(tx, moment, {
			verb: 'vote',
			debit: programAccount('voted', programId, THIS_YEAR),
			credit: programAccount('available', programId, THIS_YEAR),
			amount: cad(money.votedMinor),
			actor,
			reason: 'test',
			subject: { type: 'program', id: programId }
		});
	});
}

export async function makeOpportunity(programId: string, code: string): Promise<string> {
	const moment = nextMoment();
	const id = moment.random.uuid();
	const formDefinitionId = moment.random.uuid();
	const rubricId = moment.random.uuid();
	await database().formDefinition.create({
		data: {
			id: formDefinitionId,
			key: `form-${code}`,
			version: 1,
			definition: FORM as unknown as Prisma.InputJsonObject,
			createdAt: moment.now
		}
	});
	await database().rubric.create({
		data: {
			id: rubricId,
			key: `rubric-${code}`,
			version: 1,
			definition: RUBRIC as unknown as Prisma.InputJsonObject,
			createdAt: moment.now
		}
	});
	await database().opportunity.create({
		data: {
			id,
			programId,
			code,
			titleEn: 'Call',
			titleFr: 'Appel',
			summaryEn: 's',
			summaryFr: 's',
			content: {},
			status: 'published',
			opensAt: new Date('2026-10-01T12:00:00Z'),
			opensWall: '2026-10-01T08:00',
			closesAt: new Date('2027-01-15T04:59:00Z'),
			closesWall: '2027-01-14T23:59',
			zone: 'America/Toronto',
			tzVersion: '2026c',
			maximumMinor: 100_000_000n,
			firstFiscalYear: THIS_YEAR,
			fiscalYearCount: 2,
			reviewersPerApplication: 2,
			decisionExpectedOn: new Date('2027-03-01'),
			formDefinitionId,
			rubricId,
			publishedAt: moment.now,
			createdAt: moment.now
		}
	});
	return id;
}

export async function makePerson(
	displayName: string,
	staffRoles: { role: StaffRole; programId: string | null }[] = [],
	memberships: Person['memberships'] = []
): Promise<Person> {
	const moment = nextMoment();
	const userId = moment.random.uuid();
	await database().user.create({
		data: {
			id: userId,
			email: `${userId}@example.ca`,
			displayName,
			locale: 'en',
			status: 'active',
			emailConfirmedAt: moment.now,
			createdAt: moment.now
		}
	});
	for (const { role, programId } of staffRoles) {
		await database().roleAssignment.create({
			data: { id: moment.random.uuid(), userId, role, programId, createdAt: moment.now }
		});
	}
	for (const { organizationId, role } of memberships) {
		await database().membership.create({
			data: { id: moment.random.uuid(), userId, organizationId, role, createdAt: moment.now }
		});
	}
	const sessionId = moment.random.uuid();
	return mintActor({ kind: 'user', userId, sessionId, displayName, locale: 'en', staffRoles, memberships });
}

let delegationCount = 0;

export async function grant(
	person: Person,
	programId: string | null,
	authority: Authority,
	limitMinor: bigint | null,
	validTo = new Date('2030-03-31T00:00:00Z')
): Promise<string> {
	const moment = nextMoment();
	delegationCount += 1;
	const id = moment.random.uuid();
	await database().delegation.create({
		data: {
			id,
			number: `D-${9000 + delegationCount}`,
			userId: person.userId,
			authority,
			positionEn: 'Position',
			positionFr: 'Poste',
			instrument: 'Instrument',
			programId,
			limitMinor,
			validFrom: new Date('2026-04-01T04:00:00Z'),
			validTo,
			createdAt: moment.now
		}
	});
	return id;
}

export type MadeApplication = { id: string; reference: string; organizationId: string; owner: Person };

let applicationCount = 0;

/** An application as an officer found it eligible, with what it asks of each year frozen in its last version. */
export async function makeApplication(
	world: Pick<World, 'opportunityId'>,
	asks: { thisYearMinor: bigint; nextYearMinor: bigint },
	status: 'eligible' | 'reviewed' = 'eligible'
): Promise<MadeApplication> {
	const moment = nextMoment();
	applicationCount += 1;
	const reference = `27-${String(1000 + applicationCount)}`;
	const organizationId = moment.random.uuid();
	const legalName = `Organization ${applicationCount}`;
	await database().organization.create({
		data: {
			id: organizationId,
			legalName,
			province: 'NS',
			kind: 'not_for_profit',
			language: 'en',
			createdAt: moment.now
		}
	});
	const owner = await makePerson(`Owner ${applicationCount}`, [], [{ organizationId, role: 'owner' }]);
	const opportunity = await database().opportunity.findUniqueOrThrow({ where: { id: world.opportunityId } });
	const id = moment.random.uuid();
	await database().application.create({
		data: {
			id,
			reference,
			opportunityId: world.opportunityId,
			organizationId,
			formDefinitionId: opportunity.formDefinitionId,
			status,
			title: `Project ${applicationCount}`,
			requestedAmountMinor: asks.thisYearMinor + asks.nextYearMinor,
			locale: 'fr',
			createdAt: moment.now,
			createdById: owner.userId,
			submittedAt: moment.now,
			submittedById: owner.userId
		}
	});
	const line = (fiscalYear: number, minor: bigint) => ({
		description: 'Line',
		costCategory: 'materials',
		costType: 'direct',
		fiscalYear,
		costMinor: minor.toString(),
		requestedMinor: minor.toString()
	});
	const content: FrozenContent = {
		form: { key: 'test', version: 1 },
		title: `Project ${applicationCount}`,
		locale: 'fr',
		organization: { legalName, province: 'NS', kind: 'not_for_profit' },
		answers: { idea: { '': 'Tea' }, signatory: { '': 'A withheld name' } },
		budgetLines: [line(THIS_YEAR, asks.thisYearMinor), line(NEXT_YEAR, asks.nextYearMinor)],
		attachments: [
			{
				questionKey: 'idea',
				fileId: moment.random.uuid(),
				name: `${legalName}.pdf`,
				mediaType: 'application/pdf',
				byteLength: 9
			}
		]
	};
	await database().applicationVersion.create({
		data: {
			id: moment.random.uuid(),
			applicationId: id,
			number: 1,
			submittedAt: moment.now,
			submittedById: owner.userId,
			content: content as unknown as Prisma.InputJsonObject,
			contentHash: 'a'.repeat(64)
		}
	});
	return { id, reference, organizationId, owner };
}
