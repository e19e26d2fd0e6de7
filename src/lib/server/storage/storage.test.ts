import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemMoment } from '#lib/server/clock.ts';
import { FileMissing, FileTooLarge, STORAGE_KEY } from './driver.ts';
import { localDisk } from './local-disk.ts';
import { sniffKind } from './media-type.ts';
import {
	attachmentHeaders,
	downloadName,
	FileKindRefused,
	openStoredFile,
	receiveFile,
	storage,
	useStorage
} from './storage.ts';

const { random } = systemMoment();
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'hearth-files-'));
	useStorage(localDisk(folder));
});
afterEach(() => {
	useStorage();
	rmSync(folder, { recursive: true, force: true });
});

async function* chunks(content: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < content.byteLength; at += size) yield content.subarray(at, at + size);
}
const bytes = (content: string) => Buffer.from(content, 'utf8');

async function keys(): Promise<string[]> {
	const found: string[] = [];
	for await (const key of storage().list()) found.push(key);
	return found;
}

describe('a stored file', () => {
	test('has a generated name, comes back whole, and its hash is that of its bytes', async () => {
		const content = bytes('name,amount\nÉté,12\n'.repeat(10_000));
		const file = await receiveFile(chunks(content), '../../etc/passwd.csv', random);
		expect(file).toMatchObject({
			kind: 'csv',
			mediaType: 'text/csv',
			scanState: 'not_scanned',
			byteLength: content.byteLength
		});
		expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
		expect(await keys()).toEqual([file.key]);
		expect(file.key).toMatch(STORAGE_KEY);
		expect(await text((await openStoredFile(file.key)).content)).toBe(content.toString());
		expect(await text((await openStoredFile(file.key, { start: 5, end: 10 })).content)).toBe('amount');
	});

	test('one byte over the limit is refused and leaves nothing behind', async () => {
		const limit = 100_000;
		await expect(receiveFile(chunks(bytes('x'.repeat(limit + 1))), 'a.txt', random, limit)).rejects.toThrow(
			FileTooLarge
		);
		expect(await keys()).toEqual([]);
		expect(readdirSync(folder).flatMap((sub) => readdirSync(join(folder, sub)))).toEqual([]);
		await expect(receiveFile(chunks(bytes('x'.repeat(limit))), 'a.txt', random, limit)).resolves.toMatchObject({
			byteLength: limit
		});
	});

	test('whose stream breaks leaves nothing behind', async () => {
		async function* broken(): AsyncGenerator<Uint8Array> {
			yield bytes('x'.repeat(70_000));
			throw new Error('connection lost');
		}
		await expect(receiveFile(broken(), 'a.txt', random)).rejects.toThrow('connection lost');
		expect(await keys()).toEqual([]);
	});

	test('is gone after it was deleted, and a key that is none opens nothing', async () => {
		const { key } = await receiveFile(chunks(bytes('hello')), 'a.txt', random);
		await storage().delete(key);
		await storage().delete(key);
		await expect(openStoredFile(key)).rejects.toThrow(FileMissing);
		await expect(openStoredFile('../../../etc/passwd')).rejects.toThrow(FileMissing);
	});
});

describe('the kind of a file comes from its content', () => {
	const pdf = bytes('%PDF-1.7\n%âãÏÓ\n');
	const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');

	test.each([
		['a PDF, whatever its name', pdf, 'picture.png', 'pdf'],
		['a PNG', png, 'x', 'png'],
		['plain text', bytes('Bonjour, ça va?\n'), 'note.txt', 'txt'],
		['comma-separated values', bytes('a,b\n1,2\n'), 'Budget.CSV', 'csv']
	])('%s', async (_name, head, name, kind) => {
		expect(await sniffKind(head, name)).toBe(kind);
	});

	test.each([
		['a page', bytes('<!DOCTYPE html><p>hi'), 'a.pdf'],
		['a page after spaces', bytes('\n\t <html>'), 'a.txt'],
		['a picture with script', bytes('<svg xmlns="http://www.w3.org/2000/svg">'), 'a.png'],
		['a text that holds a script', bytes('hello <script>alert(1)</script>'), 'a.csv'],
		['a program', Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), 'a.docx'],
		['an archive', Buffer.from('504b0506000000000000000000000000000000000000', 'hex'), 'a.docx'],
		['a GIF', bytes('GIF89a\u0001'), 'a.png'],
		['bytes that are no text', Buffer.from('ff00fe01', 'hex'), 'a.txt'],
		['nothing', Buffer.alloc(0), 'a.txt']
	])('%s is refused', async (_name, head, name) => {
		expect(await sniffKind(head, name)).toBeNull();
		await expect(receiveFile(chunks(head), name, random)).rejects.toThrow(FileKindRefused);
		expect(await keys()).toEqual([]);
	});
});

describe('a download', () => {
	test('is an attachment that nothing can run in', () => {
		expect(attachmentHeaders('Budget é.pdf', 'application/pdf', 12)).toMatchObject({
			'content-disposition': `attachment; filename="Budget e.pdf"; filename*=UTF-8''Budget%20%C3%A9.pdf`,
			'content-security-policy':
				"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
			'x-content-type-options': 'nosniff',
			'content-length': '12'
		});
	});

	test.each([
		['../../etc/passwd', 'passwd'],
		['C:\\temp\\a.pdf', 'a.pdf'],
		['a\r\nSet-Cookie: x=1.pdf', 'aSet-Cookie_ x=1.pdf'],
		['\u202Egpj.exe', 'gpj.exe'],
		['\u0000', 'file'],
		['...', 'file'],
		['', 'file'],
		['"quoted".pdf', '_quoted_.pdf'],
		['x'.repeat(400), 'x'.repeat(150)],
		['\ud800.pdf', '\ufffd.pdf']
	])('%j is offered as %j', (name, offered) => {
		expect(downloadName(name)).toBe(offered);
		const header = attachmentHeaders(name, 'text/plain')['content-disposition'] ?? '';

		expect(header).toMatch(/^attachment; filename="[\x20-\x21\x23-\x7e]+"; filename\*=UTF-8''[A-Za-z0-9%._~!$&+-]+$/);
	});
});
