/*
 * One server of the embedded PostgreSQL: is one running on a data folder, start one, stop it. Who shares it is counted in
 * embedded.ts.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
	chmodSync,
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { binaries, EmbeddedDatabaseUnavailable, isWindows, runnerFor, type Runner } from './embedded-programs.ts';

/** Longer than a stop takes that has much to write. */
export const STOP_MILLIS = 30_000;
/** A starting server writes its pid file at once after making it. One that stays empty was cut short by a crash. */
const EMPTY_FILE_MILLIS = 1_000;
/** No process has this number: the kernel's limit lies below. */
const NO_PROCESS = 2_147_483_647;

/** The address of one database of the server at this port. Trust authentication, on the loopback only. */
export function addressOf(port: number, database: string, role = 'postgres'): string {
	return `postgresql://${role}@127.0.0.1:${port}/${database}`;
}

type PostmasterFile = { pid: number; port: number };

export function postmasterFile(folder: string): PostmasterFile | undefined {
	let text: string;
	try {
		text = readFileSync(join(folder, 'postmaster.pid'), 'utf8');
	} catch {
		return undefined;
	}
	const lines = text.split('\n');
	return { pid: Number(lines[0]), port: Number(lines[3] ?? 0) };
}

/**
 * The port of the server that runs on this folder, or undefined when none does. The pid file alone proves nothing: after
 * a crash the number may belong to any other process. Only a connection that names our data folder does.
 */
export async function portOfRunningServer(folder: string, deadline: number): Promise<number | undefined> {
	const begun = performance.now();
	for (;;) {
		const file = postmasterFile(folder);
		if (!file) return undefined;
		if (!(file.pid > 0) && performance.now() - begun > EMPTY_FILE_MILLIS) {
			disown(folder);
			return undefined;
		}
		const answer = file.port > 0 ? await dataFolderAt(file.port) : 'nobody';
		if (answer === realpathSync(folder)) return file.port;
		if (file.pid > 0 && !isAlive(file.pid)) return undefined; // PostgreSQL itself removes the file of a dead server
		if (file.pid > 0 && looksLikePostgres(file.pid, folder) === false) {
			disown(folder);
			return undefined;
		}
		if (performance.now() > deadline) {
			throw new EmbeddedDatabaseUnavailable(
				`process ${file.pid} holds ${folder} but does not answer. Stop that process, or delete ` +
					`${join(folder, 'postmaster.pid')} if it is not a PostgreSQL server, and start again.`
			);
		}
		await sleep(50); // starting, recovering or stopping
	}
}

/** What the server at this port says its data folder is; 'starting' while it refuses, 'nobody' where nothing answers. */
async function dataFolderAt(port: number): Promise<string> {
	const client = new pg.Client({ connectionString: addressOf(port, 'postgres'), connectionTimeoutMillis: 2_000 });
	client.on('error', () => {});
	try {
		await client.connect();
		const { rows } = await client.query<{ data_directory: string }>('show data_directory');
		const shown = rows[0]?.data_directory ?? '';
		return existsSync(shown) ? realpathSync(shown) : shown;
	} catch (error) {
		return (error as { code?: string }).code === '57P03' ? 'starting' : 'nobody';
	} finally {
		await client.end().catch(() => {});
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Whether the process is a PostgreSQL server of this folder; undefined where the system does not tell. */
function looksLikePostgres(pid: number, folder: string): boolean | undefined {
	if (isWindows) return undefined;
	let command: string;
	try {
		command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
	} catch {
		const listed = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
		if (listed.status !== 0) return undefined;
		command = listed.stdout;
	}
	return command.includes('postgres') && command.includes(folder);
}

/**
 * Makes a left-over pid file name no process at all. Deleting it would be shorter, but the file also names the shared
 * memory, and that is how a starting server notices children of a killed one that still write.
 */
function disown(folder: string): void {
	const path = join(folder, 'postmaster.pid');
	const lines = readFileSync(path, 'utf8').split('\n');
	lines[0] = String(NO_PROCESS);
	writeFileSync(path, `${lines.join('\n').trimEnd()}\n`);
}

/** Starts a server and waits until it answers; returns its port. */
export async function launch(folder: string, throwaway: boolean, deadline: number): Promise<number> {
	const runner = runnerFor(folder);
	if (!existsSync(join(folder, 'PG_VERSION'))) initialize(folder, throwaway, runner);
	refuseOtherVersion(folder, runner);
	runner.own(folder);
	chmodSync(folder, 0o700); // a folder copied back from a backup may be open to others, which the server refuses
	const port = await freePort();
	const settings = {
		listen_addresses: '127.0.0.1',
		unix_socket_directories: '',
		timezone: 'UTC',
		log_timezone: 'UTC',
		...(throwaway && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' })
	};
	const log = openSync(logFileOf(folder), 'w');
	const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const server = runner.spawn('postgres', ['-D', folder, '-p', String(port), ...args], log);
	closeSync(log);
	// The server must not keep this process alive; it is stopped by `stop`, or by the next process that is its last user.
	server.unref();
	let ended = false;
	server.once('exit', () => (ended = true));
	server.once('error', () => (ended = true));
	while ((await dataFolderAt(port)) !== realpathSync(folder)) {
		if (ended) throw new Error(lastLinesOf(logFileOf(folder)));
		if (performance.now() > deadline) throw new Error('it did not become ready in time');
		await sleep(20);
	}
	return port;
}

/** The folder appears whole or not at all: an interrupted initdb must not leave half a database behind. */
function initialize(folder: string, throwaway: boolean, runner: Runner): void {
	const draft = `${folder}.${randomBytes(4).toString('hex')}`;
	mkdirSync(draft, { mode: 0o700 });
	try {
		runner.own(draft);
		// Sorting and folding of names need ICU: under the C locale French sorts and folds wrongly.
		const locale = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-CA'];
		const args = ['-D', draft, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', ...locale];
		runner.run('initdb', throwaway ? [...args, '--no-sync'] : args);
		renameSync(draft, folder);
	} catch (error) {
		if (!existsSync(join(folder, 'PG_VERSION'))) throw error; // else another process was faster
	} finally {
		rmSync(draft, { recursive: true, force: true });
	}
}

function refuseOtherVersion(folder: string, runner: Runner): void {
	const kept = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
	const brought = /(\d+)\./.exec(runner.run('postgres', ['--version']))?.[1];
	if (brought === kept) return;
	throw new EmbeddedDatabaseUnavailable(
		`${folder} was made by PostgreSQL ${kept}, and this release brings PostgreSQL ${brought}. With the release that ` +
			'made it, run `npm run hearth -- backup DIR`; move the folder away; then start this release and restore.'
	);
}

export function logFileOf(folder: string): string {
	return join(dirname(folder), `${basename(folder)}.log`);
}

function lastLinesOf(file: string): string {
	return readFileSync(file, 'utf8').trim().split('\n').slice(-6).join('\n');
}

/** Not reserved: another process may take it before the server does. Then the server ends at once and we try again. */
function freePort(): Promise<number> {
	return new Promise((found, failed) => {
		const probe = createServer();
		probe.once('error', failed);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => (typeof address === 'object' && address ? found(address.port) : failed(new Error('no port'))));
		});
	});
}

/** Fast shutdown: transactions under way are rolled back, connections closed, everything written. */
export async function shutDown(folder: string, pid: number): Promise<void> {
	signal(folder, pid, 'SIGINT');
	const deadline = performance.now() + STOP_MILLIS;
	// The server removes its pid file as its last act. The process itself may linger as a zombie where nobody reaps.
	while (postmasterFile(folder)?.pid === pid) {
		if (performance.now() > deadline) {
			signal(folder, pid, 'SIGQUIT');
			return;
		}
		await sleep(20);
	}
}

function signal(folder: string, pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
	if (isWindows) {
		// Windows knows no signals; pg_ctl speaks to the server through a named pipe.
		const mode = name === 'SIGINT' ? 'fast' : 'immediate';
		spawnSync(join(binaries(), 'pg_ctl.exe'), ['stop', '-D', folder, '-m', mode, '-W']);
		return;
	}
	try {
		process.kill(pid, name);
	} catch {
		// already gone
	}
}
