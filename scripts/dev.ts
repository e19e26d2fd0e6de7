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
	const follow = ['--import', `${root}/src/lib/server/follow-parent.ts`];
	const vite = [
		...follow,
		binary('vite', 'bin/vite.js'),
		'dev',
		'--port',
		String(port),
		'--strictPort',
		'--host',
		host
	];
	const worker = [...follow, '--watch', '--watch-preserve-output', 'src/worker/main.ts'];
	await installation.announce(origin);
	regenerateMessages();
	const children = [start(vite, { HEARTH_ROLE: 'web', ORIGIN: origin }), start(worker, { HEARTH_ROLE: 'worker' })];
	const stop = async (): Promise<void> => {
		for (const child of children) child.kill('SIGTERM');
		await Promise.all(children.map(ended));
		await installation.close();
		process.exit();
	};
	onStopRequest(stop, () => children.forEach((child) => child.kill('SIGKILL')));
	await Promise.race([...children.map(ended), installation.lost.catch((error: Error) => console.error(error.message))]);
	process.exitCode = 1;
	await stop();
});

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
	return spawn(process.execPath, args, {
		cwd: root,
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		detached: true,
		env: { ...process.env, NODE_ENV: 'development', ...env }
	});
}

async function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
