import { systemActor } from '#lib/domain/access/actor.ts';
import { verifyTrail, type TrailFault, type TrailReport } from '#lib/server/audit/verify.ts';
import { systemMoment, type Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { readAs, type Tx } from '#lib/server/db/transact.ts';
import type { Check } from './checks.server.ts';
import type { Finding } from './findings.server.ts';
import { LEDGER_CHECKS } from './ledger-checks.server.ts';
import { PEOPLE_CHECKS } from './people-checks.server.ts';
import { STATUS_CHECKS } from './status-checks.server.ts';
import { WALL_CHECKS } from './wall-checks.server.ts';

const CHECKS = [...LEDGER_CHECKS, ...PEOPLE_CHECKS, ...STATUS_CHECKS, ...WALL_CHECKS];

/** Rows named for one broken rule; the rest are counted. */
const ROWS_NAMED = 20;

/** An event may stay out of the chain this long before somebody should look. */
const UNSEALED_MILLIS = 5 * 60_000;

export type DoctorOptions = {
	/** How the trail is verified; in its own thread where others wait for this process. */
	verify?: typeof verifyTrail;
	/** Heads kept outside, which the chain must pass through. */
	anchors?: readonly { sealNumber: number; headHash: string }[];
};

/**
 * Checks the whole database: money, people, statuses, walls and the trail. It reads only. An answer without faults is
 * clean; warnings ask somebody to look.
 */
export async function runDoctor(moment: Moment = systemMoment(), options: DoctorOptions = {}): Promise<Finding[]> {
	const findings = await readAs(
		systemActor('doctor'),
		async (tx) => {
			const found: Finding[] = [];
			for (const check of CHECKS) found.push(...(await runCheck(tx, check, moment)));
			found.push(...(await zoneFindings(tx, moment)));
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

async function runCheck(tx: Tx, check: Check, moment: Moment): Promise<Finding[]> {
	const texts = check.sql.split('{now}');
	const statement = new Prisma.Sql(texts, Array<Date>(texts.length - 1).fill(moment.now));
	const rows = await tx.$queryRaw<{ subject: string; facts: string }[]>(statement);
	const severity = check.severity ?? 'fault';
	const named = rows.slice(0, ROWS_NAMED).map(({ subject, facts }): Finding => {
		const sentence = facts === '' ? check.says : `${check.says}: ${facts}`;
		return { severity, check: check.check, subject, sentence };
	});
	const more = rows.length - named.length;
	return more > 0 ? [...named, { severity, check: check.check, sentence: `${check.says}: ${more} more` }] : named;
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
