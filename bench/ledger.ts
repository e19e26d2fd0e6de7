/**
 * How much the ledger costs: `post_entry` against a one-row insert of the same columns, both straight from node-postgres,
 * 8 connections, fsync on, 5,000 accounts. Rounds alternate in one run, so that both meet the same machine; the figure is
 * the median of the rounds' ratios. Then one hot program: every connection posts against the same two balances.
 *
 *     node bench/ledger.ts [--seconds 5] [--rounds 5]
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { shareEmbeddedDatabase } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';

const { values } = parseArgs({
	options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '5' } }
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const CONNECTIONS = 8;
const AWARDS = 1_250; // four accounts each below: 5,000

type Account = { id: bigint; kind: string };

async function prepare(client: pg.Client): Promise<{ pairs: [string, string][]; hot: [string, string] }> {
	const [strategy, program] = [randomUUID(), randomUUID()];
	// The generator of a bench may load in bulk; what it measures goes through the front door. Foreign keys and checks of
	// the award's story are beside the point here, so they rest while the accounts are made.
	await client.query('begin');
	await client.query("set local session_replication_role = 'replica'");
	await client.query(
		`insert into ledger_account (kind, program_id, award_id, fiscal_year, currency)
		 select k.kind, $1::uuid, a.id, 2026, 'CAD' from (select gen_random_uuid() as id from generate_series(1, $2)) a,
		        (values ('committed'), ('held_back'), ('advanced'), ('paid')) k(kind)`,
		[program, AWARDS]
	);
	await client.query(
		`insert into ledger_account (kind, program_id, award_id, fiscal_year, currency)
		 values ('voted', $1, null, 2026, 'CAD'), ('available', $1, null, 2026, 'CAD')`,
		[program]
	);
	await client.query(
		`insert into ledger_balance (account_id, kind, balance_minor)
		 select a.id, a.kind, case a.kind when 'committed' then 1000000000000 when 'voted' then -1000000000000 else 0 end from ledger_account a
		 on conflict (account_id) do update set balance_minor = excluded.balance_minor`
	);
	await client.query(
		`create table bench_row (like ledger_entry including defaults including generated including identity, primary key (id))`
	);
	await client.query('commit');
	await client.query('analyze');
	void strategy;
	const { rows } = await client.query<Account & { award: string | null }>(
		'select id::text as id, kind, award_id as award from ledger_account order by award_id, kind'
	);
	const byAward = new Map<string, Map<string, string>>();
	for (const row of rows) {
		const key = row.award ?? 'program';
		if (!byAward.has(key)) byAward.set(key, new Map());
		byAward.get(key)!.set(row.kind, String(row.id));
	}
	const program_ = byAward.get('program')!;
	byAward.delete('program');
	return {
		pairs: [...byAward.values()].map((kinds) => [kinds.get('committed')!, kinds.get('paid')!]),
		hot: [program_.get('voted')!, program_.get('available')!]
	};
}

const POST = {
	name: 'post',
	text: `select post_entry($1, $1, $2, $3, $4, $5, 'CAD', null, now(), null, null, 'bench', 'award', 'bench', null)`
};
const INSERT = {
	name: 'insert',
	text: `insert into bench_row (id, operation_id, verb, debit_account_id, credit_account_id, amount_minor, currency, cost_category, occurred_at,
	         actor_user_id, delegation_id, reason, subject_type, subject_id, reverses_id)
	       values ($1, $1, $2, $3, $4, $5, 'CAD', null, now(), null, null, 'bench', 'award', 'bench', null)`
};

/** Runs one statement over and over on every connection for a while; returns executions per second. */
async function rate(
	clients: pg.Client[],
	statement: { name: string; text: string },
	verb: string,
	pick: () => [string, string]
): Promise<number> {
	const until = performance.now() + SECONDS * 1000;
	const started = performance.now();
	const counts = await Promise.all(
		clients.map(async (client) => {
			let count = 0;
			while (performance.now() < until) {
				const [debit, credit] = pick();
				await client.query({ ...statement, values: [randomUUID(), verb, debit, credit, '1'] });
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
	const admin = new pg.Client({ connectionString: url });
	await admin.connect();
	const { pairs, hot } = await prepare(admin);
	const clients = await Promise.all(
		Array.from({ length: CONNECTIONS }, async () => {
			const client = new pg.Client({ connectionString: url });
			await client.connect();
			return client;
		})
	);
	let turn = 0;
	const spread = () => pairs[(turn = (turn + 7919) % pairs.length)]!;
	const ratios: number[] = [];
	await rate(clients, POST, 'disburse', spread); // warm
	for (let round = 0; round < ROUNDS; round++) {
		const insert = await rate(clients, INSERT, 'disburse', spread);
		const post = await rate(clients, POST, 'disburse', spread);
		ratios.push(post / insert);
		console.log(
			`round ${round + 1}: one-row insert ${insert.toFixed(0)}/s, post_entry ${post.toFixed(0)}/s, ratio ${(post / insert).toFixed(3)}`
		);
	}
	const hotRatios: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const alone = await rate(clients.slice(0, 1), POST, 'vote', () => hot);
		const crowded = await rate(clients, POST, 'vote', () => hot);
		hotRatios.push(crowded / alone);
		console.log(
			`hot program, round ${round + 1}: 1 connection ${alone.toFixed(0)}/s, ${CONNECTIONS} connections ${crowded.toFixed(0)}/s, ratio ${(crowded / alone).toFixed(3)}`
		);
	}
	const { rows } = await admin.query<{ drift: string }>(
		`select count(*) as drift from ledger_balance b join ledger_account a on a.id = b.account_id where b.balance_minor <>
		   (case a.kind when 'committed' then 1000000000000 when 'voted' then -1000000000000 else 0 end)
		   + coalesce((select sum(amount_minor) from ledger_entry where credit_account_id = b.account_id), 0)
		   - coalesce((select sum(amount_minor) from ledger_entry where debit_account_id = b.account_id), 0)`
	);
	console.log(
		JSON.stringify({
			postEntryRatio: median(ratios),
			hotProgramRatio: median(hotRatios),
			accountsThatDrifted: Number(rows[0]!.drift)
		})
	);
	await Promise.all([...clients, admin].map((client) => client.end()));
} finally {
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
}
