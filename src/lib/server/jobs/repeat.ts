import { log } from '#lib/server/log/log.ts';

/** A short act done again and again, too often for a schedule of the queue. It must be safe to run in two processes. */
export type Repeated = { name: string; everyMillis: number; act: () => Promise<void> };

/** Starts the acts; each waits its pause after it ended, so that it never runs beside itself in one process. */
export function startRepeating(repeated: readonly Repeated[]): { stop: () => Promise<void> } {
	let stopped = false;
	const timers = new Map<string, NodeJS.Timeout>();
	const running = new Set<Promise<void>>();

	const once = async ({ name, act }: Repeated): Promise<void> => {
		try {
			await act();
		} catch (error) {
			log().error({ repeated: name, err: error }, 'repeated act failed');
		}
	};
	const plan = (one: Repeated, millis: number): void => {
		if (stopped) return;
		timers.set(
			one.name,
			setTimeout(() => {
				const run = once(one).finally(() => {
					running.delete(run);
					plan(one, one.everyMillis);
				});
				running.add(run);
			}, millis)
		);
	};
	for (const one of repeated) plan(one, 0);
	return {
		async stop() {
			stopped = true;
			for (const timer of timers.values()) clearTimeout(timer);
			await Promise.all(running);
		}
	};
}
