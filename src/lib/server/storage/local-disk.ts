import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileMissing, FileTooLarge, STORAGE_KEY, type StorageDriver } from './driver.ts';

/**
 * Files in a folder, spread over 256 subfolders by the end of their key (its start is the time, the same for a day).
 * A file is written under a draft name, flushed, and then renamed: under its key it is whole or not there.
 */
export function localDisk(folder: string): StorageDriver {
	const pathOf = (key: string): string => {
		if (!STORAGE_KEY.test(key)) throw new FileMissing('of that name');
		return join(folder, key.slice(-2), key);
	};
	return {
		async put(key, content, limit) {
			const path = pathOf(key);
			await mkdir(dirname(path), { recursive: true, mode: 0o700 });
			const draft = `${path}.part`;
			const hash = createHash('sha256');
			let byteLength = 0;
			const file = await open(draft, 'wx', 0o600);
			try {
				for await (const chunk of content) {
					byteLength += chunk.byteLength;
					// Counted as it comes in: a declared length may lie, and a disk must not fill first.
					if (byteLength > limit) throw new FileTooLarge(limit);
					hash.update(chunk);
					await file.appendFile(chunk);
				}
				await file.sync();
				await file.close();
				await rename(draft, path);
			} catch (error) {
				await file.close().catch(() => {});
				await rm(draft, { force: true });
				throw error;
			}
			return { key, byteLength, sha256: hash.digest('hex') };
		},

		async get(key, range) {
			const path = pathOf(key);
			const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
				if (error.code === 'ENOENT') throw new FileMissing(key);
				throw error;
			});
			const byteLength = range ? range.end - range.start + 1 : found.size;
			return { content: createReadStream(path, range ?? {}), byteLength };
		},

		async delete(key) {
			await rm(pathOf(key), { force: true });
		},

		async *list() {
			let folders;
			try {
				folders = await opendir(folder);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
				throw error;
			}
			for await (const entry of folders) {
				if (!entry.isDirectory()) continue;
				for await (const file of await opendir(join(folder, entry.name))) {
					if (STORAGE_KEY.test(file.name)) yield file.name;
				}
			}
		}
	};
}
