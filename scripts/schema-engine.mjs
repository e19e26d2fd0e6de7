#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine`, which is a download that an offline machine cannot make.
//
// The Prisma CLI speaks line-delimited JSON-RPC with that program over stdin and stdout. This file answers the same calls
// with @prisma/schema-engine-wasm (the very commit the CLI asks for) on top of @prisma/adapter-pg. prisma.config.ts points
// PRISMA_SCHEMA_ENGINE_BINARY here. It leans on an internal protocol, so every prisma package is pinned to one version and
// the "migrations in step" stage of `npm test` shows at once when that stops holding. A development tool only: the
// product itself migrates with src/lib/server/db/migrate.ts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const args = process.argv.slice(2);
const require = createRequire(import.meta.url);

/** @param {string} name */
function flag(name) {
	const at = args.indexOf(name);
	return at < 0 ? undefined : args[at + 1];
}

/** @param {string} name */
function everyFlag(name) {
	return args.flatMap((arg, at) => (arg === name ? [args[at + 1]] : []));
}

/** The CLI reads errors from stderr as JSON lines in the shape of the native program's logger. */
function logError(message, errorCode) {
	const line = {
		level: 'ERROR',
		timestamp: new Date().toISOString(),
		target: 'schema_engine::logger',
		fields: { message, error_code: errorCode }
	};
	process.stderr.write(JSON.stringify(line) + '\n');
}

if (args.includes('--version') || args[0] === 'version') {
	const manifest = new URL('package.json', pathToFileURL(require.resolve('@prisma/schema-engine-wasm')));
	const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
	console.log(`schema-engine-wasm ${version.replace(/^.*\./, '')}`);
	process.exit(0);
}

const datasource = flag('--datasource') ? JSON.parse(flag('--datasource')) : {};
const url = datasource.url || process.env.DATABASE_URL || '';

if (args.includes('cli')) await runDatabaseCommand(args[args.indexOf('cli') + 1]);

/** `schema-engine cli …`: does the database exist, make it, drop it. */
async function runDatabaseCommand(command) {
	const address = new URL(url);
	const name = decodeURIComponent(address.pathname.slice(1));
	try {
		if (command === 'can-connect-to-database') {
			const client = new pg.Client({ connectionString: url });
			await client.connect();
			await client.end();
		} else if (command === 'create-database' || command === 'drop-database') {
			address.pathname = name === 'postgres' ? '/template1' : '/postgres';
			const client = new pg.Client({ connectionString: address.href });
			await client.connect();
			const quoted = client.escapeIdentifier(name);
			await client.query(
				command === 'create-database' ? `CREATE DATABASE ${quoted}` : `DROP DATABASE ${quoted} WITH (FORCE)`
			);
			await client.end();
		} else {
			throw new Error(`unknown command ${command}`);
		}
		process.exit(0);
	} catch (error) {
		const codes = { '3D000': 'P1003', '28P01': 'P1000' };
		process.stderr.write('\n'); // the CLI drops the first line of stderr
		logError(error.message || String(error), codes[error.code] ?? 'P1001');
		process.exit(1);
	}
}

globalThis.PRISMA_WASM_PANIC_REGISTRY = {
	message: '',
	set_message(message) {
		this.message = message;
		logError(`[panic] ${message}`);
	}
};

const wasm = await import('@prisma/schema-engine-wasm/schema_engine_bg');
const binary = new URL('schema_engine_bg.wasm', pathToFileURL(require.resolve('@prisma/schema-engine-wasm')));
const { instance } = await WebAssembly.instantiate(readFileSync(binary), { './schema_engine_bg.js': wasm });
wasm.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

// The catalogue's own types ("char", name, reg*, oidvector …) are unknown to the adapter: describe them as text or text[].
const KNOWN_TYPE = { 18: 25, 2205: 25, 2206: 25, 24: 25, 4089: 25, 4096: 25, 194: 25, 22: 25, 30: 25, 1002: 1015 };

/**
 * @prisma/adapter-pg is written for queries, not for migrations. Two repairs: types of pg_catalog (above), and scripts,
 * which it splits at every semicolon (that breaks function bodies and string literals), so we send them whole.
 */
function repaired(adapter) {
	const performIO = adapter.performIO.bind(adapter);
	const queryRaw = adapter.queryRaw.bind(adapter);
	adapter.performIO = async (query) => {
		const result = await performIO(query);
		query.charColumns = (result.fields ?? []).flatMap((field, index) => (field.dataTypeID === 18 ? [index] : []));
		for (const field of result.fields ?? []) field.dataTypeID = KNOWN_TYPE[field.dataTypeID] ?? field.dataTypeID;
		return result;
	};
	adapter.queryRaw = async (query) => {
		const result = await queryRaw(query);
		for (const index of query.charColumns ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
		return result;
	};
	adapter.executeScript = async (script) => {
		try {
			await adapter.client.query(script);
		} catch (error) {
			adapter.onError(error);
		}
	};
	return adapter;
}

/** One connection per adapter: a pool may hand out another one, without the advisory lock and the search path of the first. */
class OneConnectionFactory extends PrismaPg {
	#config;

	constructor(config) {
		super(config);
		this.#config = config;
	}

	async connect() {
		return repaired(await super.connect());
	}

	async connectToShadowDb() {
		if (datasource.shadowDatabaseUrl) {
			const adapter = await new PrismaPg({ connectionString: datasource.shadowDatabaseUrl, max: 1 }).connect();
			const shadow = repaired(adapter);
			await shadow.executeScript('DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public');
			return shadow;
		}
		const admin = new pg.Client(this.#config);
		await admin.connect();
		const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
		await admin.query(`CREATE DATABASE "${name}" TEMPLATE template0`);
		const address = new URL(url);
		address.pathname = `/${name}`;
		const shadow = repaired(await new PrismaPg({ connectionString: address.href, max: 1 }).connect());
		const dispose = shadow.dispose.bind(shadow);
		shadow.dispose = async () => {
			await dispose().catch(() => {});
			await shadow.client.end().catch(() => {});
			await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
			await admin.end();
		};
		return shadow;
	}
}

const datamodels = everyFlag('--datamodels').map((file) => [file, readFileSync(file, 'utf8')]);
let engine;

async function engineOnce() {
	engine ??= await wasm.SchemaEngine.new(
		{ datamodels: datamodels.length ? datamodels : undefined },
		(line) => {
			if (process.env.DEBUG) process.stderr.write(`${line}\n`);
		},
		bindMigrationAwareSqlAdapterFactory(
			new OneConnectionFactory({ connectionString: url || 'postgresql://127.0.0.1:1/none', max: 1 })
		)
	);
	return engine;
}

/**
 * A fault of the WASM engine 7.10: these two calls fail with "shadow DB must be provided through an external factory"
 * unless a diagnosis ran first on the same instance.
 */
function afterDiagnosis(name) {
	return async (instance, params) => {
		const { migrationsList, filters } = params;
		await instance.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: true, filters });
		return instance[name](params);
	};
}

const methods = {
	evaluateDataLoss: afterDiagnosis('evaluateDataLoss'),
	createMigration: afterDiagnosis('createMigration'),
	getDatabaseVersion: (instance) => instance.version(undefined),
	diff: async (instance, params) => {
		const result = await instance.diff(params);
		if (result.stdout) await printThroughCli(result.stdout);
		return { exitCode: result.exitCode, stdout: null };
	}
};

const printing = new Map();

function send(message) {
	process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n');
}

function printThroughCli(content) {
	return new Promise((resolve) => {
		const id = `print-${printing.size + 1}`;
		printing.set(id, resolve);
		send({ id, method: 'print', params: { content } });
	});
}

/** The CLI wants its own user-facing errors as data, and any other error as a message with a (missing) backtrace. */
function describeError(error) {
	const text = error?.message ?? String(error);
	try {
		return JSON.parse(text);
	} catch {
		return error?.code
			? { is_panic: false, message: text, meta: error.meta ?? {}, error_code: error.code }
			: { is_panic: false, message: text, backtrace: null };
	}
}

let pending = 0;
let closed = false;

function exitWhenDone() {
	if (closed && pending === 0) process.exit(0);
}

const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
	if (!line.trim()) return;
	const message = JSON.parse(line);
	if (message.result !== undefined && printing.has(message.id)) {
		printing.get(message.id)();
		printing.delete(message.id);
		return;
	}
	pending++;
	try {
		const instance = await engineOnce();
		const method = methods[message.method] ?? ((target, params) => target[message.method](params));
		send({ id: message.id, result: (await method(instance, message.params)) ?? {} });
	} catch (error) {
		const data = describeError(error);
		send({ id: message.id, error: { code: 4466, message: 'An error happened. Check the data field.', data } });
	}
	pending--;
	exitWhenDone();
});
lines.on('close', () => {
	closed = true;
	exitWhenDone();
});
