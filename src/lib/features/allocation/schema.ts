import { z } from 'zod';
import { isDay } from '#lib/domain/time/fiscal-year.ts';

/** The version of the round that a page was drawn from. */
const version = z.coerce.number<string>('value_invalid').int('value_invalid').min(0, 'value_invalid');

export const roundActSchema = z.object({ version });

export const decisionSchema = z.object({ version, note: z.string().trim().max(4000, 'too_long').default('') });

const line = z.string().trim().min(1, 'required').max(200, 'too_long');

/** A decision signed on paper outside, as its document says it; the document comes as a file beside these. */
export const paperDecisionSchema = z.object({
	version,
	signedByName: line,
	positionEn: line,
	positionFr: line,
	instrument: line,
	signedOn: z.string().trim().min(1, 'required').refine(isDay, 'date_invalid')
});
export type PaperDecisionInput = z.output<typeof paperDecisionSchema>;

const paperDecisionId = z.uuid('choice_unknown');

export const confirmPaperSchema = z.object({ version, paperDecisionId });

export const refusePaperSchema = z.object({
	paperDecisionId,
	reason: z.string().trim().min(1, 'required').max(2000, 'too_long')
});

const RECOMMENDATIONS = ['award', 'decline', 'waitlist'] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];

/** The name of the input that holds a line's amount in one fiscal year. */
export function amountField(fiscalYear: number): string {
	return `amount-${fiscalYear}`;
}

/**
 * One line as edited. Amounts come as one field a fiscal year, `amount-2026`, and stay texts until the command reads
 * them, since they count only for a line that is funded. `base` is the line as the page showed it.
 */
export function lineSchema(fiscalYears: readonly number[]) {
	const amount = z.string().max(60, 'money_invalid').default('');
	const amounts = Object.fromEntries(fiscalYears.map((year) => [amountField(year), amount]));
	return z.object({
		...amounts,
		base: z.string().max(100, 'value_invalid'),
		recommendation: z.enum(RECOMMENDATIONS, 'required'),
		reason: z.string().trim().max(2000, 'too_long').default('')
	});
}

/** A line as the command takes it: amounts by fiscal year, as typed. */
export type LineChange = {
	base: string;
	recommendation: Recommendation;
	reason: string;
	amounts: ReadonlyMap<number, string>;
};

/** The parsed form as a change of a line. */
export function lineChangeFrom(
	input: { base: string; recommendation: Recommendation; reason: string },
	fiscalYears: readonly number[]
): LineChange {
	const typed = input as Record<string, unknown>;
	const { base, recommendation, reason } = input;
	const amounts = new Map(
		fiscalYears.map((year) => {
			const text = typed[amountField(year)];
			return [year, typeof text === 'string' ? text : ''];
		})
	);
	return { base, recommendation, reason, amounts };
}
