import { beforeAll, expect, test } from 'vitest';
import { systemActor } from '#lib/domain/access/actor.ts';
import { storeFormDefinitionWithin } from '#lib/features/form/commands.server.ts';
import { draftOpportunityWithin, publishOpportunityWithin } from '#lib/features/opportunity/commands.server.ts';
import { deadlineElsewhere, windowSentence } from '#lib/features/opportunity/deadline.server.ts';
import { publicOpportunities, publicOpportunity } from '#lib/features/opportunity/queries.server.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import {
	AWARENESS_CONTENT,
	AWARENESS_FORM,
	AWARENESS_OPPORTUNITY
} from '../../../prisma/seed/definitions/awareness.ts';
import { at, LAST_MINUTE, OPEN, publishAwareness, refusalOf } from '../application/world.ts';

let world: Awaited<ReturnType<typeof publishAwareness>>;

beforeAll(async () => {
	world = await publishAwareness();
});

test('the public page has the rules that were published: dates, limits, criteria with their weights', async () => {
	const page = await publicOpportunity(world.code, OPEN);
	expect(page.state).toBe('open');
	expect(page.closesAt).toEqual(LAST_MINUTE);
	expect(page.criteria.reduce((sum, criterion) => sum + criterion.weightBasisPoints, 0)).toBe(10_000);
	expect(page.content.amounts.limits).toHaveLength(3);
	expect((await refusalOf(publicOpportunity('nothing', OPEN))).code).toBe('not_found');
});

test('open, later and closed are computed from the instant, to the whole minute', async () => {
	const state = async (now: Date) => (await publicOpportunity(world.code, now)).state;
	expect(await state(new Date('2026-11-02T13:59:59.999Z'))).toBe('scheduled');
	expect(await state(new Date('2026-11-02T14:00:00Z'))).toBe('open');
	expect(await state(new Date(LAST_MINUTE.getTime() + 59_999))).toBe('open');
	expect(await state(new Date(LAST_MINUTE.getTime() + 60_000))).toBe('closed');
});

test('the deadline is told on other clocks, and the west kept its summer time', async () => {
	expect(deadlineElsewhere(LAST_MINUTE, 'America/Toronto', 'en')).toContain(
		"1:29\u00a0a.m. the next day in St. John's"
	);
	const lines = deadlineElsewhere(LAST_MINUTE, 'America/Toronto', 'en').join('\n');
	expect(lines).toMatch(/9:59.p\.m\. in .*Vancouver/);
	const [card] = await publicOpportunities(OPEN);
	expect(card && windowSentence(card, 'fr')).toMatch(/14.janvier 2027, 23.h.59, heure de l.Est/);
});

test('a draft is not public, and one with a language missing cannot be published', async () => {
	const seed = systemActor('test');
	const rubric = await database().rubric.findFirstOrThrow();
	const opportunityId = await transactAs(seed, async (tx) => {
		const form = { ...AWARENESS_FORM, key: 'second' };
		const { formDefinitionId } = await storeFormDefinitionWithin(tx, seed, form, at());
		const content = { ...AWARENESS_CONTENT, dividing: { en: 'By score', fr: '' } };
		const input = {
			...AWARENESS_OPPORTUNITY,
			content,
			programId: world.programId,
			rubricId: rubric.id,
			formDefinitionId,
			code: '27-draft'
		};
		return (await draftOpportunityWithin(tx, seed, input, at())).opportunityId;
	});
	expect((await refusalOf(publicOpportunity('27-draft', OPEN))).code).toBe('not_found');
	expect((await publicOpportunities(OPEN)).map((card) => card.code)).toEqual([world.code]);
	const publish = transactAs(seed, (tx) => publishOpportunityWithin(tx, seed, opportunityId, at()));
	expect((await refusalOf(publish)).code).toBe('guard_not_met');
});

test('a form with a fault is not stored', async () => {
	const seed = systemActor('test');
	const broken = { ...AWARENESS_FORM, key: 'broken', title: { en: 'Only English', fr: '' } };
	const store = transactAs(seed, (tx) => storeFormDefinitionWithin(tx, seed, broken, at()));
	expect((await refusalOf(store)).code).toBe('form_language_missing');
});
