import { beforeEach, describe, expect, test } from 'vitest';
import { cad } from '#lib/domain/money/money.ts';
import {
	acceptAgreement,
	declineOffer,
	lapseOffer,
	negotiateAgreement,
	prepareAgreement,
	proposeAgreement,
	signAgreement
} from '#lib/features/agreement/commands.server.ts';
import { agreementForStaff, agreementsForStaff, awardForRecipient } from '#lib/features/agreement/queries.server.ts';
import type { AgreementContent } from '#lib/features/agreement/schema.ts';
import { database } from '#lib/server/db/client.ts';
import { addBalances, balancesBy } from '#lib/features/payment/figures.server.ts';
import {
	at,
	AWARDED,
	bringIntoForce,
	latestAgreement,
	makeWorld,
	NOW,
	offer,
	plan,
	refusalOf,
	VOTED,
	type World
} from '../payment/world.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';

leavesUnchecked(
	['signature.benefit'],
	'the director who decided is made a member of the recipient afterwards, at the same instant'
);

let world: World;
beforeEach(async () => {
	world = await makeWorld();
});

const accept = (contentHash: string, actor = world.people.signatory) =>
	refusalOf(() =>
		acceptAgreement(actor, { awardId: world.awardId, contentHash, position: 'Director', agree: 'yes' }, at(4))
	);

describe('an agreement is prepared from the template', () => {
	test('both languages carry the amounts, the dates and the clause on appropriation', async () => {
		await prepareAgreement(world.people.officer, plan(world), at());
		const content = (await latestAgreement(world)).content as unknown as AgreementContent;
		const words = (locale: 'en' | 'fr') => JSON.stringify(content.text[locale]);
		expect(words('en')).toContain('$1,000.00');
		expect(words('fr')).toContain('1\u00a0000,00\u00a0$');
		expect(words('en')).toContain('Subject to appropriation by Parliament');
		expect(words('fr')).toContain('Sa Majesté le Roi du chef du Canada');
		expect(words('en') + words('fr')).not.toMatch(/\{\w+\}/);
		expect(content.instalments.map((planned) => planned.amountMinor)).toEqual(['60000', '40000']);
	});

	test('instalments that do not sum to the award of their year are refused, by a cent', async () => {
		const short = plan(world, { amount2: cad(39_999n) });
		expect(await refusalOf(() => prepareAgreement(world.people.officer, short, at()))).toBe('schedule_sum_differs');
		const otherYear = plan(world, { dueOn2: '2027-04-01', endsOn: '2027-06-30' });
		expect(await refusalOf(() => prepareAgreement(world.people.officer, otherYear, at()))).toBe('schedule_sum_differs');
		expect(await database().agreement.count({ where: { awardId: world.awardId } })).toBe(0);
	});

	test('an award that was not announced has no agreement, and no page for its recipient', async () => {
		await database().award.update({ where: { id: world.awardId }, data: { offeredAt: null } });
		expect(await refusalOf(() => prepareAgreement(world.people.officer, plan(world), at()))).toBe(
			'transition_not_allowed'
		);
		expect(await refusalOf(() => awardForRecipient(world.people.owner, world.awardId))).toBe('not_found');
	});

	test('two officers who edit one draft: the second is told, and nothing is overwritten', async () => {
		await prepareAgreement(world.people.officer, plan(world), at());
		expect(await refusalOf(() => prepareAgreement(world.people.officer, plan(world), at()))).toBe('stale_version');
	});
});

describe('two parties sign the same text', () => {
	test('signed by both it is in force, the award active, and the trail says so', async () => {
		await bringIntoForce(world);
		const agreement = await latestAgreement(world);
		expect(agreement.status).toBe('in_force');
		expect(new Set(agreement.signatures.map((given) => given.contentHash))).toEqual(new Set([agreement.contentHash]));
		const award = await database().award.findUniqueOrThrow({ where: { id: world.awardId } });
		expect(award.status).toBe('active');
		expect(award.acceptedById).toBe(world.people.signatory.userId);
		const events = await database().auditEvent.findMany({
			where: { subjectId: world.awardId },
			orderBy: { id: 'asc' }
		});
		expect(events.map((event) => event.name)).toEqual(
			expect.arrayContaining([
				'agreement.proposed',
				'agreement.signed',
				'agreement.broughtIntoForce',
				'award.activated'
			])
		);
	});

	test('a draft is not shown to the recipient, and a proposed text waits for our signature first', async () => {
		await prepareAgreement(world.people.officer, plan(world), at());
		expect((await awardForRecipient(world.people.owner, world.awardId)).agreement).toBeNull();
		const { contentHash } = await latestAgreement(world);
		await proposeAgreement(world.people.officer, { awardId: world.awardId, contentHash }, at(2));
		expect((await awardForRecipient(world.people.owner, world.awardId)).agreement).not.toBeNull();
		expect(await accept(contentHash)).toBe('guard_not_met');
	});

	test('only an owner or signatory accepts', async () => {
		const contentHash = await offer(world);
		expect(await accept(contentHash, world.people.reader)).toBe('forbidden');
		expect(await accept(contentHash, world.people.stranger)).toBe('not_found');
		expect(await accept(contentHash, world.people.owner)).toBe('done');
	});

	test('accepting a text that changed since it was shown signs nothing', async () => {
		const shown = await offer(world);
		await negotiateAgreement(world.people.owner, { awardId: world.awardId, remark: 'Later, please.' }, at(4));
		const { version } = await latestAgreement(world);
		const later = plan(world, { version, dueOn2: '2027-03-01' });
		await prepareAgreement(world.people.officer, later, at(5));
		const changed = await latestAgreement(world);
		await proposeAgreement(world.people.officer, { awardId: world.awardId, contentHash: changed.contentHash }, at(6));
		await signAgreement(world.people.director, { awardId: world.awardId, contentHash: changed.contentHash }, at(7));
		expect(await accept(shown)).toBe('stale_version');
		expect((await latestAgreement(world)).signatures.map((given) => given.party)).toEqual(['funder']);
		expect(await accept(changed.contentHash)).toBe('done');
	});

	test('a remark reaches the officer as it was written', async () => {
		await offer(world);
		await negotiateAgreement(world.people.owner, { awardId: world.awardId, remark: 'Later, please.' }, at(4));
		const page = await agreementForStaff(world.people.officer, world.awardId, NOW);
		expect(page.remark).toBe('Later, please.');
		expect(page.agreementStatus).toBe('negotiated');
	});

	test('a second press accepts once', async () => {
		const contentHash = await offer(world);
		const answers = await Promise.all([accept(contentHash), accept(contentHash), accept(contentHash)]);
		expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
		expect((await latestAgreement(world)).signatures).toHaveLength(2);
	});
});

describe('the funder signs by delegation', () => {
	const propose = async (): Promise<string> => {
		await prepareAgreement(world.people.officer, plan(world), at(1));
		const { contentHash } = await latestAgreement(world);
		await proposeAgreement(world.people.officer, { awardId: world.awardId, contentHash }, at(2));
		return contentHash;
	};
	const sign = (contentHash: string, actor = world.people.director, minutes = 3) =>
		refusalOf(() => signAgreement(actor, { awardId: world.awardId, contentHash }, at(minutes)));

	test('without one, outside its dates or above its limit nothing is signed', async () => {
		const contentHash = await propose();
		await database().delegation.update({ where: { id: world.delegation.transaction }, data: { revokedAt: at(3).now } });
		expect(await sign(contentHash, world.people.director, 4)).toBe('delegation_not_in_force');
		const row = await database().delegation.findUniqueOrThrow({ where: { id: world.delegation.transaction } });
		await database().delegation.create({
			data: { ...row, id: at().random.uuid(), number: `D-low-${world.tag}`, limitMinor: 99_999n, revokedAt: null }
		});
		expect(await sign(contentHash, world.people.director, 5)).toBe('delegation_limit_too_low');
		expect((await latestAgreement(world)).signatures).toHaveLength(0);
	});

	test('a manager without the permission and a member of the recipient do not sign', async () => {
		const contentHash = await propose();
		expect(await sign(contentHash, world.people.manager)).toBe('forbidden');
		await database().membership.create({
			data: {
				id: at().random.uuid(),
				organizationId: world.organizationId,
				userId: world.people.director.userId,
				role: 'reader',
				createdAt: NOW
			}
		});
		expect(await sign(contentHash)).toBe('person_can_benefit');
	});
});

test('another organization and staff of another program learn nothing', async () => {
	await offer(world);
	expect(await refusalOf(() => awardForRecipient(world.people.stranger, world.awardId))).toBe('not_found');
	expect(await refusalOf(() => agreementForStaff(world.people.stranger, world.awardId, NOW))).toBe('not_found');
	expect(await refusalOf(() => agreementsForStaff(world.people.stranger))).toBe('not_found');
	const elsewhere = await makeWorld();
	expect(await refusalOf(() => agreementForStaff(elsewhere.people.officer, world.awardId, NOW))).toBe('not_found');
	expect(await agreementsForStaff(elsewhere.people.officer)).toHaveLength(1);
});

describe('an offer that is not taken up', () => {
	const balances = async () => {
		const { committed, available } = addBalances(await balancesBy({ programIds: [world.programId] }));
		return [committed ?? 0n, available ?? 0n];
	};
	const decline = (actor = world.people.signatory) =>
		refusalOf(() =>
			declineOffer(actor, { awardId: world.awardId, reason: 'Our board said no.', decline: 'yes' }, at(5))
		);
	const onDay = (day: number) => at(3 + day * 24 * 60);
	const lapse = (day: number, actor = world.people.officer) =>
		refusalOf(() => lapseOffer(actor, { awardId: world.awardId }, onDay(day)));

	test('is declined by a signatory with a reason; its money is free and the officers are told', async () => {
		const contentHash = await offer(world);
		expect(await decline(world.people.reader)).toBe('forbidden');
		expect(await decline(world.people.stranger)).toBe('not_found');
		expect(await decline(world.people.officer)).toBe('forbidden');
		expect(await balances()).toEqual([AWARDED, VOTED - AWARDED]);
		expect(await decline()).toBe('done');
		expect(await balances()).toEqual([0n, VOTED]);
		expect((await database().award.findUniqueOrThrow({ where: { id: world.awardId } })).status).toBe('declined');
		const mail = await database().mailMessage.findMany({ where: { template: 'offer-declined' } });
		expect(mail.map((message) => message.toUserId)).toContain(world.people.officer.userId);
		expect(JSON.stringify(mail.map((message) => message.values))).not.toContain('board');
		const page = await agreementForStaff(world.people.officer, world.awardId, at(6).now);
		expect(page).toMatchObject({ awardStatus: 'declined', declineReason: 'Our board said no.', may: { lapse: false } });
		expect((await awardForRecipient(world.people.signatory, world.awardId)).may.decline).toBe(false);
		// Nothing that anybody could still sign is left.
		expect(await accept(contentHash)).toBe('transition_not_allowed');
		expect(await decline()).toBe('transition_not_allowed');
	});

	test('before the agreement is ready it can be declined too, and then nobody prepares or signs it', async () => {
		expect(await decline()).toBe('done');
		const prepares = () => prepareAgreement(world.people.officer, plan(world), at(6));
		expect(await refusalOf(prepares)).toBe('transition_not_allowed');
	});

	test('lapses by an officer once sixty days went by since there was a text to sign, and not before', async () => {
		expect(await lapse(100)).toBe('guard_not_met');
		await offer(world);
		expect((await agreementForStaff(world.people.officer, world.awardId, NOW)).respondBy).toBe('2027-01-23');
		expect(await lapse(60)).toBe('guard_not_met');
		expect(await lapse(61, world.people.finance)).toBe('forbidden');
		expect(await lapse(61, world.people.owner)).toBe('forbidden');
		expect(await lapse(61)).toBe('done');
		expect(await balances()).toEqual([0n, VOTED]);
		const mail = await database().mailMessage.findMany({ where: { template: 'award-news' } });
		expect(mail.map((message) => message.toUserId)).toContain(world.people.owner.userId);
	});
});
