import { authorize } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import {
	administrationRequested,
	budgetProblems,
	totalCost,
	totalRequested,
	type BudgetLine,
	type BudgetRules
} from '#lib/domain/application/budget.ts';
import type { Answers } from '#lib/domain/form/answer.ts';
import { compare } from '#lib/domain/money/money.ts';
import { cad } from '#lib/domain/money/money.ts';
import {
	fiscalYearsOf,
	limitForReach,
	otherGovernmentFunding,
	type OpportunityContent
} from '#lib/domain/opportunity/content.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import type { Moment } from '#lib/server/clock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { lockApplication, subjectOf, type LoadedApplication } from './locked.server.ts';
import type { BudgetLineInput, BudgetLineRemoval } from './schema.ts';

/** Most lines of one budget: far beyond a real one, and small enough to add up at every save. */
const LINE_LIMIT = 200;

type StoredLine = {
	costCategory: string;
	costType: string;
	fiscalYear: number;
	costMinor: bigint;
	requestedMinor: bigint;
};

export function budgetLineOf(row: StoredLine): BudgetLine {
	return {
		costCategory: row.costCategory,
		costType: row.costType,
		fiscalYear: row.fiscalYear,
		cost: cad(row.costMinor),
		requested: cad(row.requestedMinor)
	};
}

/** What the budget of an application is held to, by its opportunity, its program and its own answers. */
export function budgetRulesFor(
	opportunity: {
		maximumMinor: bigint;
		firstFiscalYear: number;
		fiscalYearCount: number;
		program: { administrationLimitBasisPoints: number; stackingLimitBasisPoints: number };
	},
	content: OpportunityContent,
	answers: Answers
): BudgetRules {
	const overall = cad(opportunity.maximumMinor);
	const byReach = limitForReach(content, answers);
	return {
		requestedAmount: null,
		maximum: byReach && compare(byReach, overall) < 0 ? byReach : overall,
		fiscalYears: fiscalYearsOf(opportunity),
		administrationLimitBasisPoints: opportunity.program.administrationLimitBasisPoints,
		stackingLimitBasisPoints: opportunity.program.stackingLimitBasisPoints,
		otherGovernmentFunding: otherGovernmentFunding(content, answers)
	};
}

/** Sums and broken rules of a budget: what the page shows beside its lines. */
export function budgetReview(lines: readonly BudgetLine[], rules: BudgetRules) {
	return {
		cost: totalCost(lines),
		requested: totalRequested(lines),
		administration: administrationRequested(lines),
		problems: budgetProblems(lines, rules)
	};
}

async function lockDraft(tx: Tx, actor: Actor, applicationId: string): Promise<LoadedApplication> {
	const application = await lockApplication(tx, applicationId);
	authorize(actor, 'application.edit', subjectOf(application));
	if (application.status !== 'draft') {
		throw new Refusal(refuse('transition_not_allowed', { status: application.status, event: 'edit' }));
	}
	return application;
}

/**
 * Adds a line, or changes one against the version its page was drawn from. A line asks for no more than it costs and
 * lies in a fiscal year of the opportunity; the other rules are shown and wait until submission.
 */
export function saveBudgetLine(
	actor: Actor,
	applicationId: string,
	input: BudgetLineInput,
	moment: Moment
): Promise<{ lineId: string }> {
	return transactAs(actor, async (tx) => {
		const application = await lockDraft(tx, actor, applicationId);
		if (!fiscalYearsOf(application.opportunity).includes(input.fiscalYear)) {
			throw new Refusal(refuse('choice_unknown', {}, 'fiscalYear'));
		}
		if (compare(input.requested, input.cost) > 0) {
			const facts = { actual: input.requested.minor, limit: input.cost.minor };
			throw new Refusal(refuse('budget_line_over_cost', facts, 'requested'));
		}
		const columns = {
			description: input.description,
			costCategory: input.costCategory,
			costType: input.costType,
			fiscalYear: input.fiscalYear,
			costMinor: input.cost.minor,
			requestedMinor: input.requested.minor
		};
		if (input.lineId !== undefined) {
			await changeLine(tx, applicationId, input.lineId, input.lineVersion ?? 0, columns);
			return { lineId: input.lineId };
		}
		const { _count, _max } = await tx.budgetLine.aggregate({
			where: { applicationId },
			_count: { _all: true },
			_max: { position: true }
		});
		if (_count._all >= LINE_LIMIT) throw new Refusal(refuse('number_too_large', { limit: LINE_LIMIT }, 'description'));
		const lineId = moment.random.uuid();
		await tx.budgetLine.create({
			data: { id: lineId, applicationId, position: (_max.position ?? 0) + 1, ...columns }
		});
		return { lineId };
	});
}

async function changeLine(
	tx: Tx,
	applicationId: string,
	lineId: string,
	version: number,
	columns: StoredLine & { description: string }
): Promise<void> {
	const line = await tx.budgetLine.findFirst({ where: { id: lineId, applicationId } });
	if (!line) throw new Refusal(refuse('not_found'));
	if (line.version !== version) throw new Refusal(refuse('stale_version', { current: line.version }));
	await tx.budgetLine.update({ where: { id: lineId, version }, data: { ...columns, version: { increment: 1 } } });
}

/** Removes a line, if it still is what the person saw. */
export function removeBudgetLine(actor: Actor, applicationId: string, input: BudgetLineRemoval): Promise<void> {
	return transactAs(actor, async (tx) => {
		await lockDraft(tx, actor, applicationId);
		const line = await tx.budgetLine.findFirst({ where: { id: input.lineId, applicationId } });
		// A second press finds it gone, which is what was wanted.
		if (!line) return;
		if (line.version !== input.lineVersion) throw new Refusal(refuse('stale_version', { current: line.version }));
		await tx.budgetLine.delete({ where: { id: line.id } });
	});
}
