import { z } from 'zod';
import { authorize } from '#lib/domain/access/access.ts';
import { systemActor, type Actor } from '#lib/domain/access/actor.ts';
import { verifyTrail, type TrailFault, type TrailReport } from '#lib/server/audit/verify.ts';
import { systemMoment, type Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { database } from '#lib/server/db/client.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { readAs, type Tx } from '#lib/server/db/transact.ts';
import { findingsOf, type Broken, type Check } from './checks.server.ts';
import { findingSchema, type Finding } from './findings.server.ts';
import { LEDGER_CHECKS } from './ledger-checks.server.ts';
import { anchorFindings, fileFindings, sealFindings } from './outside-checks.server.ts';
import { PEOPLE_CHECKS } from './people-checks.server.ts';
import { STATUS_CHECKS } from './status-checks.server.ts';
import { WALL_CHECKS } from './wall-checks.server.ts';

/** Every rule that is one question to the database. */
export const CHECKS = [...LEDGER_CHECKS, ...PEOPLE_CHECKS, ...STATUS_CHECKS, ...WALL_CHECKS];

/** An event may stay out of the chain this long before somebody should look. */
const UNSEALED_MILLIS = 5 * 60_000;

export type DoctorOptions = {
	/** How the trail is verified; in its own thread where others wait for this process. */
	verify?: typeof verifyTrail;
	/** Heads kept outside, which the chain must pass through. */
	anchors?: readonly { sealNumber: number; headHash: string }[];
};

/**
 * Checks the whole database: money, people, statuses, walls, files, seals and the trail. It reads only. An answer without faults is
 * clean; warnings ask somebody to look.
 */
export async function runDoctor(moment: Moment = systemMoment(), options: DoctorOptions = {}): Promise<Finding[]> {
	const findings = await readAs(
		systemActor('doctor'),
		async (tx) => {
			const found: Finding[] = [];
			for (const check of CHECKS) found.push(...(await runCheck(tx, check, moment)));
			found.push(...(await zoneFindings(tx, moment)));
			found.push(...(await fileFindings(tx)), ...(await sealFindings(tx)), ...(await anchorFindings(tx, moment)));
			return found;
		},
		{ random: moment.random, timeoutMillis: 600_000 }
	);
	const { databaseAppUrl, databaseRole } = loadConfig();
	const report = await (options.verify ?? verifyTrail)({
		url: databaseAppUrl,
		role: databaseRole,
		now: moment.now.getTime(),
		anchors: options.anchors ?? []
	});
	return [...findings, ...trailFindings(report, moment)];
}

const kept = z.object({ findings: z.array(findingSchema) });

/** What the nightly look found last, faults first, and when; null where it has not looked yet. */
export async function lastExamination(viewer: Actor): Promise<{ at: Date; findings: Finding[] } | null> {
	authorize(viewer, 'job.view');
	const row = await database().setting.findUnique({ where: { name: 'doctor' } });
	if (!row) return null;
	const { findings } = kept.parse(row.value);
	return { at: row.updatedAt, findings: findings.sort((a, b) => a.severity.localeCompare(b.severity)) };
}

async function runCheck(tx: Tx, check: Check, moment: Moment): Promise<Finding[]> {
	const texts = check.sql.split('{now}');
	const statement = new Prisma.Sql(texts, Array<Date>(texts.length - 1).fill(moment.now));
	return findingsOf(check, await tx.$queryRaw<Broken[]>(statement));
}

/** Deadlines computed under another edition of the time zone data may fall at another instant under this one. */
async function zoneFindings(tx: Tx, moment: Moment): Promise<Finding[]> {
	const edition = process.versions['tz'] ?? 'unknown';
	const opportunities = await tx.opportunity.findMany({
		where: { closesAt: { gt: moment.now }, status: { in: ['draft', 'published'] }, tzVersion: { not: edition } },
		select: { id: true, tzVersion: true }
	});
	return opportunities.map(({ id, tzVersion }) => ({
		severity: 'warning',
		check: 'opportunity.zone',
		subject: `opportunity ${id}`,
		facts: `${tzVersion}, ${edition}`,
		sentence: `its deadline was computed with time zone data ${tzVersion}, this process has ${edition}`
	}));
}

function trailFindings(report: TrailReport, moment: Moment): Finding[] {
	const findings = report.faults.map((fault): Finding => ({
		severity: 'fault',
		check: `trail.${fault.fault}`,
		subject: placeOf(fault),
		sentence: 'the trail does not verify here'
	}));
	const oldest = report.oldestUnsealedAt;
	if (oldest !== null && moment.now.getTime() - Date.parse(oldest) > UNSEALED_MILLIS) {
		findings.push({
			severity: 'warning',
			check: 'trail.unsealed',
			facts: `${report.unsealedEvents}, ${oldest}`,
			sentence: `${report.unsealedEvents} events are not sealed, the oldest of ${oldest}; is the worker running?`
		});
	}
	return findings;
}

function placeOf({ sealNumber, eventId }: TrailFault): string {
	const parts = [
		eventId === undefined ? [] : `audit_event ${eventId}`,
		sealNumber === undefined ? [] : `seal ${sealNumber}`
	];
	return parts.flat().join(', ');
}
