/** What a page gets back with a refused form, as far as drawing it needs. */
export type RefusedForm =
	| {
			problem?: { message: string } | null;
			issues?: readonly { field: string; message: string; code?: string }[];
			values?: Readonly<Record<string, string | string[] | undefined>>;
	  }
	| null
	| undefined;

/** The lines of the error summary: the sentence of the whole form first, then one for each field. */
export function summaryOf(form: RefusedForm): { field: string | null; message: string }[] {
	const whole = form?.problem ? [{ field: null, message: form.problem.message }] : [];
	return [...whole, ...(form?.issues ?? []).map((issue) => ({ field: issue.field || null, message: issue.message }))];
}

/** The sentence at one field, or null. */
export function issueAt(form: RefusedForm, field: string): string | null {
	return form?.issues?.find((issue) => issue.field === field)?.message ?? null;
}

/** What was typed into a field, or what stood there when the page was drawn. */
export function typedIn(form: RefusedForm, field: string, stored: string): string {
	const typed = form?.values?.[field];
	if (typed === undefined) return stored;
	return typeof typed === 'string' ? typed : (typed[0] ?? '');
}
