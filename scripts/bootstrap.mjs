/*
 * The door of every npm script: `node scripts/bootstrap.mjs <task> [arguments]`.
 *
 * It runs before anything is installed, under whichever Node the machine has (20.19 or newer), so it is plain JavaScript
 * without dependencies. It installs what is missing, then runs scripts/<task>.ts under the Node 24 that came with the
 * dependencies.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...taskArguments] = process.argv.slice(2);

const OLDEST_FOR_INSTALLING = [20, 19];
/** From here on Node runs TypeScript as it is. */
const OLDEST_FOR_RUNNING = [22, 18];

if (!task || !existsSync(join(root, 'scripts', `${task}.ts`))) stop(`There is no task "${task ?? ''}".`);
if (!isAtLeast(process.versions.node, OLDEST_FOR_INSTALLING)) {
	stop(`Hearth needs Node ${OLDEST_FOR_INSTALLING.join('.')} or newer; this is ${process.versions.node}.`);
}
installWhatIsMissing();
run(findNode());

/** @param {string} sentence @returns {never} */
function stop(sentence) {
	console.error(sentence);
	process.exit(1);
}

/** @param {string} version @param {number[]} least */
function isAtLeast(version, least) {
	const parts = version.replace(/^v/, '').split('.').map(Number);
	return parts[0] > least[0] || (parts[0] === least[0] && parts[1] >= least[1]);
}

/**
 * Compares the lockfile with npm's own account of what it installed, so an install made by hand counts too. Development
 * dependencies are part of it whatever NODE_ENV says: the first start builds.
 */
function installWhatIsMissing() {
	const missing = reasonToInstall();
	if (!missing) return;
	const begun = performance.now();
	process.stderr.write(`Installing dependencies (${missing}) …\n`);
	const command = existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install';
	// Node's deprecation and engine warnings of the first install concern the Node we are about to leave.
	const options = [command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
	const npm = process.env.npm_execpath;
	const result =
		npm && /\.[cm]?js$/.test(npm)
			? spawnSync(process.execPath, [npm, ...options], { cwd: root, stdio: ['ignore', 2, 2] })
			: spawnSync('npm', options, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
	if (result.status !== 0) stop('The dependencies could not be installed; npm says why above.');
	process.stderr.write(`Dependencies installed in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
}

/** @returns {string | undefined} */
function reasonToInstall() {
	const wanted = packagesIn('package-lock.json');
	if (!wanted) return existsSync(join(root, 'node_modules')) ? undefined : 'none are here yet';
	const installed = packagesIn('node_modules/.package-lock.json');
	if (!installed) return 'none are here yet';
	for (const [path, entry] of Object.entries(wanted)) {
		if (path === '') continue;
		const found = installed[path];
		if (found ? found.version !== entry.version : !entry.optional)
			return `${path.replace(/^.*node_modules\//, '')} changed`;
	}
	return undefined;
}

/** @param {string} path @returns {Record<string, { version?: string, optional?: boolean }> | undefined} */
function packagesIn(path) {
	try {
		return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
	} catch {
		return undefined;
	}
}

/** The Node that came with the dependencies; where none exists for this platform, the machine's own if it is new enough. */
function findNode() {
	const isWindows = process.platform === 'win32';
	const brought = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
	const path = join(root, 'node_modules', brought, 'bin', isWindows ? 'node.exe' : 'node');
	if (existsSync(path)) return path;
	if (isAtLeast(process.versions.node, OLDEST_FOR_RUNNING)) return process.execPath;
	return stop(
		`No Node 24 comes with the dependencies for ${process.platform} on ${process.arch}, and this is Node ` +
			`${process.versions.node}. Install Node 24 (${OLDEST_FOR_RUNNING.join('.')} is the oldest that works) and run this again.`
	);
}

/**
 * Runs the task and hands on signals and its exit code. The channel tells the task when this process dies; and when npm,
 * which started this process, is killed, nobody would hand on Ctrl-C any more, so the task is asked to stop.
 *
 * @param {string} node
 */
function run(node) {
	// Tests set their own environment; everything else takes the operator's `.env`, under what the environment says.
	const file = join(root, '.env');
	const options = task !== 'test' && existsSync(file) ? [`--env-file=${file}`] : [];
	const child = spawn(node, [...options, join(root, 'scripts', `${task}.ts`), ...taskArguments], {
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		env: { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) }
	});
	for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
		process.on(signal, () => child.kill(signal));
	if (process.env.npm_lifecycle_event) {
		const starters = startersOfThis();
		setInterval(() => {
			if (startersOfThis() !== starters) child.kill('SIGTERM');
		}, 1000).unref();
	}
	child.on('error', (error) => stop(error.message));
	child.on('exit', (code, signal) => {
		process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1));
	});
}

/** The process that started this one, and on Linux the one above it: npm puts a shell between itself and a script. */
function startersOfThis() {
	try {
		const [, above] = /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${process.ppid}/stat`, 'utf8')) ?? [];
		return `${process.ppid} ${above}`;
	} catch {
		return String(process.ppid);
	}
}
