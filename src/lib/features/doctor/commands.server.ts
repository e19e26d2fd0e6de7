import { systemActor } from '#lib/domain/access/actor.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { verifyTrailInThread } from '#lib/server/audit/verify.ts';
import type { Moment } from '#lib/server/clock.ts';
import { transact } from '#lib/server/db/transact.ts';
import { faultsOf, type Finding } from './findings.server.ts';
import { runDoctor } from './queries.server.ts';

/** The nightly look at the whole database; its answer is kept for the administrator, and the trail says that it ran. */
export async function examine(moment: Moment, signal?: AbortSignal): Promise<Finding[]> {
	const findings = await runDoctor(moment, { verify: (input) => verifyTrailInThread(input, signal) });
	await transact(async (tx) => {
		const value = { findings };
		await tx.setting.upsert({
			where: { name: 'doctor' },
			create: { name: 'doctor', value, updatedAt: moment.now },
			update: { value, updatedAt: moment.now }
		});
		await recordEvent(tx, moment, {
			name: 'doctor.ran',
			actor: systemActor('examine-database'),
			subject: { type: 'installation', id: 'database' },
			facts: { problemCount: faultsOf(findings).length }
		});
	}, moment);
	return findings;
}
