import { getRequestEvent } from '$app/server';
import { z } from 'zod';
import { refuse as problemOf, type Facts, type Problem, type ProblemCode } from '#lib/domain/problem.ts';
import { problemText } from '#lib/i18n/problem-text.ts';
import * as sentences from '#lib/i18n/generated/problem.ts';

/*
 * Where a form becomes input. A form's fields are texts, one or several a name; a schema turns them into what a command
 * takes. What cannot be stored (NUL, half of a surrogate pair) or is beyond any limit is refused at its field, and what
 * was typed goes back to the page, passwords excepted. Fields that the schema does not name are ignored.
 */

/** One thing to put right. `message` is a sentence in the language of the page. */
export type Issue = { field: string; code: ProblemCode; message: string };

/**
 * What was typed, to draw the form again with. Several answers of one name are joined by line breaks, which a choice
 * never holds.
 */
export type Values = Record<string, string>;

export type ParsedForm<Input> =
	{ ok: true; input: Input; values: Values } | { ok: false; values: Values; issues: Issue[] };

/** The texts of a form by name, before any schema: for forms whose questions are data. */
export type ReadFields = { fields: Record<string, string[]>; values: Values; issues: Issue[] };

/** Most characters that one field may carry; a field's own limit is in its schema. */
const FIELD_LIMIT = 100_000;
/** Most characters of a whole form: what goes back to the page stays in proportion. */
const FORM_LIMIT = 2_000_000;
const NAME_LIMIT = 200;
const FIELD_COUNT = 3_000;

const SECRET_NAME = /password|secret|token/i;

/** Reads and checks a posted form against a zod object. */
export async function parseForm<Schema extends z.ZodType>(
	request: Request,
	schema: Schema
): Promise<ParsedForm<z.output<Schema>>> {
	const read = await readFields(request);
	const shape = shapeOf(schema);
	const raw: Record<string, unknown> = {};
	const values: Values = {};
	const issues = read.issues.filter((issue) => issue.field === '' || Object.hasOwn(shape, issue.field));
	for (const [name, type] of Object.entries(shape)) {
		const texts = read.fields[name];
		if (isList(type)) {
			raw[name] = texts ?? [];
			values[name] = (texts ?? []).join('\n');
		} else if (texts && texts.length > 1) {
			// Two values where one belongs: neither is taken, since we cannot know which was meant.
			issues.push(issueAt(name, 'choice_repeated'));
		} else if (texts) {
			raw[name] = texts[0];
			if (!SECRET_NAME.test(name)) values[name] = texts[0] ?? '';
		}
	}
	const parsed = schema.safeParse(raw);
	if (parsed.success && issues.length === 0) return { ok: true, input: parsed.data, values };
	const seen = new Set(issues.map((issue) => issue.field));
	if (!parsed.success) {
		for (const issue of parsed.error.issues) {
			// What is wrong with one answer of several is shown at the question: its answers have no place of their own.
			const field = String(issue.path[0] ?? '');
			if (seen.has(field)) continue;
			seen.add(field);
			const { code, facts } = problemFrom(issue, valueAt(raw, issue.path));
			issues.push(issueAt(field, code, facts));
		}
	}
	return { ok: false, values, issues };
}

/** Reads the texts of a posted form. Files are refused here: they are streamed to their own address. */
export async function readFields(request: Request): Promise<ReadFields> {
	const fields: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
	const values: Values = {};
	const issues: Issue[] = [];
	let form: FormData;
	try {
		form = await request.formData();
	} catch {
		return { fields, values, issues: [issueAt('', 'value_invalid')] };
	}
	let count = 0;
	let total = 0;
	for (const [name, entry] of form) {
		count += 1;
		if (count > FIELD_COUNT) {
			issues.push(issueAt('', 'value_invalid'));
			break;
		}
		if (name.length > NAME_LIMIT || unreadable(name) || name === '__proto__') continue;
		if (typeof entry !== 'string') {
			// A browser sends an empty file for an input that was left alone.
			if (entry.size > 0) issues.push(issueAt(name, 'value_invalid'));
			continue;
		}
		total += entry.length;
		// A browser sends every line break as two characters; limits and hashes count one.
		let text = entry.replaceAll('\r\n', '\n');
		const tooLong = text.length > FIELD_LIMIT || total > FORM_LIMIT;
		if (tooLong) {
			issues.push(issueAt(name, 'too_long', { limit: FIELD_LIMIT, actual: text.length }));
			text = text.slice(0, FIELD_LIMIT).toWellFormed();
		}
		if (unreadable(text)) {
			issues.push(issueAt(name, 'text_unreadable'));
			text = text.replaceAll('\0', '').toWellFormed();
		}
		(fields[name] ??= []).push(total > FORM_LIMIT ? '' : text);
	}
	for (const [name, texts] of Object.entries(fields)) {
		if (!SECRET_NAME.test(name)) values[name] = texts.join('\n');
	}
	return { fields, values, issues };
}

/** Reads and checks a JSON body, for the few endpoints that take one. Every text in it is checked as a field's is. */
export async function parseJson<Schema extends z.ZodType>(
	request: Request,
	schema: Schema
): Promise<{ ok: true; input: z.output<Schema> } | { ok: false; issues: Issue[] }> {
	let raw: unknown;
	try {
		const text = await request.text();
		if (text.length > FORM_LIMIT)
			return { ok: false, issues: [issueAt('', 'too_long', { limit: FORM_LIMIT, actual: text.length })] };
		raw = JSON.parse(text);
	} catch {
		return { ok: false, issues: [issueAt('', 'value_invalid')] };
	}
	if (!storable(raw, 0)) return { ok: false, issues: [issueAt('', 'text_unreadable')] };
	const parsed = schema.safeParse(raw);
	if (parsed.success) return { ok: true, input: parsed.data };
	return {
		ok: false,
		issues: parsed.error.issues.map((issue) => {
			const { code, facts } = problemFrom(issue, valueAt(raw, issue.path));
			return issueAt(issue.path.map(String).join('.'), code, facts);
		})
	};
}

/** An issue of a field in the language of the request. */
export function issueAt(field: string, code: ProblemCode, facts: Facts = {}): Issue {
	return issueFrom(problemOf(code, facts, field));
}

/** A problem as an issue of its field, in the language of the request. */
export function issueFrom(problem: Problem): Issue {
	const { locale } = getRequestEvent().locals;
	return { field: problem.field ?? '', code: problem.code, message: problemText(problem, locale) };
}

function unreadable(text: string): boolean {
	return text.includes('\0') || !text.isWellFormed();
}

/** No NUL, no half surrogate, no name that reaches for a prototype, and not nested beyond any form of ours. */
function storable(value: unknown, depth: number): boolean {
	if (depth > 12) return false;
	if (typeof value === 'string') return !unreadable(value);
	if (Array.isArray(value)) return value.every((item) => storable(item, depth + 1));
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).every(
			([name, item]) => name !== '__proto__' && !unreadable(name) && storable(item, depth + 1)
		);
	}
	return true;
}

/** The fields of a schema: of an object, or of the object that a refinement or a transformation begins with. */
function shapeOf(schema: z.ZodType): Record<string, unknown> {
	let inner: unknown = schema;
	while (inner instanceof z.ZodPipe) inner = inner.in;
	if (!(inner instanceof z.ZodObject)) throw new TypeError('a form is read with the schema of an object');
	return inner.shape as Record<string, unknown>;
}

function isList(type: unknown): boolean {
	let inner = type;
	for (;;) {
		if (inner instanceof z.ZodArray) return true;
		if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
			inner = inner.unwrap();
		else if (inner instanceof z.ZodPrefault || inner instanceof z.ZodCatch) inner = inner.unwrap();
		else if (inner instanceof z.ZodPipe) inner = inner.in;
		else return false;
	}
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
	let value: unknown = raw;
	for (const key of path) {
		if (typeof value !== 'object' || value === null) return undefined;
		value = (value as Record<PropertyKey, unknown>)[key];
	}
	return value;
}

function isProblemCode(text: string): text is ProblemCode {
	return Object.hasOwn(sentences, text);
}

/** A zod issue in our codes. A schema may name a code itself as its message, with facts in `params`. */
function problemFrom(issue: z.core.$ZodIssue, value: unknown): { code: ProblemCode; facts: Facts } {
	const actual = typeof value === 'string' ? value.length : undefined;
	const facts: Facts = {};
	if (issue.code === 'custom' && issue.params) Object.assign(facts, issue.params);
	if (issue.code === 'too_small') facts['limit'] = issue.minimum;
	if (issue.code === 'too_big') facts['limit'] = issue.maximum;
	if (actual !== undefined) facts['actual'] = actual;
	if (isProblemCode(issue.message)) return { code: issue.message, facts };
	const missing = value === undefined || value === null || value === '';
	if (missing) return { code: 'required', facts };
	switch (issue.code) {
		case 'too_small':
			if (issue.origin === 'string') return { code: issue.minimum === 1 ? 'required' : 'too_short', facts };
			return { code: issue.origin === 'array' ? 'required' : 'number_too_small', facts };
		case 'too_big':
			if (issue.origin === 'string') return { code: 'too_long', facts };
			return { code: issue.origin === 'array' ? 'value_invalid' : 'number_too_large', facts };
		case 'invalid_format':
			return {
				code: issue.format === 'email' ? 'email_invalid' : issue.format === 'date' ? 'date_invalid' : 'value_invalid',
				facts
			};
		case 'invalid_value':
			return { code: 'choice_unknown', facts };
		default:
			return { code: 'value_invalid', facts };
	}
}
