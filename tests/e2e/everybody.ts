/*
 * Everybody of the demonstration and beside it, each with a session, and real things of every kind with their ids: what
 * tests need that ask at every door.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { expect } from 'vitest';
import { MEMBERSHIP_PERMISSIONS, STAFF_PERMISSIONS, type Permission } from '#lib/domain/access/permissions.ts';
import type { MembershipRole, StaffRole } from '#lib/domain/access/roles.ts';
import { paths } from '#lib/paths.ts';
import type { Who } from '#tests/architecture/access-table.ts';
import type { Application } from '#tests/support/application.ts';
import { printedLinks } from './demonstration.ts';
import { ask, sessionOf, withOwner } from './sessions.ts';

export type Someone = {
	name: string;
	userId: string | null;
	cookie: string | null;
	staff: { role: StaffRole; programId: string | null }[];
	memberships: { organizationId: string; role: MembershipRole }[];
};

/** A thing to ask for: its ids in the address, and whose it is. */
export type Thing = {
	what: string;
	params: Record<string, string>;
	search?: string;
	organizationId?: string;
	programId?: string;
	assignedUserId?: string;
	/** Not sent: its organization's alone. */
	isDraft?: boolean;
};

export const NOTHING: Thing = { what: '', params: {} };

/** The application they were met at; a test file has one. */
let application: Application;

/** Brings everybody in, and notes what there is. */
export async function meet(at: Application): Promise<{ everybody: Someone[]; things: Record<string, Thing[]> }> {
	application = at;
	return withOwner(at, async (client) => {
		const programId = await one(client, 'select id from program');
		const everybody = await gather(client, programId);
		return { everybody, things: await collect(client, programId) };
	});
}

export async function one(client: pg.Client, sql: string, values: unknown[] = []): Promise<string> {
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
	const signatures = await ofProgram(
		'signature',
		`select s.id, a.organization_id as organization from agreement_signature s
			join agreement g on g.id = s.agreement_id join award a on a.id = g.award_id
		 union all select s.id, a.organization_id from disbursement_signature s
			join disbursement d on d.id = s.disbursement_id join award a on a.id = d.award_id`
	);
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
		'/[lang=lang]/manage/organizations/[id]': organizations.map(({ what, organizationId = '' }) => ({
			what,
			params: { id: organizationId },
			organizationId
		})),
		'/[lang=lang]/manage/signatures/[id]': signatures,
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

export function addressOf(id: string, thing: Thing): string {
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
export function mayEnter(someone: Someone, who: Who, thing: Thing): boolean {
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
