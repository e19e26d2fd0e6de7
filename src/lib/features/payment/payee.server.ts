import { createHash } from 'node:crypto';
import { accessProblem, authorize, may, programsWhere } from '#lib/domain/access/access.ts';
import { isMemberOf, systemActor, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { cad } from '#lib/domain/money/money.ts';
import {
	canonicalBankAccount,
	lastThree,
	parseBankAccount,
	type BankAccount
} from '#lib/domain/organization/bank-account.ts';
import { nextDisbursement, type DisbursementStatus } from '#lib/domain/payment/disbursement-lifecycle.ts';
import { canonicalBinding, type Binding } from '#lib/domain/payment/signatures.ts';
import { orRefuse, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { instantToDay, DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import {
	askForDisclosureWithin,
	disclosureStandingOf,
	requireDisclosureWithin,
	type DisclosureStanding,
	type DisclosureSubject
} from '#lib/features/identity/disclosures.server.ts';
import type { AskDisclosure } from '#lib/features/identity/schema.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { fingerprint, open, seal } from '#lib/server/crypto/seal.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { readAs, transactAs, type Tx } from '#lib/server/db/transact.ts';
import { evaluateAwardWithin } from './instalments.server.ts';
import { mailOrganization, personOf, signerOf } from './people.server.ts';
import type { EnterPayeeAccount, VerifyPayee } from './schema.ts';

export type PayeeStatus = 'unverified' | 'verified' | 'replaced';

/** SHA-256 in hex of what a payment's signatures bind to. */
export function bindingHashOf(binding: Binding): string {
	return createHash('sha256').update(canonicalBinding(binding), 'utf8').digest('hex');
}

/**
 * Refuses a payment whose account is not what its signatures bind to. The stored hash is not believed: the numbers are
 * opened and the hash is made from them again, because a row that was changed in place would keep its old hash.
 */
export async function requireBoundAccount(
	tx: Tx,
	payment: {
		payeeAccountId: string;
		bindingHash: string;
		amountMinor: bigint;
		instalmentId: string;
		award: { organizationId: string };
	}
): Promise<void> {
	const account = await tx.payeeAccount.findUnique({
		where: { id: payment.payeeAccountId },
		select: { id: true, organizationId: true, ciphertext: true }
	});
	if (!account) throw new Refusal(refuse('not_found'));
	const hash = bindingHashOf({
		organizationId: account.organizationId,
		accountFingerprint: fingerprint(canonicalBankAccount(numbersOf(account))),
		amount: cad(payment.amountMinor),
		instalmentId: payment.instalmentId
	});
	if (account.organizationId !== payment.award.organizationId || hash !== payment.bindingHash) {
		throw new Refusal(refuse('signature_void'));
	}
}

/** The numbers as they were sealed. Whoever calls has a reason that the trail knows. */
function numbersOf(account: { id: string; ciphertext: string }): BankAccount {
	return JSON.parse(open(account.ciphertext, placeOf(account.id))) as BankAccount;
}

/**
 * Enters or changes where an organization is paid. The numbers are sealed at once; the former account is replaced.
 * Payments that were signed and not yet dispatched lose their signatures, because those bound to the former account, and
 * wait for the new one to be verified. Every owner is told.
 */
export function enterPayeeAccount(
	actor: Actor,
	input: EnterPayeeAccount,
	moment: Moment
): Promise<{ payeeAccountId: string }> {
	return transactAs(actor, (tx) => enterPayeeAccountWithin(tx, actor, input, moment), moment);
}

export async function enterPayeeAccountWithin(
	tx: Tx,
	actor: Actor,
	input: EnterPayeeAccount,
	moment: Moment
): Promise<{ payeeAccountId: string }> {
	const { organizationId } = input;
	authorize(actor, 'payeeAccount.edit', { organizationId });
	if (!(await lockRow(tx, 'organization', organizationId))) throw new Refusal(refuse('not_found'));
	const numbers = orRefuse(parseBankAccount(input));
	const print = fingerprint(canonicalBankAccount(numbers));
	const former = await tx.payeeAccount.findFirst({
		where: { organizationId, status: { in: ['unverified', 'verified'] } },
		select: { id: true, fingerprint: true }
	});
	if (former?.fingerprint === print) throw new Refusal(refuse('already_done'));
	if (former) {
		await lockRow(tx, 'payee_account', former.id);
		await tx.payeeAccount.update({
			where: { id: former.id },
			data: { status: 'replaced' satisfies PayeeStatus, replacedAt: moment.now, version: { increment: 1 } }
		});
	}
	const payeeAccountId = moment.random.uuid();
	// createMany writes without reading back: the table is behind row-level security.
	await tx.payeeAccount.createMany({
		data: [
			{
				id: payeeAccountId,
				organizationId,
				ciphertext: seal(JSON.stringify(numbers), placeOf(payeeAccountId)),
				lastThree: lastThree(numbers),
				fingerprint: print,
				status: 'unverified' satisfies PayeeStatus,
				createdAt: moment.now,
				createdById: personOf(actor)
			}
		]
	});
	await recordEvent(tx, moment, {
		name: 'payeeAccount.entered',
		actor,
		subject: { type: 'organization', id: organizationId },
		organizationId,
		facts: { payeeAccountId, lastThree: lastThree(numbers) }
	});
	await moveOpenPayments(tx, actor, { organizationId, payeeAccountId, accountFingerprint: print }, moment);
	await mailOrganization(
		tx,
		moment,
		organizationId,
		{ template: 'payee-account-changed', values: { lastThree: lastThree(numbers), organizationId } },
		['owner']
	);
	return { payeeAccountId };
}

/** Payments not yet dispatched follow the recipient to the new account, and their signatures are void. */
async function moveOpenPayments(
	tx: Tx,
	actor: Actor,
	target: { organizationId: string; payeeAccountId: string; accountFingerprint: string },
	moment: Moment
): Promise<void> {
	const awards = await tx.award.findMany({
		where: { organizationId: target.organizationId, status: { in: ['accepted', 'active'] } },
		select: { id: true, programId: true },
		orderBy: { id: 'asc' }
	});
	for (const award of awards) {
		await lockRow(tx, 'award', award.id);
		const open = await tx.disbursement.findMany({
			where: { awardId: award.id, status: { in: ['drafted', 'certified', 'requisitioned'] } },
			orderBy: { id: 'asc' },
			select: { id: true }
		});
		for (const { id } of open) {
			await lockRow(tx, 'disbursement', id);
			await voidSignatures(tx, actor, id, 'payee_account_changed', moment);
			const row = await tx.disbursement.findUniqueOrThrow({ where: { id } });
			await tx.disbursement.update({
				where: { id },
				data: {
					payeeAccountId: target.payeeAccountId,
					bindingHash: bindingHashOf({
						organizationId: target.organizationId,
						accountFingerprint: target.accountFingerprint,
						amount: cad(row.amountMinor),
						instalmentId: row.instalmentId
					}),
					version: { increment: 1 }
				}
			});
		}
		await evaluateAwardWithin(tx, systemActor('evaluate-gates'), award.id, moment);
	}
}

/**
 * Voids the standing signatures of a payment and takes it back to drafted. The caller holds the payment's lock. Nothing
 * happens to one that nobody signed.
 */
export async function voidSignatures(
	tx: Tx,
	actor: Actor,
	disbursementId: string,
	reason: string,
	moment: Moment,
	detail?: string
): Promise<void> {
	const row = await tx.disbursement.findUniqueOrThrow({
		where: { id: disbursementId },
		include: { award: { select: { organizationId: true, programId: true } } }
	});
	if (row.status === 'drafted') return;
	const to = orRefuse(nextDisbursement(row.status as DisbursementStatus, 'void_signatures'));
	await tx.disbursementSignature.updateMany({
		where: { disbursementId, voidedAt: null },
		data: { voidedAt: moment.now, voidReason: reason }
	});
	const changed = await tx.disbursement.updateMany({
		where: { id: disbursementId, version: row.version },
		data: { status: to, version: { increment: 1 } }
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	await recordEvent(tx, moment, {
		name: 'disbursement.signaturesVoided',
		actor,
		subject: { type: 'disbursement', id: disbursementId },
		organizationId: row.award.organizationId,
		programId: row.award.programId,
		facts: { reason, from: row.status, to },
		...(detail === undefined ? {} : { detail })
	});
}

/**
 * A finance officer verifies the account by calling the organization on a number already on file and having the digits
 * read back. Not the person who entered it, and never a member. What was said on the call is kept as erasable detail.
 */
export function verifyPayeeAccount(
	actor: Actor,
	payeeAccountId: string,
	input: VerifyPayee,
	moment: Moment
): Promise<void> {
	return transactAs(actor, (tx) => verifyPayeeAccountWithin(tx, actor, payeeAccountId, input, moment), moment);
}

export async function verifyPayeeAccountWithin(
	tx: Tx,
	actor: Actor,
	payeeAccountId: string,
	input: VerifyPayee,
	moment: Moment
): Promise<void> {
	const account = await lockAccount(tx, actor, payeeAccountId);
	if (account.status === 'verified') throw new Refusal(refuse('already_done'));
	if (account.status !== 'unverified') {
		throw new Refusal(
			refuse('transition_not_allowed', { subject: 'payee-account', status: account.status, event: 'verify' })
		);
	}
	const signer = await signerOf(tx, actor);
	if (account.createdById === signer.userId) throw new Refusal(refuse('same_person'));
	if (signer.memberOrganizationIds.includes(account.organizationId)) throw new Refusal(refuse('person_can_benefit'));
	const today = instantToDay(moment.now, DEFAULT_ZONE);
	const entered = instantToDay(account.createdAt, DEFAULT_ZONE);
	if (input.calledOn > today) throw new Refusal(refuse('date_too_late', { limit: today }, 'calledOn'));
	if (input.calledOn < entered) throw new Refusal(refuse('date_too_early', { limit: entered }, 'calledOn'));
	const changed = await tx.payeeAccount.updateMany({
		where: { id: account.id, version: account.version },
		data: {
			status: 'verified' satisfies PayeeStatus,
			verifiedAt: moment.now,
			verifiedById: signer.userId,
			version: { increment: 1 }
		}
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	await recordEvent(tx, moment, {
		name: 'payeeAccount.verified',
		actor,
		subject: { type: 'organization', id: account.organizationId },
		organizationId: account.organizationId,
		facts: { payeeAccountId: account.id },
		detail: `${input.calledOn}\n${input.spokeWith}\n${input.numberSource}`
	});
	const awards = await tx.award.findMany({
		where: { organizationId: account.organizationId, status: { in: ['accepted', 'active'] } },
		select: { id: true },
		orderBy: { id: 'asc' }
	});
	for (const award of awards) {
		await lockRow(tx, 'award', award.id);
		await evaluateAwardWithin(tx, systemActor('evaluate-gates'), award.id, moment);
	}
	await mailOrganization(tx, moment, account.organizationId, {
		template: 'payee-account-verified',
		values: { lastThree: account.lastThree, organizationId: account.organizationId }
	});
}

/** Shows the numbers to a person who verifies them, once, and writes that they were shown. */
export function unmaskPayeeAccount(actor: Actor, payeeAccountId: string, moment: Moment): Promise<BankAccount> {
	return transactAs(
		actor,
		async (tx) => {
			const account = await lockAccount(tx, actor, payeeAccountId, 'payeeAccount.unmask');
			const signer = await signerOf(tx, actor);
			if (signer.memberOrganizationIds.includes(account.organizationId)) {
				throw new Refusal(refuse('person_can_benefit'));
			}
			await recordEvent(tx, moment, {
				name: 'payeeAccount.unmasked',
				actor,
				subject: { type: 'organization', id: account.organizationId },
				organizationId: account.organizationId,
				facts: { payeeAccountId: account.id }
			});
			return numbersOf(account);
		},
		moment
	);
}

/**
 * The account of a payment as a subject of disclosure (safeguard A9), for whoever may see the payment; 404 to strangers.
 * The auditor comes to it from the payment, because the page of the account is for those who verify it.
 */
async function accountOfPayment(tx: Tx, viewer: Actor, disbursementId: string): Promise<DisclosureSubject> {
	const payment = isId(disbursementId)
		? await tx.disbursement.findUnique({
				where: { id: disbursementId },
				select: {
					number: true,
					payeeAccountId: true,
					award: { select: { organizationId: true, programId: true } }
				}
			})
		: null;
	if (!payment || isMemberOf(viewer, payment.award.organizationId)) throw new Refusal(refuse('not_found'));
	authorize(viewer, 'payment.view', { programId: payment.award.programId });
	return { kind: 'account_number', id: payment.payeeAccountId, reference: payment.number, ...payment.award };
}

/** Where the viewer's request to see the account of a payment stands; null for who may not ask. */
export function accountDisclosureFor(viewer: Actor, disbursementId: string, now: Date): Promise<DisclosureStanding> {
	return readAs(viewer, async (tx) =>
		disclosureStandingOf(tx, viewer, await accountOfPayment(tx, viewer, disbursementId), now)
	);
}

export function askForAccountNumber(
	actor: Actor,
	disbursementId: string,
	input: AskDisclosure,
	moment: Moment
): Promise<{ requestId: string }> {
	return transactAs(
		actor,
		async (tx) => askForDisclosureWithin(tx, actor, await accountOfPayment(tx, actor, disbursementId), input, moment),
		moment
	);
}

/** The numbers to an auditor while a grant is open, once, and written down. Row-level security asks for the grant again. */
export function lookAtAccountNumber(actor: Actor, disbursementId: string, moment: Moment): Promise<BankAccount> {
	return transactAs(
		actor,
		async (tx) => {
			const subject = await accountOfPayment(tx, actor, disbursementId);
			await requireDisclosureWithin(tx, actor, subject, moment);
			const { memberOrganizationIds } = await signerOf(tx, actor);
			if (memberOrganizationIds.includes(subject.organizationId)) throw new Refusal(refuse('person_can_benefit'));
			const account = await tx.payeeAccount.findUnique({
				where: { id: subject.id },
				select: { id: true, ciphertext: true }
			});
			if (!account) throw new Refusal(refuse('disclosure_not_open'));
			return numbersOf(account);
		},
		moment
	);
}

/** The account behind the organization's lock, in pipeline order; 404 where row-level security shows none. */
async function lockAccount(
	tx: Tx,
	actor: Actor,
	payeeAccountId: string,
	permission: 'payeeAccount.verify' | 'payeeAccount.unmask' = 'payeeAccount.verify'
) {
	const known = isId(payeeAccountId)
		? await tx.payeeAccount.findUnique({ where: { id: payeeAccountId }, select: { organizationId: true } })
		: null;
	if (!known) throw new Refusal(refuse('not_found'));
	const problem = await payingProblem(tx, actor, permission, known.organizationId);
	if (problem) throw new Refusal(problem);
	await lockRow(tx, 'organization', known.organizationId);
	await lockRow(tx, 'payee_account', payeeAccountId);
	return tx.payeeAccount.findUniqueOrThrow({ where: { id: payeeAccountId } });
}

/**
 * Why the actor may not do this to an organization's account, or null. The permission must be held in a program that pays
 * the organization: a role in another program opens nothing here.
 */
async function payingProblem(
	tx: Tx,
	actor: Actor,
	permission: 'payeeAccount.verify' | 'payeeAccount.unmask',
	organizationId: string
): Promise<Problem | null> {
	const awards = await tx.award.findMany({
		where: { organizationId },
		select: { programId: true },
		distinct: ['programId']
	});
	const problems = awards.map(({ programId }) => accessProblem(actor, permission, { programId }));
	if (problems.includes(null)) return null;
	return problems.find((problem) => problem?.code === 'forbidden') ?? refuse('not_found');
}

function placeOf(payeeAccountId: string) {
	return { table: 'payee_account', column: 'ciphertext', row: payeeAccountId };
}

/** The account of the viewer's organization: the last three digits, never more. 404 to strangers. */
export async function payeeAccountForRecipient(viewer: Actor, organizationId: string) {
	if (!isMemberOf(viewer, organizationId)) throw new Refusal(refuse('not_found'));
	authorize(viewer, 'payeeAccount.view', { organizationId });
	return readAs(viewer, async (tx) => {
		const account = await tx.payeeAccount.findFirst({
			where: { organizationId, status: { in: ['unverified', 'verified'] } },
			select: { id: true, lastThree: true, status: true, createdAt: true, createdById: true, verifiedAt: true }
		});
		const author = account
			? await tx.user.findUnique({ where: { id: account.createdById }, select: { displayName: true } })
			: null;
		return {
			account: account && {
				lastThree: account.lastThree,
				status: account.status as 'unverified' | 'verified',
				enteredAt: account.createdAt,
				enteredBy: author?.displayName ?? '',
				verifiedAt: account.verifiedAt
			},
			mayEdit: may(viewer, 'payeeAccount.edit', { organizationId })
		};
	});
}

/** Accounts that wait for a call back first, then the verified ones. Recipients of the viewer's programs only. */
export async function payeesForStaff(viewer: Actor) {
	authorize(viewer, 'payeeAccount.view');
	return readAs(viewer, async (tx) => {
		const organizations = await organizationsPaidBy(tx, viewer);
		const rows = await tx.payeeAccount.findMany({
			where: {
				organizationId: { in: organizations },
				status: { in: ['unverified', 'verified'] }
			},
			select: ACCOUNT_PARTS,
			orderBy: [{ status: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }]
		});
		return rows.map(accountSummary);
	});
}

/** One account for whoever verifies it, with its call-back record. */
export async function payeeForStaff(viewer: Actor, payeeAccountId: string) {
	authorize(viewer, 'payeeAccount.view');
	return readAs(viewer, async (tx) => {
		const row = isId(payeeAccountId)
			? await tx.payeeAccount.findUnique({ where: { id: payeeAccountId }, select: ACCOUNT_PARTS })
			: null;
		const organizations = await organizationsPaidBy(tx, viewer);
		if (!row || !organizations.includes(row.organizationId)) throw new Refusal(refuse('not_found'));
		const people = await tx.user.findMany({
			where: { id: { in: [row.createdById, ...(row.verifiedById ? [row.verifiedById] : [])] } },
			select: { id: true, displayName: true }
		});
		const nameOf = (id: string | null): string | null => people.find((person) => person.id === id)?.displayName ?? null;
		const call = await tx.auditEvent.findFirst({
			where: {
				name: 'payeeAccount.verified',
				subjectId: row.organizationId,
				facts: { path: ['payeeAccountId'], equals: row.id }
			},
			select: { detail: { select: { text: true } } }
		});
		const [calledOn, spokeWith, ...source] = call?.detail?.text.split('\n') ?? [];
		const signer = await signerOf(tx, viewer);
		// A number set after the account may be the same hand's; the call is worth something on an earlier one only.
		const telephones = await tx.organizationTelephone.findMany({
			where: { organizationId: row.organizationId, setAt: { lt: row.createdAt } },
			select: { id: true, number: true, setAt: true, replacedAt: true },
			orderBy: [{ setAt: 'desc' }, { id: 'asc' }],
			take: 3
		});
		return {
			...accountSummary(row),
			telephones,
			enteredBy: nameOf(row.createdById),
			verifiedBy: nameOf(row.verifiedById),
			call: calledOn ? { calledOn, spokeWith: spokeWith ?? '', numberSource: source.join('\n') } : null,
			may: {
				verify: (await payingProblem(tx, viewer, 'payeeAccount.verify', row.organizationId)) === null,
				unmask: (await payingProblem(tx, viewer, 'payeeAccount.unmask', row.organizationId)) === null,
				isBeneficiary: signer.memberOrganizationIds.includes(row.organizationId),
				enteredIt: row.createdById === signer.userId
			}
		};
	});
}

const ACCOUNT_PARTS = {
	id: true,
	organizationId: true,
	organization: { select: { legalName: true } },
	lastThree: true,
	status: true,
	createdAt: true,
	createdById: true,
	verifiedAt: true,
	verifiedById: true
} as const;

function accountSummary(row: {
	id: string;
	organizationId: string;
	organization: { legalName: string };
	lastThree: string;
	status: string;
	createdAt: Date;
	verifiedAt: Date | null;
}) {
	return {
		id: row.id,
		organizationId: row.organizationId,
		recipient: row.organization.legalName,
		lastThree: row.lastThree,
		status: row.status as PayeeStatus,
		enteredAt: row.createdAt,
		verifiedAt: row.verifiedAt
	};
}

/** Organizations with an award in a program whose payments the viewer handles. */
async function organizationsPaidBy(tx: Tx, viewer: Actor): Promise<string[]> {
	const programs = programsWhere(viewer, 'payeeAccount.view');
	const awards = await tx.award.findMany({
		where: programs === 'all' ? {} : { programId: { in: programs } },
		select: { organizationId: true },
		distinct: ['organizationId']
	});
	return awards.map((award) => award.organizationId);
}
