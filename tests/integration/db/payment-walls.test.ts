import { beforeEach, describe, expect, test } from 'vitest';
import { database } from '#lib/server/db/client.ts';
import { transact, transactAs } from '#lib/server/db/transact.ts';
import { systemActor } from '#lib/domain/access/actor.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';
import { expectRefusal } from './refused.ts';
import {
	AWARDED,
	FISCAL_YEAR,
	INSTALMENT,
	disburse,
	dispatch,
	draft,
	makeStory,
	recordEvidence,
	setStatus,
	sha256,
	signSection,
	year,
	type Story
} from './story.ts';

leavesUnchecked(
	[
		'disbursement.status',
		'disbursement.binding',
		'payee_account.status',
		'seal.opens',
		'instalment.payment',
		'signature.benefit',
		'signature.delegation'
	],
	'rows are written below the commands, which would seal accounts, write the trail and move the instalment'
);

let story: Story;
beforeEach(async () => {
	story = await makeStory();
});

async function confirm(evidenceId: string, confirmedById: string): Promise<void> {
	await transact((tx) =>
		tx.paymentEvidence.update({
			where: { id: evidenceId },
			data: { confirmedById, confirmedAt: story.moment.now }
		})
	);
}

async function pay(disbursementId: string, posted: bigint | null = INSTALMENT): Promise<void> {
	await transact(async (tx) => {
		await tx.disbursement.update({
			where: { id: disbursementId },
			data: { status: 'paid', paidAt: story.moment.now }
		});
		if (posted !== null) await disburse(tx, story, disbursementId, posted);
	});
}

describe('the whole way', () => {
	test('a payment signed by two people and confirmed by a second reaches paid, in table and ledger alike', async () => {
		const id = await dispatch(story);
		await confirm(await recordEvidence(story, id, story.people.finance), story.people.manager);
		await pay(id);
		const row = await database().disbursement.findUniqueOrThrow({ where: { id } });
		expect(row.status).toBe('paid');
	});
});

describe('a payee account', () => {
	const change = (data: object, actor: Parameters<typeof transactAs>[0] = systemActor('seed')) =>
		transactAs(actor, (tx) => tx.payeeAccount.update({ where: { id: story.ids.payee }, data }));

	test('is another row when it is another account: nothing in place, by nobody', async () => {
		for (const data of [
			{ organizationId: story.moment.random.uuid() },
			{ fingerprint: sha256('other') },
			{ lastThree: '999' },
			{ createdById: story.people.signatory },
			{ ciphertext: 'sealed otherwise' }
		]) {
			await expectRefusal(change(data), 'payee_account_content_fixed');
			await expectRefusal(change(data, { kind: 'user', userId: story.people.owner }), 'payee_account_content_fixed');
		}
	});

	test('is sealed again by the rotation of keys, which changes nothing else', async () => {
		await change({ ciphertext: 'sealed anew' }, systemActor('rotate-keys'));
		await expectRefusal(
			change({ fingerprint: sha256('other') }, systemActor('rotate-keys')),
			'payee_account_content_fixed'
		);
	});

	test('goes from unverified to verified or replaced, and never back', async () => {
		await expectRefusal(
			change({ status: 'unverified', verifiedAt: null, verifiedById: null }),
			'payee_account_transition'
		);
		await expectRefusal(change({ verifiedById: story.people.manager }), 'payee_account_transition');
		await change({ status: 'replaced', replacedAt: story.moment.now });
		await expectRefusal(change({ status: 'verified', replacedAt: null }), 'payee_account_transition');
		const again = { id: story.moment.random.uuid(), organizationId: story.ids.organization };
		const entry = { ...again, ciphertext: 'x', lastThree: '123', fingerprint: 'x', createdAt: story.moment.now };
		const born = { status: 'verified', verifiedAt: story.moment.now, verifiedById: story.people.finance };
		await expectRefusal(
			transactAs(systemActor('seed'), (tx) =>
				tx.payeeAccount.create({ data: { ...entry, ...born, createdById: story.people.owner } })
			),
			'payee_account_transition'
		);
		const own = { ...entry, status: 'unverified', createdById: story.people.owner };
		await transactAs(systemActor('seed'), (tx) => tx.payeeAccount.create({ data: own }));
		const verifies = (by: string, verifiedById: string) =>
			transactAs({ kind: 'user', userId: by }, (tx) =>
				tx.payeeAccount.update({
					where: { id: again.id },
					data: { status: 'verified', verifiedAt: story.moment.now, verifiedById }
				})
			);
		await expectRefusal(verifies(story.people.owner, story.people.finance), 'payee_account_verified_in_own_name');
		await expectRefusal(verifies(story.people.signatory, story.people.signatory), 'signer_may_not_benefit');
		await verifies(story.people.finance, story.people.finance);
	});
});

describe('signatures', () => {
	test('one person does not sign both sections', async () => {
		const id = await draft(story);
		await signSection(story, id, 's34');
		await setStatus(id, 'certified');
		const both = { userId: story.people.manager, delegationId: story.ids.delegation.secondS33 };
		await expectRefusal(signSection(story, id, 's33', both), 'two_people_two_sections');
	});

	test('a signature for another content is refused', async () => {
		const id = await draft(story);
		await expectRefusal(signSection(story, id, 's34', { bindingHash: sha256('other') }), 'signature_binds');
	});

	test('a member of the recipient does not sign, whatever delegation there is', async () => {
		const id = await draft(story);
		await transact((tx) =>
			tx.membership.create({
				data: {
					id: story.moment.random.uuid(),
					organizationId: story.ids.organization,
					userId: story.people.manager,
					role: 'reader',
					createdAt: story.moment.now
				}
			})
		);
		await expectRefusal(signSection(story, id, 's34'), 'signer_may_not_benefit');
	});

	test.each([
		['of another person', { delegationId: 'transaction' as const }],
		['of another authority', { delegationId: 's33' as const, userId: 'finance' as const }]
	])('a delegation %s does not carry the signature', async (_, changes) => {
		const id = await draft(story);
		await expectRefusal(
			signSection(story, id, 's34', {
				delegationId: story.ids.delegation[changes.delegationId],
				...('userId' in changes ? { userId: story.people[changes.userId] } : {})
			}),
			'delegation_covers'
		);
	});

	test('a delegation does not carry a signature before or after its time', async () => {
		const id = await draft(story);
		for (const signedAt of [year(2025), year(2028), year(2030)]) {
			await expectRefusal(signSection(story, id, 's34', { signedAt }), 'delegation_covers');
		}
	});

	test('a revoked delegation carries nothing from that instant on', async () => {
		const id = await draft(story);
		await transact((tx) =>
			tx.delegation.update({ where: { id: story.ids.delegation.s34 }, data: { revokedAt: story.moment.now } })
		);
		await expectRefusal(signSection(story, id, 's34'), 'delegation_covers');
	});

	test('s.33 is not signed before s.34', async () => {
		const id = await draft(story);
		await expectRefusal(signSection(story, id, 's33'), 'signature_in_order');
	});

	test('a section is signed once', async () => {
		const id = await draft(story);
		await signSection(story, id, 's34');
		await expectRefusal(signSection(story, id, 's34'), 'disbursement_signature_standing_once');
	});

	test('a signature is voided once with a reason, and is otherwise unchangeable', async () => {
		const id = await draft(story);
		const signature = await signSection(story, id, 's34');
		const change = (data: object) =>
			transact((tx) => tx.disbursementSignature.update({ where: { id: signature }, data }));
		await expectRefusal(change({ userId: story.people.finance }), 'append_only');
		await expectRefusal(change({ signedAt: year(2027) }), 'append_only');
		await change({ voidedAt: story.moment.now, voidReason: 'amount changed' });
		await expectRefusal(change({ voidedAt: null, voidReason: null }), 'append_only');
	});
});

describe('status', () => {
	test('no step is skipped and none is taken without its signature', async () => {
		const id = await draft(story);
		await expectRefusal(setStatus(id, 'certified'), 'disbursement_needs_s34');
		for (const status of ['requisitioned', 'dispatched', 'sent', 'paid', 'reversed']) {
			await expectRefusal(setStatus(id, status), 'disbursement_transition');
		}
		await signSection(story, id, 's34');
		await setStatus(id, 'certified');
		await expectRefusal(setStatus(id, 'requisitioned'), 'disbursement_needs_s33');
		await expectRefusal(setStatus(id, 'dispatched'), 'disbursement_transition');
	});

	test('a disbursement is not born signed or paid', async () => {
		const id = story.moment.random.uuid();
		const born = transact(
			(tx) => tx.$executeRaw`
				insert into disbursement (id, number, instalment_id, award_id, payee_account_id, amount_minor, currency, fiscal_year,
					status, rail, binding_hash, drafted_by_id, drafted_at, paid_at)
				values (${id}::uuid, 'P-x', ${story.ids.instalment}::uuid, ${story.ids.award}::uuid, ${story.ids.payee}::uuid, 1,
					'CAD', ${FISCAL_YEAR}::int, 'paid', 'manual', ${sha256(id)}, ${story.people.officer}::uuid, now(), now())`
		);
		await expectRefusal(born, 'disbursement_transition');
	});

	test('it is not cancelled while an attempt may have moved the money or evidence stands', async () => {
		const id = await dispatch(story);
		const attemptId = story.moment.random.uuid();
		await transact((tx) =>
			tx.disbursementAttempt.create({
				data: {
					id: attemptId,
					disbursementId: id,
					number: 1,
					parametersHash: sha256('parameters'),
					outcome: 'started',
					startedAt: story.moment.now
				}
			})
		);
		const settle = (outcome: string, settledAt: Date | null = null) =>
			transact((tx) => tx.disbursementAttempt.update({ where: { id: attemptId }, data: { outcome, settledAt } }));
		await expectRefusal(setStatus(id, 'cancelled'), 'disbursement_known_not_moved');
		await settle('unknown');
		await expectRefusal(setStatus(id, 'cancelled'), 'disbursement_known_not_moved');
		await settle('not_moved', story.moment.now);
		const evidence = await recordEvidence(story, id, story.people.finance);
		await expectRefusal(setStatus(id, 'cancelled'), 'disbursement_known_not_moved');
		const refuse = (refusedById: string | null) =>
			transact((tx) =>
				tx.paymentEvidence.update({ where: { id: evidence }, data: { refusedAt: story.moment.now, refusedById } })
			);
		await expectRefusal(refuse(null), 'payment_evidence_refused_whole');
		await expectRefusal(refuse(story.people.finance), 'payment_evidence_refused_by_another');
		await expectRefusal(refuse(story.people.owner), 'signer_may_not_benefit');
		await refuse(story.people.manager);
		await setStatus(id, 'cancelled');
	});

	test('what was signed is not changed under the signature', async () => {
		const id = await draft(story);
		const change = (data: object) =>
			transactAs(systemActor('test'), (tx) => tx.disbursement.update({ where: { id }, data }));
		await change({ amountMinor: INSTALMENT - 1n, bindingHash: sha256('smaller') });
		await change({ amountMinor: INSTALMENT, bindingHash: sha256(id) });
		const signature = await signSection(story, id, 's34');
		await expectRefusal(change({ amountMinor: INSTALMENT - 1n }), 'signed_content_fixed');
		await expectRefusal(change({ bindingHash: sha256('other') }), 'signed_content_fixed');
		await setStatus(id, 'certified');
		await expectRefusal(change({ amountMinor: INSTALMENT - 1n }), 'signed_content_fixed');
		await expectRefusal(setStatus(id, 'drafted'), 'signed_content_fixed');
		await transact((tx) =>
			tx.disbursementSignature.update({
				where: { id: signature },
				data: { voidedAt: story.moment.now, voidReason: 'amount changed' }
			})
		);
		await setStatus(id, 'drafted');
		await change({ amountMinor: INSTALMENT - 1n, bindingHash: sha256('smaller') });
	});

	test('a manual payment is not paid without evidence, nor on the word of the one who recorded it', async () => {
		const id = await dispatch(story);
		await expectRefusal(pay(id), 'payment_evidence_confirmed');
		const evidence = await recordEvidence(story, id, story.people.finance);
		await expectRefusal(pay(id), 'payment_evidence_confirmed');
		await expectRefusal(confirm(evidence, story.people.finance), 'payment_evidence_two_people');
		await expectRefusal(confirm(evidence, story.people.owner), 'signer_may_not_benefit');
		await confirm(evidence, story.people.secondFinance);
		await expectRefusal(
			transact((tx) => tx.paymentEvidence.update({ where: { id: evidence }, data: { referenceText: '4712' } })),
			'append_only'
		);
	});

	test('paid means paid in the ledger, to the cent, in the same transaction', async () => {
		const id = await dispatch(story);
		await confirm(await recordEvidence(story, id, story.people.finance), story.people.manager);
		await expectRefusal(pay(id, null), 'disbursement_in_ledger');
		await expectRefusal(pay(id, INSTALMENT - 1n), 'disbursement_in_ledger');
		await expectRefusal(pay(id, INSTALMENT + 1n), 'disbursement_in_ledger');
		const row = await database().disbursement.findUniqueOrThrow({ where: { id } });
		expect(row.status).toBe('dispatched');
		await pay(id);
	});
});

describe('amounts', () => {
	test('a disbursement is not more than its instalment, and an instalment has one at a time', async () => {
		await expectRefusal(draft(story, { amountMinor: INSTALMENT + 1n }), 'disbursement_of_its_instalment');
		await draft(story);
		await expectRefusal(draft(story), 'disbursement_live_once');
	});

	test('instalments do not exceed the award of their year', async () => {
		const second = transact((tx) =>
			tx.instalment.create({
				data: {
					id: story.moment.random.uuid(),
					awardId: story.ids.award,
					number: 2,
					fiscalYear: FISCAL_YEAR,
					dueOn: story.moment.now,
					amountMinor: AWARDED - INSTALMENT + 1n,
					status: 'planned'
				}
			})
		);
		await expectRefusal(second, 'instalments_within_award');
	});

	test('the years of an award come to the award', async () => {
		const change = transact((tx) =>
			tx.awardYear.update({ where: { id: story.ids.awardYear }, data: { amountMinor: AWARDED - 1n } })
		);
		await expectRefusal(change, 'award_years_sum');
	});

	test('an award is not raised beyond the delegation of who decides', async () => {
		const raise = transact((tx) =>
			tx.award.update({ where: { id: story.ids.award }, data: { awardedAmountMinor: 20_000_001n } })
		);
		await expectRefusal(raise, 'delegation_covers');
	});
});

describe('decisions', () => {
	test('nobody approves the allocation they recommended', async () => {
		const decide = transact((tx) =>
			tx.allocationRound.create({
				data: {
					id: story.moment.random.uuid(),
					opportunityId: story.ids.opportunity,
					number: 1,
					status: 'recommended',
					policy: {},
					preparedById: story.people.officer,
					preparedAt: story.moment.now,
					recommendedAt: story.moment.now,
					recommendedById: story.people.director,
					decidedAt: story.moment.now,
					decidedById: story.people.director,
					decisionDelegationId: story.ids.delegation.transaction
				}
			})
		);
		await expectRefusal(decide, 'allocation_round_two_people');
	});

	test('a delegation is revoked, never rewritten', async () => {
		const change = (data: object) =>
			transact((tx) => tx.delegation.update({ where: { id: story.ids.delegation.s34 }, data }));
		await expectRefusal(change({ limitMinor: null }), 'delegation_only_revoked');
		await expectRefusal(change({ userId: story.people.stranger }), 'delegation_only_revoked');
	});
});

describe('an agreement', () => {
	test('is not born signed or in force', async () => {
		const { ids, people, moment } = story;
		for (const status of ['proposed', 'signed', 'in_force', 'amended']) {
			const born = transact((tx) =>
				tx.agreement.create({
					data: {
						id: moment.random.uuid(),
						awardId: ids.award,
						number: 1,
						status,
						startsOn: year(2026),
						endsOn: year(2027),
						content: {},
						contentHash: sha256('text'),
						createdAt: moment.now,
						createdById: people.officer,
						...(status === 'in_force' ? { inForceAt: moment.now } : {})
					}
				})
			);
			await expectRefusal(born, 'agreement_begins_as_draft');
		}
	});
});
