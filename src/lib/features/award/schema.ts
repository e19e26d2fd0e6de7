import { z } from 'zod';

/** What a person commits under s.32: a program's reserved year, for the total that was on the screen. */
export const commitReservedSchema = z.object({
	programId: z.guid('value_invalid'),
	fiscalYear: z.coerce
		.number<string>('value_invalid')
		.int('value_invalid')
		.min(2000, 'value_invalid')
		.max(2200, 'value_invalid'),
	totalMinor: z
		.string()
		.regex(/^\d{1,15}$/, 'value_invalid')
		.transform((text) => BigInt(text))
});
export type CommitReserved = z.output<typeof commitReservedSchema>;
