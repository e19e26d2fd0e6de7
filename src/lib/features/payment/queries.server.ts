import { authorize, may, programsWhere } from '#lib/domain/access/access.ts';
import { isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import type { Authority } from '#lib/domain/access/delegation.ts';
import { isId } from '#lib/domain/id.ts';
import { cad } from '#lib/domain/money/money.ts';
import type { DisbursementStatus } from '#lib/domain/payment/disbursement-lifecycle.ts';
import type { Gate } from '#lib/domain/payment/gates.ts';
import type { InstalmentStatus } from '#lib/domain/payment/instalment-lifecycle.ts';
import type { PaymentMethod } from '#lib/domain/payment/methods.ts';
import { mayCertify, mayConfirmEvidence, mayRequisition, signatureOf } from '#lib/domain/payment/signatures.ts';
import { isProblem, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { fiscalYearAt } from '#lib/domain/time/zone.ts';
import { delegationFor, delegationsById, type ReliedDelegation } from '#lib/features/allocation/authority.server.ts';
import { database } from '#lib/server/db/client.ts';
import { dayOfColumn } from '#lib/server/db/day.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { readAs, type Tx } from '#lib/server/db/transact.ts';
import { closedGatesOf } from './instalments.server.ts';
import { figuresOfProgram } from './figures.server.ts';
import { keptOrigins } from './origin.server.ts';
import { signerOf } from './people.server.ts';

/** On whom a thing waits, in words of the page. */
export type WaitsOn = 'you' | 'recipient' | 'program' | 'finance' | 'parliament' | 'nobody';

const INSTALMENT_PARTS = {
	award: {
		select: {
			id: true,
			number: true,
			organizationId: true,
			programId: true,
			organization: { select: { legalName: true } },
			_count: { select: { instalments: true } }
		}
	}
} as const satisfies Prisma.InstalmentInclude;

const PAYMENT_PARTS = {
	instalment: { select: { number: true } },
	award: INSTALMENT_PARTS.award,
	signatures: true,
	evidence: { where: { refusedAt: null } }
} as const satisfies Prisma.DisbursementInclude;

/** The page of payments: what is ready, held and why, in hand and on whom it waits, and what was paid last. */
export async function paymentsForStaff(viewer: Actor) {
	const programs = programsWhere(viewer, 'payment.view');
	// Recipients hold the permission for their own payments: this page is the funder's.
	if (programs !== 'all' && programs.length === 0) throw new Refusal(refuse('not_found'));
	const ofPrograms = programs === 'all' ? {} : { award: { programId: { in: programs } } };
	return readAs(viewer, async (tx) => {
		const signer = await signerOf(tx, viewer);
		const notMine = { award: { ...ofPrograms.award, organizationId: { notIn: [...signer.memberOrganizationIds] } } };
		const instalments = await tx.instalment.findMany({
			where: { status: { in: ['planned', 'due', 'held', 'ready'] }, ...notMine },
			include: INSTALMENT_PARTS,
			orderBy: [{ dueOn: 'asc' }, { id: 'asc' }],
			take: 500
		});
		// What is in hand is shown whole, the longest waiting first: one left out would wait for ever.
		const inHand = await tx.disbursement.findMany({
			where: {
				status: { in: ['drafted', 'certified', 'requisitioned', 'dispatched', 'sending', 'sent', 'failed'] },
				...notMine
			},
			include: PAYMENT_PARTS,
			orderBy: [{ draftedAt: 'asc' }, { id: 'asc' }]
		});
		const paid = await tx.disbursement.findMany({
			where: { status: 'paid', ...notMine },
			include: PAYMENT_PARTS,
			orderBy: [{ paidAt: 'desc' }, { id: 'desc' }],
			take: 50
		});
		const accounts = await accountsOf(tx, [...new Set(instalments.map((row) => row.award.organizationId))]);
		const rows = instalments.map((row) => ({
			id: row.id,
			awardId: row.award.id,
			awardNumber: row.award.number,
			recipient: row.award.organization.legalName,
			number: row.number,
			of: row.award._count.instalments,
			fiscalYear: row.fiscalYear,
			dueOn: dayOfColumn(row.dueOn),
			amountMinor: row.amountMinor,
			status: row.status as InstalmentStatus,
			gates: gatesIn(row.holdReason),
			// Row-level security shows directors and auditors no account, which is not to say that there is none.
			accountStatus: knowsAccount(viewer, row.award)
				? (accounts.get(row.award.organizationId)?.status ?? ('missing' as const))
				: null,
			lastThree: accounts.get(row.award.organizationId)?.lastThree ?? null,
			mayDraft: may(viewer, 'disbursement.draft', row.award)
		}));
		const summaryOf = (row: (typeof paid)[number]) => ({
			id: row.id,
			number: row.number,
			awardId: row.award.id,
			awardNumber: row.award.number,
			recipient: row.award.organization.legalName,
			instalment: row.instalment.number,
			of: row.award._count.instalments,
			amountMinor: row.amountMinor,
			status: row.status as DisbursementStatus,
			paidAt: row.paidAt,
			paidOn: row.evidence[0] ? dayOfColumn(row.evidence[0].paidOn) : null,
			waitsOn: waitsOnOf(viewer, signer.userId, {
				...row,
				status: row.status as DisbursementStatus,
				scope: { organizationId: row.award.organizationId, programId: row.award.programId }
			})
		});
		return {
			mayVerify: may(viewer, 'payeeAccount.verify'),
			ready: rows.filter((row) => row.status === 'ready' || row.status === 'due'),
			held: rows.filter((row) => row.status === 'held'),
			planned: rows.filter((row) => row.status === 'planned'),
			inHand: inHand.map(summaryOf),
			paid: paid.map(summaryOf)
		};
	});
}

/** Whoever drafts payments or verifies accounts knows whether there is an account; what is in it is another matter. */
function knowsAccount(viewer: Actor, award: { programId: string }): boolean {
	const { programId } = award;
	return may(viewer, 'disbursement.draft', { programId }) || may(viewer, 'payeeAccount.view', { programId });
}

/** The closed gates that a hold names. */
export function gatesIn(holdReason: string | null): Gate[] {
	const known: readonly Gate[] = ['agreement_in_force', 'account_verified', 'requirements_met', 'appropriation_voted'];
	return (holdReason ?? '').split(' ').flatMap((word) => known.filter((gate) => gate === word));
}

type Waiting = {
	status: DisbursementStatus;
	bindingHash: string;
	signatures: readonly { section: string; userId: string; bindingHash: string; voidedAt: Date | null }[];
	evidence: readonly { recordedById: string; confirmedAt: Date | null }[];
	scope: { organizationId: string; programId: string };
};

/** On whom a payment waits: `you` where the viewer holds the permission for the next act and did not do the other one. */
function waitsOnOf(viewer: Actor, viewerId: string, row: Waiting): WaitsOn {
	switch (row.status) {
		case 'drafted':
			return may(viewer, 'disbursement.certify', row.scope) ? 'you' : 'program';
		case 'certified': {
			const certified = signatureOf(row.signatures, 's34', row.bindingHash);
			const isMine = may(viewer, 'disbursement.requisition', row.scope) && certified?.userId !== viewerId;
			return isMine ? 'you' : 'finance';
		}
		case 'requisitioned':
			return may(viewer, 'disbursement.dispatch', row.scope) ? 'you' : 'finance';
		case 'dispatched': {
			const recorded = row.evidence[0];
			if (!recorded) return may(viewer, 'payment.record', row.scope) ? 'you' : 'finance';
			const isMine = may(viewer, 'payment.confirm', row.scope) && recorded.recordedById !== viewerId;
			return isMine ? 'you' : 'finance';
		}
		default:
			return 'nobody';
	}
}

async function accountsOf(tx: Tx, organizationIds: readonly string[]) {
	const accounts = await tx.payeeAccount.findMany({
		where: { organizationId: { in: [...organizationIds] }, status: { in: ['unverified', 'verified'] } },
		select: { organizationId: true, status: true, lastThree: true }
	});
	return new Map(
		accounts.map((account) => [
			account.organizationId,
			{ status: account.status as 'unverified' | 'verified', lastThree: account.lastThree }
		])
	);
}

/** One payment for staff: both hands, the evidence, the trail, and what the viewer may do or why not. */
export async function paymentForStaff(viewer: Actor, disbursementId: string, now: Date) {
	const page = await readAs(viewer, async (tx) => {
		const row = isId(disbursementId)
			? await tx.disbursement.findUnique({
					where: { id: disbursementId },
					include: {
						instalment: true,
						signatures: { orderBy: { signedAt: 'asc' } },
						attempts: { orderBy: { number: 'asc' } },
						evidence: { orderBy: { recordedAt: 'desc' } },
						award: {
							select: {
								id: true,
								number: true,
								organizationId: true,
								programId: true,
								organization: { select: { legalName: true } },
								program: { select: { nameEn: true, nameFr: true, zone: true } },
								_count: { select: { instalments: true } }
							}
						}
					}
				})
			: null;
		if (!row || isMemberOf(viewer, row.award.organizationId)) throw new Refusal(refuse('not_found'));
		authorize(viewer, 'payment.view', { programId: row.award.programId });
		const account = await tx.payeeAccount.findUnique({
			where: { id: row.payeeAccountId },
			select: { id: true, lastThree: true, status: true }
		});
		const signer = await signerOf(tx, viewer);
		const delegations = await delegationsById(
			tx,
			row.signatures.map((signature) => signature.delegationId)
		);
		const events = await tx.auditEvent.findMany({
			where: { subjectType: 'disbursement', subjectId: row.id },
			orderBy: { id: 'desc' },
			select: {
				id: true,
				name: true,
				occurredAt: true,
				actorUserId: true,
				actorName: true,
				detail: { select: { text: true } }
			}
		});
		const userIds = [
			...row.signatures.map((signature) => signature.userId),
			...row.evidence.flatMap((proof) => [proof.recordedById, proof.confirmedById, proof.refusedById]),
			...events.map((event) => event.actorUserId),
			row.draftedById
		].filter((id): id is string => id !== null);
		const people = await tx.user.findMany({
			where: { id: { in: userIds } },
			select: { id: true, displayName: true }
		});
		// Who may not see the account is not told of its gate either.
		const gates =
			row.status === 'drafted' && account
				? await closedGatesOf(tx, { awardId: row.awardId, fiscalYear: row.fiscalYear }, now)
				: [];
		return { row, account, signer, delegations, events, people, gates };
	});
	const { row, account, signer, delegations, events, people, gates } = page;
	const nameOf = (id: string | null): string => people.find((person) => person.id === id)?.displayName ?? '';
	const scope = { organizationId: row.award.organizationId, programId: row.award.programId };
	const binding = { organizationId: scope.organizationId, bindingHash: row.bindingHash };
	const status = row.status as DisbursementStatus;
	const signed = (section: 's34' | 's33') => {
		const signature = signatureOf(row.signatures, section, row.bindingHash);
		const delegation = signature && delegations.get(signature.delegationId);
		return signature && delegation
			? {
					id: signature.id,
					name: nameOf(signature.userId),
					signedAt: signature.signedAt,
					statement: signature.statement,
					delegation
				}
			: null;
	};
	const standing = row.evidence.find((proof) => proof.refusedAt === null);
	const authority = async (kind: Authority) =>
		delegationFor(database(), viewer, {
			authority: kind,
			programId: scope.programId,
			amount: cad(row.amountMinor),
			at: now
		});
	const certifier = await actOf(may(viewer, 'disbursement.certify', scope), async () => {
		if (account && account.status !== 'verified') return refuse('payee_account_unverified');
		const [guard] = gates;
		if (guard) return refuse('guard_not_met', { guard });
		return mayCertify(row.signatures, signer, binding) ?? (await authority('s34_certification'));
	});
	const requisitioner = await actOf(may(viewer, 'disbursement.requisition', scope), async () =>
		status === 'drafted'
			? refuse('guard_not_met', { guard: 'certified' })
			: row.fiscalYear < fiscalYearAt(now, row.award.program.zone)
				? refuse('fiscal_year_over', { year: row.fiscalYear, next: row.fiscalYear + 1 })
				: (mayRequisition(row.signatures, signer, binding) ?? (await authority('s33_requisition')))
	);
	const confirmer = await actOf(may(viewer, 'payment.confirm', scope), async () =>
		standing ? mayConfirmEvidence(standing, signer, scope) : refuse('evidence_missing')
	);
	const isDispatched = status === 'dispatched';
	const dispatcher = events.find((event) => event.name === 'disbursement.dispatched')?.actorUserId;
	const mayCancel =
		may(viewer, 'disbursement.cancel', scope) && (!isDispatched || may(viewer, 'payment.confirm', scope));
	const canceller = await actOf(mayCancel, () =>
		Promise.resolve(isDispatched && dispatcher === signer.userId ? refuse('same_person') : null)
	);
	return {
		id: row.id,
		number: row.number,
		status,
		version: row.version,
		bindingHash: row.bindingHash,
		amountMinor: row.amountMinor,
		fiscalYear: row.fiscalYear,
		rail: row.rail,
		draftedBy: nameOf(row.draftedById),
		draftedAt: row.draftedAt,
		paidAt: row.paidAt,
		zone: row.award.program.zone,
		program: { en: row.award.program.nameEn, fr: row.award.program.nameFr },
		award: { id: row.award.id, number: row.award.number, recipient: row.award.organization.legalName },
		instalment: {
			number: row.instalment.number,
			of: row.award._count.instalments,
			dueOn: dayOfColumn(row.instalment.dueOn)
		},
		account: account && {
			id: account.id,
			lastThree: account.lastThree,
			status: account.status as 'unverified' | 'verified'
		},
		/** Gates that closed since the draft: what is left before it can be certified. */
		gates,
		/** The signatures whose address the viewer may ask for; empty for everybody but a director. */
		origins: await keptOrigins(
			viewer,
			scope.programId,
			row.signatures.map((signature) => signature.id)
		),
		certification: signed('s34'),
		requisition: signed('s33'),
		voided: row.signatures
			.filter((signature) => signature.voidedAt !== null)
			.map((signature) => ({
				id: signature.id,
				section: signature.section as 's34' | 's33',
				name: nameOf(signature.userId),
				voidedAt: signature.voidedAt as Date,
				reason: signature.voidReason ?? ''
			})),
		evidence: row.evidence.map((proof) => ({
			id: proof.id,
			method: proof.method as PaymentMethod,
			reference: proof.referenceText,
			paidOn: dayOfColumn(proof.paidOn),
			fileId: proof.fileId,
			recordedBy: nameOf(proof.recordedById),
			recordedAt: proof.recordedAt,
			confirmedBy: proof.confirmedById ? nameOf(proof.confirmedById) : null,
			confirmedAt: proof.confirmedAt,
			refusedBy: proof.refusedById ? nameOf(proof.refusedById) : null,
			refusedAt: proof.refusedAt
		})),
		attempts: row.attempts.map((attempt) => ({
			number: attempt.number,
			outcome: attempt.outcome as 'started' | 'moved' | 'not_moved' | 'unknown',
			startedAt: attempt.startedAt,
			settledAt: attempt.settledAt
		})),
		trail: events.map((event) => ({
			key: event.id.toString(),
			name: event.name,
			at: event.occurredAt,
			by: event.actorUserId ? nameOf(event.actorUserId) : null,
			words: event.detail?.text ?? null
		})),
		figures: await figuresOfProgram(scope.programId, row.fiscalYear),
		waitsOn: waitsOnOf(viewer, signer.userId, { ...row, status, scope }),
		may: {
			certify: certifier,
			requisition: requisitioner,
			dispatch: may(viewer, 'disbursement.dispatch', scope),
			record: may(viewer, 'payment.record', scope),
			confirm: confirmer,
			sendBack: may(viewer, 'disbursement.cancel', scope),
			cancel: canceller
		}
	};
}

/** What the viewer relies on when doing an act; the problem that stops it; or that it is not theirs at all. */
export type Act =
	{ kind: 'yours'; delegation: ReliedDelegation | null } | { kind: 'refused'; problem: Problem } | { kind: 'others' };

async function actOf(isTheirs: boolean, answer: () => Promise<Problem | ReliedDelegation | null>): Promise<Act> {
	if (!isTheirs) return { kind: 'others' };
	const found = await answer();
	if (isProblem(found)) return { kind: 'refused', problem: found };
	return { kind: 'yours', delegation: found };
}

/** The instalments of an award for its recipient: status, the reason of a hold, and the day each was paid. */
export async function instalmentsForRecipient(viewer: Actor, awardId: string) {
	return readAs(viewer, async (tx) => {
		const award = isId(awardId)
			? await tx.award.findUnique({ where: { id: awardId }, select: { organizationId: true } })
			: null;
		if (!award || !isMemberOf(viewer, award.organizationId)) throw new Refusal(refuse('not_found'));
		authorize(viewer, 'payment.view', { organizationId: award.organizationId });
		const rows = await tx.instalment.findMany({
			where: { awardId },
			orderBy: { number: 'asc' },
			include: {
				disbursements: {
					where: { status: 'paid' },
					select: { evidence: { where: { confirmedAt: { not: null } }, select: { paidOn: true } } }
				}
			}
		});
		const account = await tx.payeeAccount.findFirst({
			where: { organizationId: award.organizationId, status: { in: ['unverified', 'verified'] } },
			select: { status: true, lastThree: true }
		});
		const seesAccount = may(viewer, 'payeeAccount.view', { organizationId: award.organizationId });
		return {
			instalments: rows.map((row) => ({
				id: row.id,
				number: row.number,
				fiscalYear: row.fiscalYear,
				dueOn: dayOfColumn(row.dueOn),
				amountMinor: row.amountMinor,
				status: row.status as InstalmentStatus,
				gates: gatesIn(row.holdReason),
				paidOn: paidOnOf(row.disbursements[0]?.evidence[0])
			})),
			/** Editors and readers are told nothing about the account (row-level security shows them no row). */
			accountStatus: seesAccount
				? account
					? (account.status as 'unverified' | 'verified')
					: ('missing' as const)
				: null,
			lastThree: account?.lastThree ?? null,
			mayEnterAccount: may(viewer, 'payeeAccount.edit', { organizationId: award.organizationId })
		};
	});
}

function paidOnOf(proof: { paidOn: Date } | undefined): string | null {
	return proof ? dayOfColumn(proof.paidOn) : null;
}
