import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { shareEmbeddedDatabase, stopUnusedServer } from '#lib/server/db/embedded.ts';
import { temporaryFolder } from '#tests/support/environment.ts';

// Several servers start here, and on a busy machine each takes seconds.
vi.setConfig({ testTimeout: 120_000 });

const fresh = temporaryFolder();
let parent: string;
let folder: string;

// Making a database takes a second or more, copying one a tenth of that.
beforeAll(async () => {
	await (await shareEmbeddedDatabase({ folder: join(fresh, 'database') })).stop();
});

afterAll(() => rmSync(fresh, { recursive: true, force: true }));

beforeEach(() => {
	parent = temporaryFolder();
	folder = join(parent, 'database');
	cpSync(join(fresh, 'database'), folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
});

afterEach(async () => {
	await stopUnusedServer(folder);
	rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
});

type User = { process: ChildProcess; reused: boolean; url: string };

/** Another process that uses the server, as `npm start` and `npm run dev` do side by side. */
async function anotherUser(): Promise<User> {
	const child = spawn(
		process.execPath,
		[join(import.meta.dirname, '../../support/uses-embedded-database.ts'), folder],
		{
			stdio: ['pipe', 'pipe', 'inherit']
		}
	);
	const [line] = (await once(child.stdout, 'data')) as [Buffer];
	return { process: child, ...(JSON.parse(line.toString()) as Omit<User, 'process'>) };
}

async function leave(user: User): Promise<void> {
	user.process.stdin?.end();
	await once(user.process, 'exit');
}

async function kill(user: User): Promise<void> {
	user.process.kill('SIGKILL');
	await once(user.process, 'exit');
}

async function answers(url: string): Promise<boolean> {
	const client = new pg.Client({ connectionString: url });
	client.on('error', () => {});
	try {
		await client.connect();
		await client.query('select 1');
		return true;
	} catch {
		return false;
	} finally {
		await client.end().catch(() => {});
	}
}

test('what was written is there after a stop and a start', async () => {
	const first = await shareEmbeddedDatabase({ folder });
	await first.admin.query('create table kept as select 42 as answer');
	await first.stop();
	const second = await shareEmbeddedDatabase({ folder });
	expect((await second.admin.query('select answer from kept')).rows).toEqual([{ answer: 42 }]);
	await second.stop();
});

test('the second user shares the server, and only the last one to leave stops it', async () => {
	const first = await anotherUser();
	const second = await anotherUser();
	expect([first.reused, second.reused]).toEqual([false, true]);
	expect(second.url).toBe(first.url);
	await leave(first); // the one that had started it
	expect(await answers(second.url)).toBe(true);
	await leave(second);
	expect(await answers(second.url)).toBe(false);
	expect(existsSync(join(folder, 'postmaster.pid'))).toBe(false);
});

test('users who start at the same time on a new folder end up with one server', async () => {
	rmSync(folder, { recursive: true });
	const users = await Promise.all([anotherUser(), anotherUser(), anotherUser()]);
	expect(new Set(users.map(({ url }) => url)).size).toBe(1);
	await Promise.all(users.map(leave));
	expect(existsSync(join(folder, 'postmaster.pid'))).toBe(false);
});

test('a server left behind by kill -9 is joined, and stopped by the next user that leaves', async () => {
	const killed = await anotherUser();
	await kill(killed);
	const next = await shareEmbeddedDatabase({ folder });
	expect(next.reused).toBe(true);
	expect(next.urlFor('postgres')).toBe(killed.url);
	await next.stop();
	expect(await answers(killed.url)).toBe(false);
});

test('a user killed with -9 is not counted: the one that remains is the last', async () => {
	const killed = await anotherUser();
	const remaining = await anotherUser();
	await kill(killed);
	await leave(remaining);
	expect(await answers(remaining.url)).toBe(false);
});

test('a left-over pid file whose number belongs to another process now does not block the start', async () => {
	const first = await shareEmbeddedDatabase({ folder });
	const pidFile = join(folder, 'postmaster.pid');
	const lines = readFileSync(pidFile, 'utf8').split('\n');
	await first.stop();
	lines[0] = String(process.pid); // alive, and no PostgreSQL
	writeFileSync(pidFile, lines.join('\n'));
	const second = await shareEmbeddedDatabase({ folder });
	expect(second.reused).toBe(false);
	await second.stop();
});

test('a left-over pid file that leads to the server of another folder is not believed', async () => {
	const otherFolder = join(parent, 'other');
	cpSync(folder, otherFolder, { recursive: true });
	const other = await shareEmbeddedDatabase({ folder: otherFolder });
	const mine = await shareEmbeddedDatabase({ folder });
	await mine.stop();
	// As after a crash: our file stands, and number and port have meanwhile gone to the other server.
	const lines = readFileSync(join(otherFolder, 'postmaster.pid'), 'utf8').split('\n');
	lines[1] = folder;
	writeFileSync(join(folder, 'postmaster.pid'), lines.join('\n'));
	const again = await shareEmbeddedDatabase({ folder });
	expect(again.reused).toBe(false);
	expect(again.urlFor('postgres')).not.toBe(other.urlFor('postgres'));
	await again.stop();
	await other.stop();
});

test('a pid file cut short by a full disk does not block the start', async () => {
	await (await shareEmbeddedDatabase({ folder })).stop();
	writeFileSync(join(folder, 'postmaster.pid'), '');
	const again = await shareEmbeddedDatabase({ folder });
	expect(again.reused).toBe(false);
	await again.stop();
});
