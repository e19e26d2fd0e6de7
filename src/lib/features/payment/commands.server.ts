import { createHash } from 'node:crypto';
import { authorize } from '#lib/domain/access/access.ts';
import { systemActor, type Actor } from '#lib/domain/access/actor.ts';
import type { Authority } from '#lib/domain/access/delegation.ts';
import type { AuditEvent } from '#lib/domain/audit/events.ts';
import { isId } from '#lib/domain/id.ts';
import { awardAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import {
	nextDisbursement,
	type DisbursementEvent,
	type DisbursementStatus
} from '#lib/domain/payment/disbursement-lifecycle.ts';
import {
	isReleased,
	mayCertify,
	mayConfirmEvidence,
	mayRequisition,
	signatureOf
} from '#lib/domain/payment/signatures.ts';
import { orRefuse, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { fiscalYearAt, instantToDay } from '#lib/domain/time/zone.ts';
import { relyOnDelegation } from '#lib/features/agreement/authority.server.ts';
import {
	keepFunderFile,
	receiveIncoming,
	type FunderFile,
	type IncomingFile
} from '#lib/features/application/attachments.server.ts';
import type { ReliedDelegation } from '#lib/features/allocation/authority.server.ts';
import { keepOrigin } from '#lib/features/identity/origin.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { dayColumn } from '#lib/server/db/day.ts';
import { postEntry } from '#lib/server/db/ledger.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { takeNumber } from '#lib/server/db/numbers.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { storage } from '#lib/server/storage/storage.ts';
import { advanceInstalmentWithin, closedGatesOf, evaluateAwardWithin } from './instalments.server.ts';
import { bindingHashOf, requireBoundAccount, voidSignatures } from './payee.server.ts';
import { mailOrganization, personOf, signerOf } from './people.server.ts';
import type {
	CancelDisbursement,
	Dispatch,
	DraftDisbursement,
	JudgeEvidence,
	RecordEvidence,
	RefuseEvidence,
	SendBack,
	SignDisbursement
} from './schema.ts';

/*
 * A payment, whatever its rail: drafted, certified (s.34) by one person, requisitioned (s.33) by another, dispatched, and
 * paid only when the money is known to have moved. There is no other way to paid; the database refuses the rest.
 */

/** The payment behind its locks, with what the rules need. */
type Held = Awaited<ReturnType<typeof lockDisbursement>>;

/** Drafts the payment of a ready instalment, to the recipient's verified account. */
export function draftDisbursement(
	actor: Actor,
	input: DraftDisbursement,
	moment: Moment
): Promise<{ disbursementId: string }> {
	return transactAs(actor, (tx) => draftDisbursementWithin(tx, actor, input, moment), moment);
}

export async function draftDisbursementWithin(
	tx: Tx,
	actor: Actor,
	input: DraftDisbursement,
	moment: Moment
): Promise<{ disbursementId: string }> {
	const known = await tx.instalment.findUnique({ where: { id: input.instalmentId }, select: { awardId: true } });
	if (!known || !(await lockRow(tx, 'award', known.awardId))) throw new Refusal(refuse('not_found'));
	await lockRow(tx, 'instalment', input.instalmentId);
	const award = await tx.award.findUniqueOrThrow({ where: { id: known.awardId }, include: { program: true } });
	const scope = { organizationId: award.organizationId, programId: award.programId };
	authorize(actor, 'disbursement.draft', scope);
	const signer = await signerOf(tx, actor);
	if (signer.memberOrganizationIds.includes(award.organizationId)) throw new Refusal(refuse('person_can_benefit'));
	await evaluateAwardWithin(tx, systemActor('evaluate-gates'), award.id, moment);
	const instalment = await tx.instalment.findUniqueOrThrow({ where: { id: input.instalmentId } });
	refuseYearOver(instalment.fiscalYear, award.program.zone, moment.now);
	const account = await tx.payeeAccount.findFirst({
		where: { organizationId: award.organizationId, status: 'verified' },
		select: { id: true, fingerprint: true }
	});
	if (!account) throw new Refusal(refuse('payee_account_unverified'));
	await advanceInstalmentWithin(tx, actor, instalment, scope, 'take_into_payment', moment);
	const disbursementId = moment.random.uuid();
	const bindingHash = bindingHashOf({
		organizationId: award.organizationId,
		accountFingerprint: account.fingerprint,
		amount: cad(instalment.amountMinor),
		instalmentId: instalment.id
	});
	await tx.disbursement.create({
		data: {
			id: disbursementId,
			number: await nextNumber(tx, moment, award.program.zone),
			instalmentId: instalment.id,
			awardId: award.id,
			payeeAccountId: account.id,
			amountMinor: instalment.amountMinor,
			fiscalYear: instalment.fiscalYear,
			status: 'drafted' satisfies DisbursementStatus,
			rail: 'manual',
			bindingHash,
			draftedById: signer.userId,
			draftedAt: moment.now
		},
		select: { id: true }
	});
	await recordEvent(tx, moment, {
		name: 'disbursement.drafted',
		actor,
		subject: { type: 'disbursement', id: disbursementId },
		...scope,
		facts: { amountMinor: instalment.amountMinor, instalmentId: instalment.id, bindingHash }
	});
	return { disbursementId };
}

/** P-2026-0001: the fiscal year in which the payment was drafted, and a number without gaps. */
async function nextNumber(tx: Tx, moment: Moment, zone: string): Promise<string> {
	const year = fiscalYearAt(moment.now, zone);
	const number = await takeNumber(tx, `disbursement:${year}`);
	return `P-${year}-${number.toString().padStart(4, '0')}`;
}

/** s.34: a program manager states that the recipient is entitled to this payment and that its gates are met. */
export function certifyDisbursement(
	actor: Actor,
	disbursementId: string,
	input: SignDisbursement,
	moment: Moment
): Promise<void> {
	return transactAs(actor, (tx) => certifyDisbursementWithin(tx, actor, disbursementId, input, moment), moment);
}

export async function certifyDisbursementWithin(
	tx: Tx,
	actor: Actor,
	disbursementId: string,
	input: SignDisbursement,
	moment: Moment
): Promise<void> {
	const held = await lockDisbursement(tx, disbursementId);
	authorize(actor, 'disbursement.certify', held.scope);
	await requireSameBinding(tx, held, input.bindingHash);
	throwIf(mayCertify(held.signatures, await signerOf(tx, actor), bindingOf(held)));
	if (!(await accountIsVerified(tx, held.payeeAccountId))) throw new Refusal(refuse('payee_account_unverified'));
	const [closed] = await closedGatesOf(tx, held, moment.now);
	if (closed) throw new Refusal(refuse('guard_not_met', { guard: closed }));
	requireStatus(held, 'certify');
	const delegation = await authorityFor(tx, actor, held, 's34_certification', moment);
	await sign(tx, actor, held, { section: 's34', delegation, statement: input.statement }, moment);
	await advance(
		tx,
		actor,
		held,
		'certify',
		moment,
		{ gates_open: true, account_verified: true, delegation_in_force: true, not_beneficiary: true },
		{ delegationId: delegation.id, amountMinor: held.amountMinor, bindingHash: held.bindingHash }
	);
}

/** s.33: a finance officer confirms a lawful charge within the appropriation and asks that it be paid. */
export function requisitionDisbursement(
	actor: Actor,
	disbursementId: string,
	input: SignDisbursement,
	moment: Moment
): Promise<void> {
	return transactAs(actor, (tx) => requisitionDisbursementWithin(tx, actor, disbursementId, input, moment), moment);
}

export async function requisitionDisbursementWithin(
	tx: Tx,
	actor: Actor,
	disbursementId: string,
	input: SignDisbursement,
	moment: Moment
): Promise<void> {
	const held = await lockDisbursement(tx, disbursementId);
	authorize(actor, 'disbursement.requisition', held.scope);
	await requireSameBinding(tx, held, input.bindingHash);
	requireStatus(held, 'requisition');
	throwIf(mayRequisition(held.signatures, await signerOf(tx, actor), bindingOf(held)));
	const delegation = await authorityFor(tx, actor, held, 's33_requisition', moment);
	refuseYearOver(held.fiscalYear, held.award.program.zone, moment.now);
	const left = await committedBalance(tx, held);
	if (left < held.amountMinor)
		throw new Refusal(refuse('over_committed', { available: left, amount: held.amountMinor }));
	await sign(tx, actor, held, { section: 's33', delegation, statement: input.statement }, moment);
	await advance(
		tx,
		actor,
		held,
		'requisition',
		moment,
		{
			binding_unchanged: true,
			two_people: true,
			delegation_in_force: true,
			not_beneficiary: true,
			within_vote: true
		},
		{ delegationId: delegation.id, amountMinor: held.amountMinor, bindingHash: held.bindingHash }
	);
}

/** Sends a signed payment back to its draft with a reason. Every signature on it is void; the reason stays beside them. */
export function sendBackDisbursement(
	actor: Actor,
	disbursementId: string,
	input: SendBack,
	moment: Moment
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockDisbursement(tx, disbursementId);
			authorize(actor, 'disbursement.cancel', held.scope);
			await refuseBeneficiary(tx, actor, held);
			requireStatus(held, 'void_signatures');
			await voidSignatures(tx, actor, held.id, 'sent_back', moment, input.reason);
		},
		moment
	);
}

/** Hands a requisitioned payment to its rail. The attempt's parameters are hashed before anything can move. */
export function dispatchDisbursement(
	actor: Actor,
	disbursementId: string,
	input: Dispatch,
	moment: Moment
): Promise<void> {
	return transactAs(actor, (tx) => dispatchDisbursementWithin(tx, actor, disbursementId, input, moment), moment);
}

export async function dispatchDisbursementWithin(
	tx: Tx,
	actor: Actor,
	disbursementId: string,
	input: Dispatch,
	moment: Moment
): Promise<void> {
	const held = await lockDisbursement(tx, disbursementId);
	authorize(actor, 'disbursement.dispatch', held.scope);
	await refuseBeneficiary(tx, actor, held);
	await requireSameBinding(tx, held, input.bindingHash);
	requireStatus(held, 'dispatch');
	const isUnchanged = isReleased(held.signatures, held.bindingHash);
	if (!isUnchanged) throw new Refusal(refuse('signature_void'));
	const attempts = await tx.disbursementAttempt.count({ where: { disbursementId: held.id } });
	await tx.disbursementAttempt.create({
		data: {
			id: moment.random.uuid(),
			disbursementId: held.id,
			number: attempts + 1,
			parametersHash: parametersHashOf(held),
			outcome: 'started',
			startedAt: moment.now
		}
	});
	await advance(tx, actor, held, 'dispatch', moment, { binding_unchanged: isUnchanged }, { rail: held.rail });
}

/** What a rail is given, as one text: the payment, its binding and its amount. */
function parametersHashOf(held: Held): string {
	const text = ['hearth-attempt-1', held.id, held.rail, held.bindingHash, held.amountMinor.toString(), held.currency];
	return createHash('sha256')
		.update(`${text.join('\n')}\n`, 'utf8')
		.digest('hex');
}

/**
 * One person records how, when and under which number a manual payment was made, with the document that shows it where
 * there is one. It is not paid by that. Access is asked before a byte is kept.
 */
export async function recordPaymentEvidence(
	actor: Actor,
	disbursementId: string,
	input: RecordEvidence,
	moment: Moment,
	document: IncomingFile | null = null
): Promise<{ evidenceId: string }> {
	const record = (file: FunderFile | null): Promise<{ evidenceId: string }> =>
		transactAs(actor, (tx) => recordPaymentEvidenceWithin(tx, actor, disbursementId, input, moment, file), moment);
	if (!document) return record(null);
	const known = isId(disbursementId)
		? await database().disbursement.findUnique({
				where: { id: disbursementId },
				select: { award: { select: { organizationId: true, programId: true } } }
			})
		: null;
	if (!known) throw new Refusal(refuse('not_found'));
	authorize(actor, 'payment.record', known.award);
	const received = await receiveIncoming(document, 'document', moment);
	try {
		return await record({ received, name: document.name });
	} catch (error) {
		// Without its row the file belongs to nobody.
		await storage().delete(received.key);
		throw error;
	}
}

export async function recordPaymentEvidenceWithin(
	tx: Tx,
	actor: Actor,
	disbursementId: string,
	input: RecordEvidence,
	moment: Moment,
	file: FunderFile | null = null
): Promise<{ evidenceId: string }> {
	const held = await lockDisbursement(tx, disbursementId);
	authorize(actor, 'payment.record', held.scope);
	await refuseBeneficiary(tx, actor, held);
	if (held.rail !== 'manual') throw new Refusal(refuse('guard_not_met', { guard: 'manual_rail' }));
	if (held.status !== 'dispatched') {
		throw new Refusal(
			refuse('transition_not_allowed', { subject: 'disbursement', status: held.status, event: 'record' })
		);
	}
	const standing = await tx.paymentEvidence.count({ where: { disbursementId: held.id, refusedAt: null } });
	if (standing > 0) throw new Refusal(refuse('already_done'));
	const today = instantToDay(moment.now, held.award.program.zone);
	const dispatched = held.attempts.at(-1)?.startedAt;
	const earliest = dispatched ? instantToDay(dispatched, held.award.program.zone) : today;
	if (input.paidOn > today) throw new Refusal(refuse('date_too_late', { limit: today }, 'paidOn'));
	if (input.paidOn < earliest) throw new Refusal(refuse('date_too_early', { limit: earliest }, 'paidOn'));
	const fileId = file ? await keepFunderFile(tx, file, personOf(actor), moment) : null;
	const evidenceId = moment.random.uuid();
	await tx.paymentEvidence.create({
		data: {
			id: evidenceId,
			disbursementId: held.id,
			method: input.method,
			referenceText: input.reference,
			paidOn: dayColumn(input.paidOn),
			fileId,
			recordedById: personOf(actor),
			recordedAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'payment.recorded',
		actor,
		...about(held),
		facts: {
			evidenceId,
			method: input.method,
			paidOn: input.paidOn,
			...(file ? { sha256: file.received.sha256 } : {})
		}
	});
	return { evidenceId };
}

/**
 * A second person confirms the evidence. In the same transaction the attempt is known to have moved the money, the
 * ledger shows it paid, the instalment is paid, and the recipient is told.
 */
export function confirmPaymentEvidence(
	actor: Actor,
	disbursementId: string,
	input: JudgeEvidence,
	moment: Moment
): Promise<void> {
	return transactAs(actor, (tx) => confirmPaymentEvidenceWithin(tx, actor, disbursementId, input, moment), moment);
}

export async function confirmPaymentEvidenceWithin(
	tx: Tx,
	actor: Actor,
	disbursementId: string,
	input: JudgeEvidence,
	moment: Moment
): Promise<void> {
	const held = await lockDisbursement(tx, disbursementId);
	authorize(actor, 'payment.confirm', held.scope);
	const evidence = await lockEvidence(tx, held, input.evidenceId);
	if (evidence.confirmedAt) throw new Refusal(refuse('already_done'));
	throwIf(mayConfirmEvidence(evidence, await signerOf(tx, actor), held.scope));
	requireStatus(held, 'pay');
	await tx.paymentEvidence.update({
		where: { id: evidence.id },
		data: { confirmedById: personOf(actor), confirmedAt: moment.now }
	});
	await recordEvent(tx, moment, {
		name: 'payment.confirmed',
		actor,
		...about(held),
		facts: { evidenceId: evidence.id }
	});
	await tx.disbursementAttempt.updateMany({
		where: { disbursementId: held.id, outcome: 'started' },
		data: { outcome: 'moved', settledAt: moment.now }
	});
	moment.failpoint('payment-before-ledger');
	await advance(
		tx,
		actor,
		held,
		'pay',
		moment,
		{ manual_rail: held.rail === 'manual', evidence_confirmed: true },
		{ amountMinor: held.amountMinor }
	);
	const requisition = signatureOf(held.signatures, 's33', held.bindingHash);
	await postEntry(tx, moment, {
		verb: 'disburse',
		debit: awardAccount('committed', held.scope.programId, held.awardId, held.fiscalYear),
		credit: awardAccount('paid', held.scope.programId, held.awardId, held.fiscalYear),
		amount: cad(held.amountMinor),
		actor,
		delegationId: requisition?.delegationId ?? null,
		reason: `Payment ${held.number}`,
		subject: { type: 'disbursement', id: held.id }
	});
	await lockRow(tx, 'instalment', held.instalmentId);
	const instalment = await tx.instalment.findUniqueOrThrow({ where: { id: held.instalmentId } });
	await advanceInstalmentWithin(tx, systemActor('payment'), instalment, held.scope, 'pay', moment, {
		disbursement_paid: true
	});
	await mailOrganization(tx, moment, held.scope.organizationId, {
		template: 'payment-sent',
		values: { number: held.award.number, awardId: held.awardId }
	});
}

/** A second person refuses the evidence with a reason; another can be recorded. Nothing was paid by it. */
export function refusePaymentEvidence(
	actor: Actor,
	disbursementId: string,
	input: RefuseEvidence,
	moment: Moment
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockDisbursement(tx, disbursementId);
			authorize(actor, 'payment.confirm', held.scope);
			const evidence = await lockEvidence(tx, held, input.evidenceId);
			if (evidence.confirmedAt) throw new Refusal(refuse('already_done'));
			throwIf(mayConfirmEvidence(evidence, await signerOf(tx, actor), held.scope));
			await tx.paymentEvidence.update({
				where: { id: evidence.id },
				data: { refusedAt: moment.now, refusedById: personOf(actor) }
			});
			await recordEvent(tx, moment, {
				name: 'payment.evidenceRefused',
				actor,
				...about(held),
				facts: { evidenceId: evidence.id },
				detail: input.reason
			});
		},
		moment
	);
}

/**
 * Cancels a payment that has not moved money, and gives its instalment back. After dispatch it is finance who knows
 * whether money left: a person who may confirm payments and did not dispatch this one states it, and no evidence stands.
 */
export function cancelDisbursement(
	actor: Actor,
	disbursementId: string,
	input: CancelDisbursement,
	moment: Moment
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockDisbursement(tx, disbursementId);
			authorize(actor, 'disbursement.cancel', held.scope);
			await refuseBeneficiary(tx, actor, held);
			requireStatus(held, 'cancel');
			if (held.status === 'dispatched') {
				authorize(actor, 'payment.confirm', held.scope);
				if ((await dispatcherOf(tx, held.id)) === personOf(actor)) throw new Refusal(refuse('same_person'));
			}
			const standing = await tx.paymentEvidence.count({ where: { disbursementId: held.id, refusedAt: null } });
			if (held.status === 'dispatched' && input.notMoved !== 'yes') {
				throw new Refusal(refuse('declaration_not_accepted', {}, 'notMoved'));
			}
			await tx.disbursementAttempt.updateMany({
				where: { disbursementId: held.id, outcome: 'started' },
				data: { outcome: 'not_moved', settledAt: moment.now }
			});
			await tx.disbursementSignature.updateMany({
				where: { disbursementId: held.id, voidedAt: null },
				data: { voidedAt: moment.now, voidReason: 'cancelled' }
			});
			await advance(
				tx,
				actor,
				held,
				'cancel',
				moment,
				{ money_known_not_moved: standing === 0 },
				{ reason: 'cancelled' },
				input.reason
			);
			await lockRow(tx, 'instalment', held.instalmentId);
			const instalment = await tx.instalment.findUniqueOrThrow({ where: { id: held.instalmentId } });
			await advanceInstalmentWithin(tx, systemActor('payment'), instalment, held.scope, 'give_back', moment, {
				disbursement_ended_unpaid: true
			});
			await evaluateAwardWithin(tx, systemActor('evaluate-gates'), held.awardId, moment);
		},
		moment
	);
}

/** Who dispatched a payment last, as the trail has it. */
async function dispatcherOf(tx: Pick<Tx, 'auditEvent'>, disbursementId: string): Promise<string | null> {
	const dispatched = await tx.auditEvent.findFirst({
		where: { name: 'disbursement.dispatched', subjectType: 'disbursement', subjectId: disbursementId },
		orderBy: { id: 'desc' },
		select: { actorUserId: true }
	});
	return dispatched?.actorUserId ?? null;
}

/** Locks award and payment, in pipeline order, and loads them after the lock. */
async function lockDisbursement(tx: Tx, disbursementId: string) {
	const known = isId(disbursementId)
		? await tx.disbursement.findUnique({ where: { id: disbursementId }, select: { awardId: true } })
		: null;
	if (!known) throw new Refusal(refuse('not_found'));
	await lockRow(tx, 'award', known.awardId);
	await lockRow(tx, 'disbursement', disbursementId);
	const row = await tx.disbursement.findUniqueOrThrow({
		where: { id: disbursementId },
		include: {
			signatures: { orderBy: { signedAt: 'asc' } },
			attempts: { orderBy: { number: 'asc' } },
			award: {
				select: { number: true, organizationId: true, programId: true, program: { select: { zone: true } } }
			}
		}
	});
	return {
		...row,
		status: row.status as DisbursementStatus,
		scope: { organizationId: row.award.organizationId, programId: row.award.programId }
	};
}

async function lockEvidence(tx: Tx, held: Held, evidenceId: string) {
	if (!(await lockRow(tx, 'payment_evidence', evidenceId))) throw new Refusal(refuse('evidence_missing'));
	const evidence = await tx.paymentEvidence.findUniqueOrThrow({ where: { id: evidenceId } });
	if (evidence.disbursementId !== held.id || evidence.refusedAt) throw new Refusal(refuse('evidence_missing'));
	return evidence;
}

const EVENT_NAMES = {
	certify: 'disbursement.certified',
	requisition: 'disbursement.requisitioned',
	void_signatures: 'disbursement.signaturesVoided',
	dispatch: 'disbursement.dispatched',
	start_sending: 'disbursement.sendingStarted',
	confirm_sent: 'disbursement.sent',
	pay: 'disbursement.paid',
	fail: 'disbursement.failed',
	return: 'disbursement.returned',
	cancel: 'disbursement.cancelled',
	reverse: 'disbursement.reversed'
} as const satisfies Record<DisbursementEvent, string>;

/** With `voidSignatures`, the only places that assign the status of a disbursement. */
async function advance(
	tx: Tx,
	actor: Actor,
	held: Held,
	event: DisbursementEvent,
	moment: Moment,
	met: Record<string, boolean>,
	facts: Record<string, string | bigint> = {},
	detail?: string
): Promise<void> {
	const to = orRefuse(nextDisbursement(held.status, event, met));
	const changed = await tx.disbursement.updateMany({
		where: { id: held.id, version: held.version },
		data: { status: to, version: { increment: 1 }, ...(event === 'pay' ? { paidAt: moment.now } : {}) }
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	await recordEvent(tx, moment, {
		name: EVENT_NAMES[event],
		actor,
		...about(held),
		facts: { from: held.status, to, ...facts },
		...(detail === undefined ? {} : { detail })
	} as AuditEvent);
}

async function sign(
	tx: Tx,
	actor: Actor,
	held: Held,
	given: { section: 's34' | 's33'; delegation: ReliedDelegation; statement: string },
	moment: Moment
): Promise<void> {
	const [id, signedAt] = [moment.random.uuid(), moment.now];
	await tx.disbursementSignature.create({
		data: {
			id,
			disbursementId: held.id,
			section: given.section,
			userId: personOf(actor),
			position: given.delegation.position.en,
			delegationId: given.delegation.id,
			bindingHash: held.bindingHash,
			statement: given.statement,
			signedAt
		}
	});
	await keepOrigin(tx, { id, of: 'disbursement', signedAt }, moment);
}

/** Refuses an event that the present status does not know, before its guards are asked. */
function requireStatus(held: Held, event: DisbursementEvent): void {
	const answer = nextDisbursement(held.status, event);
	if (typeof answer === 'object' && answer.code === 'transition_not_allowed') throw new Refusal(answer);
}

/** Whoever signs or dispatches does so for what was on the screen, and for the account as it still is. */
async function requireSameBinding(tx: Tx, held: Held, bindingHash: string): Promise<void> {
	if (held.bindingHash !== bindingHash) throw new Refusal(refuse('stale_version', { subject: 'disbursement' }));
	await requireBoundAccount(tx, held);
}

async function refuseBeneficiary(tx: Tx, actor: Actor, held: Held): Promise<void> {
	const signer = await signerOf(tx, actor);
	if (signer.memberOrganizationIds.includes(held.scope.organizationId)) throw new Refusal(refuse('person_can_benefit'));
}

function authorityFor(tx: Tx, actor: Actor, held: Held, authority: Authority, moment: Moment) {
	return relyOnDelegation(tx, actor, {
		authority,
		programId: held.scope.programId,
		amount: cad(held.amountMinor),
		at: moment.now
	});
}

async function accountIsVerified(tx: Tx, payeeAccountId: string): Promise<boolean> {
	return (await tx.payeeAccount.count({ where: { id: payeeAccountId, status: 'verified' } })) > 0;
}

/** A year that is over took its vote with it: nothing is paid from it, and the instalment is re-profiled first. */
function refuseYearOver(fiscalYear: number, zone: string, now: Date): void {
	if (fiscalYear < fiscalYearAt(now, zone)) {
		throw new Refusal(refuse('fiscal_year_over', { year: fiscalYear, next: fiscalYear + 1 }));
	}
}

/** What is committed to the award for that year and not yet paid, in minor units. */
async function committedBalance(tx: Tx, held: Held): Promise<bigint> {
	const account = await tx.ledgerAccount.findFirst({
		where: { awardId: held.awardId, fiscalYear: held.fiscalYear, kind: 'committed' },
		select: { balance: { select: { balanceMinor: true } } }
	});
	return account?.balance?.balanceMinor ?? 0n;
}

function bindingOf(held: Held) {
	return { organizationId: held.scope.organizationId, bindingHash: held.bindingHash };
}

function about(held: Held) {
	return { subject: { type: 'disbursement', id: held.id }, ...held.scope };
}

function throwIf(problem: Problem | null): void {
	if (problem) throw new Refusal(problem);
}
