import { z } from 'zod';

/** What the whole-database checker found. A fault breaks a promise of Hearth; a warning asks somebody to look. */
export const findingSchema = z.object({
	severity: z.enum(['fault', 'warning']),
	/** The rule, such as `ledger.balance`. */
	check: z.string(),
	/** The row it is about, as `table id`. */
	subject: z.string().optional(),
	/** Numbers and identifiers that show it, never a person's data. */
	facts: z.string().optional(),
	/** One sentence for an operator, facts included. */
	sentence: z.string()
});

export type Finding = z.infer<typeof findingSchema>;

export function faultsOf(findings: readonly Finding[]): Finding[] {
	return findings.filter((finding) => finding.severity === 'fault');
}
