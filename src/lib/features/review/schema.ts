import { z } from 'zod';

/** Texts that a reviewer writes: long enough for a thought, short enough for a panel to read. */
const judgment = z.string().trim().max(4000, 'too_long');

/** An officer asks one or more reviewers to read an application. */
export const assignReviewersSchema = z.object({
	reviewers: z.array(z.guid('value_invalid')).max(50).default([])
});

/** The answer before a file opens. *withheld* is a conflict whose reason stays with the reviewer; it binds the same. */
export const declareConflictSchema = z.object({
	declaration: z.enum(['none', 'conflict', 'withheld'], 'required'),
	reason: z.string().trim().max(1000, 'too_long').default('')
});

/** One criterion as judged: points, or `cannot` for a criterion that this reviewer cannot judge. */
export const saveScoreSchema = z.object({
	criterion: z.string().min(1).max(60),
	points: z.string().max(10).default(''),
	comment: judgment.default('')
});

/** The comment on the whole, saved or sent with the review. */
export const overallSchema = z.object({
	overall: judgment.default('')
});

export type AssignReviewers = z.infer<typeof assignReviewersSchema>;
export type DeclareConflict = z.infer<typeof declareConflictSchema>;
export type SaveScore = z.infer<typeof saveScoreSchema>;

/** What the radio of "I cannot judge this one" sends. */
export const CANNOT_JUDGE = 'cannot';
