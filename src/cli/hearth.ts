/*
 * The `hearth` command: `npm run hearth -- <command> …`, or `node src/cli/hearth.ts <command> …` where generated source is
 * there. A command is one file in `commands/`; `demo links` is found in `demo-links.ts`, or in `demo.ts` which then gets
 * ['links'].
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { completeEnvironment, isSet } from '#lib/server/config.ts';
import type { Installation } from '#lib/server/installation.ts';
import { OperatorError } from '#lib/server/operator-error.ts';

/** What every file in `commands/` exports. */
export type Command = {
	/** As typed, such as `demo links`. */
	name: string;
	/** One line for `hearth help`. */
	summary: string;
	/** `args` are the words after the name. Returns the exit code, 0 when nothing is returned. */
	run: (args: string[]) => Promise<number | void>;
};

/** Exit codes: 0 done, 1 fault, 2 infeasible (a solver's answer), 64 bad input. */
const FAULT = 1;
const BAD_INPUT = 64;

/** Commands that compute from their input alone: no database, no keys, no generated source. */
const PURE = new Set(['assign', 'allocate', 'apportion', 'reliability', 'rank', 'payments-check', 'keys-create']);

const folder = join(import.meta.dirname, 'commands');

/** Whether the command runs without database, keys and generated source. */
export function isPure(args: string[]): boolean {
	const found = find(args);
	return found === undefined || PURE.has(found.file);
}

/**
 * Runs one command and returns its exit code. Commands that are not pure get a complete environment first: the embedded
 * database is shared with a running Hearth or started for as long as the command takes.
 */
export async function runCommand(args: string[]): Promise<number> {
	const found = find(args);
	if (!found) {
		await help(args);
		return args.length === 0 || args[0] === 'help' ? 0 : BAD_INPUT;
	}
	let installation: Installation | undefined;
	try {
		// A backup is restored into an empty place: a demonstration made on the way there would stand in it.
		if (found.file === 'restore') completeEnvironment({ HEARTH_DEMONSTRATION: 'false' });
		if (!PURE.has(found.file)) installation = await prepare();
		const command = await load(found.file);
		return (await command.run(found.rest)) ?? 0;
	} catch (error) {
		console.error(error instanceof OperatorError ? error.message : error);
		return FAULT;
	} finally {
		await installation?.close();
	}
}

/** Loaded only here: commands that compute start without a database driver. */
async function prepare(): Promise<Installation> {
	const { openInstallation } = await import('#lib/server/installation.ts');
	const installation = await openInstallation(async (_step, work) => void (await work()));
	if (!isSet('ORIGIN') && !isSet('PORT')) {
		const origin = await installation.servedAt();
		if (origin !== null) completeEnvironment({ ORIGIN: origin });
	}
	return installation;
}

function find(args: string[]): { file: string; rest: string[] } | undefined {
	const words = args.slice(0, 2).filter((word) => /^[a-z][a-z-]*$/.test(word));
	for (let count = words.length; count > 0; count -= 1) {
		const file = words.slice(0, count).join('-');
		if (existsSync(join(folder, `${file}.ts`))) return { file, rest: args.slice(count) };
	}
	return undefined;
}

async function load(file: string): Promise<Command> {
	return (await import(pathToFileURL(join(folder, `${file}.ts`)).href)) as Command;
}

async function help(args: string[]): Promise<void> {
	const isAsked = args.length === 0 || args[0] === 'help';
	const say = isAsked ? console.log : console.error;
	if (!isAsked) say(`There is no command "${args.join(' ')}".\n`);
	say('npm run hearth -- <command>\n');
	for (const file of readdirSync(folder).sort()) {
		if (!/^[a-z-]+\.ts$/.test(file)) continue;
		const { name, summary } = await load(file.slice(0, -'.ts'.length));
		say(`  ${name.padEnd(26)}${summary}`);
	}
}

if (import.meta.main) process.exit(await runCommand(process.argv.slice(2)));
