import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '#lib/domain/problem.ts';
import {
	assignReviewers,
	declareConflict,
	giveFileBack,
	saveScore,
	submitReview
} from '#lib/features/review/commands.server.ts';
import {
	assignmentsForReviewer,
	conflictQuestionFor,
	fileForReviewer,
	panelForStaff,
	panelMeans
} from '#lib/features/review/queries.server.ts';
import { loadConfig } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { readAs } from '#lib/server/db/transact.ts';
import {
	makeApplication,
	makePerson,
	makeWorld,
	nextMoment,
	type MadeApplication,
	type Person,
	type World
} from './world.ts';

let world: World;

beforeAll(async () => {
	world = await makeWorld('rev', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
});

async function refusalOf(act: Promise<unknown>): Promise<string> {
	const refused = await act.then(
		() => null,
		(error: unknown) => error
	);
	if (!(refused instanceof Refusal)) throw new Error('nothing was refused', { cause: refused });
	return refused.problem.code;
}

const ASKS = { thisYearMinor: 10_000_00n, nextYearMinor: 5_000_00n };

async function underReview(
	count = 2
): Promise<{ application: MadeApplication; held: { person: Person; id: string }[] }> {
	const application = await makeApplication(world, ASKS);
	const people = world.reviewers.slice(0, count);
	await assignReviewers(
		world.officer,
		application.id,
		{ reviewers: people.map((person) => person.userId) },
		nextMoment()
	);
	const rows = await database().reviewAssignment.findMany({ where: { applicationId: application.id } });
	const held = people.map((person) => {
		const row = rows.find((candidate) => candidate.reviewerId === person.userId);
		return { person, id: row?.id ?? '' };
	});
	return { application, held };
}

const none = { declaration: 'none', reason: '' } as const;

async function judge(person: Person, id: string, need: string, plan: string): Promise<void> {
	await saveScore(person, id, { criterion: 'need', points: need, comment: 'because' }, nextMoment());
	await saveScore(person, id, { criterion: 'plan', points: plan, comment: 'because' }, nextMoment());
}

async function statusOf(applicationId: string): Promise<string> {
	return (await database().application.findUniqueOrThrow({ where: { id: applicationId } })).status;
}

/** What the runtime's own role reads with plain SQL while acting as this person. */
async function rowsAs(person: Person, sql: string, values: unknown[]): Promise<unknown[]> {
	const client = new pg.Client({ connectionString: loadConfig().databaseAppUrl });
	await client.connect();
	try {
		await client.query('begin');
		await client.query("select set_config('hearth.actor', $1, true)", [person.userId]);
		return (await client.query(sql, values)).rows;
	} finally {
		await client.end();
	}
}

describe('asking reviewers', () => {
	test('the first reviewers asked bring an eligible application under review', async () => {
		const { application } = await underReview();
		expect(await statusOf(application.id)).toBe('under_review');
	});

	test('each reviewer has a number of their own in this application, from 1 on', async () => {
		const { application } = await underReview(3);
		const rows = await database().reviewAssignment.findMany({ where: { applicationId: application.id } });
		expect(rows.map((row) => row.reviewerNumber).sort()).toEqual([1, 2, 3]);
	});

	test('nobody is asked twice for one application', async () => {
		const { application, held } = await underReview();
		const again = assignReviewers(
			world.officer,
			application.id,
			{ reviewers: [held[0]?.person.userId ?? ''] },
			nextMoment()
		);
		expect(await refusalOf(again)).toBe('choice_unknown');
	});

	test('a member of the applicant is never asked', async () => {
		const application = await makeApplication(world, ASKS);
		const insider = await makePerson(
			'Insider',
			[{ role: 'reviewer', programId: world.programId }],
			[{ organizationId: application.organizationId, role: 'reader' }]
		);
		const act = assignReviewers(world.officer, application.id, { reviewers: [insider.userId] }, nextMoment());
		expect(await refusalOf(act)).toBe('choice_unknown');
		expect(await statusOf(application.id)).toBe('eligible');
	});

	test('only the program office asks: a reviewer may not, and to a stranger the application does not exist', async () => {
		const application = await makeApplication(world, ASKS);
		const [reviewer] = world.reviewers as [Person];
		const stranger = await makePerson('Stranger');
		for (const person of [reviewer, stranger]) {
			const act = assignReviewers(person, application.id, { reviewers: [reviewer.userId] }, nextMoment());
			expect(await refusalOf(act)).toBe('not_found');
		}
	});
});

describe('the conflict question', () => {
	test('no file opens before it is answered', async () => {
		const { held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		expect(await refusalOf(fileForReviewer(person, id))).toBe('conflict_undeclared');
		const score = saveScore(person, id, { criterion: 'need', points: '4', comment: '' }, nextMoment());
		expect(await refusalOf(score)).toBe('conflict_undeclared');
	});

	test('it shows every organization of the opportunity by name in alphabetical order, and none beside the file', async () => {
		const { held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		const question = await conflictQuestionFor(person, id, 'en');
		const sorted = [...question.organizationNames].sort((a, b) => a.localeCompare(b, 'en-CA'));
		expect(question.organizationNames).toEqual(sorted);
		expect(question.organizationNames.length).toBeGreaterThan(1);
	});

	test.each([
		['conflict', 'My sister works there'],
		['withheld', '']
	] as const)(
		'a conflict (%s) recuses for good: the file never opens, by page or by command',
		async (declaration, reason) => {
			const { held } = await underReview();
			const { person, id } = held[0] as { person: Person; id: string };
			await declareConflict(person, id, { declaration, reason }, nextMoment());
			expect(await refusalOf(fileForReviewer(person, id))).toBe('not_found');
			expect(
				await refusalOf(declareConflict(person, id, none, nextMoment()).then(() => fileForReviewer(person, id)))
			).toBe('not_found');
			const row = await database().reviewAssignment.findUniqueOrThrow({ where: { id } });
			expect(row.status).toBe('recused');
		}
	);

	test('a named conflict says what it is; a withheld one does not', async () => {
		const { held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		const unnamed = declareConflict(person, id, { declaration: 'conflict', reason: '' }, nextMoment());
		expect(await refusalOf(unnamed)).toBe('required');
	});

	test('the reason of a conflict stands in no fact of the trail', async () => {
		const { held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		await declareConflict(person, id, { declaration: 'conflict', reason: 'A private matter' }, nextMoment());
		const event = await database().auditEvent.findFirstOrThrow({
			where: { name: 'conflict.declared', actorUserId: person.userId },
			orderBy: { id: 'desc' }
		});
		expect(JSON.stringify(event.facts)).not.toContain('private');
	});

	test('a file of another reviewer is not found', async () => {
		const { held } = await underReview();
		const [first, second] = held as [{ person: Person; id: string }, { person: Person; id: string }];
		expect(await refusalOf(conflictQuestionFor(second.person, first.id, 'en'))).toBe('not_found');
		expect(await refusalOf(declareConflict(second.person, first.id, none, nextMoment()))).toBe('not_found');
	});
});

describe('reading blind', () => {
	test('the file holds no organization, no file name and no answer that is kept from reviewers', async () => {
		const { application, held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		await declareConflict(person, id, none, nextMoment());
		const file = await fileForReviewer(person, id);
		const all = JSON.stringify(file, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
		const { legalName } = await database().organization.findUniqueOrThrow({
			where: { id: application.organizationId }
		});
		expect(all).not.toContain(legalName);
		expect(all).not.toContain('A withheld name');
		expect(all).toContain('Tea');
		expect(file.region).toBe('atlantic');
	});
});

describe('hiding the others until yours is in', () => {
	test('a fellow reviewer sees nothing before both are in, neither by page nor with plain SQL', async () => {
		const { application, held } = await underReview();
		const [first, second] = held as [{ person: Person; id: string }, { person: Person; id: string }];
		for (const { person, id } of held) await declareConflict(person, id, none, nextMoment());
		await judge(first.person, first.id, '5', '5');
		await submitReview(first.person, first.id, 'All of it', nextMoment());
		await judge(second.person, second.id, '2', '2');

		const before = await fileForReviewer(second.person, second.id);
		expect(before.panel).toBeNull();
		const sql = `select r.id from review r join review_assignment a on a.id = r.assignment_id
			where a.application_id = $1 and a.reviewer_id <> $2`;
		const scores = `select s.id from score s join review r on r.id = s.review_id
			join review_assignment a on a.id = r.assignment_id where a.application_id = $1 and a.reviewer_id <> $2`;
		expect(await rowsAs(second.person, sql, [application.id, second.person.userId])).toEqual([]);
		expect(await rowsAs(second.person, scores, [application.id, second.person.userId])).toEqual([]);

		await submitReview(second.person, second.id, '', nextMoment());
		const after = await fileForReviewer(second.person, second.id);
		expect(after.panel?.map((review) => review.isOwn).sort()).toEqual([false, true]);
		expect(await rowsAs(second.person, sql, [application.id, second.person.userId])).toHaveLength(1);
		expect(JSON.stringify(after.panel, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v))).not.toContain(
			first.person.displayName
		);
	});

	test('an application without an actor shows no review to anyone', async () => {
		const client = new pg.Client({ connectionString: loadConfig().databaseAppUrl });
		await client.connect();
		try {
			expect((await client.query('select 1 from review')).rows).toEqual([]);
			expect((await client.query('select 1 from score')).rows).toEqual([]);
		} finally {
			await client.end();
		}
	});

	test('a reviewer of another application reads nothing of this one', async () => {
		const { application, held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		await declareConflict(person, id, none, nextMoment());
		await judge(person, id, '3', '3');
		const [, , third] = world.reviewers as [Person, Person, Person];
		const rows = await rowsAs(
			third,
			'select r.id from review r join review_assignment a on a.id = r.assignment_id where a.application_id = $1',
			[application.id]
		);
		expect(rows).toEqual([]);
	});
});

describe('judging', () => {
	test('"I cannot judge this one" needs its reason and leaves the average as it is', async () => {
		const { application, held } = await underReview();
		for (const { person, id } of held) await declareConflict(person, id, none, nextMoment());
		const [first, second] = held as [{ person: Person; id: string }, { person: Person; id: string }];
		const silent = saveScore(
			first.person,
			first.id,
			{ criterion: 'plan', points: 'cannot', comment: '' },
			nextMoment()
		);
		expect(await refusalOf(silent)).toBe('required');
		await judge(first.person, first.id, '4', 'cannot');
		await submitReview(first.person, first.id, '', nextMoment());
		await judge(second.person, second.id, '5', '3');
		await submitReview(second.person, second.id, '', nextMoment());
		const panel = await panelForStaff(world.officer, application.id, 'en');
		// 4.0000 alone, and 0.6 × 5 + 0.4 × 3 = 4.2000: their mean is 4.1000.
		expect(panel.mean).toBe(41_000n);
	});

	test('points outside 1 to 5 and criteria that do not exist are refused', async () => {
		const { held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		await declareConflict(person, id, none, nextMoment());
		const bad = (points: string, criterion = 'need') =>
			refusalOf(saveScore(person, id, { criterion, points, comment: '' }, nextMoment()));
		expect(await bad('0')).toBe('score_out_of_range');
		expect(await bad('6')).toBe('score_out_of_range');
		expect(await bad('4.5')).toBe('score_out_of_range');
		expect(await bad('')).toBe('required');
		expect(await bad('3', 'nothing')).toBe('not_found');
	});

	test('a review with an open criterion is not submitted', async () => {
		const { held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		await declareConflict(person, id, none, nextMoment());
		await saveScore(person, id, { criterion: 'need', points: '4', comment: '' }, nextMoment());
		expect(await refusalOf(submitReview(person, id, '', nextMoment()))).toBe('score_missing');
	});

	test('a submitted review stays as it is', async () => {
		const { held } = await underReview();
		const { person, id } = held[0] as { person: Person; id: string };
		await declareConflict(person, id, none, nextMoment());
		await judge(person, id, '4', '4');
		await submitReview(person, id, '', nextMoment());
		const change = saveScore(person, id, { criterion: 'need', points: '1', comment: '' }, nextMoment());
		expect(await refusalOf(change)).toBe('transition_not_allowed');
		expect(await refusalOf(submitReview(person, id, '', nextMoment()))).toBe('transition_not_allowed');
	});

	test('the application is reviewed when as many reviews are in as the opportunity asks for', async () => {
		const { application, held } = await underReview();
		for (const { person, id } of held) {
			expect(await statusOf(application.id)).toBe('under_review');
			await declareConflict(person, id, none, nextMoment());
			await judge(person, id, '4', '4');
			await submitReview(person, id, '', nextMoment());
		}
		expect(await statusOf(application.id)).toBe('reviewed');
	});

	test('a file given back, without a reason, ends the wait for it', async () => {
		const { application, held } = await underReview(3);
		for (const { person, id } of held) await declareConflict(person, id, none, nextMoment());
		for (const { person, id } of held.slice(0, 2)) {
			await judge(person, id, '3', '4');
			await submitReview(person, id, '', nextMoment());
		}
		expect(await statusOf(application.id)).toBe('under_review');
		const last = held[2] as { person: Person; id: string };
		await giveFileBack(last.person, last.id, nextMoment());
		expect(await statusOf(application.id)).toBe('reviewed');
		expect(await refusalOf(fileForReviewer(last.person, last.id))).toBe('not_found');
		const list = await assignmentsForReviewer(last.person);
		expect(list.find((file) => file.id === last.id)?.isOpen).toBe(false);
	});

	test('officers read scores by number and who was asked by name, never one beside the other', async () => {
		const { application, held } = await underReview();
		for (const { person, id } of held) {
			await declareConflict(person, id, none, nextMoment());
			await judge(person, id, '4', '4');
			await submitReview(person, id, '', nextMoment());
		}
		const panel = await panelForStaff(world.officer, application.id, 'en');
		expect(panel.reviews.map((review) => review.reviewerNumber)).toEqual([1, 2]);
		expect(panel.people.map((person) => Object.keys(person).sort())).toEqual(
			panel.people.map(() => ['key', 'name', 'since', 'status'])
		);
		expect(JSON.stringify(panel.reviews, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v))).not.toMatch(
			/Reviewer \d/
		);
	});

	test('an auditor and a director read scores and how many were asked, and never who', async () => {
		const auditor = await makePerson('Auditor', [{ role: 'auditor', programId: null }]);
		const { application, held } = await underReview();
		for (const { person, id } of held) {
			await declareConflict(person, id, none, nextMoment());
			await judge(person, id, '4', '4');
			await submitReview(person, id, '', nextMoment());
		}
		for (const viewer of [auditor, world.director]) {
			const panel = await panelForStaff(viewer, application.id, 'en');
			expect(panel).toMatchObject({ people: [], candidates: [], submittedCount: 2, standingCount: 2, mean: 40_000n });
			expect(panel.reviews).toHaveLength(2);
			const all = JSON.stringify(panel, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));
			for (const { person } of held) expect(all).not.toContain(person.displayName);
		}
	});

	test('an officer who reviews the application too is shown nothing of the panel before scoring', async () => {
		const roles = (['program_officer', 'reviewer'] as const).map((role) => ({ role, programId: world.programId }));
		const both = await makePerson('Officer who reviews', roles);
		const { application, held } = await underReview(2);
		await assignReviewers(world.officer, application.id, { reviewers: [both.userId] }, nextMoment());
		const own = await database().reviewAssignment.findFirstOrThrow({
			where: { applicationId: application.id, reviewerId: both.userId }
		});
		for (const { person, id } of held) {
			await declareConflict(person, id, none, nextMoment());
			await judge(person, id, '5', '5');
			await submitReview(person, id, '', nextMoment());
		}
		const sql = `select r.id from review r join review_assignment a on a.id = r.assignment_id
			where a.application_id = $1 and a.reviewer_id <> $2`;
		const seen = async () => {
			const panel = await panelForStaff(both, application.id, 'en');
			const rows = await rowsAs(both, sql, [application.id, both.userId]);
			return [panel.reviews.length, panel.mean, panel.isClosedToViewer, rows.length];
		};
		expect(await seen()).toEqual([0, null, true, 0]);
		await declareConflict(both, own.id, none, nextMoment());
		await judge(both, own.id, '1', '1');
		expect(await seen()).toEqual([0, null, true, 0]);
		await submitReview(both, own.id, '', nextMoment());
		// (5 + 5 + 1) ÷ 3
		expect(await seen()).toEqual([3, 36_667n, false, 2]);
	});

	test('an officer with a conflict reads nothing of the panel, and no mean is counted without what is closed', async () => {
		const roles = (['program_officer', 'reviewer'] as const).map((role) => ({ role, programId: world.programId }));
		const both = await makePerson('Officer with a conflict', roles);
		const { application, held } = await underReview(2);
		await assignReviewers(world.officer, application.id, { reviewers: [both.userId] }, nextMoment());
		const own = await database().reviewAssignment.findFirstOrThrow({
			where: { applicationId: application.id, reviewerId: both.userId }
		});
		await declareConflict(both, own.id, { declaration: 'withheld', reason: '' }, nextMoment());
		for (const { person, id } of held) {
			await declareConflict(person, id, none, nextMoment());
			await judge(person, id, '5', '5');
			await submitReview(person, id, '', nextMoment());
		}
		expect((await panelForStaff(both, application.id, 'en')).reviews).toEqual([]);
		expect(await refusalOf(readAs(both, (tx) => panelMeans(tx, [application.id])))).toBe('panel_closed');
	});
});
