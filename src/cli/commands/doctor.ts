import { faultsOf } from '#lib/features/doctor/findings.server.ts';
import { runDoctor } from '#lib/features/doctor/queries.server.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { closeDatabase, openDatabase } from '#lib/server/db/client.ts';

export const name = 'doctor [--json]';
export const summary = 'check the whole database: money, signatures, statuses, walls, trail';

/** Prints what it finds; exit code 1 when a promise of Hearth is broken, 0 otherwise (warnings included). */
export async function run(args: string[]): Promise<number> {
	const { databaseAppUrl, databaseRole } = loadConfig();
	openDatabase(databaseAppUrl, {
		name: 'hearth: doctor',
		poolSize: 2,
		statementMillis: 600_000,
		...(databaseRole === null ? {} : { role: databaseRole })
	});
	try {
		const findings = await runDoctor(systemMoment());
		const faults = faultsOf(findings);
		if (args.includes('--json')) {
			console.log(JSON.stringify({ clean: faults.length === 0, findings }, null, '\t'));
		} else {
			for (const { severity, check, subject, sentence } of findings) {
				console.log(`${severity.padEnd(8)}${check.padEnd(28)}${subject ? `${subject}: ` : ''}${sentence}`);
			}
			console.log(faults.length === 0 ? 'Doctor finds no fault.' : `Doctor finds ${faults.length} faults.`);
		}
		return faults.length === 0 ? 0 : 1;
	} finally {
		await closeDatabase();
	}
}
