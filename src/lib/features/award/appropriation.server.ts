import { authorize, programsWhere } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { awardAccount, programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import { orRefuse, refuse, Refusal, type Problem } from '#lib/domain/problem.ts';
import { fiscalYearAt } from '#lib/domain/time/zone.ts';
import { delegationFor, type ReliedDelegation } from '#lib/features/allocation/authority.server.ts';
import { figuresFor } from '#lib/features/allocation/round.server.ts';
import { refuseInterested } from '#lib/features/organization/interest.server.ts';
import type { Bilingual } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { postEntry, reverseEntry } from '#lib/server/db/ledger.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { enqueue } from '#lib/server/jobs/queue.ts';
import type { CommitReserved } from './schema.ts';

/*
 * What was reserved for a later year becomes a commitment once that year has come and Parliament has voted it (A3). It is
 * an act under s.32 and not a consequence of entering the vote: somebody states, by delegation, that the vote carries it.
 */

/** Awards that can still be paid; what others held was given back. */
const LIVE = ['offered', 'accepted', 'active'];

/** The reserved years of one program and fiscal year, with what the vote leaves for them. */
export type Appropriation = {
	programId: string;
	programName: Bilingual;
	fiscalYear: number;
	awards: { id: string; number: string; recipient: string; amountMinor: bigint }[];
	totalMinor: bigint;
	/** Voted and not committed. */
	availableMinor: bigint;
	/** How much the vote is too low; zero when it carries all of them. */
	shortMinor: bigint;
	/** The delegation that the act would rely on, or why there is none. */
	authority: ReliedDelegation | Problem;
};

/** What waits to be committed in the viewer's programs: years that have come, and the awards that hold them reserved. */
export async function appropriationsForStaff(viewer: Actor, now: Date): Promise<Appropriation[]> {
	const scope = programsWhere(viewer, 'commitment.certify');
	if (scope !== 'all' && scope.length === 0) return [];
	const tx = database();
	const programs = await tx.program.findMany({
		where: scope === 'all' ? {} : { id: { in: scope } },
		select: { id: true, nameEn: true, nameFr: true, zone: true },
		orderBy: { code: 'asc' }
	});
	const waiting: Appropriation[] = [];
	for (const program of programs) {
		const years = await reservedYears(tx, program.id, { lte: fiscalYearAt(now, program.zone) });
		for (const fiscalYear of [...new Set(years.map((year) => year.fiscalYear))].sort()) {
			const awards = years.filter((year) => year.fiscalYear === fiscalYear);
			const totalMinor = awards.reduce((total, year) => total + year.amountMinor, 0n);
			const availableMinor = await availableOf(tx, program.id, fiscalYear);
			waiting.push({
				programId: program.id,
				programName: { en: program.nameEn, fr: program.nameFr },
				fiscalYear,
				awards: awards.map((year) => ({
					id: year.award.id,
					number: year.award.number,
					recipient: year.award.organization.legalName,
					amountMinor: year.amountMinor
				})),
				totalMinor,
				availableMinor,
				shortMinor: totalMinor > availableMinor ? totalMinor - availableMinor : 0n,
				authority: await authorityFor(tx, viewer, program.id, totalMinor, now)
			});
		}
	}
	return waiting;
}

/**
 * s.32: commits what was reserved for a fiscal year against its vote, all of it or none. What the person saw is what is
 * signed: another total than the page's is refused, and so is a vote that does not carry the whole. The instalments that
 * waited on the vote are looked at again.
 */
export function commitReserved(actor: Actor, input: CommitReserved, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const { programId, fiscalYear } = input;
			if (!isId(programId) || !(await lockRow(tx, 'program', programId))) throw new Refusal(refuse('not_found'));
			authorize(actor, 'commitment.certify', { programId });
			const certifiedById = actorUserId(actor);
			if (certifiedById === null) throw new Refusal(refuse('forbidden'));
			const { zone } = await tx.program.findUniqueOrThrow({ where: { id: programId }, select: { zone: true } });
			if (fiscalYear > fiscalYearAt(moment.now, zone)) {
				throw new Refusal(refuse('guard_not_met', { guard: 'fiscal_year_begun' }));
			}
			for (const { awardId } of await reservedYears(tx, programId, { equals: fiscalYear })) {
				await lockRow(tx, 'award', awardId);
			}
			const years = await reservedYears(tx, programId, { equals: fiscalYear });
			const totalMinor = years.reduce((total, year) => total + year.amountMinor, 0n);
			if (years.length === 0) throw new Refusal(refuse('already_done'));
			if (totalMinor !== input.totalMinor) throw new Refusal(refuse('stale_version'));
			await refuseInterested(
				tx,
				actor,
				years.map((year) => year.award.organizationId)
			);
			const delegation = orRefuse(await authorityFor(tx, actor, programId, totalMinor, moment.now));
			const available = await availableOf(tx, programId, fiscalYear);
			if (available < totalMinor) {
				throw new Refusal(
					refuse('over_voted', { excess: totalMinor - available, year: fiscalYear, next: fiscalYear + 1 })
				);
			}
			const operationId = moment.random.uuid();
			for (const year of years) {
				await commitYear(tx, actor, { ...year, programId, certifiedById, delegation, operationId }, moment);
			}
		},
		moment
	);
}

type Year = Awaited<ReturnType<typeof reservedYears>>[number];

async function commitYear(
	tx: Tx,
	actor: Actor,
	year: Year & { programId: string; certifiedById: string; delegation: ReliedDelegation; operationId: string },
	moment: Moment
): Promise<void> {
	const { programId, awardId, fiscalYear, amountMinor, delegation, operationId } = year;
	await lockRow(tx, 'award_year', year.id);
	const act = { actor, reason: `Award ${year.award.number} voted`, delegationId: delegation.id, operationId };
	if (amountMinor > 0n) {
		const reservation = await tx.ledgerEntry.findFirstOrThrow({
			where: { verb: 'reserve', creditAccount: { awardId, fiscalYear } },
			select: { id: true }
		});
		await reverseEntry(tx, moment, reservation.id, act);
		await postEntry(tx, moment, {
			...act,
			verb: 'commit',
			debit: programAccount('available', programId, fiscalYear),
			credit: awardAccount('committed', programId, awardId, fiscalYear),
			amount: cad(amountMinor),
			subject: { type: 'award', id: awardId }
		});
	}
	moment.failpoint('appropriation.posted');
	await tx.awardYear.update({
		where: { id: year.id },
		data: {
			standing: 'committed',
			certifiedById: year.certifiedById,
			certificationDelegationId: delegation.id,
			certifiedAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'commitment.certified',
		actor,
		subject: { type: 'award', id: awardId },
		organizationId: year.award.organizationId,
		programId,
		facts: { awardId, amountMinor, delegationId: delegation.id, fiscalYear }
	});
	await enqueue(tx, 'evaluate-gates', { awardId });
}

/** In the order of the awards' ids: the order in which they are locked. */
function reservedYears(tx: Pick<Tx, 'awardYear'>, programId: string, fiscalYear: { lte: number } | { equals: number }) {
	return tx.awardYear.findMany({
		where: { standing: 'reserved', fiscalYear, award: { programId, status: { in: LIVE } } },
		select: {
			id: true,
			awardId: true,
			fiscalYear: true,
			amountMinor: true,
			award: {
				select: { id: true, number: true, organizationId: true, organization: { select: { legalName: true } } }
			}
		},
		orderBy: [{ awardId: 'asc' }, { fiscalYear: 'asc' }]
	});
}

async function availableOf(tx: Pick<Tx, 'ledgerAccount'>, programId: string, fiscalYear: number): Promise<bigint> {
	const [figures] = await figuresFor(tx, programId, [fiscalYear]);
	return figures?.remaining.minor ?? 0n;
}

function authorityFor(tx: Pick<Tx, 'delegation'>, actor: Actor, programId: string, totalMinor: bigint, at: Date) {
	return delegationFor(tx, actor, { authority: 's32_commitment', programId, amount: cad(totalMinor), at });
}
