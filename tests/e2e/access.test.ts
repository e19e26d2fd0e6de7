/*
 * Everybody at every door: each page of the written-out table is asked for as a visitor, as every role of the
 * demonstration, as every role in an organization, and as staff of another program, with real ids of one's own
 * organization and of another's. The answer is what the table says: 200, the way to sign in, 404 for whoever may not know
 * that the thing exists, 403 for whoever knows and may not.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StaffRole } from '#lib/domain/access/roles.ts';
import { paths } from '#lib/paths.ts';
import { ACCESS, type Who } from '#tests/architecture/access-table.ts';
import { startApplication, type Application } from '#tests/support/application.ts';
import { AWARENESS_CONTENT } from '../../prisma/seed/definitions/awareness.ts';
import { addressOf, mayEnter, meet, NOTHING, one, type Someone, type Thing } from './everybody.ts';
import { IS_LONG } from './person.ts';
import { ask, withOwner, type Asked } from './sessions.ts';

let application: Application;
let everybody: Someone[];
let things: Record<string, Thing[]>;
/** The last answers of all pages, by route and person, for what is true of every answer. */
const answers: { id: string; someone: Someone; thing: Thing; answer: Asked }[] = [];

/** Two ways in which a browser says that a write comes from somewhere else. */
const FOREIGN: Record<string, string>[] = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }];

beforeAll(async () => {
	application = await startApplication({ demonstration: true });
	({ everybody, things } = await meet(application));
});

afterAll(async () => {
	await application?.stop();
});

/** On these pages whoever lacks the permission learns nothing, staff of the program included. */
const HIDDEN = new Set([
	'/[lang=lang]/manage/payees/[id]',
	'/[lang=lang]/manage/signatures/[id]',
	'/[lang=lang]/manage/users/[id]',
	'/[lang=lang]/manage/mail/[id]'
]);

/** Staff of the thing's program who see its files: its existence is no secret to them. */
function knowsAsStaff(someone: Someone, thing: Thing): boolean {
	if (thing.isDraft || thing.programId === undefined) return false;
	const apart: StaffRole[] = ['reviewer', 'administrator', 'observer'];
	return someone.staff.some(
		(held) => !apart.includes(held.role) && (held.programId === null || held.programId === thing.programId)
	);
}

function isMember(someone: Someone, thing: Thing): boolean {
	return someone.memberships.some((held) => held.organizationId === thing.organizationId);
}

type Wanted = 'enter' | 'sign in' | 'refused' | 403 | 404;

/**
 * 404 for strangers to the thing, without exception; 403 for whoever knows of it and is on a page of their own side.
 * A member at the funder's page of their own thing learns nothing new either way: `refused`.
 */
function expected(id: string, whos: readonly Who[], someone: Someone, thing: Thing): Wanted {
	if (id === '/[lang=lang]/[...path]') return 404;
	if (whos.some((who) => mayEnter(someone, who, thing))) return 'enter';
	if (someone.userId === null) return 'sign in';
	const sides = new Set(whos.map((who) => who.split(' ')[0]));
	if (sides.has('assigned') || HIDDEN.has(id)) return 404;
	if (sides.has('member') && isMember(someone, thing)) return 403;
	if (sides.has('staff') && knowsAsStaff(someone, thing)) return 403;
	return isMember(someone, thing) && thing.organizationId !== undefined ? 'refused' : 404;
}

function isTo(answer: Asked, part: string): boolean {
	return answer.status === 303 && (answer.location ?? '').includes(part);
}

function described(answer: Asked): string {
	return answer.location ? `${answer.status} to ${answer.location}` : String(answer.status);
}

function fits(answer: Asked, wanted: ReturnType<typeof expected>): boolean {
	if (wanted === 'sign in') return isTo(answer, '/en/sign-in?from=') || isTo(answer, '/en/sign-in');
	// Entering may lead on to where the thing stands now, but never to the way in.
	if (wanted === 'enter')
		return answer.status === 200 || ([303, 307].includes(answer.status) && !isTo(answer, '/sign-in'));
	if (wanted === 'refused') return answer.status === 403 || answer.status === 404;
	return answer.status === wanted;
}

describe('every role at every page', () => {
	test('is answered as the table says, and never with a fault', async () => {
		const wrong: string[] = [];
		let pairs = 0;
		for (const [id, { doors }] of ACCESS) {
			const whos = [doors['load'] ?? doors['page'] ?? doors['GET'] ?? []].flat();
			if (whos.length === 0) continue;
			for (const thing of things[id] ?? [NOTHING]) {
				const asked = await Promise.all(
					everybody.map(async (someone) => ({
						someone,
						answer: await ask(application, addressOf(id, thing), { cookie: someone.cookie })
					}))
				);
				for (const { someone, answer } of asked) {
					pairs += 1;
					answers.push({ id, someone, thing, answer });
					const wanted = expected(id, whos, someone, thing);
					if (!fits(answer, wanted))
						wrong.push(
							`${someone.name} at ${addressOf(id, thing)} (${thing.what}): ${described(answer)}, not ${wanted}`
						);
				}
			}
		}
		console.log(`${everybody.length} people × pages and things: ${pairs} pairs`);
		expect(wrong).toEqual([]);
		expect(pairs).toBeGreaterThan(1_000);
	}, 600_000);

	test('an id that is none is nothing, whoever asks', async () => {
		const wrong: string[] = [];
		for (const [id, { doors }] of ACCESS) {
			if (!/\[(?:id|awardId|code|line|section)\]/.test(id)) continue;
			const whos = [doors['load'] ?? doors['GET'] ?? []].flat();
			if (whos.length === 0) continue;
			for (const value of [randomUUID(), 'not-an-id', '1', '%00', "' or '1'='1", '..%2f..%2fetc', 'a'.repeat(300)]) {
				const path = id
					.replace('/[lang=lang]', '/en')
					.replace(/\/\([a-z]+\)/, '')
					.replaceAll(/\[([a-zA-Z]+)\]/g, value.includes('%') ? value : encodeURIComponent(value));
				for (const someone of everybody.slice(0, 6)) {
					const answer = await ask(application, path, { cookie: someone.cookie });
					const wanted = someone.userId === null && !whos.includes('anyone') ? [303, 400, 404] : [400, 404];
					if (!wanted.includes(answer.status))
						wrong.push(`${someone.name} at ${path.slice(0, 90)}: ${described(answer)}`);
				}
			}
		}
		expect(wrong).toEqual([]);
	}, 300_000);
});

test('a form of an organization, sent by somebody who has none, finds nothing and is no fault', async () => {
	const somebody = everybody.find(({ name }) => name === 'somebody new');
	const base = paths('en').intake.organization().split('?', 1)[0];
	const body = new URLSearchParams({
		version: '1',
		legalName: 'A house',
		province: 'NS',
		kind: 'charity',
		language: 'en',
		membershipId: randomUUID(),
		locationId: randomUUID(),
		userId: randomUUID()
	});
	for (const action of ['save', 'confirm', 'members?/end', 'places?/name', 'places?/end']) {
		const target = action.includes('?') ? `${base}/${action}` : `${base}?/${action}`;
		const answer = await ask(application, target, { method: 'POST', body, cookie: somebody?.cookie ?? null });
		expect(`${target} ${answer.status}`).toBe(`${target} 404`);
	}
}, 60_000);

/**
 * Something readable under every name that a form of ours has, so that each action gets as far as asking who this is.
 * Fields that a form does not know are ignored.
 */
const READABLE: Record<string, string> = {
	// People and organizations.
	displayName: 'Somebody',
	email: 'somebody@elsewhere.example',
	locale: 'en',
	language: 'en',
	legalName: 'An organization by another name',
	businessNumber: '',
	province: 'ON',
	kind: 'not_for_profit',
	mandate: '',
	role: 'owner',
	roles: 'director',
	class: 'service_region',
	label: 'A place',
	siteLabel: 'A place',
	publicText: 'Somewhere',
	siteText: 'Somewhere else',
	institution: '003',
	transit: '00102',
	account: '1234567',
	calledOn: '2026-05-01',
	spokeWith: 'Somebody',
	numberSource: 'The public register',
	readBack: 'yes',
	actingForId: '',
	authority: 's33_requisition',
	position: 'Director',
	positionEn: 'Director',
	positionFr: 'Directrice',
	instrument: 'Instrument of delegation',
	limit: '',
	validFrom: '2026-04-01',
	validTo: '2027-03-31',
	// Applications and reviews.
	version: '1',
	lineVersion: '1',
	response: 'An answer',
	outcome: 'eligible',
	note: '',
	description: 'Rent',
	costCategory: 'rent',
	costType: 'direct',
	cost: '10.00',
	requested: '10.00',
	declaration: 'none',
	criterion: 'reach',
	points: '3',
	comment: 'Words',
	overall: 'Words',
	...Object.fromEntries(AWARENESS_CONTENT.eligibility.map(({ key }) => [`finding.${key}`, 'met'])),
	// Decisions, agreements, payments.
	base: '1',
	recommendation: 'award',
	reason: 'Words',
	disclosureReason: 'Words',
	freezeReason: 'Words',
	callNote: 'Words',
	telephone: '819 555-0137',
	hours: '24',
	startsOn: '2026-12-01',
	endsOn: '2027-11-30',
	dueOn1: '2026-12-15',
	amount1: '100.00',
	contentHash: '0'.repeat(64),
	bindingHash: '0'.repeat(64),
	agree: 'yes',
	decline: 'yes',
	lapse: 'yes',
	remark: 'Words',
	method: 'cheque',
	reference: '0001',
	paidOn: '2026-05-01',
	signedByName: 'Somebody',
	signedOn: '2026-05-01',
	// Budgets.
	fiscalYear: '2026',
	totalMinor: '1',
	ceiling: 'voted',
	source: 'main_estimates',
	direction: 'raise',
	amount: '1.00',
	enteredOn: '2026-05-01'
};

/** Ids of things that are not there: whoever may not act is refused before anybody looks for them. */
const IDS = [
	'membershipId',
	'userId',
	'locationId',
	'requirementId',
	'lineId',
	'attachmentId',
	'instalmentId',
	'invitationId'
];
const MORE_IDS = [
	'evidenceId',
	'paperDecisionId',
	'delegation',
	'job',
	'reviewers',
	'awardId',
	'programId',
	'request',
	'freeze'
];

function upload(): FormData {
	const form = new FormData();
	form.append('question', 'letter');
	form.append('letter', new Blob(['%PDF-1.4'], { type: 'application/pdf' }), 'letter.pdf');
	return form;
}

describe('every action', () => {
	test('refuses whoever the table does not name, and leaves no trace of theirs', async () => {
		const countEvents = (): Promise<number> =>
			withOwner(application, async (client) => Number(await one(client, 'select count(*) from audit_event')));
		const before = await countEvents();
		const wrong: string[] = [];
		let pairs = 0;
		for (const [id, { doors }] of ACCESS) {
			for (const [door, allowed] of Object.entries(doors)) {
				const whos = [allowed].flat();
				if (!door.startsWith('action ') || whos.some((who) => ['anyone', 'link', 'signed-in'].includes(who))) continue;
				const action = door.slice('action '.length);
				const all = things[id] ?? [NOTHING];
				// A draft where there is one: what was sent is closed to everybody, which would answer before anyone is asked.
				for (const thing of [...all.filter(({ isDraft }) => isDraft), ...all].slice(0, IS_LONG ? 3 : 1)) {
					const path = addressOf(id, thing);
					const target = action === 'default' ? path : `${path}${path.includes('?') ? '&' : '?'}/${action}`;
					const body = {
						...READABLE,
						...Object.fromEntries([...IDS, ...MORE_IDS].map((name) => [name, thing.params[name] ?? randomUUID()])),
						...(thing.organizationId ? { organizationId: thing.organizationId } : {})
					};
					const strangers = everybody.filter((someone) => !whos.some((who) => mayEnter(someone, who, thing)));
					const asked = await Promise.all(
						strangers.map(async (someone) => ({
							someone,
							answer: await ask(application, target, {
								cookie: someone.cookie,
								method: 'POST',
								body: action === 'attach' ? upload() : new URLSearchParams(body)
							})
						}))
					);
					for (const { someone, answer } of asked) {
						pairs += 1;
						const isElsewhere =
							someone.userId === null
								? answer.status === 401
								: // Whoever has no organization is asked for it first; what was sent is shown again, unchanged.
									(someone.memberships.length === 0 && isTo(answer, '/apply/organization/new')) ||
									(isMember(someone, thing) && answer.location === path.replace(/\/[^/]+$/, ''));
						if (![403, 404].includes(answer.status) && !isElsewhere)
							wrong.push(`${someone.name} at ${target} (${thing.what}): ${described(answer)}`);
					}
				}
			}
		}
		console.log(`${pairs} pairs of a person and an action that is not theirs`);
		expect(wrong).toEqual([]);
		expect(await countEvents()).toBe(before);
	}, 600_000);
});

describe('every answer', () => {
	test('carries the policies of a page: nonces, no inline script, nothing framed, nothing sniffed', () => {
		const wrong = new Set<string>();
		for (const { id, answer } of answers) {
			const policy = answer.headers.get('content-security-policy') ?? '';
			const isPage = (answer.headers.get('content-type') ?? '').startsWith('text/html');
			const check = (name: string, ok: boolean): void => void (ok || wrong.add(`${id} ${answer.status}: ${name}`));
			check('frame-ancestors', policy.includes("frame-ancestors 'none'"));
			check('unsafe-inline', !policy.includes('unsafe-inline') && !policy.includes('unsafe-eval'));
			check('object-src', policy.includes("object-src 'none'") || policy.includes("default-src 'none'"));
			check('base-uri', policy.includes("base-uri 'none'"));
			if (isPage && answer.status === 200) check('nonce', /script-src [^;]*'nonce-[^']+'/.test(policy));
			check('nosniff', answer.headers.get('x-content-type-options') === 'nosniff');
			check('referrer', /^(?:same-origin|no-referrer)$/.test(answer.headers.get('referrer-policy') ?? ''));
			check('opener', answer.headers.get('cross-origin-opener-policy') === 'same-origin');
			check('powered by', answer.headers.get('x-powered-by') === null);
			check('request id', /^[0-9a-f-]{36}$/.test(answer.headers.get('x-request-id') ?? ''));
		}
		expect([...wrong]).toEqual([]);
	});

	test('is kept by no cache where it is somebody’s own', () => {
		const wrong = new Set<string>();
		for (const { id, someone, answer } of answers) {
			const isPersonal = /^\/\[lang=lang\]\/(?:apply|review|manage|account)/.test(id) || someone.userId !== null;
			if (isPersonal && !(answer.headers.get('cache-control') ?? '').includes('no-store'))
				wrong.add(`${id} as ${someone.name}: ${answer.headers.get('cache-control')}`);
		}
		expect([...wrong]).toEqual([]);
	});

	test('shows a visitor no name, address or amount of the demonstration’s people', async () => {
		const secrets = await withOwner(application, async (client) => {
			const people = await client.query<{ email: string; name: string }>(
				`select email, display_name as name from person`
			);
			return people.rows.flatMap(({ email, name }) => [email, name]);
		});
		const leaks = answers
			// The page of components shows them with names of its own invention, of which some are the same.
			.filter(({ id, someone }) => someone.userId === null && !id.endsWith('/components'))
			.flatMap(({ id, answer }) =>
				secrets.filter((secret) => answer.text.includes(secret)).map((secret) => `${id}: ${secret}`)
			);
		expect(leaks).toEqual([]);
	});

	test('an attachment is downloaded, never drawn', () => {
		const files = answers.filter(({ id, answer }) => id === '/api/files/[id]' && answer.status === 200);
		expect(files.length).toBeGreaterThan(0);
		for (const { answer } of files) {
			expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/);
			expect(answer.headers.get('content-security-policy')).toContain('sandbox');
		}
	});
});

describe('a write from another site', () => {
	const TYPES = [
		'application/x-www-form-urlencoded',
		'multipart/form-data; boundary=x',
		'text/plain',
		'TEXT/PLAIN',
		'application/json',
		'application/octet-stream',
		'application/x-sveltekit-formdata',
		''
	];

	test('is refused at every door, whatever its content type and method', async () => {
		const someone = everybody.find(({ name }) => name.startsWith('Administrator'));
		const wrong: string[] = [];
		for (const [id, { doors }] of ACCESS) {
			const actions = Object.keys(doors).filter((door) => door.startsWith('action '));
			const thing = things[id]?.[0] ?? NOTHING;
			const targets = actions.length > 0 ? actions.map((door) => door.slice(7)) : ['default'];
			for (const action of targets) {
				const path = addressOf(id, thing);
				const target = action === 'default' ? path : `${path}${path.includes('?') ? '&' : '?'}/${action}`;
				for (const type of TYPES) {
					for (const headers of FOREIGN) {
						const answer = await ask(application, target, {
							cookie: someone?.cookie ?? null,
							method: 'POST',
							body: type === '' ? undefined : 'a=b',
							headers: { ...(type === '' ? {} : { 'content-type': type }), ...headers }
						});
						if (answer.status !== 403) wrong.push(`POST ${target} as ${type}: ${described(answer)}`);
					}
				}
			}
		}
		for (const method of ['PUT', 'PATCH', 'DELETE']) {
			const answer = await ask(application, '/en/apply', {
				cookie: someone?.cookie ?? null,
				method,
				headers: { origin: 'null' }
			});
			if (answer.status !== 403) wrong.push(`${method} /en/apply: ${described(answer)}`);
		}
		expect(wrong).toEqual([]);
	}, 300_000);

	test('and nobody presses anything as a visitor but the ways in and out', async () => {
		const wrong: string[] = [];
		for (const [id, { doors }] of ACCESS) {
			for (const [door, who] of Object.entries(doors)) {
				if (!door.startsWith('action ') || [who].flat().some((one) => one === 'anyone' || one === 'link')) continue;
				for (const thing of (things[id] ?? [NOTHING]).slice(0, 1)) {
					const path = addressOf(id, thing);
					const action = door.slice(7);
					const target = action === 'default' ? path : `${path}${path.includes('?') ? '&' : '?'}/${action}`;
					const answer = await ask(application, target, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
					// Who they are is asked before the form is read, so that one whose session ended hears that and nothing else.
					if (answer.status !== 401) wrong.push(`POST ${target}: ${described(answer)}`);
				}
			}
		}
		expect(wrong).toEqual([]);
	}, 120_000);
});
