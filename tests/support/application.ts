/*
 * The built application with its worker, on a fresh database and a free port: what end-to-end tests talk to. Run through
 * `hearth serve`, so that the supervisor is tried as well.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTestDatabase, type TestDatabase, type TestServer } from './database.ts';
import { environmentFor, temporaryFolder } from './environment.ts';

const root = join(import.meta.dirname, '../..');
const READY_MILLIS = 60_000;

export type Application = {
	/** `http://localhost:PORT`, without a slash at the end. */
	baseUrl: string;
	database: TestDatabase;
	/** The environment it runs in, for commands of the command line. */
	environment: Record<string, string>;
	/** Everything that web and worker wrote so far. */
	output: () => string;
	/** Runs `hearth …` against it and returns what it printed. Throws with the output when it fails. */
	hearth: (...args: string[]) => string;
	stop: () => Promise<void>;
};

export type ApplicationOptions = {
	/** Start with the demonstration's people and stories instead of an empty database. */
	demonstration?: boolean;
	environment?: Record<string, string>;
	/** Where its database is made; in tests the server of the run. */
	server?: TestServer;
};

/** The lines of a log that tell of a fault: what nobody foresaw, or what could not be done. */
export function faultsIn(output: string): string[] {
	return output.split('\n').filter((line) => /"level":"(?:error|fatal)"/.test(line));
}

/** The server of the test run. Asked for late, so that scripts can start the application without a test runner. */
async function serverOfTheRun(): Promise<TestServer> {
	const { inject } = await import('vitest');
	return inject('testServer');
}

/** Starts it and waits until it says that it is ready. */
export async function startApplication(options: ApplicationOptions = {}): Promise<Application> {
	if (!existsSync(join(root, 'build/index.js'))) throw new Error('There is no build to test: run `npm run build`.');
	const server = options.server ?? (await serverOfTheRun());
	const filesFolder = temporaryFolder();
	const database = await (options.demonstration ? copyDemonstration(server, filesFolder) : makeTestDatabase(server));
	const port = await freePort();
	const baseUrl = `http://localhost:${port}`;
	const environment = {
		...environmentFor(database, filesFolder),
		PORT: String(port),
		HOST: '127.0.0.1',
		ORIGIN: baseUrl,
		...options.environment
	};
	const child = spawn(process.execPath, ['src/cli/hearth.ts', 'serve'], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: { ...process.env, ...environment }
	});
	let output = '';
	child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
	child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
	const stop = async (): Promise<void> => {
		if (child.exitCode === null && child.signalCode === null) {
			child.kill('SIGTERM');
			await once(child, 'exit');
		}
		const diagnosis = spawnSync(process.execPath, ['src/cli/hearth.ts', 'doctor'], {
			cwd: root,
			encoding: 'utf8',
			env: { ...process.env, ...environment }
		});
		await database.drop();
		rmSync(filesFolder, { recursive: true, force: true });
		if (diagnosis.status !== 0)
			throw new Error(`After this file, doctor is not content:\n${diagnosis.stdout}${diagnosis.stderr}`);
	};
	try {
		await untilReady(baseUrl, () => child.exitCode !== null);
	} catch (error) {
		await stop().catch(() => {}); // what kept it from starting says more than what that left behind
		throw new Error(`The application did not start: ${(error as Error).message}\n${output}`, { cause: error });
	}
	const hearth = (...args: string[]): string => runHearth(args, environment);
	return { baseUrl, database, environment, output: () => output, hearth, stop };
}

function runHearth(args: string[], environment: Record<string, string>): string {
	const result = spawnSync(process.execPath, ['src/cli/hearth.ts', ...args], {
		cwd: root,
		encoding: 'utf8',
		env: { ...process.env, ...environment }
	});
	if (result.status !== 0) throw new Error(`hearth ${args.join(' ')} failed\n${result.stdout}${result.stderr}`);
	return result.stdout;
}

async function untilReady(baseUrl: string, hasEnded: () => boolean): Promise<void> {
	const deadline = performance.now() + READY_MILLIS;
	let said = 'no answer';
	while (performance.now() < deadline) {
		if (hasEnded()) throw new Error('it ended at once');
		try {
			const response = await fetch(`${baseUrl}/api/health`, { signal: AbortSignal.timeout(5_000) });
			if (response.ok) return;
			said = `${response.status} ${await response.text()}`;
		} catch (error) {
			said = (error as Error).message;
		}
		await sleep(100);
	}
	throw new Error(`it was not ready within ${READY_MILLIS / 1000} s (${said})`);
}

type Demonstration = { database: TestDatabase; filesFolder: string };
let demonstration: Promise<Demonstration> | undefined;

/** The seed takes seconds and is the same each time: it runs once a file, and each application gets a copy. */
async function copyDemonstration(server: TestServer, filesFolder: string): Promise<TestDatabase> {
	const seeded = await (demonstration ??= seedDemonstration(server));
	const template = new URL(seeded.database.ownerUrl).pathname.slice(1);
	cpSync(seeded.filesFolder, filesFolder, { recursive: true });
	return makeTestDatabase({ ...server, template });
}

async function seedDemonstration(server: TestServer): Promise<Demonstration> {
	const database = await makeTestDatabase(server);
	const filesFolder = temporaryFolder();
	const result = spawnSync(process.execPath, ['prisma/seed/index.ts'], {
		cwd: root,
		encoding: 'utf8',
		env: { ...process.env, ...environmentFor(database, filesFolder) }
	});
	if (result.status !== 0) throw new Error(`The demonstration could not be seeded.\n${result.stdout}${result.stderr}`);
	return { database, filesFolder };
}

function freePort(): Promise<number> {
	return new Promise((found, failed) => {
		const probe = createServer();
		probe.once('error', failed);
		probe.listen(0, '127.0.0.1', () => {
			const { port } = probe.address() as AddressInfo;
			probe.close(() => found(port));
		});
	});
}
