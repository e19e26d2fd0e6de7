import { beforeEach, describe, expect, test } from 'vitest';
import pg from 'pg';
import { mintActor } from '#lib/domain/access/actor.ts';
import {
	cancelDisbursement,
	certifyDisbursement,
	confirmPaymentEvidence,
	dispatchDisbursement,
	draftDisbursement,
	recordPaymentEvidence,
	refusePaymentEvidence,
	requisitionDisbursement,
	sendBackDisbursement
} from '#lib/features/payment/commands.server.ts';
import { runDoctor } from '#lib/features/doctor/queries.server.ts';
import { balancesBy, addBalances } from '#lib/features/payment/figures.server.ts';
import { openEvidenceFile } from '#lib/features/payment/evidence-file.server.ts';
import { evaluateAward } from '#lib/features/payment/instalments.server.ts';
import { instalmentsForRecipient, paymentForStaff, paymentsForStaff } from '#lib/features/payment/queries.server.ts';
import { loadConfig } from '#lib/server/config.ts';
import { writeEveryMail } from '#tests/support/mail.ts';
import { seededMoment } from '#lib/server/clock.ts';
import { seal } from '#lib/server/crypto/seal.ts';
import { database } from '#lib/server/db/client.ts';
import {
	at,
	AWARDED,
	breathe,
	bringIntoForce,
	certify,
	dispatched,
	draftPayment,
	enterAccount,
	FIRST,
	firstInstalment,
	makeReady,
	makeWorld,
	NOW,
	NUMBERS,
	pay,
	paymentOf,
	problemOf,
	record,
	refusalOf,
	requisition,
	TODAY,
	verifyAccount,
	type World
} from './world.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';

leavesUnchecked(
	['award.ledger', 'instalment.status', 'requirement.status'],
	'an award is set back to reserved, an instalment to held and a report is asked for by hand, to see what waits on them'
);

let world: World;
beforeEach(async () => {
	world = await makeWorld();
});

const statusOf = async (id: string): Promise<string> => (await paymentOf(id)).status;

describe('an instalment waits for its day and its gates', () => {
	test('due and without an account it is held, with the reason; verified it is ready by itself', async () => {
		await bringIntoForce(world);
		expect(await firstInstalment(world)).toMatchObject({ status: 'held', holdReason: 'account_verified' });
		const account = await enterAccount(world);
		expect((await firstInstalment(world)).status).toBe('held');
		await verifyAccount(world, account);
		expect(await firstInstalment(world)).toMatchObject({ status: 'ready', holdReason: null });
	});

	test('one whose day has not come stays planned, and planning twice plans once', async () => {
		await makeReady(world);
		await evaluateAward(world.awardId, at(20));
		const rows = await database().instalment.findMany({
			where: { awardId: world.awardId },
			orderBy: { number: 'asc' }
		});
		expect(rows.map((row) => row.status)).toEqual(['ready', 'planned']);
	});

	test('a year that is only reserved is held until Parliament votes it', async () => {
		await bringIntoForce(world);
		await verifyAccount(world, await enterAccount(world));
		await database().awardYear.updateMany({ where: { awardId: world.awardId }, data: { standing: 'reserved' } });
		await evaluateAward(world.awardId, at(20));
		expect(await firstInstalment(world)).toMatchObject({ status: 'held', holdReason: 'appropriation_voted' });
	});

	test('a held instalment cannot be drafted, for want of an account or of a vote', async () => {
		await bringIntoForce(world);
		const { id } = await firstInstalment(world);
		const draft = () => refusalOf(() => draftDisbursement(world.people.officer, { instalmentId: id }, at(8)));
		expect(await draft()).toBe('payee_account_unverified');
		await verifyAccount(world, await enterAccount(world));
		await database().awardYear.updateMany({ where: { awardId: world.awardId }, data: { standing: 'reserved' } });
		expect(await draft()).toBe('transition_not_allowed');
		expect(await database().disbursement.count({ where: { awardId: world.awardId } })).toBe(0);
	});

	test('a payment of a year that is over is neither drafted nor requisitioned', async () => {
		await makeReady(world);
		const may = seededMoment(new Date('2027-05-03T15:00:00Z'), `may ${world.tag}`);
		const { id } = await firstInstalment(world);
		expect(await problemOf(() => draftDisbursement(world.people.officer, { instalmentId: id }, may))).toMatchObject({
			code: 'fiscal_year_over',
			facts: { year: 2026, next: 2027 }
		});
		const payment = await draftPayment(world);
		await certify(world, payment);
		const { bindingHash } = await paymentOf(payment);
		// A delegation of the new year, so that only the year of the payment stands in the way.
		const row = await database().delegation.findUniqueOrThrow({ where: { id: world.delegation.s33 } });
		const { createdAt, validTo } = { createdAt: NOW, validTo: new Date('2028-04-01T04:00:00Z') };
		await database().delegation.create({
			data: { ...row, createdAt, validTo, id: may.random.uuid(), number: `D-next-${world.tag}` }
		});
		const signs = () =>
			requisitionDisbursement(world.people.finance, payment, { bindingHash, statement: 'I requisition.' }, may);
		expect((await problemOf(signs))?.code).toBe('fiscal_year_over');
		const page = await paymentForStaff(world.people.finance, payment, may.now);
		expect(page.may.requisition).toMatchObject({ kind: 'refused', problem: { code: 'fiscal_year_over' } });
		expect(await statusOf(payment)).toBe('certified');
	});
});

describe('two people, two sections', () => {
	let payment: string;
	beforeEach(async () => {
		await makeReady(world);
		payment = await draftPayment(world);
	});

	test('nobody signs both, whatever delegations and roles that person holds', async () => {
		const { manager } = world.people;
		const row = await database().delegation.findUniqueOrThrow({ where: { id: world.delegation.s33 } });
		await database().delegation.create({
			data: { ...row, id: at().random.uuid(), number: `D-both-${world.tag}`, userId: manager.userId }
		});
		const both = mintActor({
			...manager,
			staffRoles: [...manager.staffRoles, { role: 'finance_officer', programId: world.programId }]
		});
		await certify(world, payment, both);
		expect(await refusalOf(() => requisition(world, payment, both))).toBe('same_person');
		expect(await statusOf(payment)).toBe('certified');
		await requisition(world, payment);
		expect(await statusOf(payment)).toBe('requisitioned');
	});

	test('a member of the recipient signs neither section, and neither does a former one', async () => {
		for (const actor of [world.people.manager, world.people.finance]) {
			await database().membership.create({
				data: {
					id: at().random.uuid(),
					organizationId: world.organizationId,
					userId: actor.userId,
					role: 'reader',
					createdAt: at(8).now,
					endedAt: at(8).now
				}
			});
		}
		expect(await refusalOf(() => certify(world, payment))).toBe('person_can_benefit');
		await database().membership.updateMany({
			where: { userId: world.people.manager.userId },
			data: { organizationId: world.otherOrganizationId }
		});
		await certify(world, payment);
		expect(await refusalOf(() => requisition(world, payment))).toBe('person_can_benefit');
	});

	test('section 34 is not certified while a report is overdue, and the page says which gate is closed', async () => {
		const id = at().random.uuid();
		await database().requirement.create({
			data: {
				id,
				awardId: world.awardId,
				kind: 'report',
				status: 'open',
				text: 'Report',
				dueOn: new Date('2026-11-23T00:00:00Z'),
				createdAt: NOW,
				createdById: world.people.officer.userId
			}
		});
		expect(await problemOf(() => certify(world, payment))).toMatchObject({
			code: 'guard_not_met',
			facts: { guard: 'requirements_met' }
		});
		const page = await paymentForStaff(world.people.manager, payment, at(9).now);
		expect([page.gates, page.may.certify.kind]).toEqual([['requirements_met'], 'refused']);
		await database().requirement.update({ where: { id }, data: { dueOn: new Date('2026-11-25T00:00:00Z') } });
		await certify(world, payment);
	});

	test('section 33 does not come before section 34', async () => {
		expect(await refusalOf(() => requisition(world, payment))).toBe('transition_not_allowed');
	});

	test('a wrong, expired or too small delegation signs nothing', async () => {
		const own = await database().delegation.findUniqueOrThrow({ where: { id: world.delegation.s34 } });
		const stored = async (changes: object) => {
			await database().delegation.updateMany({
				where: { userId: own.userId, revokedAt: null },
				data: { revokedAt: NOW }
			});
			await database().delegation.create({
				data: { ...own, ...changes, id: at().random.uuid(), number: `D-${at().random.token(6)}` }
			});
		};
		await stored({ authority: 's33_requisition' });
		expect(await refusalOf(() => certify(world, payment))).toBe('delegation_not_in_force');
		await stored({ limitMinor: FIRST - 1n });
		expect(await refusalOf(() => certify(world, payment))).toBe('delegation_limit_too_low');
		await stored({ validTo: new Date('2026-11-24T15:09:00Z') });
		expect(await refusalOf(() => certify(world, payment))).toBe('delegation_not_in_force');
		await stored({ limitMinor: FIRST });
		await certify(world, payment);
		expect(await statusOf(payment)).toBe('certified');
	});

	test('the officer and the finance officer do not certify; the manager does not requisition', async () => {
		expect(await refusalOf(() => certify(world, payment, world.people.officer))).toBe('forbidden');
		expect(await refusalOf(() => certify(world, payment, world.people.finance))).toBe('forbidden');
		await certify(world, payment);
		expect(await refusalOf(() => requisition(world, payment, world.people.manager))).toBe('forbidden');
	});

	test('each signature stores its section, position, delegation, words and what it binds to', async () => {
		await certify(world, payment);
		await requisition(world, payment);
		const row = await paymentOf(payment);
		expect(
			row.signatures.map((given) => [given.section, given.delegationId, given.bindingHash, given.statement])
		).toEqual([
			['s34', world.delegation.s34, row.bindingHash, 'I certify.'],
			['s33', world.delegation.s33, row.bindingHash, 'I requisition.']
		]);
	});

	test('signing what was on the screen: another binding is refused', async () => {
		const stale = { bindingHash: 'a'.repeat(64), statement: 'I certify.' };
		expect(await refusalOf(() => certifyDisbursement(world.people.manager, payment, stale, at(9)))).toBe(
			'stale_version'
		);
	});

	test('an account changed in place, walls off, is found by whoever signs or dispatches, and by the doctor', async () => {
		const owner = new pg.Client({ connectionString: loadConfig().databaseUrl });
		await owner.connect();
		const { payeeAccountId } = await paymentOf(payment);
		const other = seal(JSON.stringify({ ...NUMBERS, account: '9999567' }), {
			table: 'payee_account',
			column: 'ciphertext',
			row: payeeAccountId
		});
		const put = async (column: 'ciphertext' | 'fingerprint', value: string): Promise<string> => {
			await owner.query(`select set_config('hearth.actor', 'system:rotate-keys', false)`);
			await owner.query('alter table payee_account disable trigger user');
			const before = await owner.query(`select ${column} as value from payee_account where id = $1`, [payeeAccountId]);
			await owner.query(`update payee_account set ${column} = $2 where id = $1`, [payeeAccountId, value]);
			await owner.query('alter table payee_account enable trigger user');
			return String(before.rows[0].value);
		};
		try {
			const before = await put('ciphertext', other);
			expect(await refusalOf(() => certify(world, payment))).toBe('signature_void');
			await put('ciphertext', before);
			await certify(world, payment);
			await put('ciphertext', other);
			expect(await refusalOf(() => requisition(world, payment))).toBe('signature_void');
			await put('ciphertext', before);
			await requisition(world, payment);
			await put('ciphertext', other);
			const { bindingHash } = await paymentOf(payment);
			const dispatches = () => dispatchDisbursement(world.people.finance, payment, { bindingHash }, at(11));
			expect(await refusalOf(dispatches)).toBe('signature_void');
			await put('ciphertext', before);
			const print = await put('fingerprint', 'f'.repeat(64));
			expect((await runDoctor(at(12))).filter(({ check }) => check === 'disbursement.binding')).toHaveLength(1);
			await put('fingerprint', print);
			await dispatches();
		} finally {
			await owner.end();
		}
	});

	test('a changed account voids both signatures and binds anew', async () => {
		await certify(world, payment);
		await requisition(world, payment);
		const before = await paymentOf(payment);
		const account = await enterAccount(world, { institution: '002', transit: '00456', account: '7654321' });
		const after = await paymentOf(payment);
		expect(after.status).toBe('drafted');
		expect(after.payeeAccountId).toBe(account);
		expect(after.bindingHash).not.toBe(before.bindingHash);
		expect(after.signatures.every((given) => given.voidedAt !== null)).toBe(true);
		expect(await refusalOf(() => certify(world, payment))).toBe('payee_account_unverified');
		await verifyAccount(world, account);
		await certify(world, payment);
		expect(await statusOf(payment)).toBe('certified');
	});

	test('sent back with a reason, its signatures are void and the reason stands in the trail', async () => {
		await certify(world, payment);
		await sendBackDisbursement(world.people.finance, payment, { reason: 'Wrong year.' }, at(10));
		expect(await statusOf(payment)).toBe('drafted');
		const page = await paymentForStaff(world.people.finance, payment, NOW);
		expect(page.certification).toBeNull();
		expect(page.voided).toHaveLength(1);
		expect(page.trail[0]).toMatchObject({ name: 'disbursement.signaturesVoided', words: 'Wrong year.' });
	});

	test('twenty simultaneous requisitions make one', async () => {
		await certify(world, payment);
		const { bindingHash } = await paymentOf(payment);
		const answers = await Promise.all(
			Array.from({ length: 20 }, async () => {
				await breathe();
				return refusalOf(() =>
					requisitionDisbursement(world.people.finance, payment, { bindingHash, statement: 'I requisition.' }, at(10))
				);
			})
		);
		expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
		const row = await paymentOf(payment);
		expect(row.status).toBe('requisitioned');
		expect(row.signatures.filter((given) => given.section === 's33')).toHaveLength(1);
	});

	test('cancelled, its instalment can be paid again', async () => {
		await certify(world, payment);
		await cancelDisbursement(world.people.finance, payment, { reason: 'Doubled.' }, at(10));
		expect(await statusOf(payment)).toBe('cancelled');
		expect((await firstInstalment(world)).status).toBe('ready');
		expect(await statusOf(await draftPayment(world))).toBe('drafted');
	});
});

describe('paid only on evidence that a second person confirmed', () => {
	test('the whole way: paid equals the ledger, to the cent, and the recipient is told', async () => {
		const payment = await pay(world);
		const row = await paymentOf(payment);
		expect(row.status).toBe('paid');
		expect(row.attempts.map((attempt) => attempt.outcome)).toEqual(['moved']);
		const balances = addBalances(await balancesBy({ programIds: [world.programId], awardId: world.awardId }));
		expect(balances).toMatchObject({ paid: FIRST, committed: AWARDED - FIRST });
		const entry = await database().ledgerEntry.findFirstOrThrow({ where: { subjectId: payment, verb: 'disburse' } });
		expect(entry.delegationId).toBe(world.delegation.s33);
		const seen = await instalmentsForRecipient(world.people.owner, world.awardId);
		expect(seen.instalments[0]).toMatchObject({ status: 'paid', paidOn: TODAY, amountMinor: FIRST });
		const mail = await database().mailMessage.findMany({ where: { template: 'payment-sent' } });
		expect(mail.filter((message) => message.toUserId === world.people.owner.userId)).toHaveLength(1);
	});

	test('recording is not paying, and the person who recorded does not confirm', async () => {
		const payment = await dispatched(world);
		const evidenceId = await record(world, payment);
		expect(await statusOf(payment)).toBe('dispatched');
		const own = () => confirmPaymentEvidence(world.people.finance, payment, { evidenceId }, at(13));
		expect(await refusalOf(own)).toBe('same_person');
		const manager = () => confirmPaymentEvidence(world.people.manager, payment, { evidenceId }, at(13));
		expect(await refusalOf(manager)).toBe('forbidden');
		expect(await statusOf(payment)).toBe('dispatched');
	});

	test('evidence belongs to a dispatched payment, once, and not to a day to come', async () => {
		await makeReady(world);
		const early = await draftPayment(world);
		const evidence = { method: 'cheque' as const, reference: '1', paidOn: TODAY };
		expect(await refusalOf(() => recordPaymentEvidence(world.people.finance, early, evidence, at(12)))).toBe(
			'transition_not_allowed'
		);
		const other = await makeWorld();
		const payment = await dispatched(other);
		const later = { ...evidence, paidOn: '2026-11-25' };
		const { finance } = other.people;
		expect(await refusalOf(() => recordPaymentEvidence(finance, payment, later, at(12)))).toBe('date_too_late');
		await record(other, payment);
		expect(await refusalOf(() => record(other, payment))).toBe('already_done');
	});

	test('evidence may come with its document, which the staff of the program read and nobody else', async () => {
		const payment = await dispatched(world);
		const { finance, manager, observer, owner, reader, stranger } = world.people;
		const evidence = { method: 'direct_deposit' as const, reference: 'DD 1', paidOn: TODAY };
		async function* pdf(): AsyncGenerator<Uint8Array> {
			await Promise.resolve();
			yield Buffer.from('%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n');
		}
		const record = (actor: typeof finance, name: string, content: AsyncIterable<Uint8Array>) =>
			problemOf(() => recordPaymentEvidence(actor, payment, evidence, at(12), { name, content }));
		async function* program(): AsyncGenerator<Uint8Array> {
			await Promise.resolve();
			yield Buffer.from('MZ\u0090 this is no document');
		}
		expect((await record(manager, 'deposit.pdf', pdf()))?.code).toBe('forbidden');
		expect(await record(finance, 'deposit.exe', program())).toMatchObject({ code: 'file_kind', field: 'document' });
		expect(await record(finance, 'Wren Owner deposit.pdf', pdf())).toBeNull();
		const [proof] = (await paymentForStaff(finance, payment, NOW)).evidence;
		const fileId = proof?.fileId ?? '';
		for (const person of [finance, manager]) {
			const opened = await openEvidenceFile(person, fileId);
			expect(opened?.headers['content-disposition']).toMatch(/^attachment; filename="P-2026-\d+-1\.pdf"/);
			expect(await new Response(opened?.body).text()).toContain('%PDF');
		}
		expect(await refusalOf(() => openEvidenceFile(observer, fileId))).toBe('not_found');
		for (const person of [owner, reader, stranger]) {
			expect(await refusalOf(() => openEvidenceFile(person, fileId))).toBe('not_found');
		}
		expect(await openEvidenceFile(finance, payment)).toBeNull();
	});

	test('refused evidence pays nothing, and another can be recorded', async () => {
		const payment = await dispatched(world);
		const evidenceId = await record(world, payment);
		const { secondFinance } = world.people;
		await refusePaymentEvidence(secondFinance, payment, { evidenceId, reason: 'Another number.' }, at(13));
		expect(await refusalOf(() => confirmPaymentEvidence(secondFinance, payment, { evidenceId }, at(14)))).toBe(
			'evidence_missing'
		);
		const [refused] = (await paymentForStaff(world.people.finance, payment, NOW)).evidence;
		expect(refused?.refusedBy).toBe('Farah Finance');
		const again = await record(world, payment);
		await confirmPaymentEvidence(secondFinance, payment, { evidenceId: again }, at(15));
		expect(await statusOf(payment)).toBe('paid');
	});

	test('confirmed twice at once it is paid once', async () => {
		const payment = await dispatched(world);
		const evidenceId = await record(world, payment);
		const answers = await Promise.all(
			Array.from({ length: 8 }, () =>
				refusalOf(() => confirmPaymentEvidence(world.people.secondFinance, payment, { evidenceId }, at(13)))
			)
		);
		expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
		expect(await database().ledgerEntry.count({ where: { subjectId: payment, verb: 'disburse' } })).toBe(1);
	});

	test('dispatched, it is cancelled by finance alone, by another than dispatched it, who states that no money left', async () => {
		const payment = await dispatched(world);
		const { finance, manager, secondFinance } = world.people;
		const input = { reason: 'Lost.', notMoved: 'yes' as const };
		expect(await refusalOf(() => cancelDisbursement(manager, payment, input, at(12)))).toBe('forbidden');
		expect(await refusalOf(() => cancelDisbursement(finance, payment, input, at(12)))).toBe('same_person');
		expect(await refusalOf(() => cancelDisbursement(secondFinance, payment, { reason: 'Lost.' }, at(12)))).toBe(
			'declaration_not_accepted'
		);
		const seenBy = async (person: typeof finance) => (await paymentForStaff(person, payment, at(12).now)).may.cancel;
		expect((await seenBy(manager)).kind).toBe('others');
		expect(await seenBy(finance)).toMatchObject({ kind: 'refused', problem: { code: 'same_person' } });
		expect((await seenBy(secondFinance)).kind).toBe('yours');
		await cancelDisbursement(secondFinance, payment, input, at(12));
		const row = await paymentOf(payment);
		expect([row.status, row.attempts[0]?.outcome]).toEqual(['cancelled', 'not_moved']);
	});

	test('before it is dispatched the program may cancel it', async () => {
		await makeReady(world);
		const payment = await draftPayment(world);
		await certify(world, payment);
		await cancelDisbursement(world.people.manager, payment, { reason: 'Doubled.' }, at(10));
		expect(await statusOf(payment)).toBe('cancelled');
	});

	test('plain SQL as the runtime role cannot mark a payment paid', async () => {
		const payment = await dispatched(world);
		const evidenceId = await record(world, payment);
		const client = new pg.Client({ connectionString: loadConfig().databaseAppUrl });
		await client.connect();
		try {
			const attempt = (...statements: string[]) =>
				(async () => {
					await client.query('begin');
					for (const statement of statements) await client.query(statement);
					await client.query('commit');
				})().finally(() => client.query('rollback'));
			const pays = `update disbursement set status = 'paid', paid_at = now() where id = '${payment}'`;
			const confirms = (by: string) =>
				`update payment_evidence set confirmed_at = now(), confirmed_by_id = '${by}' where id = '${evidenceId}'`;
			await expect(attempt(pays)).rejects.toThrow('payment_evidence_confirmed');
			await expect(attempt(confirms(world.people.finance.userId), pays)).rejects.toThrow('payment_evidence_two_people');
			// Even with evidence that a second person confirmed: without the ledger's entry it is not paid.
			await expect(attempt(confirms(world.people.secondFinance.userId), pays)).rejects.toThrow(
				'disbursement_in_ledger'
			);
		} finally {
			await client.end();
		}
		expect(await statusOf(payment)).toBe('dispatched');
	});

	test('stopped between the evidence and the ledger, nothing happened', async () => {
		const payment = await dispatched(world);
		const evidenceId = await record(world, payment);
		const broken = {
			...at(13),
			failpoint: () => {
				throw new Error('stopped');
			}
		};
		await expect(confirmPaymentEvidence(world.people.secondFinance, payment, { evidenceId }, broken)).rejects.toThrow(
			'stopped'
		);
		const row = await paymentOf(payment);
		expect([row.status, row.evidence[0]?.confirmedAt, row.attempts[0]?.outcome]).toEqual([
			'dispatched',
			null,
			'started'
		]);
	});
});

describe('who sees what', () => {
	test('another organization gets what a stranger gets, and members of the recipient have no staff page', async () => {
		const payment = await pay(world);
		expect(await refusalOf(() => instalmentsForRecipient(world.people.stranger, world.awardId))).toBe('not_found');
		for (const actor of [world.people.stranger, world.people.owner]) {
			expect(await refusalOf(() => paymentForStaff(actor, payment, NOW))).toBe('not_found');
			expect(await refusalOf(() => paymentsForStaff(actor))).toBe('not_found');
		}
	});

	test('a director, who is shown no account, is not told that it is missing', async () => {
		await makeReady(world);
		const waiting = await draftPayment(world);
		const { finance, director, officer } = world.people;
		await database().instalment.updateMany({
			where: { awardId: world.awardId, number: 2 },
			data: { status: 'held', holdReason: 'account_verified' }
		});
		const seen = await paymentsForStaff(finance);
		expect([seen.inHand.map((row) => row.id), seen.paid]).toEqual([[waiting], []]);
		expect(seen.held.map((row) => row.accountStatus)).toEqual(['verified']);
		expect((await paymentsForStaff(officer)).held.map((row) => row.accountStatus)).toEqual(['verified']);
		// Row-level security shows a director no account: that is not the same as a missing one.
		expect((await paymentsForStaff(director)).held.map((row) => row.accountStatus)).toEqual([null]);
	});

	test('a page says on whom a payment waits, and why one may not act', async () => {
		await makeReady(world);
		const payment = await draftPayment(world);
		const toManager = await paymentForStaff(world.people.manager, payment, at(9).now);
		expect([toManager.waitsOn, toManager.may.certify.kind]).toEqual(['you', 'yours']);
		const toFinance = await paymentForStaff(world.people.finance, payment, at(9).now);
		expect([toFinance.waitsOn, toFinance.may.requisition.kind]).toEqual(['program', 'refused']);
		await certify(world, payment);
		expect((await paymentForStaff(world.people.finance, payment, at(10).now)).waitsOn).toBe('you');
		const second = await paymentForStaff(world.people.secondFinance, payment, at(10).now);
		expect(second.may.requisition).toMatchObject({ kind: 'refused', problem: { code: 'delegation_none' } });
	});

	test('a reader of the organization sees amounts and days, and nothing of the account', async () => {
		await pay(world);
		const seen = await instalmentsForRecipient(world.people.reader, world.awardId);
		expect([seen.accountStatus, seen.lastThree]).toEqual([null, null]);
		expect(seen.instalments).toHaveLength(2);
	});

	test('a problem that says why is a problem, not a fault', async () => {
		expect(await problemOf(() => paymentForStaff(world.people.finance, 'nonsense', NOW))).toMatchObject({
			code: 'not_found'
		});
	});
});

test('every message that the walk to a payment queued can be written, in both languages', async () => {
	await pay(world);
	const written = await writeEveryMail();
	expect(new Set(written.map(({ template }) => template)).size).toBeGreaterThan(3);
	for (const { en, fr } of written) expect(`${en.text}${fr.text}`).not.toMatch(/undefined|Invalid|\{\w+\}/);
});
