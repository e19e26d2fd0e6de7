import { z } from 'zod';
import { COST_CATEGORIES, COST_TYPES } from '#lib/domain/application/budget.ts';
import { isProblem, type Problem } from '#lib/domain/problem.ts';
import { parseMoney, type Money } from '#lib/domain/money/money.ts';

/** An amount in either spelling, as Money; what cannot be read keeps its own code. */
const money = z.string('required').transform((text, context): Money => {
	const parsed: Money | Problem = parseMoney(text);
	if (!isProblem(parsed)) return parsed;
	context.addIssue({ code: 'custom', message: parsed.code });
	return z.NEVER;
});

const version = z.coerce.number<string>('value_invalid').int('value_invalid').min(0, 'value_invalid');
const words = (limit: number) => z.string().trim().max(limit, 'too_long');

export const startApplicationSchema = z.object({ organizationId: z.guid('value_invalid') });

export const budgetLineSchema = z.object({
	lineId: z.guid('value_invalid').optional(),
	lineVersion: version.optional(),
	description: words(200).min(1, 'required'),
	costCategory: z.enum(COST_CATEGORIES, 'required'),
	costType: z.enum(COST_TYPES, 'required'),
	fiscalYear: z.coerce.number<string>('required').int('value_invalid'),
	cost: money,
	requested: money
});
export type BudgetLineInput = z.output<typeof budgetLineSchema>;

export const budgetLineRemovalSchema = z.object({ lineId: z.guid('value_invalid'), lineVersion: version });
export type BudgetLineRemoval = z.output<typeof budgetLineRemovalSchema>;

export const attachmentRemovalSchema = z.object({ attachmentId: z.guid('value_invalid') });

/** The page that was drawn says which state it was drawn from; acting on an older one is refused with what changed. */
export const applicationActSchema = z.object({ version });

export const requirementAnswerSchema = z.object({
	requirementId: z.guid('value_invalid'),
	version,
	response: words(10_000).min(1, 'required')
});
export type RequirementAnswer = z.output<typeof requirementAnswerSchema>;

export const requirementDecisionSchema = z.object({ requirementId: z.guid('value_invalid'), version });

/** What the screening form always holds; its criteria are the opportunity's own. */
const screeningShape = {
	version,
	outcome: z.enum(['eligible', 'ineligible', 'changes_requested'], 'required'),
	note: words(5_000).default(''),
	request: words(5_000).default(''),
	dueOn: words(10).default('')
};

/**
 * The schema of a screening form: one finding and one note a criterion, in fields `finding.<key>` and `note.<key>`, and
 * the function that gathers them into the input of the command.
 */
export function screeningSchemaFor(criterionKeys: readonly string[]) {
	const findings = Object.fromEntries(
		criterionKeys.flatMap((key) => [
			[`finding.${key}`, z.enum(['met', 'not_met', 'unclear'], 'required')],
			[`note.${key}`, words(2_000).default('')]
		])
	) as Record<string, z.ZodType<string>>;
	const schema = z.object({ ...screeningShape, ...findings });
	const inputOf = (input: z.output<typeof schema>): ScreeningInput => {
		const { version, outcome, note, request, dueOn } = input;
		const byName = input as Record<string, unknown>;
		return {
			version,
			outcome,
			note,
			request,
			dueOn,
			findings: criterionKeys.map((criterionKey) => ({
				criterionKey,
				finding: byName[`finding.${criterionKey}`] as Finding['finding'],
				note: byName[`note.${criterionKey}`] as string
			}))
		};
	};
	return { schema, inputOf };
}

export type ScreeningInput = {
	version: number;
	outcome: 'eligible' | 'ineligible' | 'changes_requested';
	note: string;
	/** What is asked of the applicant, when changes are requested; and by which day, or ''. */
	request: string;
	dueOn: string;
	findings: Finding[];
};

/** What an officer found for one criterion: met, not met, or not clear yet. */
export type Finding = { criterionKey: string; finding: 'met' | 'not_met' | 'unclear'; note: string };

/** A section as it was posted: what was typed by question, and the version of each answer that the page was drawn from. */
export type SectionInput = {
	sectionKey: string;
	typed: Record<string, readonly string[]>;
	versions: Record<string, number>;
};
