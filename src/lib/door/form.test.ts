import { beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { askLinkSchema, registerSchema, signInSchema } from '#lib/features/identity/schema.ts';
import { parseForm, parseJson, readFields } from './form.ts';

let locale: 'en' | 'fr' = 'en';
vi.mock('$app/server', () => ({ getRequestEvent: () => ({ locals: { locale }, setHeaders: () => {} }) }));

beforeEach(() => {
	locale = 'en';
});

function post(fields: Record<string, string | string[]> | FormData): Request {
	const body = new URLSearchParams();
	if (fields instanceof FormData) return new Request('http://localhost/', { method: 'POST', body: fields });
	for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
	return new Request('http://localhost/', { method: 'POST', body });
}

const schema = z.object({ title: z.string().trim().min(1).max(200), choices: z.array(z.string()).max(5).default([]) });

describe('a posted form', () => {
	test('becomes input; what the schema does not name is ignored', async () => {
		const form = await parseForm(
			post({ title: ' A title ', choices: ['a', 'b'], status: 'awarded', role: 'owner' }),
			schema
		);
		expect(form).toEqual({
			ok: true,
			input: { title: 'A title', choices: ['a', 'b'] },
			values: { title: ' A title ', choices: 'a\nb' }
		});
	});

	test('keeps what was typed, passwords excepted, and says what to put right in the page’s language', async () => {
		locale = 'fr';
		const form = await parseForm(post({ email: 'not an address', password: '', sharedComputer: 'yes' }), signInSchema);
		expect(form).toMatchObject({
			ok: false,
			values: { email: 'not an address', sharedComputer: 'yes' },
			issues: [
				{ field: 'email', code: 'email_invalid', message: expect.stringContaining('adresse') },
				{ field: 'password', code: 'required' }
			]
		});
		const typed = await parseForm(post({ email: 'x', password: 'a secret sentence' }), signInSchema);
		expect(JSON.stringify(typed)).not.toContain('a secret sentence');
	});

	test.each([
		['a NUL byte', 'be\0fore', 'text_unreadable'],
		['100,000 characters', 'x'.repeat(100_000), 'too_long'],
		['more characters than any field takes', 'x'.repeat(250_000), 'too_long'],
		['nothing', '', 'required'],
		['spaces', '   ', 'required']
	])('with %s is refused at its field, and comes back', async (_name, title, code) => {
		const form = await parseForm(post({ title }), schema);
		expect(form).toMatchObject({ ok: false, issues: [{ field: 'title', code }] });
		if (title.trim()) expect(form.values['title']?.length).toBeGreaterThan(0);
	});

	test('with two values where one belongs takes neither', async () => {
		expect(await parseForm(post({ title: ['one', 'two'] }), schema)).toMatchObject({
			ok: false,
			issues: [{ field: 'title', code: 'choice_repeated' }]
		});
	});

	test('with a file where a text belongs is refused; an empty file input is nothing', async () => {
		const body = new FormData();
		body.append('title', new File(['x'], 'x.txt'));
		expect(await parseForm(post(body), schema)).toMatchObject({
			ok: false,
			issues: [{ field: 'title', code: 'value_invalid' }]
		});
		const empty = new FormData();
		empty.append('title', 'A title');
		empty.append('attachment', new File([], ''));
		expect(await parseForm(post(empty), schema)).toMatchObject({ ok: true });
	});

	test('in pieces that are no form is refused, not a fault', async () => {
		for (const [type, body] of [
			['application/json', '{"email":{"not":""}}'],
			['text/plain', 'email=a'],
			['multipart/form-data; boundary=x', 'junk'],
			['application/x-sveltekit-formdata', '\u0000\u0001junk']
		] as const) {
			const request = new Request('http://localhost/', { method: 'POST', headers: { 'content-type': type }, body });
			expect(await parseForm(request, askLinkSchema)).toMatchObject({ ok: false });
		}
	});

	test('cannot reach a prototype', async () => {
		await parseForm(post({ __proto__x: '1', ['__proto__']: 'x', constructor: 'x', title: 'A title' }), schema);
		expect(({} as { isAdministrator?: unknown }).isAdministrator).toBeUndefined();
		const read = await readFields(post({ constructor: 'x', toString: 'y' }));
		expect(read.fields['constructor']).toEqual(['x']);
	});

	test('with thousands of fields is refused', async () => {
		const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`f${index}`, 'x']));
		expect((await readFields(post(many))).issues).toMatchObject([{ code: 'value_invalid' }]);
	});

	test('counts a line break once, however the browser sends it', async () => {
		const form = await parseForm(post({ title: 'a\r\nb' }), schema);
		expect(form).toMatchObject({ ok: true, input: { title: 'a\nb' } });
	});

	test.each(['a\nb', 'a\u2028b', '\u0007', 'x'.repeat(121)])('a name such as %j is refused', async (displayName) => {
		const form = await parseForm(post({ displayName, email: 'a@example.org', locale: 'en' }), registerSchema);
		expect(form).toMatchObject({ ok: false, issues: [{ field: 'displayName' }] });
	});

	test.each([
		['A@Example.ORG ', 'a@example.org'],
		['o’neil@example.org', null],
		['a@b', null],
		['a@example.org\r\nBcc: x@example.org', null],
		[`${'x'.repeat(250)}@example.org`, null]
	])('the address %j is read as %j', async (email, read) => {
		const form = await parseForm(post({ email }), askLinkSchema);
		expect(form.ok ? form.input.email : null).toBe(read);
	});
});

describe('a posted JSON body', () => {
	const send = (body: string) => new Request('http://localhost/', { method: 'POST', body });
	const shape = z.object({ text: z.string().max(100) });

	test.each([
		['an object where a text belongs', '{"text":{"not":""}}'],
		['a list', '{"text":[]}'],
		['a number', '{"text":5}'],
		['null', '{"text":null}'],
		['half of a surrogate pair', '{"text":"\\ud800"}'],
		['a NUL', '{"text":"\\u0000"}'],
		['a prototype', '{"__proto__":{"a":1},"text":"x"}'],
		['no JSON', '{"text":'],
		['nothing', ''],
		['a deep nest', `{"text":${'['.repeat(10_000)}${']'.repeat(10_000)}}`]
	])('with %s is refused', async (_name, body) => {
		expect(await parseJson(send(body), shape)).toMatchObject({ ok: false });
	});

	test('is read when it is what it should be', async () => {
		expect(await parseJson(send('{"text":"ᐃᓄᒃᑎᑐᑦ","other":1}'), shape)).toEqual({
			ok: true,
			input: { text: 'ᐃᓄᒃᑎᑐᑦ' }
		});
	});
});
