import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from './generated/client.ts';
import { OpeningClient } from './opening.ts';
import { preparedName } from './prepared.ts';

export type DatabaseOptions = {
	/** Connections of this process at most. */
	poolSize?: number;
	/** How long a request waits for a connection before it is told that the database is busy. */
	waitMillis?: number;
	/** How long a statement waits for a row that another transaction holds. */
	lockWaitMillis?: number;
	/** How long one statement may run. */
	statementMillis?: number;
	/** Shown in pg_stat_activity. */
	name?: string;
	/** Take this role after connecting. A fallback for an owner's URL: RESET ROLE would undo it, so doctor warns. */
	role?: string;
	/** Called when an idle connection breaks; the pool replaces it by itself. */
	onConnectionError?: (error: Error) => void;
};

/** A statement could not be served in time: every connection is in use, or a row stayed locked. The door answers 503. */
export class DatabaseBusy extends Error {
	readonly reason: BusyReason;

	constructor(reason: BusyReason, cause: unknown) {
		super(`the database is busy (${reason})`, { cause });
		this.name = 'DatabaseBusy';
		this.reason = reason;
	}
}

export type BusyReason = 'pool' | 'lock' | 'statement' | 'connection' | 'conflict';

/** A password's hash is read only where a query asks for it by name. */
type Omitted = { user: { passwordHash: true } };

/** The client as this project uses it. */
export type Client = PrismaClient<never, Omitted>;

type Opened = { client: Client; pool: pg.Pool };

// Kept on globalThis, because the development server reloads modules and must not open a second pool at each change.
const slot = Symbol.for('hearth.database');
const holder = globalThis as unknown as Record<symbol, Opened | undefined>;

/** Opens the process-wide database. A second call with one open is a mistake and throws. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Client {
	if (holder[slot]) throw new Error('the database of this process is already open');
	const opened = connect(url, options);
	holder[slot] = opened;
	return opened.client;
}

/** The process-wide client. Use it for reads that need no transaction; writes go through `transact`. */
export function database(): Client {
	return opened().client;
}

/** The pool under the client, for the few libraries that want node-postgres itself (throttling, jobs, LISTEN). */
export function databasePool(): pg.Pool {
	return opened().pool;
}

/** Whether `openDatabase` was called in this process. */
export function isDatabaseOpen(): boolean {
	return holder[slot] !== undefined;
}

const closing = new Set<() => Promise<void>>();

/** Has `act` done, once, before the database of this process closes: for what keeps connections of its own. */
export function onDatabaseClose(act: () => Promise<void>): void {
	closing.add(act);
}

/** Waits for queries under way and closes every connection. Nothing happens when none is open. */
export async function closeDatabase(): Promise<void> {
	const acts = [...closing];
	closing.clear();
	for (const act of acts) await act();
	const current = holder[slot];
	holder[slot] = undefined;
	if (!current) return;
	await current.client.$disconnect();
	await current.pool.end();
}

function opened(): Opened {
	const current = holder[slot];
	if (!current) throw new Error('the database of this process is not open; call openDatabase first');
	return current;
}

function connect(url: string, options: DatabaseOptions): Opened {
	const waitMillis = options.waitMillis ?? 5_000;
	const pool = new pg.Pool({
		Client: OpeningClient,
		connectionString: url,
		max: options.poolSize ?? 10,
		connectionTimeoutMillis: waitMillis,
		idleTimeoutMillis: 30_000,
		statement_timeout: options.statementMillis ?? 15_000,
		lock_timeout: options.lockWaitMillis ?? 5_000,
		idle_in_transaction_session_timeout: 30_000,
		application_name: options.name ?? 'hearth',
		...(options.role === undefined ? {} : { options: `-c role=${options.role}` })
	});
	pool.on('error', (error) => options.onConnectionError?.(error));
	const client = new PrismaClient({
		adapter: new PrismaPg(pool, { statementNameGenerator: preparedName }),
		// Prisma's own limit for the start of a transaction lies above the pool's, so that the pool's clearer error wins.
		transactionOptions: { maxWait: waitMillis + 500, timeout: 20_000 },
		omit: { user: { passwordHash: true } }
	});
	return { client, pool };
}

/**
 * What the database said, whichever of Prisma's wrappings it came in. `constraint` is the name of the CHECK, key or wall
 * that refused: the names are the contract between the database and the commands.
 */
export type DatabaseRefusal = { sqlState?: string; constraint?: string; message: string };

/**
 * Reads SQLSTATE, constraint and message out of an error thrown by Prisma, its driver adapter (errors at COMMIT arrive
 * without a Prisma code) or node-postgres. Undefined when the error does not come from the database.
 */
export function databaseRefusalOf(error: unknown): DatabaseRefusal | undefined {
	if (!(error instanceof Error)) return undefined;
	if (error instanceof pg.DatabaseError) {
		return refusal(error.code, error.constraint, error.message);
	}
	if (error instanceof Prisma.PrismaClientKnownRequestError) {
		const adapterError = asRecord(error.meta?.['driverAdapterError']);
		const cause = asRecord(adapterError?.['cause']);
		return fromCause(cause, error.message);
	}
	const cause = asRecord((error as { cause?: unknown }).cause);
	return error.name === 'DriverAdapterError' ? fromCause(cause, error.message) : undefined;
}

/** The `DatabaseBusy` that this error means, or undefined when it means something else. */
export function busyFrom(error: unknown): DatabaseBusy | undefined {
	if (error instanceof DatabaseBusy) return error;
	if (!(error instanceof Error)) return undefined;
	const sqlState = databaseRefusalOf(error)?.sqlState;
	if (sqlState === '55P03') return new DatabaseBusy('lock', error);
	if (sqlState === '57014') return new DatabaseBusy('statement', error);
	if (sqlState === '40001' || sqlState === '40P01') return new DatabaseBusy('conflict', error);
	if (sqlState === '53300' || sqlState === '57P01' || sqlState === '57P03')
		return new DatabaseBusy('connection', error);
	const texts = `${error.message} ${asRecord(error.cause)?.['message'] ?? ''}`;
	if (/timeout exceeded when trying to connect|Unable to start a transaction in the given time/.test(texts)) {
		return new DatabaseBusy('pool', error);
	}
	const code = (error as { code?: unknown }).code;
	if (code === 'P1001' || code === 'P1002' || code === 'P1008' || code === 'P1017' || code === 'ECONNREFUSED') {
		return new DatabaseBusy('connection', error);
	}
	return undefined;
}

function fromCause(cause: Record<string, unknown> | undefined, fallback: string): DatabaseRefusal | undefined {
	if (!cause) return undefined;
	const constraint = asRecord(cause['constraint']);
	const fields = constraint?.['fields'];
	const name = constraint?.['index'] ?? (Array.isArray(fields) ? fields.join(',') : undefined);
	const message = cause['originalMessage'] ?? cause['message'];
	return refusal(cause['originalCode'] ?? cause['code'], name, typeof message === 'string' ? message : fallback);
}

function refusal(sqlState: unknown, constraint: unknown, message: string): DatabaseRefusal {
	// The adapter keeps the constraint's name for some kinds of violation only; the message always has it. The refusals
	// of our own triggers and functions (HR…) begin with their name and a colon.
	const named = /constraint "([^"]+)"/.exec(message)?.[1] ?? /^([a-z][a-z0-9_]+): /.exec(message)?.[1];
	const name = typeof constraint === 'string' ? constraint : named;
	return {
		message,
		...(typeof sqlState === 'string' ? { sqlState } : {}),
		...(name === undefined ? {} : { constraint: name })
	};
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
