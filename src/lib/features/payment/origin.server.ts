import { authorize, may } from '#lib/domain/access/access.ts';
import { isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { ORIGIN_KEPT_DAYS, originKeptUntil } from '#lib/domain/privacy/signature-origin.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { interestsOf } from '#lib/features/organization/interest.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { originPlace } from '#lib/server/auth/origin.ts';
import type { Moment } from '#lib/server/clock.ts';
import { open } from '#lib/server/crypto/seal.ts';
import { database } from '#lib/server/db/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transact, transactAs, type Tx } from '#lib/server/db/transact.ts';
import { personOf } from './people.server.ts';
import type { OriginReason } from './schema.ts';

/*
 * Where a signature was given from (safeguard B5). A director of the program may read it for an inquiry, one signature
 * at a time: the reason goes into the trail first, and row-level security shows the sealed address to that transaction
 * alone. Auditors see that it was opened, by whom and when.
 */

const AWARD = {
	select: {
		id: true,
		number: true,
		programId: true,
		organizationId: true,
		program: { select: { zone: true } },
		organization: { select: { legalName: true } }
	}
} as const;

/** A signature of either kind, with whose money it belongs to; null where there is none of that id. */
async function signatureOf(tx: Pick<Tx, 'agreementSignature' | 'disbursementSignature'>, id: string) {
	if (!isId(id)) return null;
	const ofAgreement = await tx.agreementSignature.findUnique({
		where: { id },
		include: { origin: true, agreement: { select: { award: AWARD } } }
	});
	if (ofAgreement) {
		const { award } = ofAgreement.agreement;
		return { ...ofAgreement, award, kind: 'agreement' as const, part: ofAgreement.party, about: award };
	}
	const ofPayment = await tx.disbursementSignature.findUnique({
		where: { id },
		include: { origin: true, disbursement: { select: { id: true, number: true, award: AWARD } } }
	});
	if (!ofPayment) return null;
	const { award, ...about } = ofPayment.disbursement;
	return { ...ofPayment, award, kind: 'disbursement' as const, part: ofPayment.section, about };
}

type Signature = NonNullable<Awaited<ReturnType<typeof signatureOf>>>;

/** Whoever belongs, or belonged, to the organization learns nothing here: the member may be the danger. */
async function requireSignature(
	tx: Pick<Tx, 'agreementSignature' | 'disbursementSignature' | 'membership'>,
	actor: Actor,
	id: string,
	permission: 'signatureOrigin.open' | 'signatureOrigin.hold'
): Promise<Signature> {
	const signature = await signatureOf(tx, id);
	if (!signature) throw new Refusal(refuse('not_found'));
	const { organizationId, programId } = signature.award;
	if (isMemberOf(actor, organizationId)) throw new Refusal(refuse('not_found'));
	authorize(actor, permission, { programId });
	if ((await interestsOf(tx, actor)).includes(organizationId)) throw new Refusal(refuse('not_found'));
	return signature;
}

/** One signature for a director: who gave it, and whether its address is still kept. The address is not part of it. */
export async function signatureForDirector(viewer: Actor, signatureId: string) {
	const signature = await requireSignature(database(), viewer, signatureId, 'signatureOrigin.open');
	const { origin, award } = signature;
	const people = await database().user.findMany({
		where: { id: { in: [signature.userId, ...(origin?.heldById ? [origin.heldById] : [])] } },
		select: { id: true, displayName: true }
	});
	const nameOf = (id: string | null): string => people.find((person) => person.id === id)?.displayName ?? '';
	return {
		id: signature.id,
		kind: signature.kind,
		/** The section of a payment's signature, the party of an agreement's. */
		part: signature.part as 's34' | 's33' | 'funder' | 'recipient',
		number: signature.about.number,
		/** Of the award for an agreement, of the payment for a payment: what its page is found by. */
		aboutId: signature.about.id,
		recipient: award.organization.legalName,
		name: nameOf(signature.userId),
		signedAt: signature.signedAt,
		zone: award.program.zone,
		origin: origin && {
			keptUntil: originKeptUntil(origin.signedAt),
			hold:
				origin.heldAt === null
					? null
					: { since: origin.heldAt, by: nameOf(origin.heldById), reason: origin.holdReason ?? '' }
		},
		mayHold: may(viewer, 'signatureOrigin.hold', { programId: award.programId })
	};
}

/** Which of these signatures of one program have an address that the viewer may ask for: what a page links to. */
export async function keptOrigins(
	viewer: Actor,
	programId: string,
	signatureIds: readonly string[]
): Promise<string[]> {
	if (!may(viewer, 'signatureOrigin.open', { programId })) return [];
	const rows = await database().signatureOrigin.findMany({
		where: { id: { in: [...signatureIds] } },
		select: { id: true }
	});
	return rows.map((row) => row.id);
}

/**
 * Opens the address of one signature: answered to whoever asked, and kept nowhere else. The trail is written first,
 * since the database shows the sealed value to no transaction that has not said why.
 */
export function openOrigin(
	actor: Actor,
	signatureId: string,
	input: OriginReason,
	moment: Moment
): Promise<{ address: string }> {
	return transactAs(
		actor,
		async (tx) => {
			const signature = await requireSignature(tx, actor, signatureId, 'signatureOrigin.open');
			if (!(await lockRow(tx, 'signature_origin', signatureId))) throw new Refusal(refuse('origin_not_kept'));
			await tell(tx, actor, signature, 'signatureOrigin.opened', input, moment);
			const sealed = await tx.sealedSignatureOrigin.findUnique({ where: { signatureId } });
			if (!sealed) throw new Refusal(refuse('origin_not_kept'));
			return { address: open(sealed.ciphertext, originPlace(signatureId)) };
		},
		moment
	);
}

/** Has an address kept beyond its ninety days, for an inquiry. */
export function holdOrigin(actor: Actor, signatureId: string, input: OriginReason, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const signature = await requireSignature(tx, actor, signatureId, 'signatureOrigin.hold');
			if (!(await lockRow(tx, 'signature_origin', signatureId))) throw new Refusal(refuse('origin_not_kept'));
			const { heldAt } = await tx.signatureOrigin.findUniqueOrThrow({ where: { id: signatureId } });
			if (heldAt !== null) throw new Refusal(refuse('already_done'));
			await tell(tx, actor, signature, 'signatureOrigin.held', input, moment);
			await tx.signatureOrigin.update({
				where: { id: signatureId },
				data: { heldAt: moment.now, heldById: personOf(actor), holdReason: input.reason }
			});
		},
		moment
	);
}

/** Lifts a hold. What is older than ninety days goes with the next night. */
export function releaseOrigin(actor: Actor, signatureId: string, input: OriginReason, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const signature = await requireSignature(tx, actor, signatureId, 'signatureOrigin.hold');
			if (!(await lockRow(tx, 'signature_origin', signatureId))) throw new Refusal(refuse('origin_not_kept'));
			const { heldAt } = await tx.signatureOrigin.findUniqueOrThrow({ where: { id: signatureId } });
			if (heldAt === null) throw new Refusal(refuse('already_done'));
			await tell(tx, actor, signature, 'signatureOrigin.released', input, moment);
			await tx.signatureOrigin.update({
				where: { id: signatureId },
				data: { heldAt: null, heldById: null, holdReason: null }
			});
		},
		moment
	);
}

/** Deletes every address whose ninety days are over and that nobody holds. The trail keeps how many, and nothing else. */
export function forgetOrigins(actor: Actor, moment: Moment): Promise<number> {
	return transact(async (tx) => {
		const cutoff = new Date(moment.now.getTime() - ORIGIN_KEPT_DAYS * 24 * 60 * 60 * 1000);
		// The database refuses what by its own clock is too young; a clock of ours that runs ahead must not fail the night.
		const count = await tx.$executeRaw`delete from signature_origin
			where held_at is null and signed_at <= least(${cutoff}, now() - interval '90 days')`;
		if (count > 0) {
			await recordEvent(tx, moment, {
				name: 'signatureOrigin.forgotten',
				actor,
				subject: { type: 'installation', id: 'database' },
				facts: { count }
			});
		}
		return count;
	}, moment);
}

async function tell(
	tx: Tx,
	actor: Actor,
	{ id, kind, award }: Signature,
	name: 'signatureOrigin.opened' | 'signatureOrigin.held' | 'signatureOrigin.released',
	{ reason }: OriginReason,
	moment: Moment
): Promise<void> {
	await recordEvent(tx, moment, {
		name,
		actor,
		subject: { type: 'signature', id },
		organizationId: award.organizationId,
		programId: award.programId,
		facts: { kind },
		detail: reason
	});
}
