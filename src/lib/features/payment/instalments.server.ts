import { systemActor, type Actor } from '#lib/domain/access/actor.ts';
import type { AuditEvent } from '#lib/domain/audit/events.ts';
import { closedGates, type Gate } from '#lib/domain/payment/gates.ts';
import {
	nextInstalment,
	type InstalmentEvent,
	type InstalmentStatus
} from '#lib/domain/payment/instalment-lifecycle.ts';
import { orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { instantToDay } from '#lib/domain/time/zone.ts';
import type { AgreementContent } from '#lib/features/agreement/schema.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { dayColumn, dayOfColumn } from '#lib/server/db/day.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';

/** An instalment as its rules need it. */
export type InstalmentRow = { id: string; awardId: string; status: string; version: number };

export type InstalmentScope = { organizationId: string; programId: string };

const EVENT_NAMES = {
	fall_due: 'instalment.due',
	hold: 'instalment.held',
	make_ready: 'instalment.readied',
	take_into_payment: 'instalment.takenIntoPayment',
	give_back: 'instalment.readied',
	pay: 'instalment.paid',
	cancel: 'instalment.cancelled',
	lapse: 'instalment.lapsed'
} as const satisfies Record<InstalmentEvent, string>;

/** The one place that assigns the status of an instalment. `reason` names the closed gates of a hold. */
export async function advanceInstalmentWithin(
	tx: Tx,
	actor: Actor,
	instalment: InstalmentRow,
	scope: InstalmentScope,
	event: InstalmentEvent,
	moment: Moment,
	met: Record<string, boolean> = {},
	reason?: string
): Promise<InstalmentStatus> {
	const from = instalment.status as InstalmentStatus;
	const to = orRefuse(nextInstalment(from, event, met));
	const changed = await tx.instalment.updateMany({
		where: { id: instalment.id, version: instalment.version },
		data: { status: to, holdReason: event === 'hold' ? (reason ?? null) : null, version: { increment: 1 } }
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
	await recordEvent(tx, moment, {
		name: EVENT_NAMES[event],
		actor,
		subject: { type: 'award', id: instalment.awardId },
		...scope,
		facts: { instalmentId: instalment.id, from, to, ...(reason === undefined ? {} : { reason }) }
	} as AuditEvent);
	return to;
}

/**
 * Writes the instalments that a signed agreement promised, and opens those whose day has come. Done once: a second run
 * finds them and only looks at the gates again.
 */
export function planInstalments(agreementId: string, moment: Moment): Promise<void> {
	const actor = systemActor('plan-instalments');
	return transactAs(actor, (tx) => planInstalmentsWithin(tx, actor, agreementId, moment), moment);
}

export async function planInstalmentsWithin(tx: Tx, actor: Actor, agreementId: string, moment: Moment): Promise<void> {
	const known = await tx.agreement.findUnique({ where: { id: agreementId }, select: { awardId: true } });
	if (!known || !(await lockRow(tx, 'award', known.awardId))) throw new Refusal(refuse('not_found'));
	const agreement = await tx.agreement.findUniqueOrThrow({ where: { id: agreementId }, include: { award: true } });
	if (agreement.status !== 'in_force') return;
	const existing = await tx.instalment.count({ where: { awardId: agreement.awardId } });
	if (existing === 0) {
		const content = agreement.content as unknown as AgreementContent;
		await tx.instalment.createMany({
			data: content.instalments.map((planned) => ({
				id: moment.random.uuid(),
				awardId: agreement.awardId,
				number: planned.number,
				fiscalYear: planned.fiscalYear,
				dueOn: dayColumn(planned.dueOn),
				amountMinor: BigInt(planned.amountMinor),
				status: 'planned' satisfies InstalmentStatus
			}))
		});
		await recordEvent(tx, moment, {
			name: 'instalment.planned',
			actor,
			subject: { type: 'award', id: agreement.awardId },
			organizationId: agreement.award.organizationId,
			programId: agreement.award.programId,
			facts: { count: content.instalments.length, amountMinor: BigInt(content.amountMinor) }
		});
	}
	await evaluateAwardWithin(tx, actor, agreement.awardId, moment);
}

/** Looks at the gates of every instalment of one award again. */
export function evaluateAward(awardId: string, moment: Moment): Promise<void> {
	const actor = systemActor('evaluate-gates');
	return transactAs(
		actor,
		async (tx) => {
			if (await lockRow(tx, 'award', awardId)) await evaluateAwardWithin(tx, actor, awardId, moment);
		},
		moment
	);
}

/**
 * Moves the instalments of an award to where their day and their gates put them: planned → due when the day has come,
 * then ready, or held with the gates that are closed. The caller holds the award's lock.
 */
export async function evaluateAwardWithin(tx: Tx, actor: Actor, awardId: string, moment: Moment): Promise<void> {
	const award = await tx.award.findUniqueOrThrow({
		where: { id: awardId },
		include: {
			...GATE_PARTS,
			instalments: {
				where: { status: { in: ['planned', 'due', 'held', 'ready'] } },
				orderBy: { id: 'asc' }
			}
		}
	});
	const today = instantToDay(moment.now, award.program.zone);
	const scope = { organizationId: award.organizationId, programId: award.programId };
	const gatesOf = await gatesOfAward(tx, award, today);
	for (const planned of award.instalments) {
		await lockRow(tx, 'instalment', planned.id);
		let current: InstalmentRow & { holdReason: string | null } = planned;
		if (planned.status === 'planned') {
			if (dayOfColumn(planned.dueOn) > today) continue;
			const status = await advanceInstalmentWithin(tx, actor, current, scope, 'fall_due', moment, {
				due_on_reached: true
			});
			current = { ...current, status, version: current.version + 1 };
		}
		const closed = gatesOf(planned.fiscalYear);
		await settleAtGates(tx, actor, current, scope, closed, moment);
	}
}

/** What the gates are judged by. */
const GATE_PARTS = {
	program: { select: { zone: true } },
	years: { select: { fiscalYear: true, standing: true } },
	agreements: { select: { status: true } },
	requirements: { select: { status: true, dueOn: true } }
} as const satisfies Prisma.AwardInclude;

type GatedAward = Prisma.AwardGetPayload<{ include: typeof GATE_PARTS }>;

/** The gates that are closed to the award's payments of one fiscal year: the one rule for holding and for certifying. */
async function gatesOfAward(tx: Tx, award: GatedAward, today: string): Promise<(fiscalYear: number) => Gate[]> {
	const accountVerified = await hasVerifiedAccount(tx, award.organizationId);
	const overdue = award.requirements.filter(
		(duty) => duty.status !== 'accepted' && duty.dueOn !== null && dayOfColumn(duty.dueOn) < today
	);
	return (fiscalYear) =>
		closedGates({
			agreementInForce: award.agreements.some((agreement) => ['in_force', 'amended'].includes(agreement.status)),
			accountVerified,
			overdueRequirementCount: overdue.length,
			isCommitted: award.years.some((year) => year.fiscalYear === fiscalYear && year.standing === 'committed')
		});
}

/** The gates closed at this instant to a payment of the award. Certification under s.34 states that there are none. */
export async function closedGatesOf(
	tx: Tx,
	payment: { awardId: string; fiscalYear: number },
	now: Date
): Promise<Gate[]> {
	const award = await tx.award.findUniqueOrThrow({ where: { id: payment.awardId }, include: GATE_PARTS });
	const gatesOf = await gatesOfAward(tx, award, instantToDay(now, award.program.zone));
	return gatesOf(payment.fiscalYear);
}

async function settleAtGates(
	tx: Tx,
	actor: Actor,
	current: InstalmentRow & { holdReason: string | null },
	scope: InstalmentScope,
	closed: readonly Gate[],
	moment: Moment
): Promise<void> {
	if (closed.length === 0) {
		if (current.status === 'ready') return;
		await advanceInstalmentWithin(tx, actor, current, scope, 'make_ready', moment, { gates_open: true });
		return;
	}
	const reason = closed.join(' ');
	if (current.status === 'held') {
		// Held stays held; only the sentence beside it changes, which is no change of status.
		if (current.holdReason === reason) return;
		await tx.instalment.updateMany({
			where: { id: current.id, version: current.version },
			data: { holdReason: reason, version: { increment: 1 } }
		});
		return;
	}
	await advanceInstalmentWithin(tx, actor, current, scope, 'hold', moment, {}, reason);
}

/** Whether the organization's present account was verified. Row-level security lets only who pays or is paid know. */
export async function hasVerifiedAccount(tx: Tx, organizationId: string): Promise<boolean> {
	return (await tx.payeeAccount.count({ where: { organizationId, status: 'verified' } })) > 0;
}
