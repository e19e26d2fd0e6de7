import { parseArgs } from 'node:util';
import { systemActor } from '#lib/domain/access/actor.ts';
import { createAdministrator } from '#lib/features/identity/users.server.ts';
import { inviteUserSchema } from '#lib/features/identity/schema.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { closeDatabase, openDatabase } from '#lib/server/db/client.ts';
import { Refusal } from '#lib/domain/problem.ts';
import { problemText } from '#lib/i18n/problem-text.ts';

export const name = 'user create-administrator';
export const summary = '--email ADDRESS --name NAME [--language fr]: invites an administrator and prints the link';

/** The way into a new installation, and back into one where nobody can sign in. The link works once, for 7 days. */
export async function run(args: string[]): Promise<number> {
	const { values } = parseArgs({
		args,
		options: { email: { type: 'string' }, name: { type: 'string' }, language: { type: 'string', default: 'en' } }
	});
	const input = inviteUserSchema
		.omit({ roles: true })
		.safeParse({ email: values.email ?? '', displayName: values.name ?? '', locale: values.language });
	if (!input.success) {
		console.error('Say who: npm run hearth -- user create-administrator --email name@example.org --name "First Last"');
		return 64;
	}
	const config = loadConfig();
	openDatabase(config.databaseAppUrl, {
		name: 'hearth: makes an administrator',
		poolSize: 2,
		...(config.databaseRole === null ? {} : { role: config.databaseRole })
	});
	try {
		const link = await createAdministrator(systemActor('command line'), input.data, systemMoment());
		console.log(`Give this link to ${input.data.displayName}. It works once, for 7 days:\n${link}`);
		return 0;
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		console.error(problemText(error.problem, 'en'));
		return 1;
	} finally {
		await closeDatabase();
	}
}
