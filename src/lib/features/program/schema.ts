import { z } from 'zod';
import { parsePositiveMoney, type Money } from '#lib/domain/money/money.ts';
import { BUDGET_SOURCES, CEILINGS } from '#lib/domain/program/instrument.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';

/** A dated change of a ceiling, as typed: a positive amount and a direction, so that nobody types a minus sign. */
export const budgetChangeSchema = z.object({
	programId: z.guid('value_invalid'),
	fiscalYear: z.coerce
		.number<string>('value_invalid')
		.int('value_invalid')
		.min(2000, 'value_invalid')
		.max(2200, 'value_invalid'),
	ceiling: z.enum(CEILINGS, 'required'),
	source: z.enum(BUDGET_SOURCES, 'required'),
	direction: z.enum(['raise', 'lower'], 'required'),
	amount: z.string().transform((text, context): Money => {
		const money = parsePositiveMoney(text);
		if (!isProblem(money)) return money;
		context.addIssue({ code: 'custom', message: money.code });
		return z.NEVER;
	}),
	enteredOn: z.string().trim().min(1, 'required').refine(isDay, 'date_invalid'),
	reason: z.string().trim().min(1, 'required').max(500, 'too_long'),
	/** A lowering is shown with what it touches first; the second press carries this. */
	seen: z.literal('yes').optional()
});
export type BudgetChange = Omit<z.output<typeof budgetChangeSchema>, 'seen'>;
