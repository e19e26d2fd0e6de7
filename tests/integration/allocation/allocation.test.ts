import { beforeAll, describe, expect, test } from 'vitest';
import { Refusal, type Problem } from '#lib/domain/problem.ts';
import { certifyCommitment, prepareRound, recommendRound, saveLine } from '#lib/features/allocation/commands.server.ts';
import { lineForStaff, roundForStaff, type RoundLine } from '#lib/features/allocation/queries.server.ts';
import type { LineChange } from '#lib/features/allocation/schema.ts';
import { assignReviewers, declareConflict, saveScore, submitReview } from '#lib/features/review/commands.server.ts';
import { database } from '#lib/server/db/client.ts';
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
	type World
} from '../review/world.ts';

let world: World;

beforeAll(async () => {
	world = await makeWorld('alloc', { votedMinor: 100_000_00n, plannedMinor: 80_000_00n });
});

async function problemOf(act: Promise<unknown>): Promise<Problem> {
	const refused = await act.then(
		() => null,
		(error: unknown) => error
	);
	if (!(refused instanceof Refusal)) throw new Error('nothing was refused', { cause: refused });
	return refused.problem;
}

/** A fresh opportunity of the same program, whose applications are reviewed with these points. */
async function reviewed(
	name: string,
	asks: { points: string; thisYearMinor: bigint; nextYearMinor: bigint }[]
): Promise<{ code: string; applications: MadeApplication[] }> {
	const code = `27-${name}`;
	const opportunityId = await makeOpportunity(world.programId, code);
	const applications: MadeApplication[] = [];
	for (const { points, ...amounts } of asks) {
		const application = await makeApplication({ opportunityId }, amounts);
		const panel = world.reviewers.slice(0, 2);
		await assignReviewers(
			world.officer,
			application.id,
			{ reviewers: panel.map((person) => person.userId) },
			nextMoment()
		);
		for (const person of panel) {
			const { id } = await database().reviewAssignment.findFirstOrThrow({
				where: { applicationId: application.id, reviewerId: person.userId }
			});
			await declareConflict(person, id, { declaration: 'none', reason: '' }, nextMoment());
			for (const criterion of ['need', 'plan']) {
				await saveScore(person, id, { criterion, points, comment: '' }, nextMoment());
			}
			await submitReview(person, id, '', nextMoment());
		}
		applications.push(application);
	}
	return { code, applications };
}

async function linesOf(code: string): Promise<RoundLine[]> {
	return (await roundForStaff(world.officer, code, NOW)).round?.lines ?? [];
}

async function versionOf(code: string): Promise<number> {
	return (await roundForStaff(world.officer, code, NOW)).round?.version ?? -1;
}

function change(
	line: RoundLine,
	to: Partial<Omit<LineChange, 'amounts'>> & { thisYear?: string; nextYear?: string }
): LineChange {
	return {
		base: to.base ?? line.base,
		recommendation: to.recommendation ?? line.recommendation,
		reason: to.reason ?? (line.reason || 'A sound plan.'),
		amounts: new Map([
			[THIS_YEAR, to.thisYear ?? ''],
			[NEXT_YEAR, to.nextYear ?? '']
		])
	};
}

describe('preparing a round', () => {
	test('reviewed applications are ranked by the weighted mean of the panel, and what fits is proposed in that order', async () => {
		const { code, applications } = await reviewed('prep', [
			{ points: '3', thisYearMinor: 60_000_00n, nextYearMinor: 0n },
			{ points: '5', thisYearMinor: 50_000_00n, nextYearMinor: 10_000_00n },
			{ points: '4', thisYearMinor: 40_000_00n, nextYearMinor: 10_000_00n }
		]);
		await prepareRound(world.officer, code, nextMoment());
		const lines = await linesOf(code);
		expect(lines.map((line) => [line.rank, line.applicationId, line.scoreTenThousandths])).toEqual([
			[1, applications[1]?.id, 50_000],
			[2, applications[2]?.id, 40_000],
			[3, applications[0]?.id, 30_000]
		]);
		// 50 and 40 thousand fit into 100 thousand voted; the third would need 60 thousand more.
		expect(lines.map((line) => line.recommendation)).toEqual(['award', 'award', 'waitlist']);
		expect(lines.map((line) => line.recommendedMinor)).toEqual([60_000_00n, 50_000_00n, 0n]);
	});

	test('the page shows voted, promised, this round and left to the cent, the current year against the vote', async () => {
		const { code } = await reviewed('bar', [{ points: '4', thisYearMinor: 30_000_01n, nextYearMinor: 20_000_02n }]);
		await prepareRound(world.officer, code, nextMoment());
		const { round } = await roundForStaff(world.officer, code, NOW);
		expect(round?.years.map((year) => [year.fiscalYear, year.ceiling, year.thisRoundMinor, year.leftMinor])).toEqual([
			[THIS_YEAR, 'voted', 30_000_01n, 69_999_99n],
			[NEXT_YEAR, 'planned', 20_000_02n, 59_999_98n]
		]);
	});

	test('an application reviewed later joins the open round, and what a person wrote stays', async () => {
		const { code, applications } = await reviewed('later', [
			{ points: '3', thisYearMinor: 10_000_00n, nextYearMinor: 0n }
		]);
		await prepareRound(world.officer, code, nextMoment());
		const [line] = (await linesOf(code)) as [RoundLine];
		await saveLine(
			world.officer,
			line.id,
			change(line, { thisYear: '9,000.00', reason: 'Close to home.' }),
			nextMoment()
		);
		const application = await database().application.findUniqueOrThrow({ where: { id: applications[0]?.id ?? '' } });
		const later = await makeApplication(application, { thisYearMinor: 5_000_00n, nextYearMinor: 0n }, 'reviewed');
		await prepareRound(world.officer, code, nextMoment());
		const lines = await linesOf(code);
		expect(lines.map((one) => one.applicationId).sort()).toEqual([application.id, later.id].sort());
		expect(lines.find((one) => one.id === line.id)?.reason).toBe('Close to home.');
		expect(lines.find((one) => one.id === line.id)?.recommendedMinor).toBe(9_000_00n);
	});

	test('without a reviewed application there is no round', async () => {
		const code = '27-none';
		await makeOpportunity(world.programId, code);
		expect((await problemOf(prepareRound(world.officer, code, nextMoment()))).code).toBe('reviews_missing');
	});

	test('a reviewer may not see it, and to staff of another program it does not exist', async () => {
		const other = await makeWorld('other', { votedMinor: 1n, plannedMinor: 1n });
		const elsewhere = other.officer;
		const { code } = await reviewed('walls', [{ points: '3', thisYearMinor: 1_00n, nextYearMinor: 0n }]);
		for (const person of [world.reviewers[0], elsewhere]) {
			if (!person) throw new Error('no person');
			expect((await problemOf(prepareRound(person, code, nextMoment()))).code).toBe('not_found');
			expect((await problemOf(roundForStaff(person, code, NOW))).code).toBe('not_found');
		}
	});
});

describe('editing a line', () => {
	let code: string;
	let first: RoundLine;

	beforeAll(async () => {
		({ code } = await reviewed('edit', [
			{ points: '5', thisYearMinor: 60_000_00n, nextYearMinor: 60_000_00n },
			{ points: '4', thisYearMinor: 60_000_00n, nextYearMinor: 60_000_00n }
		]));
		await prepareRound(world.officer, code, nextMoment());
		[first] = (await linesOf(code)) as [RoundLine];
	});

	test('a round never goes over what is voted this year, not by a cent, and the refusal says by how much', async () => {
		const [, second] = (await linesOf(code)) as [RoundLine, RoundLine];
		const over = change(second, { recommendation: 'award', thisYear: '40 000,01' });
		const problem = await problemOf(saveLine(world.officer, second.id, over, nextMoment()));
		expect(problem).toMatchObject({
			code: 'over_voted',
			field: `amount-${THIS_YEAR}`,
			facts: { excess: 1n, year: THIS_YEAR, next: NEXT_YEAR }
		});
		await saveLine(
			world.officer,
			second.id,
			change(second, { recommendation: 'award', thisYear: '40 000,00' }),
			nextMoment()
		);
	});

	test('nor over what is planned for a later year', async () => {
		const [, second] = (await linesOf(code)) as [RoundLine, RoundLine];
		const over = change(second, { recommendation: 'award', thisYear: '1', nextYear: '20,000.01' });
		const problem = await problemOf(saveLine(world.officer, second.id, over, nextMoment()));
		expect(problem).toMatchObject({ code: 'over_planned', field: `amount-${NEXT_YEAR}`, facts: { excess: 1n } });
	});

	test('a line never gives more than its application asks', async () => {
		const [, second] = (await linesOf(code)) as [RoundLine, RoundLine];
		const over = change(second, { recommendation: 'award', thisYear: '120,000.01' });
		expect(await problemOf(saveLine(world.officer, second.id, over, nextMoment()))).toMatchObject({
			code: 'allocation_over_request',
			facts: { limit: 120_000_00n, actual: 120_000_01n }
		});
	});

	test('a funded line has an amount, and an amount that cannot be read is named at its year', async () => {
		const [line] = (await linesOf(code)) as [RoundLine];
		const empty = change(line, { recommendation: 'award' });
		expect((await problemOf(saveLine(world.officer, line.id, empty, nextMoment()))).code).toBe('money_zero');
		const words = change(line, { recommendation: 'award', thisYear: 'a lot' });
		expect(await problemOf(saveLine(world.officer, line.id, words, nextMoment()))).toMatchObject({
			code: 'money_invalid',
			field: `amount-${THIS_YEAR}`
		});
	});

	test('of two people at one line the second is told, and nothing of the first is lost', async () => {
		const [line] = (await linesOf(code)) as [RoundLine];
		await saveLine(
			world.officer,
			line.id,
			change(line, { thisYear: '50,000.00', reason: 'By the first.' }),
			nextMoment()
		);
		const late = change(line, { recommendation: 'decline', reason: 'By the second.' });
		expect((await problemOf(saveLine(world.manager, line.id, late, nextMoment()))).code).toBe('stale_version');
		const now = await lineForStaff(world.manager, code, line.id, 'en', NOW);
		expect(now.line.reason).toBe('By the first.');
		// Drawn from the line as it is now, the second one's text goes in.
		await saveLine(world.manager, line.id, { ...late, base: now.line.base }, nextMoment());
		expect((await lineForStaff(world.officer, code, line.id, 'en', NOW)).line.reason).toBe('By the second.');
	});

	test('two people at two lines do not disturb each other', async () => {
		const [one, two] = (await linesOf(code)) as [RoundLine, RoundLine];
		await saveLine(world.officer, one.id, change(one, { recommendation: 'waitlist', reason: 'One.' }), nextMoment());
		await saveLine(world.manager, two.id, change(two, { recommendation: 'waitlist', reason: 'Two.' }), nextMoment());
		expect((await linesOf(code)).map((line) => line.reason).sort()).toEqual(['One.', 'Two.']);
		expect(first.reason).toBe('');
	});
});

describe('recommending and certifying', () => {
	test('every line has its reason before a round is recommended; afterwards no line changes', async () => {
		const { code } = await reviewed('reco', [{ points: '4', thisYearMinor: 10_000_00n, nextYearMinor: 0n }]);
		await prepareRound(world.officer, code, nextMoment());
		const early = recommendRound(world.officer, code, await versionOf(code), nextMoment());
		expect((await problemOf(early)).code).toBe('allocation_reason_missing');
		const [line] = (await linesOf(code)) as [RoundLine];
		await saveLine(world.officer, line.id, change(line, { thisYear: '10,000.00' }), nextMoment());
		await recommendRound(world.officer, code, await versionOf(code), nextMoment());
		const [frozen] = (await linesOf(code)) as [RoundLine];
		const late = saveLine(world.officer, frozen.id, change(frozen, { thisYear: '1.00' }), nextMoment());
		expect((await problemOf(late)).code).toBe('transition_not_allowed');
	});

	test('a page drawn from an older round recommends nothing', async () => {
		const { code } = await reviewed('stale', [{ points: '4', thisYearMinor: 10_000_00n, nextYearMinor: 0n }]);
		await prepareRound(world.officer, code, nextMoment());
		const version = await versionOf(code);
		const [line] = (await linesOf(code)) as [RoundLine];
		await saveLine(world.officer, line.id, change(line, { thisYear: '10,000.00' }), nextMoment());
		expect((await problemOf(recommendRound(world.officer, code, version, nextMoment()))).code).toBe('stale_version');
	});

	test('section 32 is certified by delegation, for the amount of the current year; the delegation is kept', async () => {
		const { code } = await reviewed('s32', [{ points: '4', thisYearMinor: 10_000_00n, nextYearMinor: 5_000_00n }]);
		await prepareRound(world.officer, code, nextMoment());
		const [line] = (await linesOf(code)) as [RoundLine];
		await saveLine(world.officer, line.id, change(line, { thisYear: '10,000.00', nextYear: '5,000.00' }), nextMoment());
		await recommendRound(world.officer, code, await versionOf(code), nextMoment());

		const powerless = await makePerson('Powerless', [{ role: 'program_manager', programId: world.programId }]);
		const version = await versionOf(code);
		expect((await problemOf(certifyCommitment(powerless, code, version, nextMoment()))).code).toBe('delegation_none');
		await grant(powerless, world.programId, 's32_commitment', 9_999_99n);
		expect(await problemOf(certifyCommitment(powerless, code, version, nextMoment()))).toMatchObject({
			code: 'delegation_limit_too_low',
			facts: { limit: 9_999_99n, amount: 10_000_00n }
		});
		const past = await makePerson('Past', [{ role: 'program_manager', programId: world.programId }]);
		await grant(past, world.programId, 's32_commitment', null, new Date('2026-12-31T00:00:00Z'));
		expect((await problemOf(certifyCommitment(past, code, version, nextMoment()))).code).toBe(
			'delegation_not_in_force'
		);

		const enough = await grant(powerless, world.programId, 's32_commitment', 10_000_00n);
		await certifyCommitment(powerless, code, version, nextMoment());
		const row = await database().allocationRound.findFirstOrThrow({ where: { opportunity: { code } } });
		expect(row.commitmentDelegationId).toBe(enough);
		const twice = certifyCommitment(world.manager, code, await versionOf(code), nextMoment());
		expect((await problemOf(twice)).code).toBe('already_done');
	});

	test('who belongs to an applicant, or once did, writes no line, recommends nothing and certifies nothing', async () => {
		const { code, applications } = await reviewed('interest', [
			{ points: '5', thisYearMinor: 1_000_00n, nextYearMinor: 0n },
			{ points: '4', thisYearMinor: 1_000_00n, nextYearMinor: 0n }
		]);
		const { programId } = world;
		const former = await makePerson('Former member', [
			{ role: 'program_officer', programId },
			{ role: 'program_manager', programId }
		]);
		await grant(former, programId, 's32_commitment', null);
		await database().membership.create({
			data: {
				id: nextMoment().random.uuid(),
				organizationId: applications[0]?.organizationId ?? '',
				userId: former.userId,
				role: 'reader',
				createdAt: NOW,
				endedAt: NOW
			}
		});
		await prepareRound(world.officer, code, nextMoment());
		const [own, rival] = (await linesOf(code)) as [RoundLine, RoundLine];
		for (const line of [own, rival]) {
			const act = saveLine(former, line.id, change(line, { thisYear: '900.00' }), nextMoment());
			expect((await problemOf(act)).code).toBe('person_can_benefit');
			await saveLine(world.officer, line.id, change(line, { thisYear: '900.00' }), nextMoment());
		}
		const recommends = recommendRound(former, code, await versionOf(code), nextMoment());
		expect((await problemOf(recommends)).code).toBe('person_can_benefit');
		await recommendRound(world.officer, code, await versionOf(code), nextMoment());
		const certifies = certifyCommitment(former, code, await versionOf(code), nextMoment());
		expect((await problemOf(certifies)).code).toBe('person_can_benefit');
	});

	test('a director opens the round but certifies nothing', async () => {
		const { code } = await reviewed('who', [{ points: '4', thisYearMinor: 1_000_00n, nextYearMinor: 0n }]);
		await prepareRound(world.officer, code, nextMoment());
		const act = certifyCommitment(world.director, code, await versionOf(code), nextMoment());
		expect((await problemOf(act)).code).toBe('forbidden');
	});
});
