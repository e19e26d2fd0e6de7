import { authorize } from '#lib/domain/access/access.ts';
import { isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { downloadOf } from '#lib/features/application/attachments.server.ts';
import { database } from '#lib/server/db/client.ts';

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
