/*
 * The embedded PostgreSQL and who shares it.
 *
 * Several processes share one server: each holds a connection with a shared advisory lock, and whoever can take that lock
 * alone is the last one and stops the server. PostgreSQL itself counts, so a process killed with -9 is never counted, and
 * no lock file can be left behind.
 */
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedDatabaseUnavailable } from './embedded-programs.ts';
import {
	addressOf,
	launch,
	logFileOf,
	portOfRunningServer,
	postmasterFile,
	shutDown,
	STOP_MILLIS
} from './embedded-server.ts';

/** The advisory lock that users of a server share. Any fixed number does, as long as nobody else takes it. */
const USERS_LOCK = 4_673_278_401;
/** Longer than crash recovery of a demonstration takes; a server that is not there by then will not come. */
const START_MILLIS = 60_000;
const OTHERS_MILLIS = 1_000;

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
		await admin.query('select pg_advisory_unlock_all()').catch(() => {}); // the server may be gone already
		const isStopped = await stopAsLastUser(folder, admin);
		if (!isStopped || !throwaway) return;
		rmSync(folder, { recursive: true, force: true });
		rmSync(logFileOf(folder), { force: true });
	} finally {
		await admin.end().catch(() => {});
	}
}

/**
 * Whoever gets the lock alone is the last user. It is held until the server is gone, so that nobody joins meanwhile. The
 * short wait is for users that were killed a moment ago: their sessions end only when the server notices.
 */
async function stopAsLastUser(folder: string, admin: pg.Client): Promise<boolean> {
	const pid = postmasterFile(folder)?.pid;
	try {
		await admin.query(`set lock_timeout = ${OTHERS_MILLIS}`);
		await admin.query('select pg_advisory_lock($1)', [USERS_LOCK]);
	} catch (error) {
		// 55P03: others use it. Anything else: another last user was faster, and the server went away under us.
		return (error as { code?: string }).code !== '55P03';
	}
	if (pid !== undefined) await shutDown(folder, pid);
	return true;
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
