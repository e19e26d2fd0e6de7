import type { Bilingual } from '#lib/domain/bilingual.ts';
import { questionsOf, type FormDefinition } from '#lib/domain/form/definition.ts';
import { isOpportunityCode, type OpportunityContent } from '#lib/domain/opportunity/content.ts';
import { windowState, type WindowState } from '#lib/domain/time/deadline.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { database } from '#lib/server/db/client.ts';

/** What a list shows of an opportunity. */
export type OpportunityCard = {
	code: string;
	title: Bilingual;
	summary: Bilingual;
	state: WindowState;
	opensAt: Date;
	closesAt: Date;
	zone: string;
	maximumMinor: bigint;
	programName: Bilingual;
};

/** Published opportunities: those one can apply to first, by deadline; then those to come, and those closed. */
export async function publicOpportunities(now: Date): Promise<OpportunityCard[]> {
	const rows = await database().opportunity.findMany({
		where: { status: { in: ['published', 'decided'] } },
		select: {
			code: true,
			titleEn: true,
			titleFr: true,
			summaryEn: true,
			summaryFr: true,
			opensAt: true,
			closesAt: true,
			zone: true,
			maximumMinor: true,
			program: { select: { nameEn: true, nameFr: true } }
		},
		orderBy: [{ closesAt: 'asc' }, { code: 'asc' }]
	});
	const order: Record<WindowState, number> = { open: 0, scheduled: 1, closed: 2 };
	return rows
		.map((row) => ({
			code: row.code,
			title: { en: row.titleEn, fr: row.titleFr },
			summary: { en: row.summaryEn, fr: row.summaryFr },
			state: windowState(row, now),
			opensAt: row.opensAt,
			closesAt: row.closesAt,
			zone: row.zone,
			maximumMinor: row.maximumMinor,
			programName: { en: row.program.nameEn, fr: row.program.nameFr }
		}))
		.sort((a, b) => order[a.state] - order[b.state]);
}

/** A criterion as the public page shows it. */
export type PublicCriterion = { key: string; title: Bilingual; question: Bilingual | null; weightBasisPoints: number };

/** A published opportunity with its form and its rubric; a draft or a cancelled one is not found. */
export async function publicOpportunity(code: string, now: Date) {
	const row = isOpportunityCode(code)
		? await database().opportunity.findUnique({
				where: { code },
				include: { program: true, formDefinition: true, rubric: true }
			})
		: null;
	if (!row || !['published', 'decided', 'archived'].includes(row.status)) throw new Refusal(refuse('not_found'));
	const definition = row.formDefinition.definition as unknown as FormDefinition;
	return {
		id: row.id,
		code: row.code,
		title: { en: row.titleEn, fr: row.titleFr },
		summary: { en: row.summaryEn, fr: row.summaryFr },
		state: windowState(row, now),
		opensAt: row.opensAt,
		closesAt: row.closesAt,
		zone: row.zone,
		maximumMinor: row.maximumMinor,
		firstFiscalYear: row.firstFiscalYear,
		fiscalYearCount: row.fiscalYearCount,
		decisionExpectedOn: row.decisionExpectedOn.toISOString().slice(0, 10),
		reviewersPerApplication: row.reviewersPerApplication,
		content: row.content as unknown as OpportunityContent,
		definition,
		questionCount: questionsOf(definition).length,
		criteria: criteriaOf(row.rubric.definition),
		program: {
			name: { en: row.program.nameEn, fr: row.program.nameFr },
			purpose: { en: row.program.purposeEn, fr: row.program.purposeFr },
			instrument: row.program.instrument,
			method: row.program.method
		}
	};
}

/** The rubric belongs to a later subject; only what is published of it is read here, from the stored JSON. */
function criteriaOf(stored: unknown): PublicCriterion[] {
	const criteria = (stored as { criteria?: unknown }).criteria;
	if (!Array.isArray(criteria)) return [];
	return (criteria as { key: string; title: Bilingual; question?: Bilingual; weightBasisPoints: number }[]).map(
		({ key, title, question, weightBasisPoints }) => ({ key, title, question: question ?? null, weightBasisPoints })
	);
}
