import { describe, expect, test } from 'vitest';
import { systemActor } from '#lib/domain/access/actor.ts';
import { programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import { Refusal, type Problem } from '#lib/domain/problem.ts';
import { certifyCommitment, prepareRound, recommendRound, saveLine } from '#lib/features/allocation/commands.server.ts';
import { roundForStaff } from '#lib/features/allocation/queries.server.ts';
import { withdrawApplication } from '#lib/features/application/commands.server.ts';
import { appropriationsForStaff, commitReserved } from '#lib/features/award/appropriation.server.ts';
import { startsAnother } from '#lib/features/allocation/labels.ts';
import { advanceAwardWithin, announceRound, decideRound } from '#lib/features/award/commands.server.ts';
import { awardForStaff, awardsForStaff, decisionForApplicant } from '#lib/features/award/queries.server.ts';
import { awardForRecipient, awardsForRecipient } from '#lib/features/agreement/queries.server.ts';
import { database, DatabaseBusy } from '#lib/server/db/client.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { postEntry } from '#lib/server/db/ledger.ts';
import { transact, transactAs } from '#lib/server/db/transact.ts';
import {
	grant,
	makeApplication,
	makeOpportunity,
	makePerson,
	makeWorld,
	nextMoment,
	NEXT_YEAR,
	NOW,
	THIS_YEAR,
	type MadeApplication,
	type Person,
	type World
} from '../review/world.ts';

async function problemOf(act: Promise<unknown>): Promise<Problem> {
	const refused = await act.then(
		() => null,
		(error: unknown) => error
	);
	if (!(refused instanceof Refusal)) throw new Error('nothing was refused', { cause: refused });
	return refused.problem;
}

async function versionOf(world: World, code: string): Promise<number> {
	return (await roundForStaff(world.officer, code, NOW)).round?.version ?? -1;
}

type Plan = { recommendation: 'award' | 'decline' | 'waitlist'; thisYear: string; nextYear: string };

/** A certified round whose applications each ask for what their line gives (or 1,000 dollars where it gives nothing). */
async function certifiedRound(world: World, code: string, plans: Plan[], preparer = world.officer) {
	const opportunityId = code === world.code ? world.opportunityId : await makeOpportunity(world.programId, code);
	const applications: MadeApplication[] = [];
	const cents = (text: string): bigint => BigInt(text === '' ? 0 : Math.round(Number(text) * 100));
	for (const plan of plans) {
		applications.push(
			await makeApplication(
				{ opportunityId },
				{ thisYearMinor: cents(plan.thisYear) || 1_000_00n, nextYearMinor: cents(plan.nextYear) },
				'reviewed'
			)
		);
	}
	await prepareRound(preparer, code, nextMoment());
	const { round } = await roundForStaff(world.officer, code, NOW);
	for (const [index, plan] of plans.entries()) {
		const line = round?.lines.find((candidate) => candidate.applicationId === applications[index]?.id);
		if (!line) throw new Error('no line');
		const amounts = new Map([
			[THIS_YEAR, plan.thisYear],
			[NEXT_YEAR, plan.nextYear]
		]);
		const { recommendation } = plan;
		const reason = `Reason ${index + 1}: ${recommendation}`;
		await saveLine(preparer, line.id, { base: line.base, recommendation, reason, amounts }, nextMoment());
	}
	await recommendRound(preparer, code, await versionOf(world, code), nextMoment());
	await certifyCommitment(world.manager, code, await versionOf(world, code), nextMoment());
	return applications;
}

async function balance(programId: string, fiscalYear: number, kind: string): Promise<bigint> {
	const accounts = await database().ledgerAccount.findMany({
		where: { programId, fiscalYear, kind },
		include: { balance: true }
	});
	return accounts.reduce((total, account) => total + (account.balance?.balanceMinor ?? 0n), 0n);
}

/** On a loaded machine a wait for a connection ends in "busy, try again": then the person does. */
async function untilServed<T>(act: () => Promise<T>): Promise<T> {
	for (;;) {
		try {
			return await act();
		} catch (error) {
			if (!(error instanceof DatabaseBusy)) throw error;
		}
	}
}

const decide = async (world: World, code: string, person: Person = world.director): Promise<void> =>
	decideRound(person, code, { version: await versionOf(world, code), note: '' }, nextMoment());

describe('the decision', () => {
	test('it makes the awards, commits the current year against the vote and reserves later years', async () => {
		const world = await makeWorld('decide', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		const [application] = await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '30000.01', nextYear: '20000.02' },
			{ recommendation: 'decline', thisYear: '', nextYear: '' }
		]);
		await decide(world, world.code);
		const award = await database().award.findUniqueOrThrow({
			where: { applicationId: application?.id ?? '' },
			include: { years: { orderBy: { fiscalYear: 'asc' } } }
		});
		expect(award.number).toBe(`A-${application?.reference}`);
		expect(award.awardedAmountMinor).toBe(50_000_03n);
		expect(award.years.map((year) => [year.fiscalYear, year.amountMinor, year.standing])).toEqual([
			[THIS_YEAR, 30_000_01n, 'committed'],
			[NEXT_YEAR, 20_000_02n, 'reserved']
		]);
		expect(award.years[0]?.certifiedById).toBe(world.manager.userId);
		expect(await balance(world.programId, THIS_YEAR, 'available')).toBe(69_999_99n);
		expect(await balance(world.programId, THIS_YEAR, 'committed')).toBe(30_000_01n);
		expect(await balance(world.programId, NEXT_YEAR, 'reservable')).toBe(79_999_98n);
		expect(await balance(world.programId, NEXT_YEAR, 'reserved')).toBe(20_000_02n);
		expect(await database().award.count({ where: { programId: world.programId } })).toBe(1);
	});

	test('whoever recommended the round does not decide it', async () => {
		const world = await makeWorld('two', { votedMinor: 100_000_00n, plannedMinor: 0n + 1n });
		const both = await makePerson('Both', [
			{ role: 'director', programId: world.programId },
			{ role: 'program_officer', programId: world.programId }
		]);
		await grant(both, world.programId, 'transaction', null);
		await certifiedRound(world, world.code, [{ recommendation: 'award', thisYear: '10', nextYear: '' }], both);
		expect((await problemOf(decide(world, world.code, both))).code).toBe('same_person');
		expect(await database().award.count({ where: { programId: world.programId } })).toBe(0);
		await decide(world, world.code);
	});

	test('without a delegation, or above its limit, nothing is decided and the refusal says which', async () => {
		const world = await makeWorld('power', { votedMinor: 100_000_00n, plannedMinor: 1n });
		await certifiedRound(world, world.code, [{ recommendation: 'award', thisYear: '5000', nextYear: '' }]);
		const director = await makePerson('New director', [{ role: 'director', programId: world.programId }]);
		expect(await problemOf(decide(world, world.code, director))).toMatchObject({
			code: 'delegation_none',
			facts: { authority: 'transaction' }
		});
		await grant(director, world.programId, 'transaction', 4_999_99n);
		expect(await problemOf(decide(world, world.code, director))).toMatchObject({
			code: 'delegation_limit_too_low',
			facts: { limit: 4_999_99n, amount: 5_000_00n }
		});
		const enough = await grant(director, world.programId, 'transaction', 5_000_00n);
		await decide(world, world.code, director);
		const award = await database().award.findFirstOrThrow({ where: { programId: world.programId } });
		expect(award.decisionDelegationId).toBe(enough);
	});

	test('what is reviewed after an announcement goes into another round, and the first is read as it was signed', async () => {
		const world = await makeWorld('another', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		await certifiedRound(world, world.code, [{ recommendation: 'award', thisYear: '1000', nextYear: '' }]);
		await decide(world, world.code);
		await announceRound(world.officer, world.code, await versionOf(world, world.code), nextMoment());
		expect((await roundForStaff(world.officer, world.code, NOW)).reviewedCount).toBe(0);
		await makeApplication(world, { thisYearMinor: 10_00n, nextYearMinor: 0n }, 'reviewed');
		const waiting = await roundForStaff(world.officer, world.code, NOW);
		expect(waiting).toMatchObject({ reviewedCount: 1, roundNumbers: [1], round: { number: 1, status: 'announced' } });
		expect(waiting.round && startsAnother(waiting, waiting.round)).toBe(true);
		await prepareRound(world.officer, world.code, nextMoment());
		expect((await roundForStaff(world.officer, world.code, NOW)).round).toMatchObject({ number: 2, status: 'open' });
		const first = await roundForStaff(world.officer, world.code, NOW, 1);
		expect(first.round).toMatchObject({
			number: 1,
			status: 'announced',
			hands: { decided: { name: expect.any(String) } }
		});
		expect(first.round && startsAnother(first, first.round)).toBe(false);
		expect((await problemOf(roundForStaff(world.officer, world.code, NOW, 3))).code).toBe('not_found');
	});

	test('nothing is decided before the funds are certified', async () => {
		const world = await makeWorld('uncert', { votedMinor: 100_000_00n, plannedMinor: 1n });
		await makeApplication(world, { thisYearMinor: 10_00n, nextYearMinor: 0n }, 'reviewed');
		await prepareRound(world.officer, world.code, nextMoment());
		const { round } = await roundForStaff(world.officer, world.code, NOW);
		const line = round?.lines[0];
		if (!line) throw new Error('no line');
		const change = {
			base: line.base,
			recommendation: 'award' as const,
			reason: 'Yes.',
			amounts: new Map([[THIS_YEAR, '10']])
		};
		await saveLine(world.officer, line.id, change, nextMoment());
		await recommendRound(world.officer, world.code, await versionOf(world, world.code), nextMoment());
		expect((await problemOf(decide(world, world.code))).code).toBe('commitment_uncertified');
	});

	test('funds certified before 1 April commit nothing after it: they are certified anew for the new year', async () => {
		const world = await makeWorld('april', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		const april = (minute: number): Moment =>
			seededMoment(new Date(Date.parse('2027-04-02T15:00:00Z') + minute * 60_000), `april-${minute}`);
		await certifiedRound(world, world.code, [{ recommendation: 'award', thisYear: '', nextYear: '90000' }]);
		await transact((tx) =>
			postEntry(tx, april(0), {
				verb: 'vote',
				debit: programAccount('voted', world.programId, NEXT_YEAR),
				credit: programAccount('available', world.programId, NEXT_YEAR),
				amount: cad(100_000_00n),
				actor: systemActor('seed'),
				reason: 'test',
				subject: { type: 'program', id: world.programId }
			})
		);
		const decideIn = async (minute: number) =>
			decideRound(world.director, world.code, { version: await versionOf(world, world.code), note: '' }, april(minute));
		expect((await problemOf(decideIn(1))).code).toBe('commitment_uncertified');
		expect((await roundForStaff(world.manager, world.code, april(1).now)).round).toMatchObject({
			isCertified: false,
			hands: { certified: null }
		});
		await certifyCommitment(world.manager, world.code, await versionOf(world, world.code), april(2));
		const twice = certifyCommitment(world.manager, world.code, await versionOf(world, world.code), april(3));
		expect((await problemOf(twice)).code).toBe('already_done');
		const certified = await database().auditEvent.findMany({
			where: { name: 'commitment.certified', programId: world.programId },
			orderBy: { id: 'asc' }
		});
		expect(certified.map(({ facts }) => facts)).toMatchObject([
			{ fiscalYear: THIS_YEAR, amountMinor: '0' },
			{ fiscalYear: NEXT_YEAR, amountMinor: '9000000' }
		]);
		await decideIn(4);
		expect(await balance(world.programId, NEXT_YEAR, 'committed')).toBe(90_000_00n);
		const year = await database().awardYear.findFirstOrThrow({ where: { award: { programId: world.programId } } });
		expect(year.certifiedAt).toEqual(april(2).now);
	});

	test('a former member of an organization that would be funded does not decide either', async () => {
		const world = await makeWorld('former', { votedMinor: 100_000_00n, plannedMinor: 1n });
		const [application] = await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '' }
		]);
		const moment = nextMoment();
		await database().membership.create({
			data: {
				id: moment.random.uuid(),
				organizationId: application?.organizationId ?? '',
				userId: world.director.userId,
				role: 'reader',
				createdAt: moment.now,
				endedAt: moment.now
			}
		});
		expect((await problemOf(decide(world, world.code))).code).toBe('person_can_benefit');
	});

	test('a member of an organization that would be funded does not decide', async () => {
		const world = await makeWorld('benefit', { votedMinor: 100_000_00n, plannedMinor: 1n });
		const [application] = await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '' }
		]);
		const insider = await makePerson(
			'Insider',
			[{ role: 'director', programId: world.programId }],
			[{ organizationId: application?.organizationId ?? '', role: 'reader' }]
		);
		await grant(insider, world.programId, 'transaction', null);
		expect((await problemOf(decide(world, world.code, insider))).code).toBe('person_can_benefit');
	});

	test('two presses decide once', async () => {
		const world = await makeWorld('twice', { votedMinor: 100_000_00n, plannedMinor: 1n });
		await certifiedRound(world, world.code, [{ recommendation: 'award', thisYear: '10', nextYear: '' }]);
		const version = await versionOf(world, world.code);
		const results = await Promise.allSettled(
			[1, 2, 3, 4].map(() => decideRound(world.director, world.code, { version, note: '' }, nextMoment()))
		);
		expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
		expect(await database().award.count({ where: { programId: world.programId } })).toBe(1);
	});

	test('fifty rounds decided at once never commit a cent above the vote', { timeout: 120_000 }, async () => {
		// Each round fits alone; of fifty rounds of 100 dollars and 1 cent, 1,000 dollars carry nine.
		const world = await makeWorld('fifty', { votedMinor: 1_000_00n, plannedMinor: 1n });
		const codes = Array.from({ length: 50 }, (_, index) => `27-f${index}`);
		for (const code of codes) {
			await certifiedRound(world, code, [{ recommendation: 'award', thisYear: '100.01', nextYear: '' }]);
		}
		const versions = await Promise.all(codes.map((code) => versionOf(world, code)));
		const results = await Promise.allSettled(
			codes.map((code, index) =>
				untilServed(() => decideRound(world.director, code, { version: versions[index] ?? -1, note: '' }, nextMoment()))
			)
		);
		const decided = results.filter((result) => result.status === 'fulfilled');
		const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
		expect(decided).toHaveLength(9);
		for (const reason of refused) {
			expect(reason).toBeInstanceOf(Refusal);
			expect((reason as Refusal).problem.code).toBe('over_voted');
		}
		expect(await balance(world.programId, THIS_YEAR, 'committed')).toBe(900_09n);
		expect(await balance(world.programId, THIS_YEAR, 'available')).toBe(99_91n);
		expect(await database().award.count({ where: { programId: world.programId } })).toBe(9);
	});
});

describe('the announcement', () => {
	test('applicants see nothing before it, and afterwards each sees the answer with its reason', async () => {
		const world = await makeWorld('news', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		const [awarded, declined, waitlisted] = (await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '5' },
			{ recommendation: 'decline', thisYear: '', nextYear: '' },
			{ recommendation: 'waitlist', thisYear: '', nextYear: '' }
		])) as [MadeApplication, MadeApplication, MadeApplication];
		await decide(world, world.code);

		const award = await database().award.findUniqueOrThrow({ where: { applicationId: awarded.id } });
		expect((await problemOf(awardForRecipient(awarded.owner, award.id))).code).toBe('not_found');
		expect(await awardsForRecipient(awarded.owner)).toEqual([]);
		expect(await decisionForApplicant(awarded.owner, awarded.id)).toBeNull();
		expect(await decisionForApplicant(declined.owner, declined.id)).toBeNull();
		for (const { id } of [awarded, declined, waitlisted]) {
			expect((await database().application.findUniqueOrThrow({ where: { id } })).status).toBe('reviewed');
		}
		expect(await database().mailMessage.count({ where: { toUserId: awarded.owner.userId } })).toBe(0);
		expect((await awardForStaff(world.officer, award.id)).offeredAt).toBeNull();

		await announceRound(world.officer, world.code, await versionOf(world, world.code), nextMoment());

		expect(await decisionForApplicant(awarded.owner, awarded.id)).toMatchObject({
			outcome: 'awarded',
			awardId: award.id,
			reason: 'Reason 1: award'
		});
		expect(await decisionForApplicant(declined.owner, declined.id)).toMatchObject({
			outcome: 'declined',
			awardId: null,
			reason: 'Reason 2: decline',
			reasonLocale: 'fr'
		});
		expect(await decisionForApplicant(waitlisted.owner, waitlisted.id)).toMatchObject({ outcome: 'waitlisted' });
		const seen = await awardForRecipient(awarded.owner, award.id);
		expect(seen.amountMinor).toBe(15_00n);
		expect(seen.years.map((year) => year.standing)).toEqual(['committed', 'reserved']);
		const mails = await database().mailMessage.findMany({
			where: { toUserId: { in: [awarded, declined, waitlisted].map((application) => application.owner.userId) } }
		});
		expect(mails.map((mail) => mail.template).sort()).toEqual(['application-news', 'application-news', 'award-news']);
		// A message holds a number and a link, never the answer or a person's words.
		expect(JSON.stringify(mails.map((mail) => mail.values))).not.toMatch(/Reason|declined|Organization/);
	});

	test('the award of another organization does not exist, before and after', async () => {
		const world = await makeWorld('other', { votedMinor: 100_000_00n, plannedMinor: 1n });
		const [first, second] = (await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '' },
			{ recommendation: 'award', thisYear: '10', nextYear: '' }
		])) as [MadeApplication, MadeApplication];
		await decide(world, world.code);
		await announceRound(world.officer, world.code, await versionOf(world, world.code), nextMoment());
		const award = await database().award.findUniqueOrThrow({ where: { applicationId: first.id } });
		expect((await problemOf(awardForRecipient(second.owner, award.id))).code).toBe('not_found');
		expect((await problemOf(decisionForApplicant(second.owner, first.id))).code).toBe('not_found');
		expect((await problemOf(awardForStaff(second.owner, award.id))).code).toBe('not_found');
		expect((await problemOf(awardsForStaff(second.owner, 1))).code).toBe('not_found');
	});

	test('a round is announced once, and only after it was decided', async () => {
		const world = await makeWorld('once', { votedMinor: 100_000_00n, plannedMinor: 1n });
		await certifiedRound(world, world.code, [{ recommendation: 'award', thisYear: '10', nextYear: '' }]);
		const announce = async () =>
			announceRound(world.officer, world.code, await versionOf(world, world.code), nextMoment());
		expect((await problemOf(announce())).code).toBe('transition_not_allowed');
		await decide(world, world.code);
		await announce();
		expect((await problemOf(announce())).code).toBe('transition_not_allowed');
	});
});

describe('an offer not taken up', () => {
	test('declined, its money goes back to the program in the same moment', async () => {
		const world = await makeWorld('back', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		const [application] = (await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '5' }
		])) as [MadeApplication];
		await decide(world, world.code);
		const { id } = await database().award.findUniqueOrThrow({ where: { applicationId: application.id } });
		const decline = () =>
			transactAs(application.owner, (tx) => advanceAwardWithin(tx, application.owner, id, 'decline', nextMoment()));
		// Before the announcement there is nothing to decline.
		expect((await problemOf(decline())).code).toBe('not_found');
		await announceRound(world.officer, world.code, await versionOf(world, world.code), nextMoment());
		await decline();
		expect(await balance(world.programId, THIS_YEAR, 'available')).toBe(100_000_00n);
		expect(await balance(world.programId, THIS_YEAR, 'committed')).toBe(0n);
		expect(await balance(world.programId, NEXT_YEAR, 'reservable')).toBe(100_000_00n);
		expect(await balance(world.programId, NEXT_YEAR, 'reserved')).toBe(0n);
	});

	test('withdrawn between decision and announcement, its money goes back and nobody is offered it', async () => {
		const world = await makeWorld('gone', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		const [application] = (await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '5' }
		])) as [MadeApplication];
		await decide(world, world.code);
		const { version } = await database().application.findUniqueOrThrow({ where: { id: application.id } });
		await withdrawApplication(application.owner, application.id, { version }, nextMoment());
		await announceRound(world.officer, world.code, await versionOf(world, world.code), nextMoment());
		expect(await balance(world.programId, THIS_YEAR, 'available')).toBe(100_000_00n);
		expect(await balance(world.programId, NEXT_YEAR, 'reservable')).toBe(100_000_00n);
		const award = await database().award.findUniqueOrThrow({ where: { applicationId: application.id } });
		expect(award).toMatchObject({ status: 'lapsed', offeredAt: null });
	});
});

describe('what was reserved for a year', () => {
	let seeds = 0;
	const april = (minute: number): Moment =>
		seededMoment(new Date(Date.parse('2027-04-02T15:00:00Z') + minute * 60_000), `reserved-${minute}-${(seeds += 1)}`);
	const vote = (world: World, minor: bigint, minute: number) =>
		transact((tx) =>
			postEntry(tx, april(minute), {
				verb: 'vote',
				debit: programAccount('voted', world.programId, NEXT_YEAR),
				credit: programAccount('available', world.programId, NEXT_YEAR),
				amount: cad(minor),
				actor: systemActor('seed'),
				reason: 'test',
				subject: { type: 'program', id: world.programId }
			})
		);

	test('is committed by delegation once the year has come and its vote carries all of it, and never in part', async () => {
		const world = await makeWorld('voted', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '2000.02' },
			{ recommendation: 'award', thisYear: '10', nextYear: '3000' }
		]);
		await decide(world, world.code);
		const { programId } = world;
		const total = 5_000_02n;
		const commit = (moment: Moment, person: Person = world.manager, totalMinor = total) =>
			commitReserved(person, { programId, fiscalYear: NEXT_YEAR, totalMinor }, moment);
		expect(await appropriationsForStaff(world.manager, NOW)).toEqual([]);
		expect((await problemOf(commit(nextMoment()))).code).toBe('guard_not_met');

		// The vote is a cent short: the awards are listed with what is missing, and nothing changes.
		await vote(world, total - 1n, 1);
		const [short] = await appropriationsForStaff(world.manager, april(2).now);
		expect(short).toMatchObject({
			fiscalYear: NEXT_YEAR,
			totalMinor: total,
			availableMinor: total - 1n,
			shortMinor: 1n
		});
		expect(short?.awards.map((award) => award.amountMinor).sort()).toEqual([2_000_02n, 3_000_00n]);
		expect(await problemOf(commit(april(2)))).toMatchObject({ code: 'over_voted', facts: { excess: 1n } });
		expect(await balance(programId, NEXT_YEAR, 'reserved')).toBe(total);

		await vote(world, 1n, 3);
		const powerless = await makePerson('Powerless', [{ role: 'finance_officer', programId }]);
		expect((await problemOf(commit(april(4), powerless))).code).toBe('delegation_none');
		await grant(powerless, programId, 's32_commitment', total - 1n);
		expect((await problemOf(commit(april(4), powerless))).code).toBe('delegation_limit_too_low');
		expect((await problemOf(commit(april(4), world.director))).code).toBe('forbidden');
		expect((await problemOf(commit(april(4), world.manager, total - 1n))).code).toBe('stale_version');
		await expect(
			commit({
				...april(4),
				failpoint: () => {
					throw new Error('stopped');
				}
			})
		).rejects.toThrow('stopped');
		expect(await balance(programId, NEXT_YEAR, 'committed')).toBe(0n);

		await commit(april(5));
		expect(await balance(programId, NEXT_YEAR, 'committed')).toBe(total);
		expect(await balance(programId, NEXT_YEAR, 'reserved')).toBe(0n);
		expect(await balance(programId, NEXT_YEAR, 'reservable')).toBe(100_000_00n);
		expect(await balance(programId, NEXT_YEAR, 'available')).toBe(0n);
		const years = await database().awardYear.findMany({ where: { fiscalYear: NEXT_YEAR, award: { programId } } });
		expect(years.map((year) => [year.standing, year.certifiedById, year.certifiedAt])).toEqual(
			years.map(() => ['committed', world.manager.userId, april(5).now])
		);
		expect((await problemOf(commit(april(6)))).code).toBe('already_done');
		expect(await appropriationsForStaff(world.manager, april(6).now)).toEqual([]);
	});

	test('is committed by nobody who belongs to one of the recipients, or once did', async () => {
		const world = await makeWorld('votedin', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		const [application] = await certifiedRound(world, world.code, [
			{ recommendation: 'award', thisYear: '10', nextYear: '5' }
		]);
		await decide(world, world.code);
		await vote(world, 5_00n, 1);
		const insider = await makePerson(
			'Insider',
			[{ role: 'finance_officer', programId: world.programId }],
			[{ organizationId: application?.organizationId ?? '', role: 'reader' }]
		);
		await grant(insider, world.programId, 's32_commitment', null);
		const input = { programId: world.programId, fiscalYear: NEXT_YEAR, totalMinor: 5_00n };
		expect((await problemOf(commitReserved(insider, input, april(2)))).code).toBe('person_can_benefit');
	});
});
