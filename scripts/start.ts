/*
 * `npm start`: from a clean clone to a running Hearth. Generates, builds, brings up the embedded database (or uses
 * DATABASE_URL), migrates, seeds a demonstration once, then supervises the web server and the worker until it is told to
 * stop, and stops what it started.
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSet, loadConfig, refuseBadVariables, type Config } from '#lib/server/config.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { openInstallation, type Installation } from '#lib/server/installation.ts';
import { OperatorError } from '#lib/server/operator-error.ts';
import { childrenOf, supervise, type Supervision } from '#lib/server/processes.ts';
import { build } from './build.ts';
import { generate } from './generate.ts';
import { main, onStopRequest, runNode } from './processes.ts';
import { showProgress } from './progress.ts';

const READY_MILLIS = 60_000;

await main(async () => {
	console.log('Hearth');
	// What is wrong with the environment is said now, not after the build.
	if (isSet('DATABASE_URL')) loadConfig();
	else refuseBadVariables();
	await refuseTakenPort();
	await showProgress('Generated source', generate);
	await showProgress('Build', build);

	const opening = openInstallation(showProgress);
	const running: { children?: Supervision } = {};
	let isStopping = false;
	const stop = async (): Promise<void> => {
		isStopping = true;
		console.log('\nStopping …');
		await running.children?.stop();
		await opening.then(({ close }) => close()).catch(() => {}); // where opening failed, it closed what it had opened
		process.exit();
	};
	onStopRequest(stop, () => running.children?.kill());

	const installation = await opening;
	const config = loadConfig();
	if (!installation.isEmbedded) {
		await showProgress('Migrations', async () => `${(await migrate(config.databaseUrl)).length} applied`);
	}
	const children = (running.children = supervise(config));
	const broken = Promise.race([children.failed, installation.lost]);
	try {
		if (childrenOf(config.role).includes('web')) {
			await Promise.race([showProgress('Web and worker', () => untilReady(config)), broken]);
			await installation.announce(config.origin);
			const links = await linksOf(config);
			if (!isStopping) greet(config, installation, links);
		}
		await broken;
	} catch (error) {
		console.error(`\n${(error as Error).message}`);
		process.exitCode = 1;
		await stop();
	}
});

/** Said before the long steps, not after them. */
async function refuseTakenPort(): Promise<void> {
	const port = Number(process.env['PORT'] || 3000);
	const host = process.env['HOST'] || '127.0.0.1';
	await new Promise<void>((free, taken) => {
		const probe = createServer();
		probe.once('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EADDRINUSE') return free(); // the configuration is checked later, in its own words
			taken(
				new OperatorError(
					`Port ${port} is taken, perhaps by a Hearth that is already running. Set PORT to another one.`
				)
			);
		});
		probe.listen(port, host, () => probe.close(() => free()));
	});
}

async function untilReady(config: Config): Promise<string> {
	const address = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${config.port}/api/health`;
	const deadline = performance.now() + READY_MILLIS;
	let said = 'no answer';
	while (performance.now() < deadline) {
		try {
			const response = await fetch(address, { signal: AbortSignal.timeout(5_000) });
			if (response.ok) return 'ready';
			said = `${response.status} ${await response.text()}`;
		} catch (error) {
			said = (error as Error).message;
		}
		await sleep(100);
	}
	throw new OperatorError(`The web server did not become ready within ${READY_MILLIS / 1000} s (${said}).`);
}

/** The printed sign-in links of a demonstration, or what keeps it from giving any; nothing where real people work. */
async function linksOf(config: Config): Promise<string> {
	if (!config.isDemonstration) return '';
	const { ok, output } = await runNode(['src/cli/hearth.ts', 'demo', 'links']);
	const advice = 'Each works once, for 15 minutes. Fresh ones: npm run hearth -- demo links';
	return ok ? `\n${output.trim()}\n\n${advice}\n` : `\n${output.trim()}\n`;
}

function greet(config: Config, installation: Installation, links: string): void {
	console.log(`\nHearth is at ${config.origin}\n${links}`);
	if (installation.isEmbedded && config.keys.file !== null) {
		console.log(`The encryption key is ${config.keys.file}.`);
		console.log('Keep a copy apart from the backups of the database: without it, what is sealed cannot be read.\n');
	}
	console.log('Ctrl-C stops everything.');
}
