/** Shows steps as lines with their time: `  Build              built   31.2 s`. */
import type { Progress } from '#lib/server/installation.ts';

const NAME_WIDTH = 18;
const isTerminal = Boolean(process.stdout.isTTY);

/** Runs a step; in a terminal it is announced while it runs, elsewhere a line appears when it takes long. */
export const showProgress: Progress = async (step, work) => {
	const begun = performance.now();
	const name = `  ${step.padEnd(NAME_WIDTH)}`;
	const announce = () => process.stdout.write(isTerminal ? `${name}…` : `${name}…\n`);
	const patience = setTimeout(announce, isTerminal ? 0 : 5_000);
	try {
		const said = await work();
		process.stdout.write(`${isTerminal ? '\r' : ''}${name}${said.padEnd(24)}${seconds(begun).padStart(8)}\n`);
	} catch (error) {
		process.stdout.write(`${isTerminal ? '\r' : ''}${name}failed\n`);
		throw error;
	} finally {
		clearTimeout(patience);
	}
};

/** The same for commands whose standard output belongs to the caller: silent. */
export const silentProgress: Progress = async (_step, work) => {
	await work();
};

export function seconds(begun: number): string {
	return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}
