/*
 * `npm run dev`: the development server with hot reload, and the worker restarted when its sources change, on the same
 * embedded database as `npm start`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '#lib/server/config.ts';
import { openInstallation } from '#lib/server/installation.ts';
import { generate } from './generate.ts';
import { binary, main, onStopRequest, root, runNode } from './processes.ts';
import { showProgress } from './progress.ts';

await main(async () => {
	console.log('Hearth, for development');
	await showProgress('Generated source', generate);
	const installation = await openInstallation(showProgress);
	const { port, host, origin } = loadConfig();
	const vite = [binary('vite', 'bin/vite.js'), 'dev', '--port', String(port), '--strictPort', '--host', host];
	const web = start(vite, { HEARTH_ROLE: 'web', ORIGIN: origin });
	const worker = restartedOnChange(() => start(['src/worker/main.ts'], { HEARTH_ROLE: 'worker' }));
	await installation.announce(origin);
	regenerateMessages();
	const stop = async (): Promise<void> => {
		web.kill('SIGTERM');
		await Promise.all([ended(web), worker.stop()]);
		await installation.close();
		process.exit();
	};
	onStopRequest(stop, () => {
		web.kill('SIGKILL');
		worker.kill();
	});
	await Promise.race([ended(web), installation.lost.catch((error: Error) => console.error(error.message))]);
	process.exitCode = 1;
	await stop();
});

/**
 * A child that is started again when a source changes, also after it ended by itself. Node's own --watch puts a process
 * in between that outlives us after a kill -9.
 */
function restartedOnChange(begin: () => ChildProcess): { stop: () => Promise<void>; kill: () => void } {
	let child = begin();
	let due: NodeJS.Timeout | undefined;
	const restart = async (): Promise<void> => {
		child.kill('SIGTERM');
		await ended(child);
		child = begin();
	};
	const watcher = watch(join(root, 'src'), { recursive: true }, (_event, file) => {
		if (!file?.endsWith('.ts') || file.endsWith('.test.ts') || file.startsWith('routes')) return;
		clearTimeout(due);
		due = setTimeout(() => void restart(), 300);
	});
	return {
		stop: async () => {
			watcher.close();
			clearTimeout(due);
			child.kill('SIGTERM');
			await ended(child);
		},
		kill: () => child.kill('SIGKILL')
	};
}

/** Catalogs are compiled, so a changed text shows up only after the generator ran. */
function regenerateMessages(): void {
	let due: NodeJS.Timeout | undefined;
	watch(join(root, 'src/lib/i18n/messages'), () => {
		clearTimeout(due);
		due = setTimeout(async () => {
			const { ok, output } = await runNode(['scripts/messages.ts']);
			if (!ok) console.error(output.trim());
		}, 100);
	});
}

function start(args: string[], env: Record<string, string>): ChildProcess {
	return spawn(process.execPath, ['--import', `${root}/src/lib/server/follow-parent.ts`, ...args], {
		cwd: root,
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		detached: true,
		env: { ...process.env, NODE_ENV: 'development', ...env }
	});
}

async function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
