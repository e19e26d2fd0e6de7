import { beforeAll, describe, expect, test } from 'vitest';
import { database } from '#lib/server/db/client.ts';
import { readAs, transact, transactAs, type ActorIdentity, type Tx } from '#lib/server/db/transact.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';
import { expectRefusal } from './refused.ts';
import { makeStory, type Story } from './story.ts';

leavesUnchecked(['review_assignment.status'], 'assignments change below the commands, which would write the trail');
leavesUnchecked(['seal.opens'], 'who sees a row is asked here, and what stands in it is no sealed value');

let story: Story;
let location: string;
const user = (userId: string): ActorIdentity => ({ kind: 'user', userId });

async function writeReview(assignmentId: string, reviewerId: string): Promise<void> {
	const id = story.moment.random.uuid();
	await transactAs(user(reviewerId), async (tx) => {
		await tx.review.create({ data: { id, assignmentId, updatedAt: story.moment.now } });
		await tx.score.create({
			data: { id: story.moment.random.uuid(), reviewId: id, criterionKey: 'need', points: 4 }
		});
	});
}

async function submitReview(assignmentId: string, reviewerId: string): Promise<void> {
	await transactAs(user(reviewerId), async (tx) => {
		await tx.reviewAssignment.update({ where: { id: assignmentId }, data: { status: 'submitted' } });
		await tx.review.update({ where: { assignmentId }, data: { submittedAt: story.moment.now } });
	});
}

const counts = async (tx: Pick<Tx, 'sealedLocation' | 'review' | 'score' | 'payeeAccount'>) => ({
	sealed: await tx.sealedLocation.count(),
	reviews: await tx.review.count(),
	scores: await tx.score.count(),
	payees: await tx.payeeAccount.count()
});
const seen = (userId: string) => readAs(user(userId), counts);

beforeAll(async () => {
	story = await makeStory();
	const { people, ids, moment } = story;
	location = moment.random.uuid();
	await transactAs(user(people.owner), async (tx) => {
		await tx.location.create({
			data: {
				id: location,
				organizationId: ids.organization,
				class: 'sealed_site',
				label: 'Site 1',
				createdAt: moment.now
			}
		});
		await tx.sealedLocationReader.create({
			data: { locationId: location, userId: people.owner, namedById: people.owner, createdAt: moment.now }
		});
		await tx.sealedLocation.create({ data: { locationId: location, ciphertext: 'sealed', createdAt: moment.now } });
	});
	await writeReview(ids.assignment, people.reviewer);
	await writeReview(ids.otherAssignment, people.otherReviewer);
});

test('without an actor the walled tables are empty', async () => {
	const nothing = { sealed: 0, reviews: 0, scores: 0, payees: 0 };
	expect(await counts(database())).toEqual(nothing);
	expect(await transact(counts)).toEqual(nothing);
	expect(await seen(story.people.stranger)).toEqual(nothing);
});

test('an actor lasts for one transaction and does not stay on the connection', async () => {
	await Promise.all(Array.from({ length: 12 }, () => seen(story.people.owner)));
	const left = await Promise.all(Array.from({ length: 12 }, () => database().payeeAccount.count()));
	expect(new Set(left)).toEqual(new Set([0]));
});

describe('a sealed site', () => {
	test('is read by those an owner named, and by no officer or other member', async () => {
		const { people } = story;
		expect((await seen(people.owner)).sealed).toBe(1);
		for (const person of [people.signatory, people.reader, people.officer, people.manager, people.director]) {
			expect((await seen(person)).sealed).toBe(0);
		}
	});

	test('has readers named by an owner alone, among the members', async () => {
		const { people, moment } = story;
		const naming = (userId: string, namedById: string) =>
			transactAs(user(namedById), (tx) =>
				tx.sealedLocationReader.create({ data: { locationId: location, userId, namedById, createdAt: moment.now } })
			);
		await expectRefusal(naming(people.signatory, people.signatory), 'sealed_reader_named_by_owner');
		await expectRefusal(naming(people.officer, people.owner), 'sealed_reader_named_by_owner');
		await naming(people.reader, people.owner);
		expect((await seen(people.reader)).sealed).toBe(1);
	});

	test('closes to a reader the moment the membership ends', async () => {
		const { people, ids, moment } = story;
		await transact((tx) =>
			tx.membership.updateMany({
				where: { userId: people.reader, organizationId: ids.organization },
				data: { endedAt: moment.now }
			})
		);
		expect((await seen(people.reader)).sealed).toBe(0);
	});

	test('is written by an owner alone', async () => {
		const change = (userId: string) =>
			transactAs(user(userId), (tx) =>
				tx.sealedLocation.updateMany({ where: { locationId: location }, data: { ciphertext: 'other' } })
			);
		expect((await change(story.people.signatory)).count).toBe(0);
		expect((await change(story.people.officer)).count).toBe(0);
		expect((await change(story.people.owner)).count).toBe(1);
	});
});

describe('a review', () => {
	test('is its author’s and the officer’s until it is submitted; then the program’s; a fellow’s only when both are in', async () => {
		const { people, ids } = story;
		const reviews = async () => ({
			author: (await seen(people.reviewer)).reviews,
			fellow: (await seen(people.otherReviewer)).reviews,
			officer: (await seen(people.officer)).reviews,
			director: (await seen(people.director)).reviews,
			finance: (await seen(people.finance)).reviews,
			applicant: (await seen(people.owner)).reviews
		});
		expect(await reviews()).toEqual({ author: 1, fellow: 1, officer: 2, director: 0, finance: 0, applicant: 0 });
		await submitReview(ids.assignment, people.reviewer);
		expect(await reviews()).toEqual({ author: 1, fellow: 1, officer: 2, director: 1, finance: 0, applicant: 0 });
		await submitReview(ids.otherAssignment, people.otherReviewer);
		expect(await reviews()).toEqual({ author: 2, fellow: 2, officer: 2, director: 2, finance: 0, applicant: 0 });
		expect((await seen(people.director)).scores).toBe(2);
	});

	test('is scored by its author alone', async () => {
		const change = (userId: string) =>
			transactAs(user(userId), (tx) => tx.score.updateMany({ where: { points: 4 }, data: { comment: 'x' } }));
		expect((await change(story.people.officer)).count).toBe(0);
		expect((await change(story.people.reviewer)).count).toBe(1);
	});

	test('is not written in another’s name', async () => {
		const { people, ids, moment } = story;
		await transact((tx) =>
			tx.reviewAssignment.update({ where: { id: ids.assignment }, data: { status: 'in_progress' } })
		);
		const forged = transactAs(user(people.officer), (tx) =>
			tx.review.create({
				data: { id: moment.random.uuid(), assignmentId: ids.assignment, updatedAt: moment.now }
			})
		);
		await expectRefusal(forged, '42501');
	});
});

describe('a payee account', () => {
	test('is read by owner, signatory and the staff who pay, and by nobody else', async () => {
		const { people } = story;
		for (const person of [people.owner, people.signatory, people.officer, people.manager, people.finance]) {
			expect((await seen(person)).payees).toBe(1);
		}
		for (const person of [people.reader, people.reviewer, people.director, people.stranger]) {
			expect((await seen(person)).payees).toBe(0);
		}
	});

	test('is entered by owner or signatory, in their own name', async () => {
		const { people, ids, moment } = story;
		const enter = (userId: string, createdById = userId) =>
			transactAs(user(userId), (tx) =>
				tx.payeeAccount.create({
					data: {
						id: moment.random.uuid(),
						organizationId: ids.organization,
						ciphertext: 'sealed',
						lastThree: '456',
						fingerprint: 'x',
						status: 'unverified',
						createdAt: moment.now,
						createdById
					}
				})
			);
		await expectRefusal(enter(people.finance), '42501');
		await expectRefusal(enter(people.owner, people.signatory), '42501');
		await expectRefusal(enter(people.owner), 'payee_account_current_once');
	});
});

test('reading as an actor cannot write', async () => {
	await expectRefusal(
		readAs(user(story.people.owner), (tx) => tx.location.updateMany({ data: { label: 'x' } })),
		'25006'
	);
});
