/*
 * Databases for tests: one throwaway embedded server a run, one template with every migration applied, and a copy of the
 * template for whoever asks. Copies take tens of milliseconds, so every test file starts from an empty database.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { shareEmbeddedDatabase, stopUnusedServer, type EmbeddedDatabase } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';

const root = join(import.meta.dirname, '../..');
const servers = join(root, '.hearth', 'tests');
const TEMPLATE = 'hearth_template';

/** The address of a test server and what is needed to make databases on it; plain text, so that it can be provided. */
export type TestServer = { adminUrl: string; template: string };

export type TestDatabase = {
	/** As the owner: migrations, and tests that try to get round the walls with plain SQL. */
	ownerUrl: string;
	/** As the login role hearth_app, as the product works. */
	appUrl: string;
	drop: () => Promise<void>;
};

/** Starts a throwaway server with a migrated template. Left-overs of killed runs are stopped and removed first. */
export async function startTestServer(): Promise<{ server: TestServer; stop: () => Promise<void> }> {
	await removeLeftOvers();
	const folder = join(servers, randomBytes(4).toString('hex'), 'database');
	const embedded = await shareEmbeddedDatabase({ folder, throwaway: true });
	const stop = async (): Promise<void> => {
		await embedded.stop();
		rmSync(join(folder, '..'), { recursive: true, force: true });
	};
	try {
		await makeTemplate(embedded);
	} catch (error) {
		await stop();
		throw error;
	}
	return { server: { adminUrl: embedded.urlFor('postgres'), template: TEMPLATE }, stop };
}

async function makeTemplate(embedded: EmbeddedDatabase): Promise<void> {
	await embedded.admin.query(`create database ${TEMPLATE}`);
	await migrate(embedded.urlFor(TEMPLATE), join(root, 'prisma/migrations'));
	await embedded.admin.query('alter role hearth_app login');
}

/** A fresh database with every migration and no rows. */
export async function makeTestDatabase(server: TestServer, name = randomName()): Promise<TestDatabase> {
	await asAdmin(server, async (admin) => {
		await admin.query(`drop database if exists ${name} with (force)`);
		// Copying files takes half the time of copying through the log, whose safety a throwaway server has no use for.
		await admin.query(`create database ${name} template ${server.template} strategy file_copy`);
	});
	return {
		ownerUrl: addressOf(server, name, 'postgres'),
		appUrl: addressOf(server, name, 'hearth_app'),
		drop: () =>
			asAdmin(server, async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`)))
	};
}

function randomName(): string {
	return `hearth_test_${randomBytes(6).toString('hex')}`;
}

async function asAdmin(server: TestServer, work: (admin: pg.Client) => Promise<void>): Promise<void> {
	const admin = new pg.Client({ connectionString: server.adminUrl });
	await admin.connect();
	try {
		await work(admin);
	} finally {
		await admin.end();
	}
}

function addressOf(server: TestServer, database: string, role: string): string {
	const address = new URL(server.adminUrl);
	address.pathname = `/${database}`;
	address.username = role;
	return address.href;
}

/** A run killed with -9 leaves its server running and its folder behind. Young folders may belong to a run that begins. */
async function removeLeftOvers(): Promise<void> {
	mkdirSync(servers, { recursive: true });
	for (const name of readdirSync(servers)) {
		const folder = join(servers, name);
		// A run that ends while this one begins removes its own.
		const found = statSync(folder, { throwIfNoEntry: false });
		if (!found || Date.now() - found.mtimeMs < 60_000) continue;
		const isUnused = await stopUnusedServer(join(folder, 'database')).catch(() => false);
		if (isUnused) rmSync(folder, { recursive: true, force: true });
	}
}
