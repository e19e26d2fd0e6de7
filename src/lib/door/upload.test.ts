import { expect, test } from 'vitest';
import { receiveUpload, type Upload } from './upload.ts';

function post(form: FormData): Request {
	return new Request('http://localhost/', { method: 'POST', body: form });
}

function formWith(file: Blob | null, fields: Record<string, string> = { question: 'letter' }): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	if (file) form.append('letter', file, 'lettre d’appui.pdf');
	return form;
}

async function sizeOf({ content }: Upload): Promise<number> {
	let size = 0;
	for await (const chunk of content) size += chunk.byteLength;
	return size;
}

/** A form whose file goes on for as long as somebody reads it, and what was asked of it. */
function endless(chunks: number): { request: Request; given: () => number } {
	const encoder = new TextEncoder();
	const head =
		'--x\r\nContent-Disposition: form-data; name="question"\r\n\r\nletter\r\n' +
		'--x\r\nContent-Disposition: form-data; name="letter"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n';
	let given = 0;
	const body = new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				given += 1;
				if (given === 1) controller.enqueue(encoder.encode(head));
				else if (given <= chunks) controller.enqueue(new Uint8Array(64 * 1024).fill(97));
				else {
					controller.enqueue(encoder.encode('\r\n--x--\r\n'));
					controller.close();
				}
			}
		},
		{ highWaterMark: 0 }
	);
	const headers = { 'content-type': 'multipart/form-data; boundary=x' };
	const request = new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
	return { request, given: () => given };
}

test('a file is handed over with the fields before it and its name', async () => {
	const { fields, taken } = await receiveUpload(post(formWith(new Blob(['%PDF-1.4 words']))), async (upload) => ({
		fields: upload.fields,
		field: upload.field,
		name: upload.name,
		size: await sizeOf(upload)
	}));
	expect({ ...fields }).toEqual({ question: 'letter' });
	expect(taken).toEqual({ fields: { question: 'letter' }, field: 'letter', name: 'lettre d’appui.pdf', size: 14 });
});

test('is not read further than it is taken: an upload never stands in memory', async () => {
	const { request, given } = endless(1_000);
	let sawAtOnce = 0;
	const { taken } = await receiveUpload(request, async (upload) => {
		sawAtOnce = given();
		return sizeOf(upload);
	});
	expect(sawAtOnce).toBeLessThan(20);
	expect(taken).toBe(999 * 64 * 1024);
});

test('whoever refuses keeps no byte, and the rest is read so that the answer is heard', async () => {
	const { request, given } = endless(200);
	let given0 = 0;
	const { taken } = await receiveUpload(request, () => {
		given0 = given();
		return Promise.resolve('refused');
	});
	expect(taken).toBe('refused');
	expect(given0).toBeLessThan(20);
	expect(given()).toBeGreaterThan(200);
});

test('whoever stops in the middle is answered as well', async () => {
	const { request } = endless(200);
	const { taken } = await receiveUpload(request, async ({ content }) => {
		for await (const chunk of content) return chunk.byteLength > 0;
		return false;
	});
	expect(taken).toBe(true);
});

test('a fault while taking reaches the caller', async () => {
	const { request } = endless(50);
	await expect(receiveUpload(request, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
});

test('half a file is none', async () => {
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			controller.enqueue(
				new TextEncoder().encode('--x\r\nContent-Disposition: form-data; name="letter"; filename="a.pdf"\r\n\r\nhalf')
			);
			controller.close();
		}
	});
	const headers = { 'content-type': 'multipart/form-data; boundary=x' };
	const request = new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
	await expect(receiveUpload(request, sizeOf)).rejects.toThrow();
});

test.each([
	['no file', () => post(formWith(null))],
	['an empty file input', () => post(formWith(new Blob([])))],
	['no multipart form', () => new Request('http://localhost/', { method: 'POST', body: 'a=b' })],
	[
		'no boundary',
		() =>
			new Request('http://localhost/', {
				method: 'POST',
				body: 'x',
				headers: { 'content-type': 'multipart/form-data' }
			})
	],
	[
		'a boundary that never comes',
		() =>
			new Request('http://localhost/', {
				method: 'POST',
				body: 'no boundary here',
				headers: { 'content-type': 'multipart/form-data; boundary=nothing' }
			})
	]
])('%s is no upload', async (what, request) => {
	const { taken } = await receiveUpload(request(), sizeOf);
	// A browser sends an input left empty without a name; a file that is named and empty is the taker's to refuse.
	expect(taken).toBe(what === 'an empty file input' ? 0 : null);
});
