/** Child processes of the repository's tools: run to the end with captured output, or until told to stop. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { OperatorError } from '#lib/server/operator-error.ts';

export const root = join(import.meta.dirname, '..');

export type Outcome = { ok: boolean; output: string };

export type RunOptions = { env?: Record<string, string> };

/** Runs Node on a file of the repository or of a package and captures what it says, in the order it says it. */
export function runNode(args: string[], { env = {} }: RunOptions = {}): Promise<Outcome> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, args, {
			cwd: root,
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }), ...env }
		});
		let output = '';
		child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
		child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
		child.once('error', reject);
		child.once('close', (code) => resolve({ ok: code === 0, output }));
	});
}

/** The file that a package's command runs, so that no shell and no PATH are involved. */
export function binary(packageName: string, file: string): string {
	return join(root, 'node_modules', packageName, file);
}

/** Runs the body of a script. A refusal meant for the operator is printed in its own words. */
export async function main(body: () => Promise<void>): Promise<void> {
	try {
		await body();
	} catch (error) {
		console.error(error instanceof OperatorError ? `\n${error.message.trim()}\n` : error);
		process.exitCode = 1;
	}
}

/** Calls `stop` once, at the first of: a signal, or the death of the process that started this one. A second signal ends at once. */
export function onStopRequest(stop: () => Promise<void>, kill: () => void = () => {}): void {
	let askedAt: number | undefined;
	const ask = (): void => {
		if (askedAt === undefined) {
			askedAt = performance.now();
			void stop();
		} else if (performance.now() - askedAt > 1000) {
			// Within a second it is the same Ctrl-C, which terminal and npm both hand on.
			kill();
			process.exit(130);
		}
	};
	process.on('SIGINT', ask);
	process.on('SIGTERM', ask);
	process.on('SIGHUP', ask);
	if (process.channel) {
		process.once('disconnect', ask);
		process.channel.unref();
	}
}
