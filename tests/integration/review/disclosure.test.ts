import { beforeAll, expect, test } from 'vitest';
import { Refusal } from '#lib/domain/problem.ts';
import { grantDisclosure } from '#lib/features/identity/disclosures.server.ts';
import { assignReviewers } from '#lib/features/review/commands.server.ts';
import { askWhoReviewed, lookWhoReviewed, reviewerDisclosureFor } from '#lib/features/review/disclosure.server.ts';
import { panelForStaff } from '#lib/features/review/queries.server.ts';
import { seededMoment, type Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { makeApplication, makePerson, makeWorld, nextMoment, type Person, type World } from './world.ts';

let world: World;
let auditor: Person;
let other: Person;
beforeAll(async () => {
	world = await makeWorld('disclosure', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
	auditor = await makePerson('Auditor', [{ role: 'auditor', programId: null }]);
	other = await makePerson('Second auditor', [{ role: 'auditor', programId: null }]);
});

async function refusalOf(act: Promise<unknown>): Promise<string> {
	const refused = await act.then(
		() => null,
		(error: unknown) => error
	);
	if (!(refused instanceof Refusal)) throw new Error('nothing was refused', { cause: refused });
	return refused.problem.code;
}

async function reviewedBy(count: number): Promise<string> {
	const { id } = await makeApplication(world, { thisYearMinor: 10_000_00n, nextYearMinor: 5_000_00n });
	const reviewers = world.reviewers.slice(0, count).map((person) => person.userId);
	await assignReviewers(world.officer, id, { reviewers }, nextMoment());
	return id;
}

const WHY = { disclosureReason: 'A complaint about a conflict' };
const after = (moment: Moment, hours: number): Moment =>
	seededMoment(new Date(moment.now.getTime() + hours * 60 * 60 * 1000), `after ${moment.now.toISOString()} ${hours}`);

test('who reviewed is shown to the auditor who asked, for that application, until the instant, and each look is kept', async () => {
	const application = await reviewedBy(2);
	const sibling = await reviewedBy(2);
	expect((await panelForStaff(auditor, application, 'en')).people).toEqual([]);
	expect(await refusalOf(lookWhoReviewed(auditor, application, nextMoment()))).toBe('disclosure_not_open');
	const { requestId } = await askWhoReviewed(auditor, application, WHY, nextMoment());
	const granted = nextMoment();
	await grantDisclosure(world.director, { request: requestId, hours: 2 }, granted);
	const seen = await lookWhoReviewed(auditor, application, after(granted, 1));
	expect(seen.map(({ name }) => name).sort()).toEqual(
		world.reviewers
			.slice(0, 2)
			.map((person) => person.displayName)
			.sort()
	);
	expect(await refusalOf(lookWhoReviewed(auditor, sibling, after(granted, 1)))).toBe('disclosure_not_open');
	expect(await refusalOf(lookWhoReviewed(other, application, after(granted, 1)))).toBe('disclosure_not_open');
	expect(await refusalOf(lookWhoReviewed(auditor, application, after(granted, 2)))).toBe('disclosure_not_open');
	expect((await reviewerDisclosureFor(auditor, application, after(granted, 2).now))?.state).toBe('over');
	const looks = await database().auditEvent.findMany({ where: { name: 'disclosure.used', subjectId: requestId } });
	expect(looks.map((event) => event.actorUserId)).toEqual([auditor.userId]);
	// The page itself stays by number: names come as the answer to a press, never with it.
	expect((await panelForStaff(auditor, application, 'en')).people).toEqual([]);
});

test('who sees the reviewers anyway, or may not ask, is offered no request', async () => {
	const application = await reviewedBy(1);
	expect(await reviewerDisclosureFor(world.officer, application, nextMoment().now)).toBeNull();
	expect(await reviewerDisclosureFor(world.director, application, nextMoment().now)).toBeNull();
	expect(await refusalOf(askWhoReviewed(world.director, application, WHY, nextMoment()))).toBe('forbidden');
	expect(await refusalOf(askWhoReviewed(world.reviewers[0] as Person, application, WHY, nextMoment()))).toBe(
		'not_found'
	);
});
