import { fileTypeFromBuffer } from 'file-type';

/*
 * What a file is, from its content. The name and the type that a browser declares are not believed: a page of script
 * called budget.pdf is a page of script.
 */

/** The kinds of files that may be attached, by what their content says. */
export const MEDIA_TYPES = {
	pdf: 'application/pdf',
	docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	odt: 'application/vnd.oasis.opendocument.text',
	png: 'image/png',
	jpg: 'image/jpeg',
	txt: 'text/plain',
	csv: 'text/csv'
} as const;

export type FileKind = keyof typeof MEDIA_TYPES;

/** How many bytes from the start are needed to tell. Office files are archives whose listing comes early. */
export const SNIFF_BYTES = 64 * 1024;

/**
 * The kind of a file whose first bytes are `head`, or null when it is not one of ours. `name` decides only between text
 * and comma-separated values, which look alike.
 */
export async function sniffKind(head: Uint8Array, name: string): Promise<FileKind | null> {
	if (head.byteLength === 0) return null;
	const found = await fileTypeFromBuffer(head);
	if (found)
		return found.ext in MEDIA_TYPES && found.ext !== 'txt' && found.ext !== 'csv' ? (found.ext as FileKind) : null;
	if (!isPlainText(head)) return null;
	return /\.csv$/i.test(name) ? 'csv' : 'txt';
}

/** Text people can read, and nothing a browser would take for a page or a picture with script in it. */
function isPlainText(head: Uint8Array): boolean {
	let text: string;
	try {
		// A character may be cut at the end of the head, so the last bytes may be incomplete.
		text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
	} catch {
		return false;
	}
	// eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
	if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text)) return false;
	return !/^\s*<(?:!doctype|html|head|body|script|svg|\?xml|iframe|meta|style)\b|<script\b/i.test(text);
}
