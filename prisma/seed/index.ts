/*
 * The demonstration: one strategy, one program with money, its people, and a few stories at different stages, all made
 * through the commands with a clock that runs from last summer to today. Ledger and trail are therefore true.
 *
 *   node prisma/seed/index.ts      on a migrated database without people; refuses any other
 */
import { loadConfig } from '#lib/server/config.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { closeDatabase, database, openDatabase } from '#lib/server/db/client.ts';
import { OperatorError } from '#lib/server/operator-error.ts';
import { tellStories } from './story.ts';

const config = loadConfig();
openDatabase(config.databaseAppUrl, {
	name: 'hearth: demonstration',
	poolSize: 3,
	...(config.databaseRole === null ? {} : { role: config.databaseRole })
});
try {
	if ((await database().user.count()) > 0) {
		throw new OperatorError('This database has people in it already. The demonstration is made in an empty one only.');
	}
	await tellStories(systemMoment().now);
	console.log('The demonstration is ready.');
} catch (error) {
	console.error(error instanceof OperatorError ? error.message : error);
	process.exitCode = 1;
} finally {
	await closeDatabase();
}
