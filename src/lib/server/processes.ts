/*
 * The supervisor of HEARTH_ROLE: one child that answers people, one that does the jobs, or one of each. A child that ends
 * is started again, unless it ends at once: then something is wrong that a restart does not mend.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentWith, type Config } from './config.ts';
import { OperatorError } from './operator-error.ts';

/** A child that ends sooner than this after its start is broken rather than unlucky. */
const EARLY_MILLIS = 10_000;
const RESTART_MILLIS = 1_000;

export type ChildRole = 'web' | 'worker';

export type Supervision = {
	/** Rejects when a child cannot be kept running; never resolves. */
	failed: Promise<never>;
	/** Asks the children to finish what they do, ends those that do not within the configured time, and waits. */
	stop: () => Promise<void>;
	/** Ends the children at once. */
	kill: () => void;
};

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The children that a role stands for. */
export function childrenOf(role: Config['role']): ChildRole[] {
	return role === 'all' ? ['web', 'worker'] : [role];
}

/** Starts the children of the configured role. `variables` complete the environment of this process. */
export function supervise(config: Config, variables: Record<string, string> = {}): Supervision {
	const running = new Map<ChildRole, ChildProcess>();
	let stopping: Promise<void> | undefined;
	let fail: (error: Error) => void;
	const failed = new Promise<never>((_, reject) => (fail = reject));
	failed.catch(() => {}); // whoever supervises without listening still sees the child's own output

	const start = (role: ChildRole): void => {
		const begun = performance.now();
		const child = spawn(process.execPath, ['--import', `${root}src/lib/server/follow-parent.ts`, entryOf(role)], {
			cwd: root,
			// Its own process group: Ctrl-C in the terminal reaches the supervisor alone, which stops things in order.
			detached: true,
			stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
			env: environmentWith({ ...variables, ...environmentOf(role, config) })
		});
		running.set(role, child);
		child.once('exit', (code, signal) => {
			running.delete(role);
			if (stopping) return;
			if (performance.now() - begun < EARLY_MILLIS) {
				fail(new OperatorError(`The ${role} process ended right after its start (${signal ?? `exit code ${code}`}).`));
				return;
			}
			setTimeout(() => {
				if (!stopping) start(role);
			}, RESTART_MILLIS);
		});
	};
	for (const role of childrenOf(config.role)) start(role);

	const kill = (): void => {
		for (const child of running.values()) child.kill('SIGKILL');
	};
	const stop = async (): Promise<void> => {
		const children = [...running.values()];
		const patience = setTimeout(kill, (config.shutdownSeconds + 5) * 1000);
		await Promise.all(children.map(ended));
		clearTimeout(patience);
	};
	return { failed, kill, stop: () => (stopping ??= stop()) };
}

function ended(child: ChildProcess): Promise<void> {
	return new Promise((resolve) => {
		if (child.exitCode !== null || child.signalCode !== null) return resolve();
		child.once('exit', () => resolve());
		child.kill('SIGTERM');
	});
}

function entryOf(role: ChildRole): string {
	return role === 'web' ? `${root}build/index.js` : `${root}src/worker/main.ts`;
}

/** What the web server reads for itself, from the values that were checked. */
function environmentOf(role: ChildRole, config: Config): Record<string, string> {
	const common = { HEARTH_ROLE: role, NODE_ENV: 'production', SHUTDOWN_TIMEOUT: String(config.shutdownSeconds) };
	if (role === 'worker') return common;
	return {
		...common,
		PORT: String(config.port),
		HOST: config.host,
		ORIGIN: config.origin,
		BODY_SIZE_LIMIT: String(config.bodyLimitBytes),
		...(config.addressHeader === null ? {} : { ADDRESS_HEADER: config.addressHeader }),
		...(config.proxyDepth === null ? {} : { XFF_DEPTH: String(config.proxyDepth) })
	};
}
