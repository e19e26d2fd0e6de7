/** Steps that are done again only when what they are made from changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './processes.ts';

export type Made = {
	/** Names the stamp. */
	name: string;
	/** Files and folders that it is made from, relative to the root. Missing ones count as empty. */
	from: string[];
	/** Paths below `from` that do not count. */
	except?: RegExp;
	/** A file that is there when it has been made. */
	proof: string;
	make: () => Promise<void>;
};

/** Makes it unless it is there and up to date; says whether it was made now. */
export async function makeWhenStale(made: Made): Promise<boolean> {
	if (isFresh(made)) return false;
	return alone(made.name, async () => {
		const fingerprint = fingerprintOf(made);
		if (isFresh(made, fingerprint)) return false; // another process made it while we waited
		rmSync(stampOf(made), { force: true });
		await made.make();
		mkdirSync(dirname(stampOf(made)), { recursive: true });
		writeFileSync(stampOf(made), fingerprint);
		return true;
	});
}

function isFresh(made: Made, fingerprint = fingerprintOf(made)): boolean {
	const stamp = stampOf(made);
	return existsSync(join(root, made.proof)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint;
}

function stampOf({ name }: Made): string {
	return join(root, '.hearth', 'stamps', name);
}

function fingerprintOf({ from, except }: Made): string {
	const hash = createHash('sha256').update(process.version);
	for (const start of from) {
		for (const file of filesBelow(join(root, start))) {
			const path = relative(root, file);
			if (except?.test(path)) continue;
			hash.update(path).update('\0').update(readFileSync(file)).update('\0');
		}
	}
	return hash.digest('hex');
}

function filesBelow(start: string): string[] {
	if (!existsSync(start)) return [];
	if (!statSync(start).isDirectory()) return [start];
	return readdirSync(start, { withFileTypes: true })
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => (entry.isDirectory() ? filesBelow(join(start, entry.name)) : [join(start, entry.name)]));
}

const PATIENCE_MILLIS = 10 * 60_000;

/** Of two processes that would write the same output, the second waits. A dead one's lock is taken over. */
async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
	const lock = join(root, '.hearth', 'stamps', `${name}.lock`);
	mkdirSync(dirname(lock), { recursive: true });
	const begun = performance.now();
	for (;;) {
		try {
			writeFileSync(lock, String(process.pid), { flag: 'wx' });
			break;
		} catch {
			const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
			if (holder && (!isAlive(holder) || performance.now() - begun > PATIENCE_MILLIS)) rmSync(lock, { force: true });
			await sleep(200);
		}
	}
	try {
		return await work();
	} finally {
		rmSync(lock, { force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
