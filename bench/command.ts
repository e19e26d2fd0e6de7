/**
 * Two whole commands against a one-row insert, 8 connections, fsync on; rounds alternate in one run, and the figures are
 * the medians of the rounds' ratios. Both are one transaction through Prisma with row security opened for their actor.
 * *An entry*: what every command that moves money ends in: `postEntry`, its event of the trail, and a job.
 * *A screening*: an officer finds an application ineligible, which locks and reads it, asks who may and who could
 * benefit, writes the screening, moves the status, records event and words, and queues the messages and their jobs.
 * The baseline inserts one row of the same screening from node-postgres.
 *
 *     node bench/command.ts [--seconds 5] [--rounds 5]
 */
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { mintActor, systemActor } from '#lib/domain/access/actor.ts';
import { programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import { screenApplication } from '#lib/features/application/screening.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { closeDatabase, database, openDatabase } from '#lib/server/db/client.ts';
import { shareEmbeddedDatabase } from '#lib/server/db/embedded.ts';
import { postEntry } from '#lib/server/db/ledger.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import { enqueue } from '#lib/server/jobs/queue.ts';
import { AWARENESS_CONTENT } from '../prisma/seed/definitions/awareness.ts';

const { values } = parseArgs({
	options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '5' } }
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const CONNECTIONS = 8;
const APPLICATIONS = 20_000;

const INSERT = {
	name: 'insert',
	text: `insert into bench_row (id, application_id, outcome, findings, note, screened_by_id, screened_at)
	       values ($1, $2, 'ineligible', $3, $4, $5, now())`
};
const FINDINGS = AWARENESS_CONTENT.eligibility.map(({ key }, index) => ({
	criterionKey: key,
	finding: index === 0 ? ('not_met' as const) : ('met' as const),
	note: ''
}));
const NOTE = 'The applicant is a business, which the program cannot fund.';

/** Many copies of one submitted application, each of an organization of its own. Returns their ids and the officer's. */
async function load(client: pg.Client): Promise<{ ids: string[]; officer: string }> {
	const first = async (sql: string, parameters: unknown[] = []): Promise<string> =>
		Object.values((await client.query<Record<string, string>>(sql, parameters)).rows[0] ?? {})[0] ?? '';
	const columns = async (table: string, without: string[]): Promise<string> =>
		first(
			`select string_agg(column_name, ', ') from information_schema.columns
			 where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' and not column_name = any($2)`,
			[table, without]
		);
	const organization = await columns('organization', ['id', 'legal_name', 'business_number']);
	const application = await columns('application', ['id', 'organization_id', 'reference', 'status']);
	await client.query('begin');
	await client.query("set local session_replication_role = 'replica'");
	await client.query(
		`create temporary table copied on commit preserve rows as
		 select gen_random_uuid() as id, gen_random_uuid() as organization_id, n from generate_series(1, ${APPLICATIONS}) n`
	);
	const source = await first(`select id from application where submitted_at is not null limit 1`);
	await client.query(
		`insert into organization (id, legal_name, ${organization})
		 select c.organization_id, 'Fictional organization ' || c.n, ${organization}
		 from copied c, organization o where o.id = (select organization_id from application where id = $1)`,
		[source]
	);
	await client.query(
		`insert into membership (id, organization_id, user_id, role, created_at)
		 select gen_random_uuid(), c.organization_id, m.user_id, 'owner', now() from copied c,
		   (select user_id from membership where role = 'owner' limit 1) m`
	);
	await client.query(
		`insert into application (id, organization_id, reference, status, ${application})
		 select c.id, c.organization_id, 'B-' || c.n, 'submitted', ${application}
		 from copied c, application a where a.id = $1`,
		[source]
	);
	await client.query(`create table bench_row (like screening including defaults, primary key (id))`);
	await client.query('commit');
	await client.query('analyze');
	const { rows } = await client.query<{ id: string }>('select id from copied order by n');
	return {
		ids: rows.map(({ id }) => id),
		officer: await first(`select user_id from role_assignment where role = 'program_officer' and ended_at is null`)
	};
}

/** Calls `once` over and over, CONNECTIONS at a time, for a while; returns calls per second. */
async function rate(once: (connection: number) => Promise<unknown>): Promise<number> {
	const started = performance.now();
	const until = started + SECONDS * 1000;
	const counts = await Promise.all(
		Array.from({ length: CONNECTIONS }, async (_, connection) => {
			let count = 0;
			while (performance.now() < until) {
				await once(connection);
				count += 1;
			}
			return count;
		})
	);
	return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - started) / 1000);
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
const server = await shareEmbeddedDatabase({ folder: join(folder, 'database') });
try {
	await server.admin.query('create database bench');
	const url = server.urlFor('bench');
	await migrate(url);
	await server.admin.query('alter role hearth_app login');
	const environment = {
		DATABASE_URL: url,
		DATABASE_APP_URL: server.urlFor('bench', 'hearth_app'),
		HEARTH_KEYS: JSON.stringify({
			keys: [{ id: 'bench', secret: randomBytes(32).toString('base64'), createdAt: '2026-04-01T00:00:00Z' }]
		}),
		HEARTH_FILES: join(folder, 'files'),
		HEARTH_DEMONSTRATION: 'true',
		LOG_LEVEL: 'warn'
	};
	Object.assign(process.env, environment);
	const seeded = spawnSync(process.execPath, ['prisma/seed/index.ts'], { encoding: 'utf8', env: process.env });
	if (seeded.status !== 0) throw new Error(seeded.stdout + seeded.stderr);
	const admin = new pg.Client({ connectionString: url });
	await admin.connect();
	const { ids, officer } = await load(admin);
	const clients = await Promise.all(
		Array.from({ length: CONNECTIONS }, async () => {
			const client = new pg.Client({ connectionString: url });
			await client.connect();
			return client;
		})
	);
	openDatabase(environment.DATABASE_APP_URL, { poolSize: CONNECTIONS, name: 'hearth-bench' });
	const { version } = await database().application.findFirstOrThrow({ where: { id: ids[0]! } });
	const actor = mintActor({
		kind: 'user',
		userId: officer,
		sessionId: randomUUID(),
		displayName: 'Bench Officer',
		locale: 'en',
		staffRoles: [{ role: 'program_officer', programId: null }],
		memberships: []
	});
	let turn = 0;
	const next = (): string => {
		const id = ids[turn++];
		if (id === undefined) throw new Error('the applications were used up: fewer seconds or rounds');
		return id;
	};
	const command = () =>
		screenApplication(
			actor,
			next(),
			{ version, outcome: 'ineligible', findings: FINDINGS, note: NOTE, request: '', dueOn: '' },
			systemMoment()
		);
	const insert = (connection: number) =>
		clients[connection]!.query({
			...INSERT,
			values: [randomUUID(), ids[connection]!, JSON.stringify(FINDINGS), NOTE, officer]
		});
	const { id: programId } = await database().program.findFirstOrThrow({ select: { id: true } });
	const seed = systemActor('bench');
	let turnOfYears = 0;
	const entry = () => {
		const moment = systemMoment();
		// Sixty years, so that commands do not wait for one another's balance; bench/ledger.ts has the one hot program.
		const year = 2030 + (turnOfYears++ % 60);
		return transactAs(
			seed,
			async (tx) => {
				const entryId = await postEntry(tx, moment, {
					verb: 'vote',
					debit: programAccount('voted', programId, year),
					credit: programAccount('available', programId, year),
					amount: cad(1n),
					actor: seed,
					reason: 'bench',
					subject: { type: 'program', id: programId }
				});
				await recordEvent(tx, moment, {
					name: 'budget.entered',
					actor: seed,
					subject: { type: 'program', id: programId },
					programId,
					facts: { ceiling: 'voted', source: 'main_estimates', fiscalYear: year, amountMinor: 1n }
				});
				await enqueue(tx, 'evaluate-gates', { awardId: entryId });
			},
			moment
		);
	};
	const commands = { entry, screening: command };
	for (const once of [insert, ...Object.values(commands)]) await rate(once);
	const ratios: Record<keyof typeof commands, number[]> = { entry: [], screening: [] };
	for (let round = 1; round <= ROUNDS; round++) {
		for (const name of ['entry', 'screening'] as const) {
			const plain = await rate(insert);
			const whole = await rate(commands[name]);
			ratios[name].push(whole / plain);
			console.log(
				`round ${round}: one-row insert ${plain.toFixed(0)}/s, ${name} ${whole.toFixed(0)}/s, ratio ${(whole / plain).toFixed(3)}`
			);
		}
	}
	const { rows } = await admin.query<{ events: string; jobs: string; screened: string }>(
		`select (select count(*) from audit_event where name like 'application.%' and subject_id in (select id::text from copied)) as events,
		        (select count(*) from mail_message where template = 'application-news') as jobs,
		        (select count(*) from screening where application_id in (select id from copied)) as screened`
	);
	console.log(
		JSON.stringify({ wholeCommandRatio: median(ratios.entry), screeningRatio: median(ratios.screening), ...rows[0] })
	);
	await closeDatabase();
	await Promise.all([...clients, admin].map((client) => client.end()));
} finally {
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
}
