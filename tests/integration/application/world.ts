/*
 * The awareness program as it is published, organizations with their people, and a draft that is ready to send: built
 * through the commands, from the definitions that the demonstration uses.
 */
import { mintActor, systemActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import type { HeldRole, MembershipRole } from '#lib/domain/access/roles.ts';
import { Refusal, type Problem } from '#lib/domain/problem.ts';
import { startApplication } from '#lib/features/application/commands.server.ts';
import { saveSection } from '#lib/features/application/answers.server.ts';
import { attachFile } from '#lib/features/application/attachments.server.ts';
import { saveBudgetLine } from '#lib/features/application/budget.server.ts';
import { storeFormDefinitionWithin } from '#lib/features/form/commands.server.ts';
import { draftOpportunityWithin, publishOpportunityWithin } from '#lib/features/opportunity/commands.server.ts';
import { registerOrganization } from '#lib/features/organization/commands.server.ts';
import { createProgramWithin } from '#lib/features/program/commands.server.ts';
import { createStrategyWithin } from '#lib/features/strategy/commands.server.ts';
import { cad } from '#lib/domain/money/money.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import {
	AWARENESS_CONTENT,
	AWARENESS_FORM,
	AWARENESS_OPPORTUNITY,
	AWARENESS_PROGRAM,
	DEMONSTRATION_STRATEGY
} from '../../../prisma/seed/definitions/awareness.ts';
import { AWARENESS_RUBRIC } from '../../../prisma/seed/definitions/rubric.ts';

export type Person = Actor & UserActor;

/** While the opportunity is open. */
export const OPEN = new Date('2026-12-01T15:00:00Z');
/** The written minute of the deadline, 23:59 Eastern on January 14, 2027. */
export const LAST_MINUTE = new Date('2027-01-15T04:59:00Z');

let count = 0;

/** A moment of its own, `seconds` after `from`. */
export function at(from: Date = OPEN, seconds = 0): Moment {
	count += 1;
	return seededMoment(
		new Date(from.getTime() + seconds * 1000),
		`application ${count} of ${process.env['VITEST_POOL_ID']}`
	);
}

/** The problem that a command refuses with; fails the test when it does not refuse. */
export async function refusalOf(work: Promise<unknown>): Promise<Problem> {
	try {
		await work;
	} catch (thrown) {
		if (thrown instanceof Refusal) return thrown.problem;
		throw thrown;
	}
	throw new Error('the command did not refuse');
}

/** A confirmed person, as the door would mint one. */
export async function person(
	name: string,
	held: { staffRoles?: HeldRole[]; memberships?: { organizationId: string; role: MembershipRole }[] } = {}
): Promise<Person> {
	const { random, now } = at();
	const userId = random.uuid();
	await database().user.create({
		data: {
			id: userId,
			email: `${name.toLowerCase().replaceAll(' ', '.')}.${userId.slice(-6)}@example.ca`,
			displayName: name,
			locale: 'en',
			status: 'active',
			emailConfirmedAt: now,
			createdAt: now
		}
	});
	for (const role of held.staffRoles ?? []) {
		await database().roleAssignment.create({ data: { id: random.uuid(), userId, ...role, createdAt: now } });
	}
	for (const membership of held.memberships ?? []) {
		await database().membership.create({ data: { id: random.uuid(), userId, ...membership, createdAt: now } });
	}
	return actorFor(userId, name, held);
}

export function actorFor(
	userId: string,
	displayName: string,
	held: { staffRoles?: HeldRole[]; memberships?: { organizationId: string; role: MembershipRole }[] }
): Person {
	return mintActor({
		kind: 'user',
		userId,
		sessionId: userId,
		displayName,
		locale: 'en',
		staffRoles: held.staffRoles ?? [],
		memberships: held.memberships ?? []
	});
}

/** The published opportunity of the awareness program. */
export async function publishAwareness(code = AWARENESS_OPPORTUNITY.code) {
	const seed = systemActor('test');
	const moment = at(new Date('2026-10-01T12:00:00Z'));
	return transactAs(seed, async (tx) => {
		const suffix = code === AWARENESS_OPPORTUNITY.code ? '' : `-${code}`;
		const { strategyId } = await createStrategyWithin(
			tx,
			seed,
			{ ...DEMONSTRATION_STRATEGY, code: `${DEMONSTRATION_STRATEGY.code}${suffix}` },
			moment
		);
		const program = { ...AWARENESS_PROGRAM, strategyId, code: `${AWARENESS_PROGRAM.code}${suffix}` };
		const { programId } = await createProgramWithin(tx, seed, program, moment);
		const form = { ...AWARENESS_FORM, key: `${AWARENESS_FORM.key}${suffix}` };
		const { formDefinitionId } = await storeFormDefinitionWithin(tx, seed, form, moment);
		const rubricId = moment.random.uuid();
		await tx.rubric.create({
			data: {
				id: rubricId,
				key: `${AWARENESS_RUBRIC.key}${suffix}`,
				version: 1,
				definition: AWARENESS_RUBRIC as unknown as Prisma.InputJsonObject,
				createdAt: moment.now
			}
		});
		const input = { ...AWARENESS_OPPORTUNITY, content: AWARENESS_CONTENT, programId, formDefinitionId, rubricId, code };
		const { opportunityId } = await draftOpportunityWithin(tx, seed, input, moment);
		await publishOpportunityWithin(tx, seed, opportunityId, moment);
		return { programId, opportunityId, code };
	});
}

/** An organization registered by its owner. */
export async function organization(name: string) {
	const founder = await person(`${name} owner`);
	const registered = await registerOrganization(
		founder,
		{
			legalName: name,
			operatingName: null,
			businessNumber: null,
			province: 'NS',
			kind: 'not_for_profit',
			language: 'en',
			mandate: null,
			publicName: null,
			publicCity: null,
			publicDescription: null
		},
		at()
	);
	if (registered.outcome !== 'registered') throw new Error(`${name} is already here`);
	const { organizationId } = registered;
	const memberships = [{ organizationId, role: 'owner' as const }];
	return { organizationId, owner: actorFor(founder.userId, founder.displayName, { memberships }) };
}

/** Answers that leave nothing open, by section. */
export const ANSWERS: Record<string, Record<string, string | string[]>> = {
	campaign: {
		title: 'Tea on Saturday',
		summary: 'We meet crews where they shop and hand out a card in four languages.',
		trafficking_forms: ['LAB', 'CLB']
	},
	people: {
		audience: ['migrant_workers', 'frontline'],
		people_reached: '400',
		reach: 'local',
		remote: 'no',
		region: 'Annapolis Valley, Nova Scotia',
		campaign_languages: 'English, Spanish, Tagalog'
	},
	plan: {
		channels: 'At the grocery store on Saturday night, from people who worked on those farms.',
		evaluation: 'Cards asked for, calls made, and what the crews say in spring.'
	},
	care: {
		lived_experience: 'prefer_not_to_answer',
		survivor_part: 'Two advisors decide on every text and are paid by the hour.',
		safeguards: 'Consent first; nobody is asked for a story; a nurse is on call.'
	},
	budget: { other_government_funding: '0' },
	declarations: {
		declaration_true: 'accepted',
		declaration_languages: 'accepted',
		declaration_lobbying: 'accepted'
	}
};

/** The input of one section, as a page drawn from these versions would post it. */
export function sectionInput(
	sectionKey: string,
	typed: Record<string, string | string[]>,
	versions: Record<string, number> = {}
) {
	const keys = Object.keys(typed);
	return {
		sectionKey,
		typed: Object.fromEntries(keys.map((key) => [key, [typed[key] ?? ''].flat()])),
		versions: Object.fromEntries(keys.map((key) => [key, versions[key] ?? 0]))
	};
}

const LINE = {
	description: 'Printing of cards',
	costCategory: 'materials',
	costType: 'direct',
	fiscalYear: 2026,
	cost: cad(500_000n),
	requested: cad(450_000n)
} as const;

/** A small PDF, by its content. */
export const PDF = Buffer.from('%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n');

export async function* bytes(content: Uint8Array): AsyncGenerator<Uint8Array> {
	yield content;
}

/** A draft with every answer, a budget and its letter. */
export async function readyDraft(owner: Person, organizationId: string, code: string): Promise<string> {
	const { applicationId } = await startApplication(
		owner,
		{ opportunityCode: code, organizationId, locale: 'en' },
		at()
	);
	for (const [key, typed] of Object.entries(ANSWERS)) {
		const saved = await saveSection(owner, applicationId, sectionInput(key, typed), at());
		if (saved.problems.length + saved.unfit.length > 0) throw new Error(`section ${key} is not as meant`);
	}
	await saveBudgetLine(owner, applicationId, LINE, at());
	await attachFile(owner, applicationId, 'letter_of_support', { name: 'letter.pdf', content: bytes(PDF) }, at());
	return applicationId;
}
