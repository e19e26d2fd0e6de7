import pg from 'pg';
import { loadConfig } from '#lib/server/config.ts';
import { migrate } from '#lib/server/db/migrate.ts';

export const name = 'migrate';
export const summary = 'bring the database of DATABASE_URL up to date and grant the runtime role its rights';

/** Applies what is missing. The grants are repeated each time, for a role that was made after the migrations. */
export async function run(): Promise<number> {
	const { databaseUrl } = loadConfig();
	const applied = await migrate(databaseUrl);
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	try {
		await client.query('select grant_runtime_role()');
	} finally {
		await client.end();
	}
	console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}.`);
	return 0;
}
