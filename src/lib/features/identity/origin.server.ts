import type { Moment } from '#lib/server/clock.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** The signature an origin belongs to: one of an agreement or one of a payment. */
type Signature = { id: string; of: 'agreement' | 'disbursement'; signedAt: Date };

/**
 * Keeps where a signature was given from, sealed and apart from what was signed (safeguard B5). It is called by whoever
 * stores a signature, in the same transaction and as the person who signs. What came by no request leaves nothing.
 */
export async function keepOrigin(tx: Tx, signature: Signature, moment: Moment): Promise<void> {
	if (!moment.origin) return;
	const { id, of, signedAt } = signature;
	await tx.signatureOrigin.create({
		data: { id, signedAt, ...(of === 'agreement' ? { agreementSignatureId: id } : { disbursementSignatureId: id }) }
	});
	// Not `create`, which would read the row back: who signs may not see it.
	await tx.sealedSignatureOrigin.createMany({
		data: [{ signatureId: id, ciphertext: moment.origin.sealFor(id) }]
	});
}
