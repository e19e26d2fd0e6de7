/**
 * The officers' list of applications, signed in: a page of 50 from 20,000, from the built application, against one
 * `node:http` + `pg` process (list-baseline.mjs) that does the same session look-up and row query and concatenates HTML of
 * the same page,
 * byte for byte. 16 connections, rounds alternate in one run; the figure is the median of the rounds' ratios.
 *
 *     npm run build && node bench/list-page.ts [--seconds 8] [--rounds 3]
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import pg from 'pg';
import { shareEmbeddedDatabase } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';

const { values } = parseArgs({
	options: { seconds: { type: 'string', default: '8' }, rounds: { type: 'string', default: '3' } }
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const APPLICATIONS = 20_000;
const TOKEN = randomBytes(20).toString('hex');

/** The bench's generator may load in bulk: what is measured is reading. */
async function load(client: pg.Client): Promise<void> {
	const id = {
		strategy: randomUUID(),
		program: randomUUID(),
		form: randomUUID(),
		rubric: randomUUID(),
		opportunity: randomUUID(),
		officer: randomUUID()
	};
	await client.query('begin');
	await client.query("set local session_replication_role = 'replica'");
	await client.query(
		`insert into strategy (id, code, title_en, title_fr, starts_on, ends_on) values ($1, 'S', 'Strategy', 'Stratégie', '2025-04-01', '2030-03-31')`,
		[id.strategy]
	);
	await client.query(
		`insert into program (id, strategy_id, code, name_en, name_fr, purpose_en, purpose_fr, instrument, method, funder_kind,
		   stacking_limit_basis_points, administration_limit_basis_points, created_at)
		 values ($1, $2, 'P', 'Program', 'Programme', 'Purpose', 'But', 'contribution', 'competitive', 'delivery_partner', 10000, 1500, now())`,
		[id.program, id.strategy]
	);
	await client.query(
		`insert into form_definition (id, key, version, definition, created_at) values ($1, 'f', 1, '{}', now())`,
		[id.form]
	);
	await client.query(`insert into rubric (id, key, version, definition, created_at) values ($1, 'r', 1, '{}', now())`, [
		id.rubric
	]);
	await client.query(
		`insert into opportunity (id, program_id, code, title_en, title_fr, summary_en, summary_fr, content, status, opens_at, opens_wall,
		   closes_at, closes_wall, zone, tz_version, maximum_minor, first_fiscal_year, fiscal_year_count, reviewers_per_application,
		   decision_expected_on, form_definition_id, rubric_id, published_at, created_at)
		 values ($1, $2, '26', 'Opportunity', 'Possibilité', 'Summary', 'Résumé', '{}', 'published', now() - interval '90 days', '2026-08-01T00:00',
		   now() - interval '1 day', '2026-11-01T23:59', 'America/Toronto', '2026c', 25000000, 2026, 2, 2, '2027-04-30', $3, $4, now(), now())`,
		[id.opportunity, id.program, id.form, id.rubric]
	);
	await client.query(
		`insert into person (id, email, display_name, locale, status, created_at) values ($1, 'officer@bench.example', 'Bench Officer', 'en', 'active', now())`,
		[id.officer]
	);
	await client.query(
		`insert into role_assignment (id, user_id, role, created_at) values ($1, $2, 'program_officer', now())`,
		[randomUUID(), id.officer]
	);
	await client.query(
		`insert into session (id, token_hash, user_id, created_at, last_seen_at, expires_at, absolute_expires_at, device_label)
		 values ($1, $2, $3, now(), now(), now() + interval '12 hours', now() + interval '12 hours', 'Bench')`,
		[randomUUID(), createHash('sha256').update(TOKEN).digest('hex'), id.officer]
	);
	await client.query(
		`with organizations as (
		   insert into organization (id, legal_name, province, kind, language, created_at)
		   select gen_random_uuid(), 'Fictional organization ' || n, (array['ON','QC','BC','AB','MB','SK','NS','NB','NL','PE','YT','NT','NU'])[1 + n % 13],
		          'not_for_profit', 'en', now() from generate_series(1, ${APPLICATIONS}) n returning id),
		 numbered as (select id, row_number() over () as n from organizations)
		 insert into application (id, reference, opportunity_id, organization_id, form_definition_id, status, title, requested_amount_minor,
		   locale, created_at, created_by_id, submitted_at, submitted_by_id)
		 select gen_random_uuid(), '26-' || lpad(m::text, 5, '0'), $1, o.id, $2, (array['submitted','eligible','under_review','reviewed'])[1 + m % 4],
		   'A fictional campaign with a title of usual length, number ' || m, 1000000 + m * 137, 'en', now(), $3,
		   now() - m * interval '1 minute', $3
		 from generate_series(1, ${APPLICATIONS}) m join numbered o on o.n = m`,
		[id.opportunity, id.form, id.officer]
	);
	await client.query('commit');
	await client.query('analyze');
}

function freePort(): Promise<number> {
	return new Promise((found) => {
		const probe = createServer().listen(0, '127.0.0.1', () => {
			const { port } = probe.address() as AddressInfo;
			probe.close(() => found(port));
		});
	});
}

async function startHearth(environment: Record<string, string>, port: number): Promise<ChildProcess> {
	const child = spawn(process.execPath, ['src/cli/hearth.ts', 'serve'], {
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		env: { ...process.env, ...environment }
	});
	for (let tries = 0; tries < 200; tries++) {
		const answer = await fetch(`http://localhost:${port}/api/health`).catch(() => null);
		if (answer?.ok) return child;
		await pause(100);
	}
	throw new Error('the application did not start');
}

async function pageOf(address: string): Promise<string> {
	const response = await fetch(address, { headers: { cookie: `__Host-hearth=${TOKEN}` }, redirect: 'manual' });
	const body = await response.text();
	if (response.status !== 200) throw new Error(`${address} answered ${response.status}`);
	return body;
}

async function rate(address: string): Promise<{ perSecond: number; p95: number }> {
	const result = await autocannon({
		url: address,
		connections: 16,
		duration: SECONDS,
		headers: { cookie: `__Host-hearth=${TOKEN}` }
	});
	if (result.non2xx || result.errors)
		throw new Error(`${address}: ${result.non2xx} answers were not 200, ${result.errors} failed`);
	return { perSecond: result.requests.average, p95: result.latency.p97_5 };
}

/** What differs from answer to answer: the nonce, and how long the session still lasts. */
const withoutNonces = (page: string): string => page.replaceAll(/nonce="[^"]+"|__sveltekit_\w+|endsMillis:\d+/g, '');

function firstDifference(ours: string, theirs: string): string {
	let at = 0;
	while (ours[at] === theirs[at]) at += 1;
	return `"${ours.slice(at - 60, at + 60)}" where it says "${theirs.slice(at - 60, at + 60)}"`;
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
const server = await shareEmbeddedDatabase({ folder: join(folder, 'database') });
const children: ChildProcess[] = [];
try {
	await server.admin.query('create database bench');
	const url = server.urlFor('bench');
	await migrate(url);
	await server.admin.query('alter role hearth_app login');
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	// A client left open would be cut off by the stop of the server, and hide what went wrong.
	await load(client).finally(() => client.end());
	const port = await freePort();
	const hearth = await startHearth(
		{
			DATABASE_URL: url,
			DATABASE_APP_URL: server.urlFor('bench', 'hearth_app'),
			HEARTH_KEYS: JSON.stringify({
				keys: [{ id: 'bench', secret: randomBytes(32).toString('base64'), createdAt: '2026-04-01T00:00:00Z' }]
			}),
			HEARTH_FILES: join(folder, 'files'),
			HEARTH_ROLE: 'web',
			LOG_LEVEL: 'warn',
			PORT: String(port),
			ORIGIN: `http://localhost:${port}`
		},
		port
	);
	children.push(hearth);
	const page = `http://localhost:${port}/en/manage/applications`;
	const sample = join(folder, 'page.html');
	writeFileSync(sample, await pageOf(page));
	const child = fork(new URL('list-baseline.mjs', import.meta.url).pathname, {
		execArgv: [],
		env: { ...process.env, DATABASE_URL: server.urlFor('bench', 'hearth_app'), BASELINE_PAGE: sample }
	});
	children.push(child);
	const [message] = (await once(child, 'message')) as [{ port: number }];
	const baseline = `http://localhost:${message.port}/`;
	// Byte for byte the same, but for the nonce of each answer: what is compared is how the page is made.
	const [ours, theirs] = [withoutNonces(await pageOf(page)), withoutNonces(await pageOf(baseline))];
	if (ours !== theirs) throw new Error(`the baseline answers another page, from ${firstDifference(ours, theirs)}`);
	const bytes = Buffer.byteLength(ours);
	console.log(`page: ${bytes} bytes, the same in both`);
	await rate(page);
	await rate(baseline);
	const ratios: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const plain = await rate(baseline);
		const whole = await rate(page);
		ratios.push(whole.perSecond / plain.perSecond);
		console.log(
			`round ${round + 1}: baseline ${plain.perSecond.toFixed(0)}/s, application ${whole.perSecond.toFixed(0)}/s (97.5th percentile ${whole.p95} ms), ratio ${(whole.perSecond / plain.perSecond).toFixed(3)}`
		);
	}
	console.log(JSON.stringify({ listPageRatio: median(ratios), bytes }));
} finally {
	for (const child of children) {
		if (child.exitCode !== null) continue;
		child.kill('SIGTERM');
		await once(child, 'exit');
	}
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
}
