/*
 * Everybody at every door: each page of the written-out table is asked for as a visitor, as every role of the
 * demonstration, as every role in an organization, and as staff of another program, with real ids of one's own
 * organization and of another's. The answer is what the table says: 200, the way to sign in, 404 for whoever may not know
 * that the thing exists, 403 for whoever knows and may not.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MEMBERSHIP_PERMISSIONS, STAFF_PERMISSIONS, type Permission } from '#lib/domain/access/permissions.ts';
import type { MembershipRole, StaffRole } from '#lib/domain/access/roles.ts';
import { paths } from '#lib/paths.ts';
import { ACCESS, type Who } from '#tests/architecture/access-table.ts';
import { startApplication, type Application } from '#tests/support/application.ts';
import { AWARENESS_CONTENT } from '../../prisma/seed/definitions/awareness.ts';
import { printedLinks } from './demonstration.ts';
import { ask, sessionOf, withOwner, type Asked } from './sessions.ts';

type Someone = {
	name: string;
	userId: string | null;
	cookie: string | null;
	staff: { role: StaffRole; programId: string | null }[];
	memberships: { organizationId: string; role: MembershipRole }[];
};

/** A thing to ask for: its ids in the address, and whose it is. */
type Thing = {
	what: string;
	params: Record<string, string>;
	search?: string;
	organizationId?: string;
	programId?: string;
	assignedUserId?: string;
	/** Not sent: its organization's alone. */
	isDraft?: boolean;
};

let application: Application;
let everybody: Someone[];
let things: Record<string, Thing[]>;
/** The last answers of all pages, by route and person, for what is true of every answer. */
const answers: { id: string; someone: Someone; thing: Thing; answer: Asked }[] = [];

/** Two ways in which a browser says that a write comes from somewhere else. */
const FOREIGN: Record<string, string>[] = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }];

const NOTHING: Thing = { what: '', params: {} };

beforeAll(async () => {
	application = await startApplication({ demonstration: true });
	await withOwner(application, async (client) => {
		const programId = await one(client, 'select id from program');
		everybody = await gather(client, programId);
		things = await collect(client, programId);
	});
});

afterAll(async () => {
	await application?.stop();
});

async function one(client: pg.Client, sql: string, values: unknown[] = []): Promise<string> {
	const { rows } = await client.query<Record<string, string>>(sql, values);
	const value = rows[0] && Object.values(rows[0])[0];
	if (value === undefined) throw new Error(`nothing found by ${sql}`);
	return value;
}

const ORGANIZATION_OF = `select m.organization_id from membership m join person p on p.id = m.user_id
	where p.display_name = $1`;

/** The people of the demonstration with their sessions, one member of each role, and staff of another program. */
async function gather(client: pg.Client, programId: string): Promise<Someone[]> {
	const people: Someone[] = [{ name: 'a visitor', userId: null, cookie: null, staff: [], memberships: [] }];
	for (const [label, { name }] of printedLinks(application)) {
		const userId = await one(client, 'select id from person where display_name = $1', [name]);
		people.push(await describeSomeone(client, label, userId));
	}
	const organizationId = await one(client, ORGANIZATION_OF, [applicants()[0]]);
	for (const role of ['editor', 'signatory', 'reader'] as const) {
		const userId = await person(client, `${role} of the first organization`);
		await client.query(
			`insert into membership (id, organization_id, user_id, role, created_at) values ($1, $2, $3, $4, now())`,
			[randomUUID(), organizationId, userId, role]
		);
		people.push(await describeSomeone(client, role, userId));
	}
	const other = randomUUID();
	const columns = await columnsOf(client, 'program', ['id', 'code']);
	await client.query(
		`insert into program (id, code, ${columns}) select $1, 'elsewhere', ${columns} from program where id = $2`,
		[other, programId]
	);
	for (const role of Object.keys(STAFF_PERMISSIONS) as StaffRole[]) {
		if (['administrator', 'observer'].includes(role)) continue;
		const userId = await person(client, `${role} of another program`);
		await client.query(
			`insert into role_assignment (id, user_id, role, program_id, created_at) values ($1, $2, $3, $4, now())`,
			[randomUUID(), userId, role, other]
		);
		people.push(await describeSomeone(client, `${role} elsewhere`, userId));
	}
	people.push(await describeSomeone(client, 'somebody new', await person(client, 'somebody new')));
	return people;
}

async function columnsOf(client: pg.Client, table: string, without: string[]): Promise<string> {
	const { rows } = await client.query<{ name: string }>(
		`select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1`,
		[table]
	);
	return rows
		.map(({ name }) => name)
		.filter((name) => !without.includes(name))
		.join(', ');
}

async function person(client: pg.Client, name: string): Promise<string> {
	const id = randomUUID();
	await client.query(
		`insert into person (id, email, display_name, locale, status, email_confirmed_at, created_at)
		 values ($1, $2, $3, 'en', 'active', now(), now())`,
		[id, `${id}@elsewhere.example`, name]
	);
	return id;
}

async function describeSomeone(client: pg.Client, name: string, userId: string): Promise<Someone> {
	const staff = await client.query<{ role: StaffRole; programId: string | null }>(
		`select role, program_id as "programId" from role_assignment where user_id = $1 and ended_at is null`,
		[userId]
	);
	const memberships = await client.query<{ organizationId: string; role: MembershipRole }>(
		`select organization_id as "organizationId", role from membership where user_id = $1 and ended_at is null`,
		[userId]
	);
	return {
		name,
		userId,
		cookie: await sessionOf(client, userId),
		staff: staff.rows,
		memberships: memberships.rows
	};
}

function applicants(): string[] {
	return [...printedNames()].filter(([label]) => label.startsWith('Applicant')).map(([, name]) => name);
}

let names: Map<string, string> | undefined;
function printedNames(): Map<string, string> {
	names ??= new Map([...printedLinks(application)].map(([label, { name }]) => [label, name]));
	return names;
}

/** Real ids for every route that has one in its address. */
async function collect(client: pg.Client, programId: string): Promise<Record<string, Thing[]>> {
	const rows = async (sql: string, values: unknown[] = []): Promise<Record<string, string>[]> =>
		(await client.query<Record<string, string>>(sql, values)).rows;
	const draftId = await beginDraft(client);
	const applications: Thing[] = (
		await rows('select id, organization_id as organization, status, reference from application')
	).map((row) => ({
		what: `application ${row['reference']} (${row['status']})`,
		params: { id: row['id'] ?? '' },
		organizationId: row['organization'] ?? '',
		programId,
		isDraft: row['id'] === draftId
	}));
	const organizations: Thing[] = (await rows('select id, legal_name as name from organization')).map((row) => ({
		what: row['name'] ?? '',
		params: {},
		search: `?organization=${row['id']}`,
		organizationId: row['id'] ?? ''
	}));
	const awards: Thing[] = (await rows('select id, number, organization_id as organization from award')).map((row) => ({
		what: `award ${row['number']}`,
		params: { id: row['id'] ?? '', awardId: row['id'] ?? '' },
		organizationId: row['organization'] ?? '',
		programId
	}));
	const assignments: Thing[] = (
		await rows(`select a.id, a.reviewer_id as reviewer, a.status from review_assignment a`)
	).map((row) => ({
		what: `assignment (${row['status']})`,
		params: { id: row['id'] ?? '' },
		programId,
		assignedUserId: row['reviewer'] ?? ''
	}));
	const rounds: Thing[] = (await rows('select code from opportunity')).map((row) => ({
		what: row['code'] ?? '',
		params: { code: row['code'] ?? '' },
		programId
	}));
	const lines: Thing[] = (
		await rows(
			`select l.id, o.code from allocation_line l join allocation_round r on r.id = l.round_id
			 join opportunity o on o.id = r.opportunity_id limit 2`
		)
	).map((row) => ({ what: 'line', params: { code: row['code'] ?? '', line: row['id'] ?? '' }, programId }));
	const ofProgram = async (what: string, sql: string): Promise<Thing[]> =>
		(await rows(sql)).map((row) => ({
			what,
			params: { id: row['id'] ?? '' },
			programId,
			...(row['organization'] ? { organizationId: row['organization'] } : {})
		}));
	const payments = await ofProgram('payment', 'select id from disbursement');
	const payees = await ofProgram('payee', 'select id, organization_id as organization from payee_account');
	const files = await ofProgram(
		'file',
		`select t.file_id as id, a.organization_id as organization from attachment t join application a on a.id = t.application_id`
	);
	const at = (list: Thing[], more: Record<string, string>): Thing[] =>
		list.map((thing) => ({ ...thing, params: { ...thing.params, ...more } }));
	const own = '/[lang=lang]/apply/applications/[id]';
	return {
		'/[lang=lang]/(public)/opportunities/[code]': rounds,
		'/[lang=lang]/(public)/opportunities/[code]/questions': rounds,
		'/[lang=lang]/apply/opportunities/[code]/start': rounds.map((thing) => ({
			...thing,
			organizationId: organizations[0]?.organizationId ?? ''
		})),
		'/[lang=lang]/apply/organization': organizations,
		'/[lang=lang]/apply/organization/members': organizations,
		'/[lang=lang]/apply/organization/places': organizations,
		'/[lang=lang]/apply/organization/bank': organizations,
		[own]: applications,
		[`${own}/sections/[section]`]: at(applications, { section: 'campaign' }),
		[`${own}/budget`]: applications,
		[`${own}/attachments`]: applications,
		[`${own}/review-and-submit`]: applications,
		[`${own}/receipt`]: applications.filter((thing) => !thing.isDraft),
		[`${own}/history`]: applications,
		[`${own}/print`]: applications,
		[`${own}/withdraw`]: applications,
		'/[lang=lang]/apply/awards/[id]': awards,
		'/[lang=lang]/apply/awards/[id]/agreement': awards,
		'/[lang=lang]/review/assignments/[id]': assignments,
		'/[lang=lang]/review/assignments/[id]/conflict': assignments,
		'/[lang=lang]/review/assignments/[id]/give': assignments,
		'/[lang=lang]/manage/applications/[id]': applications,
		'/[lang=lang]/manage/applications/[id]/reviewers': applications,
		'/[lang=lang]/manage/rounds/[code]': rounds,
		'/[lang=lang]/manage/rounds/[code]/lines/[line]': lines,
		'/[lang=lang]/manage/awards/[id]': awards,
		'/[lang=lang]/manage/agreements/[awardId]': awards,
		'/[lang=lang]/manage/money/awards/[awardId]': awards,
		'/[lang=lang]/manage/payments/[id]': payments,
		'/[lang=lang]/manage/payees/[id]': payees,
		// People and messages are of no program: whoever may see one may see all.
		'/[lang=lang]/manage/users/[id]': ofNoProgram(await ofProgram('user', 'select id from person limit 2')),
		'/[lang=lang]/manage/mail/[id]': ofNoProgram(await ofProgram('message', 'select id from mail_message limit 2')),
		'/api/files/[id]': files,
		// One-time links that never were: the page says so.
		'/[lang=lang]/(public)/sign-in/[token]': [{ what: 'no link', params: { token: 'a'.repeat(43) } }],
		'/[lang=lang]/(public)/confirm/[token]': [{ what: 'no link', params: { token: 'a'.repeat(43) } }],
		'/[lang=lang]/(public)/confirm/address/[which]/[token]': [
			{ what: 'no link', params: { which: 'old', token: 'a'.repeat(43) } }
		],
		'/[lang=lang]/(public)/reset-password/[token]': [{ what: 'no link', params: { token: 'a'.repeat(43) } }],
		'/[lang=lang]/(public)/invitation/[token]': [{ what: 'no link', params: { token: 'a'.repeat(43) } }]
	};
}

function ofNoProgram(all: Thing[]): Thing[] {
	return all.map(({ what, params }) => ({ what, params }));
}

/** The first organization begins an application of its own: nobody but its members may know of it. */
async function beginDraft(client: pg.Client): Promise<string> {
	const owner = applicants()[0] ?? '';
	const userId = await one(client, 'select id from person where display_name = $1', [owner]);
	const organizationId = await one(client, ORGANIZATION_OF, [owner]);
	const code = await one(client, 'select code from opportunity order by closes_at desc');
	const begun = await ask(application, paths('en').intake.start(code), {
		cookie: await sessionOf(client, userId),
		method: 'POST',
		body: new URLSearchParams({ organizationId })
	});
	expect(begun.status, begun.text.slice(0, 500)).toBe(303);
	return begun.location?.split('/').at(-1) ?? '';
}

function addressOf(id: string, thing: Thing): string {
	const path = id
		.replace('/[lang=lang]', '/en')
		.replace(/\/\([a-z]+\)/, '')
		.replace('[...path]', 'nowhere')
		.replaceAll(/\[([a-zA-Z]+)\]/g, (_match, name: string) => encodeURIComponent(thing.params[name] ?? 'missing'));
	return path + (thing.search ?? '');
}

function holds(role: MembershipRole | StaffRole, permission: string): boolean {
	const all: Record<string, readonly Permission[]> = { ...MEMBERSHIP_PERMISSIONS, ...STAFF_PERMISSIONS };
	return (all[role] ?? []).includes(permission as Permission);
}

/** The table, read for one person and one thing. */
function mayEnter(someone: Someone, who: Who, thing: Thing): boolean {
	if (who === 'anyone') return true;
	if (someone.userId === null) return false;
	if (who === 'signed-in') return true;
	if (who === 'staff') return someone.staff.length > 0;
	if (who === 'link') return false;
	const [side = '', permission = ''] = who.split(' ');
	if (side === 'member') {
		return someone.memberships.some(
			(held) => held.organizationId === thing.organizationId && holds(held.role, permission)
		);
	}
	if (side === 'assigned') return thing.assignedUserId === someone.userId;
	if (thing.isDraft) return false;
	return someone.staff.some(
		(held) =>
			holds(held.role, permission) &&
			(held.programId === null || thing.programId === undefined || held.programId === thing.programId)
	);
}

/** On these pages whoever lacks the permission learns nothing, staff of the program included. */
const HIDDEN = new Set([
	'/[lang=lang]/manage/payees/[id]',
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
	startsOn: '2026-12-01',
	endsOn: '2027-11-30',
	dueOn1: '2026-12-15',
	amount1: '100.00',
	contentHash: '0'.repeat(64),
	bindingHash: '0'.repeat(64),
	agree: 'yes',
	remark: 'Words',
	method: 'cheque',
	reference: '0001',
	paidOn: '2026-05-01',
	// Budgets.
	fiscalYear: '2026',
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
const MORE_IDS = ['evidenceId', 'delegation', 'job', 'reviewers', 'awardId', 'programId'];

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
				for (const thing of [...all.filter(({ isDraft }) => isDraft), ...all].slice(0, 2)) {
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
