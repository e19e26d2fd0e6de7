import { authorize, may, programsWhere } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { isId } from '#lib/domain/id.ts';
import { programAccount } from '#lib/domain/ledger/accounts.ts';
import { cad } from '#lib/domain/money/money.ts';
import { sourceFits, type BudgetSource, type Ceiling } from '#lib/domain/program/instrument.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { instantToDay } from '#lib/domain/time/zone.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { dayColumn, dayOfColumn } from '#lib/server/db/day.ts';
import { postEntry } from '#lib/server/db/ledger.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import type { BudgetChange } from './schema.ts';

/*
 * The two ceilings of a program and fiscal year (safeguard A3). Each change is a dated entry with its source and its
 * reason; a lower vote gives back only what is promised to nobody.
 */

/**
 * Enters a change of a ceiling. A lowering that would reach into what is promised is refused with what is free; the page
 * lists the awards of that year before anything changes.
 */
export function enterBudget(actor: Actor, input: BudgetChange, moment: Moment): Promise<void> {
	return transactAs(actor, (tx) => enterBudgetWithin(tx, actor, input, moment), moment);
}

export async function enterBudgetWithin(tx: Tx, actor: Actor, input: BudgetChange, moment: Moment): Promise<void> {
	const { programId, fiscalYear, ceiling } = input;
	if (!isId(programId) || !(await lockRow(tx, 'program', programId))) throw new Refusal(refuse('not_found'));
	authorize(actor, 'budget.enter', { programId });
	if (!sourceFits(ceiling, input.source)) throw new Refusal(refuse('choice_unknown', {}, 'source'));
	const program = await tx.program.findUniqueOrThrow({ where: { id: programId }, select: { zone: true } });
	const today = instantToDay(moment.now, program.zone);
	if (input.enteredOn > today) throw new Refusal(refuse('date_too_late', { limit: today }, 'enteredOn'));
	const isRaise = input.direction === 'raise';
	const source = programAccount(ceiling, programId, fiscalYear);
	const free = programAccount(ceiling === 'planned' ? 'reservable' : 'available', programId, fiscalYear);
	if (!isRaise) {
		const left = await balanceOf(tx, programId, fiscalYear, free.kind);
		if (left < input.amount.minor) {
			throw new Refusal(refuse('ledger_insufficient', { available: left, amount: input.amount.minor }, 'amount'));
		}
	}
	const budgetEntryId = moment.random.uuid();
	const ledgerEntryId = await postEntry(tx, moment, {
		verb: ceiling === 'planned' ? 'plan' : 'vote',
		debit: isRaise ? source : free,
		credit: isRaise ? free : source,
		amount: input.amount,
		actor,
		reason: input.reason,
		subject: { type: 'budget-entry', id: budgetEntryId }
	});
	const signed = isRaise ? input.amount.minor : -input.amount.minor;
	await tx.budgetEntry.create({
		data: {
			id: budgetEntryId,
			programId,
			fiscalYear,
			ceiling,
			source: input.source,
			amountMinor: signed,
			enteredOn: dayColumn(input.enteredOn),
			reason: input.reason,
			enteredById: actorUserId(actor),
			ledgerEntryId,
			createdAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'budget.entered',
		actor,
		subject: { type: 'program', id: programId },
		programId,
		facts: { ceiling, source: input.source, fiscalYear, amountMinor: signed }
	});
}

/** The ceilings of the viewer's programs, entry by entry, newest first. */
export async function budgetsForViewer(viewer: Actor) {
	authorize(viewer, 'budget.view');
	const scope = programsWhere(viewer, 'budget.view');
	const programs = await database().program.findMany({
		where: scope === 'all' ? {} : { id: { in: scope } },
		include: { budgetEntries: { orderBy: [{ enteredOn: 'desc' }, { createdAt: 'desc' }] } },
		orderBy: { code: 'asc' }
	});
	const authors = await database().user.findMany({
		where: {
			id: { in: programs.flatMap((program) => program.budgetEntries.flatMap((entry) => entry.enteredById ?? [])) }
		},
		select: { id: true, displayName: true }
	});
	return programs.map((program) => ({
		id: program.id,
		name: { en: program.nameEn, fr: program.nameFr },
		mayEnter: may(viewer, 'budget.enter', { programId: program.id }),
		entries: program.budgetEntries.map((entry) => ({
			id: entry.id,
			fiscalYear: entry.fiscalYear,
			ceiling: entry.ceiling as Ceiling,
			source: entry.source as BudgetSource,
			amountMinor: entry.amountMinor,
			enteredOn: dayOfColumn(entry.enteredOn),
			reason: entry.reason,
			enteredBy: authors.find((person) => person.id === entry.enteredById)?.displayName ?? null
		}))
	}));
}

/**
 * What a lowering would touch, shown before it is entered: what is free, how much of the lowering that covers, and the
 * awards of that year in the order of their numbers.
 */
export async function previewLowering(
	viewer: Actor,
	input: { programId: string; fiscalYear: number; ceiling: Ceiling; amountMinor: bigint }
) {
	authorize(viewer, 'budget.enter', { programId: input.programId });
	const kind = input.ceiling === 'planned' ? 'reservable' : 'available';
	const free = await balanceOf(database(), input.programId, input.fiscalYear, kind);
	const years = await database().awardYear.findMany({
		where: {
			fiscalYear: input.fiscalYear,
			standing: input.ceiling === 'planned' ? 'reserved' : 'committed',
			award: { programId: input.programId, status: { in: ['offered', 'accepted', 'active'] } }
		},
		include: { award: { select: { id: true, number: true, organization: { select: { legalName: true } } } } },
		orderBy: { award: { number: 'asc' } }
	});
	const short = input.amountMinor > free ? input.amountMinor - free : 0n;
	return {
		freeMinor: free,
		shortMinor: short,
		awards: years.map((year) => ({
			id: year.award.id,
			number: year.award.number,
			recipient: year.award.organization.legalName,
			amountMinor: year.amountMinor
		}))
	};
}

async function balanceOf(
	tx: Pick<Tx, 'ledgerAccount'>,
	programId: string,
	fiscalYear: number,
	kind: string
): Promise<bigint> {
	const account = await tx.ledgerAccount.findFirst({
		where: { programId, awardId: null, fiscalYear, kind },
		select: { balance: { select: { balanceMinor: true } } }
	});
	return cad(account?.balance?.balanceMinor ?? 0n).minor;
}
