import { pino, type Logger } from 'pino';
import { loadConfig } from '#lib/server/config.ts';

/*
 * The structured log: one JSON line an event on standard output. It names requests, routes, statuses, durations and
 * codes. It never holds a person's data, an address of a machine, a path with an id in it, or a query string: the log
 * leaves this house more easily than the database does (safeguard B5).
 */

let logger: Logger | undefined;

/** The log of this process. */
export function log(): Logger {
	logger ??= makeLog(loadConfig().logLevel);
	return logger;
}

/** A log writing to `destination` (standard output when left out); errors are reduced to what is safe to keep. */
export function makeLog(level: string, destination?: { write(line: string): void }): Logger {
	const options = {
		level,
		base: undefined,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (label: string) => ({ level: label }) },
		serializers: { err: describeError }
	};
	return destination ? pino(options, destination) : pino(options);
}

/** What of an error may be logged. `stack` holds the places in our code, without the message that precedes them. */
export type LoggedError = { name: string; code?: string; stack: string[]; cause?: LoggedError };

/**
 * Reduces an error to its kind and the places it passed. The message is left out on purpose: a database driver puts
 * the offending value into it, and that value may be a person's.
 */
export function describeError(error: unknown, depth = 0): LoggedError {
	if (!(error instanceof Error)) return { name: typeof error, stack: [] };
	const code = (error as { code?: unknown }).code;
	const stack = (error.stack ?? '')
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.slice(0, 12)
		.map((line) => line.trim());
	return {
		name: error.name,
		stack,
		...(typeof code === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(code) ? { code } : {}),
		...(error.cause instanceof Error && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {})
	};
}
