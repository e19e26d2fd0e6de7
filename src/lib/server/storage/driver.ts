import type { Readable } from 'node:stream';

/*
 * Where files are kept. The local disk now, an object store later: nothing outside this folder knows which. Keys are
 * generated (a UUID), never a name somebody typed, so a listing of them is safe to show and to compare.
 */

/** What was stored: the bytes counted while they went by. `sha256` is lower-case hexadecimal. */
export type Stored = { key: string; byteLength: number; sha256: string };

/** A part of a file: bytes `start` to `end`, both included. */
export type ByteRange = { start: number; end: number };

/** A file was larger than allowed; nothing of it was kept. */
export class FileTooLarge extends Error {
	readonly limit: number;
	constructor(limit: number) {
		super(`larger than ${limit} bytes`);
		this.name = 'FileTooLarge';
		this.limit = limit;
	}
}

/** No file has this key. */
export class FileMissing extends Error {
	constructor(key: string) {
		super(`no stored file ${key}`);
		this.name = 'FileMissing';
	}
}

export type StorageDriver = {
	/** Streams in at most `limit` bytes under `key`. Throws FileTooLarge, and leaves nothing behind when it throws. */
	put(key: string, content: AsyncIterable<Uint8Array>, limit: number): Promise<Stored>;
	/** Streams out a file or a part of it. Throws FileMissing. */
	get(key: string, range?: ByteRange): Promise<{ content: Readable; byteLength: number }>;
	/** Removes a file; one that is not there is no fault. */
	delete(key: string): Promise<void>;
	/** Every key, in no order: for backup and for doctor, which compares it with the table. */
	list(): AsyncIterable<string>;
};

/** The shape of a key: what a listing consists of. */
export const STORAGE_KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
