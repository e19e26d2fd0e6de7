import { demonstrationLinks } from '#lib/features/identity/demonstration.server.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { closeDatabase, openDatabase } from '#lib/server/db/client.ts';
import { OperatorError } from '#lib/server/operator-error.ts';

export const name = 'demo links';
export const summary = 'prints a fresh one-time sign-in link per person of the demonstration';

export async function run(): Promise<number> {
	const config = loadConfig();
	if (!config.isDemonstration) {
		throw new OperatorError(
			'This is no demonstration (HEARTH_DEMONSTRATION is not true): links go by mail, to their owners.'
		);
	}
	openDatabase(config.databaseAppUrl, {
		name: 'hearth: demonstration links',
		poolSize: 2,
		...(config.databaseRole === null ? {} : { role: config.databaseRole })
	});
	try {
		const links = await demonstrationLinks(systemMoment());
		if (links === null)
			throw new OperatorError('This database was not made by the demonstration seed, so it has no links to give.');
		const width = Math.max(...links.map(({ label }) => label.length)) + 2;
		for (const { label, link } of links) console.log(`${label.padEnd(width)}${link}`);
		return 0;
	} finally {
		await closeDatabase();
	}
}
