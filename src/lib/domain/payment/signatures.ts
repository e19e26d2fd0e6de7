import { refuse, type Problem } from '#lib/domain/problem.ts';
import type { Money } from '#lib/domain/money/money.ts';

/** The two sections of the Financial Administration Act that a payment passes: entitlement, then requisition. */
export type Section = 's34' | 's33';

export type PaymentSignature = {
	section: string;
	userId: string;
	bindingHash: string;
	voidedAt: Date | null;
};

/** What a signature binds to. Any change of these voids it. */
export type Binding = {
	organizationId: string;
	/** Keyed hash of institution, transit and account, never the numbers. */
	accountFingerprint: string;
	amount: Money;
	instalmentId: string;
};

/** The exact text whose SHA-256 is the binding hash: one line a part, so that no two bindings share a text. */
export function canonicalBinding(binding: Binding): string {
	const parts = [
		'hearth-payment-1',
		binding.organizationId,
		binding.accountFingerprint,
		binding.amount.minor.toString(),
		binding.amount.currency,
		binding.instalmentId
	];
	if (parts.some((part) => part === '' || part.includes('\n')))
		throw new RangeError('A part of the binding is not one line.');
	return `${parts.join('\n')}\n`;
}

/** Whether the person may sign, as far as other people are concerned. */
export type Signer = {
	userId: string;
	/** Organizations the person belongs to, ended memberships of the last year included where they are known. */
	memberOrganizationIds: readonly string[];
};

/** Signatures that still stand: not voided, and made for what the payment is now. */
export function standingSignatures<S extends PaymentSignature>(signatures: readonly S[], bindingHash: string): S[] {
	return signatures.filter((signature) => signature.voidedAt === null && signature.bindingHash === bindingHash);
}

/** The standing signature of a section, if there is one. */
export function signatureOf<S extends PaymentSignature>(
	signatures: readonly S[],
	section: Section,
	bindingHash: string
): S | undefined {
	return standingSignatures(signatures, bindingHash).find((signature) => signature.section === section);
}

function signerProblem(
	section: Section,
	signatures: readonly PaymentSignature[],
	signer: Signer,
	payment: { organizationId: string; bindingHash: string }
): Problem | null {
	if (signer.memberOrganizationIds.includes(payment.organizationId)) return refuse('person_can_benefit', { section });
	const other = signatures.some(
		(signature) => signature.voidedAt === null && signature.section !== section && signature.userId === signer.userId
	);
	return other ? refuse('same_person', { section }) : null;
}

/** Refuses a s.34 certification by someone who can benefit, or who already signed the other section. */
export function mayCertify(
	signatures: readonly PaymentSignature[],
	signer: Signer,
	payment: { organizationId: string; bindingHash: string }
): Problem | null {
	return signerProblem('s34', signatures, signer, payment);
}

/**
 * Refuses a s.33 requisition: without a certification of exactly this payment, by the person who certified it, or by a
 * person who can benefit. The database refuses the same.
 */
export function mayRequisition(
	signatures: readonly PaymentSignature[],
	signer: Signer,
	payment: { organizationId: string; bindingHash: string }
): Problem | null {
	if (!signatureOf(signatures, 's34', payment.bindingHash)) return refuse('signature_void', { section: 's34' });
	return signerProblem('s33', signatures, signer, payment);
}

/** True when both sections stand for what the payment is now, by two people: all that lets money leave. */
export function isReleased(signatures: readonly PaymentSignature[], bindingHash: string): boolean {
	const certified = signatureOf(signatures, 's34', bindingHash);
	const requisitioned = signatureOf(signatures, 's33', bindingHash);
	return certified !== undefined && requisitioned !== undefined && certified.userId !== requisitioned.userId;
}

/** The evidence of a manual payment counts when a second person confirmed it, who cannot benefit either. */
export function mayConfirmEvidence(
	evidence: { recordedById: string },
	signer: Signer,
	payment: { organizationId: string }
): Problem | null {
	if (signer.memberOrganizationIds.includes(payment.organizationId)) return refuse('person_can_benefit');
	return evidence.recordedById === signer.userId ? refuse('same_person') : null;
}
