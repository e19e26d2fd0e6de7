import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal, type Problem } from '#lib/domain/problem.ts';
import { certifyCommitment, prepareRound, recommendRound, saveLine } from '#lib/features/allocation/commands.server.ts';
import { openPaperFile, recordPaperDecision, refusePaperDecision } from '#lib/features/allocation/paper.server.ts';
import { roundForStaff } from '#lib/features/allocation/queries.server.ts';
import { confirmPaperDecision, decideRound } from '#lib/features/award/commands.server.ts';
import { awardForStaff } from '#lib/features/award/queries.server.ts';
import { deskForStaff } from '#lib/features/desk/queries.server.ts';
import { faultsOf } from '#lib/features/doctor/findings.server.ts';
import { runDoctor } from '#lib/features/doctor/queries.server.ts';
import { loadConfig } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import { withTriggersOff } from '#tests/support/walls.ts';
import { expectRefusal } from '../db/refused.ts';
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

const owner = new pg.Client({ connectionString: loadConfig().databaseUrl });
beforeAll(() => owner.connect());
afterAll(() => owner.end());

async function problemOf(act: Promise<unknown>): Promise<Problem> {
	const refused = await act.then(
		() => null,
		(error: unknown) => error
	);
	if (!(refused instanceof Refusal)) throw new Error('nothing was refused', { cause: refused });
	return refused.problem;
}

const versionOf = async (world: World, code = world.code): Promise<number> =>
	(await roundForStaff(world.officer, code, NOW)).round?.version ?? -1;

/** A program whose director may decide up to 1,000 dollars, and a round of one award of 30,000 and 20,000. */
async function beyondDelegation(name: string, money = { votedMinor: 100_000_00n, plannedMinor: 100_000_00n }) {
	const world = await makeWorld(name, money);
	const director = await makePerson('Limited director', [{ role: 'director', programId: world.programId }]);
	await grant(director, world.programId, 'transaction', 1_000_00n);
	const [application] = await recommended(world, world.code);
	await certify(world);
	return { world: { ...world, director }, application: application as MadeApplication };
}

async function recommended(world: World, code: string, recommender = world.officer): Promise<MadeApplication[]> {
	const opportunityId = code === world.code ? world.opportunityId : await makeOpportunity(world.programId, code);
	const made = await makeApplication(
		{ opportunityId },
		{ thisYearMinor: 30_000_00n, nextYearMinor: 20_000_00n },
		'reviewed'
	);
	await prepareRound(recommender, code, nextMoment());
	const line = (await roundForStaff(world.officer, code, NOW)).round?.lines[0];
	if (!line) throw new Error('no line');
	const amounts = new Map([
		[THIS_YEAR, '30000'],
		[NEXT_YEAR, '20000']
	]);
	const change = { base: line.base, recommendation: 'award' as const, reason: 'Ranked first.', amounts };
	await saveLine(recommender, line.id, change, nextMoment());
	await recommendRound(recommender, code, await versionOf(world, code), nextMoment());
	return [made];
}

const certify = async (world: World, code = world.code): Promise<void> =>
	certifyCommitment(world.manager, code, await versionOf(world, code), nextMoment());

async function* bytes(text = '%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n') {
	await Promise.resolve();
	yield Buffer.from(text);
}

const SIGNED = {
	signedByName: 'Marguerite Oyelaran',
	positionEn: 'Assistant Deputy Minister',
	positionFr: 'Sous-ministre adjointe',
	instrument: 'Delegation chart, line 2',
	signedOn: '2027-02-01'
};

async function record(
	world: World,
	actor: Person = world.officer,
	changes: Partial<typeof SIGNED & { document: { name: string; content: AsyncIterable<Uint8Array> } | null }> = {}
): Promise<string> {
	const { document = { name: 'Signed by Marguerite.pdf', content: bytes() }, ...typed } = changes;
	const input = { ...SIGNED, ...typed, version: await versionOf(world) };
	return (await recordPaperDecision(actor, world.code, input, document, nextMoment())).id;
}

const confirm = async (world: World, paperDecisionId: string, actor: Person = world.director): Promise<void> =>
	confirmPaperDecision(actor, world.code, { version: await versionOf(world), paperDecisionId }, nextMoment());

const awardsOf = (world: World): Promise<number> => database().award.count({ where: { programId: world.programId } });

async function balance(world: World, fiscalYear: number, kind: string): Promise<bigint> {
	const accounts = await database().ledgerAccount.findMany({
		where: { programId: world.programId, fiscalYear, kind },
		include: { balance: true }
	});
	return accounts.reduce((total, account) => total + (account.balance?.balanceMinor ?? 0n), 0n);
}

async function join(person: Person, organizationId: string, ended = false): Promise<void> {
	const moment = nextMoment();
	await database().membership.create({
		data: {
			id: moment.random.uuid(),
			organizationId,
			userId: person.userId,
			role: 'reader',
			createdAt: moment.now,
			endedAt: ended ? moment.now : null
		}
	});
}

/** Plain SQL as the runtime role, past every command. */
const sql = (text: string): Promise<unknown> => transact((tx) => tx.$executeRaw(Prisma.raw(text)));

const topicsOf = async (person: Person): Promise<string[]> =>
	(await deskForStaff(person)).lists.map(({ topic }) => topic).filter((topic) => /Round|Paper/.test(topic));

describe('a decision signed on paper outside', () => {
	test('makes the awards once a second person confirmed it, beyond what any delegation here carries', async () => {
		const { world, application } = await beyondDelegation('beyond');
		const bySelf = decideRound(world.director, world.code, { version: await versionOf(world), note: '' }, nextMoment());
		expect((await problemOf(bySelf)).code).toBe('delegation_limit_too_low');
		expect(await topicsOf(world.director)).toEqual(['decideRound']);

		const paper = await record(world);
		expect(await awardsOf(world)).toBe(0);
		expect(await balance(world, THIS_YEAR, 'committed')).toBe(0n);
		expect(await topicsOf(world.director)).toEqual(['confirmPaper']);
		expect(await topicsOf(world.manager)).toEqual(['confirmPaper']);
		expect(await topicsOf(world.officer)).toEqual([]);

		await confirm(world, paper);
		const award = await database().award.findUniqueOrThrow({
			where: { applicationId: application.id },
			include: { years: { orderBy: { fiscalYear: 'asc' } } }
		});
		expect(award).toMatchObject({
			awardedAmountMinor: 50_000_00n,
			decisionDelegationId: null,
			paperDecisionId: paper,
			decidedById: world.director.userId
		});
		expect(award.years.map((year) => [year.fiscalYear, year.amountMinor, year.standing, year.certifiedById])).toEqual([
			[THIS_YEAR, 30_000_00n, 'committed', world.manager.userId],
			[NEXT_YEAR, 20_000_00n, 'reserved', null]
		]);
		expect(await balance(world, THIS_YEAR, 'available')).toBe(70_000_00n);
		expect(await balance(world, NEXT_YEAR, 'reserved')).toBe(20_000_00n);
		expect(await topicsOf(world.director)).toEqual(['announceRound']);
	});

	test('is read with the decision: who signed as what, and whose two hands brought it here', async () => {
		const { world, application } = await beyondDelegation('read');
		const paper = await record(world);
		await confirm(world, paper);
		const { round } = await roundForStaff(world.officer, world.code, NOW);
		const award = await database().award.findUniqueOrThrow({ where: { applicationId: application.id } });
		const signed = {
			signedByName: 'Marguerite Oyelaran',
			position: { en: 'Assistant Deputy Minister', fr: 'Sous-ministre adjointe' },
			instrument: 'Delegation chart, line 2',
			signedOn: '2027-02-01',
			recorded: { name: 'Officer' },
			confirmed: { name: 'Limited director' }
		};
		expect(round).toMatchObject({ status: 'approved', papers: [signed] });
		expect((await awardForStaff(world.manager, award.id)).paper).toMatchObject(signed);
		const events = await database().auditEvent.findMany({
			where: { programId: world.programId, name: { in: ['allocation.approved', 'award.decided'] } },
			orderBy: { id: 'asc' }
		});
		expect(events.map(({ facts }) => facts)).toMatchObject([{ paperDecisionId: paper }, { paperDecisionId: paper }]);
		const steps = await database().auditEvent.findMany({
			where: { programId: world.programId, name: { startsWith: 'allocation.paper' } },
			orderBy: { id: 'asc' }
		});
		expect(steps.map(({ name, actorUserId }) => [name, actorUserId])).toEqual([
			['allocation.paperRecorded', world.officer.userId],
			['allocation.paperConfirmed', world.director.userId]
		]);
	});

	test('is not recorded without its document, whose kind is told from its content', async () => {
		const { world } = await beyondDelegation('document');
		expect(await problemOf(record(world, world.officer, { document: null }))).toMatchObject({
			code: 'required',
			field: 'document'
		});
		const program = { name: 'decision.pdf', content: bytes('MZ\u0090 this is no document') };
		expect(await problemOf(record(world, world.officer, { document: program }))).toMatchObject({
			code: 'file_kind',
			field: 'document'
		});
		const row = (fileId: string): string =>
			`insert into paper_decision (id, round_id, signed_by_name, position_en, position_fr, instrument, signed_on, file_id,
				recorded_by_id, recorded_at)
			 select gen_random_uuid(), r.id, 'X', 'X', 'X', 'X', '2027-02-01', ${fileId}, '${world.officer.userId}', now()
			 from allocation_round r join opportunity o on o.id = r.opportunity_id where o.code = '${world.code}'`;
		await expectRefusal(sql(row('null')), 'paper_decision_document');
		await expectRefusal(sql(row('gen_random_uuid()')), 'paper_decision_document');
		expect(await database().paperDecision.count({ where: { round: { opportunity: { code: world.code } } } })).toBe(0);
	});

	test('its document is read by the staff of its program, under a name that names nobody', async () => {
		const { world, application } = await beyondDelegation('reading');
		await record(world);
		const { fileId } = await database().paperDecision.findFirstOrThrow({
			where: { round: { opportunity: { code: world.code } } }
		});
		for (const person of [world.officer, world.director]) {
			const opened = await openPaperFile(person, fileId);
			expect(opened?.headers['content-disposition']).toMatch(/^attachment; filename="27-reading-1-1\.pdf"/);
			expect(await new Response(opened?.body).text()).toContain('%PDF');
		}
		const elsewhere = await makeWorld('elsewhere', { votedMinor: 1n, plannedMinor: 1n });
		for (const person of [application.owner, elsewhere.director, world.reviewers[0] as Person]) {
			expect((await problemOf(openPaperFile(person, fileId))).code).toMatch(/not_found|forbidden/);
		}
	});

	test('is signed between the certification of the funds and today', async () => {
		const { world } = await beyondDelegation('days');
		expect(await problemOf(record(world, world.officer, { signedOn: '2027-01-31' }))).toMatchObject({
			code: 'date_too_early',
			field: 'signedOn'
		});
		expect(await problemOf(record(world, world.officer, { signedOn: '2027-03-01' }))).toMatchObject({
			code: 'date_too_late',
			field: 'signedOn'
		});
		const uncertified = await makeWorld('early', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		await recommended(uncertified, uncertified.code);
		expect((await problemOf(record(uncertified))).code).toBe('commitment_uncertified');
	});

	test('signed before the funds were certified anew, it is not confirmed', async () => {
		const { world } = await beyondDelegation('anew');
		const paper = await record(world);
		await sql(`update allocation_round set commitment_certified_at = commitment_certified_at + interval '1 day'
			where id = (select round_id from paper_decision where id = '${paper}')`);
		expect((await problemOf(confirm(world, paper))).code).toBe('paper_before_certification');
		expect(await awardsOf(world)).toBe(0);
	});

	test('who recorded it neither confirms nor refuses it', async () => {
		const { world } = await beyondDelegation('two');
		const paper = await record(world, world.manager);
		expect(await topicsOf(world.manager)).toEqual([]);
		expect((await problemOf(confirm(world, paper, world.manager))).code).toBe('same_person');
		const refuse = refusePaperDecision(
			world.manager,
			world.code,
			{ paperDecisionId: paper, reason: 'Mine.' },
			nextMoment()
		);
		expect((await problemOf(refuse)).code).toBe('same_person');
		expect(await awardsOf(world)).toBe(0);
		const by = world.manager.userId;
		await expectRefusal(
			sql(`update paper_decision set confirmed_at = now(), confirmed_by_id = '${by}' where id = '${paper}'`),
			'paper_decision_two_people'
		);
		await expectRefusal(
			sql(
				`update paper_decision set refused_at = now(), refused_by_id = '${by}', refused_reason = 'x' where id = '${paper}'`
			),
			'paper_decision_refused_by_another'
		);
		await confirm(world, paper);
	});

	test('who recommended the round does not confirm its paper', async () => {
		const world = await makeWorld('own', { votedMinor: 100_000_00n, plannedMinor: 100_000_00n });
		await recommended(world, world.code, world.manager);
		await certify(world);
		const paper = await record(world);
		expect((await problemOf(confirm(world, paper, world.manager))).code).toBe('same_person');
		expect(await topicsOf(world.manager)).toEqual([]);
		expect(await database().paperDecision.findUnique({ where: { id: paper } })).toMatchObject({ confirmedAt: null });
	});

	test('a member of an organization it funds, of today or once, records, confirms and refuses nothing', async () => {
		const { world, application } = await beyondDelegation('benefit');
		await join(world.officer, application.organizationId, true);
		expect((await problemOf(record(world))).code).toBe('person_can_benefit');
		const paper = await record(world, world.manager);
		await join(world.director, application.organizationId);
		expect((await problemOf(confirm(world, paper))).code).toBe('person_can_benefit');
		const refuse = refusePaperDecision(
			world.director,
			world.code,
			{ paperDecisionId: paper, reason: 'No.' },
			nextMoment()
		);
		expect((await problemOf(refuse)).code).toBe('person_can_benefit');
		await expectRefusal(
			sql(
				`update paper_decision set confirmed_at = now(), confirmed_by_id = '${world.director.userId}' where id = '${paper}'`
			),
			'signer_may_not_benefit'
		);
	});

	test('who has no right to it neither records nor confirms', async () => {
		const { world } = await beyondDelegation('rights');
		expect((await problemOf(record(world, world.director))).code).toBe('forbidden');
		const paper = await record(world);
		const another = await makePerson('Another officer', [{ role: 'program_officer', programId: world.programId }]);
		expect((await problemOf(confirm(world, paper, another))).code).toBe('forbidden');
		const elsewhere = await makeWorld('away', { votedMinor: 1n, plannedMinor: 1n });
		expect((await problemOf(confirm(world, paper, elsewhere.director))).code).toBe('not_found');
	});

	test('refused with a reason, it decides nothing; another is recorded, or a delegation decides', async () => {
		const { world } = await beyondDelegation('refused');
		const paper = await record(world);
		const reason = 'The second page is missing.';
		await refusePaperDecision(world.director, world.code, { paperDecisionId: paper, reason }, nextMoment());
		expect(await awardsOf(world)).toBe(0);
		const { round } = await roundForStaff(world.officer, world.code, NOW);
		expect(round).toMatchObject({ status: 'recommended', papers: [{ refused: { name: 'Limited director', reason } }] });
		expect((await problemOf(confirm(world, paper))).code).toBe('already_done');
		const second = await record(world);
		await expectRefusal(
			sql(
				`update paper_decision set refused_at = now(), refused_by_id = '${world.director.userId}', refused_reason = ' '
				 where id = '${second}'`
			),
			'paper_decision_refused_with_reason'
		);
		await refusePaperDecision(world.director, world.code, { paperDecisionId: second, reason }, nextMoment());
		await grant(world.director, world.programId, 'transaction', 50_000_00n);
		await decideRound(world.director, world.code, { version: await versionOf(world), note: '' }, nextMoment());
		expect(await awardsOf(world)).toBe(1);
	});

	test('while it waits nobody decides past it, and no second one is recorded', async () => {
		const { world } = await beyondDelegation('waits');
		const delegation = await grant(world.director, world.programId, 'transaction', null);
		await record(world);
		const decide = decideRound(world.director, world.code, { version: await versionOf(world), note: '' }, nextMoment());
		expect((await problemOf(decide)).code).toBe('paper_decision_waits');
		expect((await problemOf(record(world))).code).toBe('paper_decision_waits');
		await expectRefusal(
			sql(
				`update allocation_round set status = 'approved', decided_at = '2027-02-02', decided_by_id = '${world.director.userId}',
					decision_delegation_id = '${delegation}'
				 where opportunity_id = '${world.opportunityId}'`
			),
			'paper_decision_judged_first'
		);
	});

	test('goes no further than the ceilings: where the money went elsewhere, confirming decides nothing', async () => {
		const { world } = await beyondDelegation('ceiling', { votedMinor: 40_000_00n, plannedMinor: 100_000_00n });
		await recommended(world, '27-other');
		await certify(world, '27-other');
		const paper = await record(world);
		await grant(world.director, world.programId, 'transaction', null);
		await decideRound(
			world.director,
			'27-other',
			{ version: await versionOf(world, '27-other'), note: '' },
			nextMoment()
		);
		expect((await problemOf(confirm(world, paper))).code).toBe('over_voted');
		expect(await database().paperDecision.findUnique({ where: { id: paper } })).toMatchObject({
			confirmedAt: null,
			confirmedById: null
		});
		expect(await awardsOf(world)).toBe(1);
		expect(await balance(world, THIS_YEAR, 'committed')).toBe(30_000_00n);
	});

	test('carries what its own round recommends, by the hand that confirmed it, and no more', async () => {
		const { world, application } = await beyondDelegation('carries');
		const paper = await record(world);
		const by = (person: Person): string =>
			`update allocation_round set status = 'approved', decided_at = now(), decided_by_id = '${person.userId}',
				paper_decision_id = '${paper}' where opportunity_id = '${world.opportunityId}'`;
		await expectRefusal(sql(by(world.director)), 'paper_decision_covers');
		await confirm(world, paper);
		const award = `where application_id = '${application.id}'`;
		await expectRefusal(
			sql(`update award set awarded_amount_minor = awarded_amount_minor + 1 ${award}`),
			'paper_decision_covers'
		);
		await expectRefusal(
			sql(`update award set decided_by_id = '${world.manager.userId}' ${award}`),
			'paper_decision_covers'
		);
		await expectRefusal(sql(`update award set paper_decision_id = null ${award}`), 'delegation_covers');
		const both = await grant(world.director, world.programId, 'transaction', null);
		await expectRefusal(sql(`update award set decision_delegation_id = '${both}' ${award}`), 'award_one_authority');
	});

	test('once judged it never changes, and it is never deleted', async () => {
		const { world } = await beyondDelegation('stays');
		const paper = await record(world);
		for (const change of [
			`update paper_decision set signed_by_name = 'Another' where id = '${paper}'`,
			`delete from paper_decision where id = '${paper}'`
		]) {
			await expectRefusal(sql(change), 'HR010');
			await expect(owner.query(change)).rejects.toMatchObject({ code: 'HR010' });
		}
		await confirm(world, paper);
		await expectRefusal(sql(`update paper_decision set confirmed_at = now() where id = '${paper}'`), 'HR010');
	});

	test('doctor sees a paper that one person brought alone, and one that its round does not rely on', async () => {
		const { world } = await beyondDelegation('doctor');
		const paper = await record(world);
		await confirm(world, paper);
		const subjects = async () =>
			faultsOf(await runDoctor())
				.filter(({ check }) => check === 'allocation.paper')
				.map(({ subject }) => subject);
		const damaged = (text: string) =>
			withTriggersOff(owner, ['paper_decision', 'allocation_round', 'award'], () => owner.query(text));
		expect(await subjects()).toEqual([]);
		await owner.query('alter table paper_decision drop constraint paper_decision_two_people');
		await damaged(`update paper_decision set recorded_by_id = confirmed_by_id where id = '${paper}'`);
		expect(await subjects()).toEqual([`paper_decision ${paper}`]);
		await damaged(`update paper_decision set recorded_by_id = '${world.officer.userId}' where id = '${paper}'`);
		await owner.query(
			'alter table paper_decision add constraint paper_decision_two_people check (confirmed_by_id <> recorded_by_id)'
		);
		const elsewhere = `where opportunity_id = '${world.opportunityId}'`;
		const delegation = await grant(world.director, world.programId, 'transaction', null);
		await damaged(
			`update allocation_round set paper_decision_id = null, decision_delegation_id = '${delegation}' ${elsewhere}`
		);
		expect(await subjects()).toEqual([`paper_decision ${paper}`]);
		await damaged(
			`update allocation_round set paper_decision_id = '${paper}', decision_delegation_id = null ${elsewhere}`
		);
		expect(await subjects()).toEqual([]);
	});
});
