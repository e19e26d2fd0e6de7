import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { mintActor } from '#lib/domain/access/actor.ts';
import { cad } from '#lib/domain/money/money.ts';
import { awardLedgerForViewer, AWARDS_PAGE, moneyForViewer } from '#lib/features/observation/queries.server.ts';
import { trailForAuditor } from '#lib/features/observation/trail.server.ts';
import { budgetsForViewer, enterBudget, previewLowering } from '#lib/features/program/budget.server.ts';
import { database } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';
import {
	at,
	AWARDED,
	FIRST,
	FISCAL_YEAR,
	makeWorld,
	NOW,
	pay,
	refusalOf,
	VOTED,
	type World
} from '../payment/world.ts';

leavesUnchecked(['award.ledger'], 'a long list is made by copying one award, without the entries of its own');

let world: World;
beforeEach(async () => {
	world = await makeWorld();
});

const auditorOfAll = () => mintActor({ ...world.people.auditor, staffRoles: [{ role: 'auditor', programId: null }] });
const ALL = { fiscalYear: null, programId: null, province: null };
const change = (direction: 'raise' | 'lower', minor: bigint) => ({
	programId: world.programId,
	fiscalYear: FISCAL_YEAR,
	ceiling: 'voted' as const,
	source: 'supplementary_estimates' as const,
	direction,
	amount: cad(minor),
	enteredOn: '2026-11-24',
	reason: 'Supplementary Estimates (B)'
});

/** So many more awards like the one of this world, each of an organization and with an application of its own. */
async function copyAward(count: number): Promise<void> {
	const { years, application, ...award } = await database().award.findUniqueOrThrow({
		where: { id: world.awardId },
		include: { years: true, application: true }
	});
	const organization = await database().organization.findUniqueOrThrow({ where: { id: award.organizationId } });
	await transact(async (tx) => {
		for (let made = 0; made < count; made += 1) {
			const [id, applicationId, organizationId] = [randomUUID(), randomUUID(), randomUUID()];
			await tx.organization.create({
				data: { ...organization, id: organizationId, legalName: `Copy ${made}`, businessNumber: null }
			});
			await tx.application.create({
				data: { ...application, id: applicationId, organizationId, reference: `C-${applicationId.slice(-12)}` }
			});
			await tx.award.create({ data: { ...award, id, applicationId, organizationId, number: `C-${id.slice(-12)}` } });
			await tx.awardYear.createMany({ data: years.map((year) => ({ ...year, id: randomUUID(), awardId: id })) });
		}
	});
}

describe('the page of money is the ledger, to the cent', () => {
	test('planned, voted, committed, paid and remaining, by program, province and year', async () => {
		await pay(world);
		const page = await moneyForViewer(world.people.observer, ALL, NOW);
		const expected = {
			planned: cad(VOTED),
			voted: cad(VOTED),
			committed: cad(AWARDED),
			paid: cad(FIRST),
			remaining: cad(VOTED - AWARDED)
		};
		expect(page.total).toMatchObject(expected);
		expect(page.byProgram.map((row) => row.figures)).toEqual([page.total]);
		expect(page.byYear.map((row) => row.figures)).toEqual([page.total]);
		expect(page.byProvince).toMatchObject([{ code: 'ON', figures: { committed: cad(AWARDED), paid: cad(FIRST) } }]);
	});

	test('a province without awards shows what is planned and voted, and nothing committed', async () => {
		const page = await moneyForViewer(world.people.observer, { ...ALL, province: 'QC' }, NOW);
		expect(page.total).toMatchObject({ voted: cad(VOTED), committed: cad(0n) });
	});

	test('every award is on one page of the list, however many there are', async () => {
		await copyAward(AWARDS_PAGE);
		const pages = [1, 2].map((page) => moneyForViewer(world.people.observer, { ...ALL, page }, NOW));
		const [first, second] = await Promise.all(pages);
		expect(first).toMatchObject({ awardCount: AWARDS_PAGE + 1, awardPage: 1, awardPages: 2 });
		expect(first?.awards).toHaveLength(AWARDS_PAGE);
		expect(second?.awards).toHaveLength(1);
		const numbers = [...(first?.awards ?? []), ...(second?.awards ?? [])].map((award) => award.number);
		expect(new Set(numbers).size).toBe(AWARDS_PAGE + 1);
		const beyond = await moneyForViewer(world.people.observer, { ...ALL, page: 99 }, NOW);
		expect(beyond.awardPage).toBe(2);
	});

	test('an award that was decided and not announced is in the totals, and in no province and no list', async () => {
		await database().award.update({ where: { id: world.awardId }, data: { offeredAt: null } });
		const page = await moneyForViewer(world.people.observer, ALL, NOW);
		expect(page.total).toMatchObject({ committed: cad(AWARDED) });
		expect([page.byProvince, page.awards]).toEqual([[], []]);
		const province = await moneyForViewer(world.people.observer, { ...ALL, province: 'ON' }, NOW);
		expect(province.total).toMatchObject({ committed: cad(0n) });
	});

	test('an observer sees the numbers of awards, not the names of recipients', async () => {
		const page = await moneyForViewer(world.people.observer, ALL, NOW);
		expect(page.awards.map((award) => award.recipient)).toEqual([null]);
		const toOfficer = await moneyForViewer(world.people.officer, ALL, NOW);
		expect(toOfficer.awards[0]?.recipient).toContain('Lantern House');
	});

	test('each movement names the two people and the delegations behind it', async () => {
		await pay(world);
		const ledger = await awardLedgerForViewer(world.people.auditor, world.awardId);
		expect(ledger.entries.map((entry) => [entry.verb, entry.amountMinor])).toEqual([
			['commit', AWARDED],
			['disburse', FIRST]
		]);
		expect(ledger.entries[1]?.payment).toMatchObject({
			certified: { name: 'Mina Manager' },
			requisitioned: { name: 'Femi Finance' },
			recordedBy: 'Femi Finance',
			confirmedBy: 'Farah Finance'
		});
		expect(ledger.years[0]?.figures).toMatchObject({ committed: cad(AWARDED), paid: cad(FIRST) });
	});

	test('people of another program and of organizations see none of it', async () => {
		const elsewhere = await makeWorld();
		expect(await refusalOf(() => awardLedgerForViewer(elsewhere.people.officer, world.awardId))).toBe('not_found');
		expect(await refusalOf(() => moneyForViewer(world.people.owner, ALL, NOW))).toBe('forbidden');
		const theirs = await moneyForViewer(elsewhere.people.observer, ALL, NOW);
		expect(theirs.byProgram.map((row) => row.id)).toEqual([elsewhere.programId]);
	});
});

describe('a ceiling changes by a dated entry', () => {
	test('raised and lowered, the entries add up to what the page shows', async () => {
		await enterBudget(world.people.finance, change('raise', 500n), at());
		await enterBudget(world.people.finance, change('lower', 200n), at());
		const page = await moneyForViewer(world.people.observer, ALL, NOW);
		expect(page.total.voted).toEqual(cad(VOTED + 300n));
		const [program] = await budgetsForViewer(world.people.observer);
		expect(program?.entries.map((entry) => entry.amountMinor).sort()).toEqual([-200n, 500n]);
	});

	test('a lower vote never reaches into what is promised, and the awards it would touch are listed first', async () => {
		const over = VOTED - AWARDED + 1n;
		const preview = await previewLowering(world.people.finance, {
			programId: world.programId,
			fiscalYear: FISCAL_YEAR,
			ceiling: 'voted',
			amountMinor: over
		});
		expect(preview).toMatchObject({ freeMinor: VOTED - AWARDED, shortMinor: 1n, awards: [{ amountMinor: AWARDED }] });
		expect(await refusalOf(() => enterBudget(world.people.finance, change('lower', over), at()))).toBe(
			'ledger_insufficient'
		);
		expect(await refusalOf(() => enterBudget(world.people.finance, change('lower', over - 1n), at()))).toBe('done');
	});

	test('only Parliament votes, and only finance enters', async () => {
		const planned = { ...change('raise', 1n), source: 'reference_level' as const };
		expect(await refusalOf(() => enterBudget(world.people.finance, planned, at()))).toBe('choice_unknown');
		expect(await refusalOf(() => enterBudget(world.people.officer, change('raise', 1n), at()))).toBe('forbidden');
		expect(await refusalOf(() => enterBudget(world.people.stranger, change('raise', 1n), at()))).toBe('not_found');
	});
});

describe('the trail for the auditor', () => {
	test('it holds every act, no bank digit, and no word that a person may have erased', async () => {
		const payment = await pay(world);
		const trail = await trailForAuditor(world.people.auditor, {
			subject: null,
			name: null,
			about: payment,
			before: null
		});
		expect(trail.events.map((event) => event.name)).toEqual([
			'disbursement.paid',
			'payment.confirmed',
			'payment.recorded',
			'disbursement.dispatched',
			'disbursement.requisitioned',
			'disbursement.certified',
			'disbursement.drafted'
		]);
		const all = await trailForAuditor(auditorOfAll(), {
			subject: 'payeeAccount',
			name: null,
			about: null,
			before: null
		});
		expect(all.events.flatMap((event) => event.facts.map((fact) => fact.name))).not.toContain('lastThree');
		expect(all.events.some((event) => event.hasWords)).toBe(true);
		expect(JSON.stringify(all.events)).not.toContain('The registration of 2025');
	});

	test('page by page it shows each event once', async () => {
		await pay(world);
		await pay(await makeWorld());
		await pay(await makeWorld());
		const first = await trailForAuditor(auditorOfAll(), { subject: null, name: null, about: null, before: null });
		const next = await trailForAuditor(auditorOfAll(), {
			subject: null,
			name: null,
			about: null,
			before: first.nextBefore
		});
		const ids = [...first.events, ...next.events].map((event) => event.id);
		expect(new Set(ids).size).toBe(ids.length);
	});

	test('whoever audits one program reads nothing of another', async () => {
		const payment = await pay(await makeWorld());
		const asked = { subject: null, name: null, about: payment, before: null };
		expect((await trailForAuditor(world.people.auditor, asked)).events).toEqual([]);
		expect((await trailForAuditor(auditorOfAll(), asked)).events).not.toEqual([]);
	});

	test('nobody but the auditor reads it', async () => {
		const asked = { subject: null, name: null, about: null, before: null };
		for (const actor of [world.people.finance, world.people.owner, world.people.observer]) {
			expect(await refusalOf(() => trailForAuditor(actor, asked))).toBe('forbidden');
		}
	});
});
