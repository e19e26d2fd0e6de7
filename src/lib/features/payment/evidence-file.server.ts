import { authorize } from '#lib/domain/access/access.ts';
import { isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { downloadOf } from '#lib/features/application/attachments.server.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import { downloadName, type ReceivedFile } from '#lib/server/storage/storage.ts';

/** The document of an evidence, received and not yet in a row. */
export type EvidenceFile = { received: ReceivedFile; name: string };

/** Writes the row of a document. It belongs to the funder: no organization reads it. */
export async function keepEvidenceFile(
	tx: Tx,
	{ received, name }: EvidenceFile,
	uploadedById: string,
	moment: Moment
): Promise<string> {
	const id = moment.random.uuid();
	await tx.storedFile.create({
		data: {
			id,
			storageKey: received.key,
			originalName: downloadName(name),
			mediaType: received.mediaType,
			byteLength: BigInt(received.byteLength),
			sha256: received.sha256,
			scanState: received.scanState,
			uploadedById,
			createdAt: moment.now
		}
	});
	return id;
}

/**
 * Opens the document of a payment's evidence for staff who see the payment; it may hold what the recipient's own people
 * are not all shown. Null when no evidence has this file.
 */
export async function openEvidenceFile(viewer: Actor, fileId: string) {
	if (!isId(fileId)) return null;
	const evidence = await database().paymentEvidence.findFirst({
		where: { fileId },
		include: {
			file: true,
			disbursement: { select: { number: true, award: { select: { organizationId: true, programId: true } } } }
		}
	});
	if (!evidence?.file) return null;
	const { number, award } = evidence.disbursement;
	if (isMemberOf(viewer, award.organizationId)) throw new Refusal(refuse('not_found'));
	authorize(viewer, 'payment.view', { programId: award.programId });
	const earlier = await database().paymentEvidence.count({
		where: { disbursementId: evidence.disbursementId, fileId: { not: null }, id: { lte: evidence.id } }
	});
	return downloadOf(evidence.file, number, earlier);
}
