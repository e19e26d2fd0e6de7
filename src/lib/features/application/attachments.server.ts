import { Readable } from 'node:stream';
import { authorize } from '#lib/domain/access/access.ts';
import { actorUserId, isMemberOf, type Actor } from '#lib/domain/access/actor.ts';
import { questionOf, type FileQuestion } from '#lib/domain/form/definition.ts';
import { isId } from '#lib/domain/id.ts';
import { neutralFileName } from '#lib/domain/privacy/neutral.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { FileTooLarge } from '#lib/server/storage/driver.ts';
import {
	attachmentHeaders,
	downloadName,
	FileKindRefused,
	isServable,
	openStoredFile,
	receiveFile,
	type ReceivedFile,
	storage
} from '#lib/server/storage/storage.ts';
import { loadApplication, lockApplication, subjectOf, type LoadedApplication } from './locked.server.ts';

/** Largest file of an application in bytes; the page says it beside the input. */
export const APPLICATION_FILE_LIMIT = 10 * 1024 * 1024;

/** A file as a form brought it: its name, and its bytes as they come. */
export type IncomingFile = { name: string; content: AsyncIterable<Uint8Array> };

/**
 * Attaches a file to a question. Access and state are asked before a byte is kept; the kind is told from the content,
 * not from the name. A question of one file replaces the one before, which stays on record.
 */
export async function attachFile(
	actor: Actor,
	applicationId: string,
	questionKey: string,
	file: IncomingFile,
	moment: Moment
): Promise<{ attachmentId: string }> {
	const before = await loadApplication(database(), applicationId);
	const question = openFileQuestion(actor, before, questionKey);
	const received = await receiveIncoming(file, questionKey, moment, question.accepts);
	try {
		return await transactAs(actor, async (tx) => {
			const application = await lockApplication(tx, applicationId);
			openFileQuestion(actor, application, questionKey);
			const uploadedById = actorUserId(actor);
			if (uploadedById === null) throw new Refusal(refuse('forbidden'));
			const fileId = moment.random.uuid();
			await tx.storedFile.create({
				data: {
					id: fileId,
					storageKey: received.key,
					originalName: downloadName(file.name),
					mediaType: received.mediaType,
					byteLength: BigInt(received.byteLength),
					sha256: received.sha256,
					scanState: received.scanState,
					organizationId: application.organizationId,
					uploadedById,
					createdAt: moment.now
				}
			});
			const current = await tx.attachment.findMany({
				where: { applicationId, questionKey, replacedAt: null },
				orderBy: { id: 'asc' }
			});
			const limit = question.maximumCount ?? 1;
			const replaced = current.slice(0, Math.max(0, current.length - limit + 1));
			await tx.attachment.updateMany({
				where: { id: { in: replaced.map((attachment) => attachment.id) } },
				data: { replacedAt: moment.now }
			});
			const attachmentId = moment.random.uuid();
			await tx.attachment.create({
				data: { id: attachmentId, applicationId, questionKey, fileId, createdAt: moment.now }
			});
			await recordEvent(tx, moment, {
				name: 'attachment.added',
				actor,
				subject: { type: 'application', id: applicationId },
				organizationId: application.organizationId,
				programId: application.opportunity.programId,
				facts: { fileId, sha256: received.sha256 }
			});
			return { attachmentId };
		});
	} catch (error) {
		// Without its row the file belongs to nobody.
		await storage().delete(received.key);
		throw error;
	}
}

function openFileQuestion(actor: Actor, application: LoadedApplication, questionKey: string): FileQuestion {
	authorize(actor, 'attachment.add', subjectOf(application));
	const question = questionOf(application.definition, questionKey);
	if (question?.type !== 'file') throw new Refusal(refuse('not_found'));
	if (application.status !== 'draft') {
		throw new Refusal(refuse('transition_not_allowed', { status: application.status, event: 'edit' }));
	}
	return question;
}

/** Keeps the bytes of a file, or refuses it at its field: too large, or of a kind that is not taken. The row is the caller's. */
export async function receiveIncoming(
	file: IncomingFile,
	field: string,
	moment: Moment,
	accepts?: readonly string[]
): Promise<ReceivedFile> {
	try {
		const received = await receiveFile(file.content, file.name, moment.random, APPLICATION_FILE_LIMIT);
		if (accepts && !accepts.includes(received.mediaType)) {
			await storage().delete(received.key);
			throw new FileKindRefused();
		}
		return received;
	} catch (error) {
		if (error instanceof FileTooLarge) {
			throw new Refusal(refuse('file_too_large', { limit: APPLICATION_FILE_LIMIT / 1024 / 1024 }, field));
		}
		if (error instanceof FileKindRefused) throw new Refusal(refuse('file_kind', {}, field));
		throw error;
	}
}

/** Takes a file off the application. Its row stays, so that what was attached when can still be told. */
export function removeAttachment(
	actor: Actor,
	applicationId: string,
	attachmentId: string,
	moment: Moment
): Promise<void> {
	return transactAs(actor, async (tx) => {
		const application = await lockApplication(tx, applicationId);
		authorize(actor, 'attachment.add', subjectOf(application));
		if (application.status !== 'draft') {
			throw new Refusal(refuse('transition_not_allowed', { status: application.status, event: 'edit' }));
		}
		const attachment = await tx.attachment.findFirst({ where: { id: attachmentId, applicationId } });
		if (!attachment) throw new Refusal(refuse('not_found'));
		if (attachment.replacedAt !== null) return;
		await tx.attachment.update({ where: { id: attachmentId }, data: { replacedAt: moment.now } });
		await recordEvent(tx, moment, {
			name: 'attachment.removed',
			actor,
			subject: { type: 'application', id: applicationId },
			organizationId: application.organizationId,
			programId: application.opportunity.programId,
			facts: { fileId: attachment.fileId }
		});
	});
}

/**
 * Opens a stored file of an application for someone who may read it: members of its organization, and staff of its
 * program once it was sent: this file, not only its application. What was taken off before sending, often because it
 * told too much, stays with the organization. It is handed out under a neutral name, since the one it came with may hold a person or a
 * place. Null when no application has this file, so that another subject may be asked.
 */
export async function openApplicationFile(viewer: Actor, fileId: string) {
	if (!isId(fileId)) return null;
	const attachment = await database().attachment.findFirst({
		where: { fileId },
		include: { file: true, application: { include: { opportunity: { select: { programId: true } } } } }
	});
	if (!attachment) return null;
	const { file, application } = attachment;
	authorize(viewer, 'attachment.view', subjectOf(application));
	if (!isMemberOf(viewer, application.organizationId) && !(await wasSent(application.id, fileId))) {
		throw new Refusal(refuse('not_found'));
	}
	const earlier = await database().attachment.count({
		where: { applicationId: application.id, id: { lte: attachment.id } }
	});
	return downloadOf(file, application.reference, earlier);
}

/** A document of the funder's own, received and not yet in a row. */
export type FunderFile = { received: ReceivedFile; name: string };

/** Writes the row of such a document. It belongs to the funder: no organization reads it. */
export async function keepFunderFile(
	tx: Tx,
	{ received, name }: FunderFile,
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

type Kept = { storageKey: string; mediaType: string; byteLength: bigint; scanState: string; removedAt: Date | null };

/** A stored file as a download under a neutral name, whatever it came with. Access was decided by the caller. */
export async function downloadOf(file: Kept, reference: string, count: number) {
	if (file.removedAt !== null || !isServable(file.scanState)) throw new Refusal(refuse('not_found'));
	const extension = file.mediaType === 'application/pdf' ? 'pdf' : (file.mediaType.split('/')[1] ?? '');
	const name = neutralFileName(reference, count, extension);
	const { content } = await openStoredFile(file.storageKey);
	return {
		body: Readable.toWeb(content) as ReadableStream<Uint8Array>,
		headers: attachmentHeaders(name, file.mediaType, file.byteLength)
	};
}

/** Whether some version that was sent holds this file. */
async function wasSent(applicationId: string, fileId: string): Promise<boolean> {
	const rows = await database().$queryRaw<unknown[]>`
		select 1 as found from application_version
		where application_id = ${applicationId}::uuid
		  and content -> 'attachments' @> jsonb_build_array(jsonb_build_object('fileId', ${fileId}::text))
		limit 1`;
	return rows.length > 0;
}
