/*
 * The whole-database checker runs after every integration and end-to-end file: whatever a test did through the product,
 * money, people, statuses and trail must still agree.
 */
import { faultsOf } from '#lib/features/doctor/findings.server.ts';
import { runDoctor } from '#lib/features/doctor/queries.server.ts';

const unchecked = new Map<string, string>();

/**
 * Said by a file that breaks a promise on purpose, or by a world that builds rows by hand instead of by commands. Only the
 * named checks are left out ('*' for all), so say which, and why.
 */
export function leavesUnchecked(checks: readonly string[], why: string): void {
	for (const check of checks) unchecked.set(check, why);
}

/** The files of one worker share its modules: what one left unchecked is checked again in the next. */
export function checkEverything(): void {
	unchecked.clear();
}

/** Throws with every fault that doctor finds in the open database, but for the checks that the file left out. */
export async function demandHealth(): Promise<void> {
	if (unchecked.has('*')) return;
	const faults = faultsOf(await runDoctor()).filter(({ check }) => !unchecked.has(check));
	if (faults.length === 0) return;
	const lines = faults.map(({ check, subject, sentence }) => `  ${check}: ${subject ? `${subject}: ` : ''}${sentence}`);
	throw new Error(`After this file, doctor finds ${faults.length} faults in its database:\n${lines.join('\n')}`);
}
