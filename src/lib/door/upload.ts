import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';

/** A file on its way in: the texts that stood before it in the form, and its bytes as they come. */
export type Upload = {
	fields: Record<string, string>;
	field: string;
	name: string;
	content: AsyncIterable<Uint8Array>;
};

/** Texts of a form with a file are hidden fields of ours: a question's key, a version. */
const LIMITS = { fields: 20, fieldSize: 1_000, fieldNameSize: 200, files: 1, parts: 40, headerPairs: 50 };

/**
 * Reads a form with one file as it arrives and hands the file to `take`, which may refuse before a byte is kept: a form
 * read whole would hold every upload in memory before anybody asked whose it is. Fields count where they stand before
 * the file, as our pages draw them. Answers what `take` answered, or null where the form brings no file or cannot be
 * read. Whatever `take` leaves unread is read and dropped, so that the browser hears the answer.
 */
export async function receiveUpload<Taken>(
	request: Request,
	take: (upload: Upload) => Promise<Taken>
): Promise<{ fields: Record<string, string>; taken: Taken | null }> {
	const fields = Object.create(null) as Record<string, string>;
	const type = request.headers.get('content-type') ?? '';
	if (!request.body || !type.toLowerCase().startsWith('multipart/form-data')) return { fields, taken: null };
	let parser: BusboyInstance;
	try {
		parser = new Busboy({ headers: { 'content-type': type }, limits: LIMITS });
	} catch {
		return { fields, taken: null }; // no boundary: not a form
	}
	const source = Readable.fromWeb(request.body as WebStream<Uint8Array>);
	let work: Promise<Taken> | null = null;
	let file: Readable | null = null;
	parser.on('field', (name, value, nameCut, valueCut) => {
		if (!nameCut && !valueCut) fields[name] = value.toWellFormed().replaceAll('\0', '');
	});
	parser.on('file', (field, stream, name) => {
		if (work !== null || !name) {
			stream.resume();
			return;
		}
		file = stream;
		const content = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
		work = take({ fields: { ...fields }, field, name, content });
		work.catch(() => {}).finally(() => stream.resume()); // the caller hears of it below, once the form was read
	});
	try {
		await new Promise<void>((resolve, reject) => {
			parser.once('finish', resolve);
			parser.once('error', reject);
			source.once('error', reject);
			source.pipe(parser);
		});
	} catch (error) {
		// Cut off, or no form after all. Half a file is none: whoever takes it hears of it, and keeps nothing.
		(file as Readable | null)?.destroy(error as Error);
		source.destroy();
		parser.destroy();
	}
	return { fields, taken: work === null ? null : await (work as Promise<Taken>) };
}

/**
 * The fields of a form and its one file where it brings one, for a form that may come as either kind: with a file it is
 * read as it arrives, after the fields that stand before it. `take` gets the fields as a request of their own to parse.
 */
export async function takeForm<Taken>(
	request: Request,
	take: (fields: Request, file: Pick<Upload, 'name' | 'content'> | null) => Promise<Taken>
): Promise<Taken> {
	if (!request.headers.get('content-type')?.toLowerCase().startsWith('multipart/form-data')) return take(request, null);
	const fieldsOnly = (fields: Record<string, string>): Request =>
		new Request(request.url, { method: 'POST', body: new URLSearchParams(fields) });
	const { fields, taken } = await receiveUpload(request, async ({ fields, name, content }) => ({
		answer: await take(fieldsOnly(fields), { name, content })
	}));
	return taken ? taken.answer : take(fieldsOnly(fields), null);
}
