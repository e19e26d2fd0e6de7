import { loadConfig } from '#lib/server/config.ts';
import { scanner } from '#lib/server/scan/scanner.ts';
import type { Randomness } from '#lib/server/clock.ts';
import type { Readable } from 'node:stream';
import type { ByteRange, StorageDriver, Stored } from './driver.ts';
import { localDisk } from './local-disk.ts';
import { MEDIA_TYPES, SNIFF_BYTES, sniffKind, type FileKind } from './media-type.ts';

let driver: StorageDriver | undefined;

/** The storage of this installation. */
export function storage(): StorageDriver {
	driver ??= localDisk(loadConfig().filesFolder);
	return driver;
}

/** Hands in another storage, for tests; without an argument the next use reads the configuration again. */
export function useStorage(next?: StorageDriver): void {
	driver = next;
}

/** Largest attachment in bytes. The body limit of the server is a little above it. */
export const ATTACHMENT_LIMIT = 25 * 1024 * 1024;

/** A file as received: what a `stored_file` row is made of. */
export type ReceivedFile = Stored & {
	kind: FileKind;
	mediaType: string;
	scanState: 'pending' | 'not_scanned';
};

/** The content is not of a kind that may be attached; nothing of it was kept. */
export class FileKindRefused extends Error {
	constructor() {
		super('not a kind of file that may be attached');
		this.name = 'FileKindRefused';
	}
}

/**
 * Streams a file in, tells its kind from its first bytes before anything is written, and stores it under a generated
 * key. Throws FileTooLarge or FileKindRefused. The caller writes the row in its transaction; of a file without a row
 * doctor warns.
 */
export async function receiveFile(
	content: AsyncIterable<Uint8Array>,
	name: string,
	random: Randomness,
	limit = ATTACHMENT_LIMIT
): Promise<ReceivedFile> {
	const iterator = content[Symbol.asyncIterator]();
	const first: Uint8Array[] = [];
	let read = 0;
	let ended = false;
	while (read < SNIFF_BYTES && !ended) {
		const next = await iterator.next();
		if (next.done) ended = true;
		else {
			first.push(next.value);
			read += next.value.byteLength;
		}
	}
	const kind = await sniffKind(Buffer.concat(first).subarray(0, SNIFF_BYTES), name);
	if (!kind) {
		await iterator.return?.();
		throw new FileKindRefused();
	}
	async function* whole(): AsyncGenerator<Uint8Array> {
		yield* first;
		while (!ended) {
			const next = await iterator.next();
			if (next.done) return;
			yield next.value;
		}
	}
	const stored = await storage().put(random.uuid(), whole(), limit);
	return { ...stored, kind, mediaType: MEDIA_TYPES[kind], scanState: scanner() ? 'pending' : 'not_scanned' };
}

/** Opens a stored file for reading. Access was decided by the caller; an infected or unscanned-pending file is too. */
export function openStoredFile(key: string, range?: ByteRange): Promise<{ content: Readable; byteLength: number }> {
	return storage().get(key, range);
}

/** Whether a file in this scan state may be handed to anyone. `not_scanned` may, and the page says so. */
export function isServable(scanState: string): boolean {
	return scanState === 'clean' || scanState === 'not_scanned';
}

/**
 * Headers under which a stored file is served: always as a download, never rendered, whatever it turns out to be.
 * The name follows RFC 6266: a plain ASCII one for old clients, the true one in UTF-8.
 */
export function attachmentHeaders(
	name: string,
	mediaType: string,
	byteLength?: number | bigint
): Record<string, string> {
	const clean = downloadName(name);

	const ascii = clean
		.normalize('NFD')
		.replace(/[\u0300-\u036f]/g, '')
		.replace(/[^\x20-\x7e]|["\\%]/g, '_');
	const encoded = encodeURIComponent(clean).replace(
		/['()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
	);
	return {
		'content-type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
		'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
		'content-security-policy':
			"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
		'x-content-type-options': 'nosniff',
		'cross-origin-resource-policy': 'same-origin',
		'cache-control': 'private, no-store',
		...(byteLength === undefined ? {} : { 'content-length': String(byteLength) })
	};
}

/** The name a person gave, without what would steer a file system, a header or a reader's eye. */
export function downloadName(name: string): string {
	const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? '';
	const clean = last
		.normalize('NFC')
		// Control characters, and those that turn the direction of writing: `gpj.exe` must not read as `exe.jpg`.
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
		.replace(/[<>:"|?*]/g, '_')
		.replace(/^[.\s]+|[.\s]+$/g, '');
	return [...clean].slice(0, 150).join('') || 'file';
}
