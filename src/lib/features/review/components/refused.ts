/** A form that came back, as the door sends it: a problem of the whole, issues of fields, and every value typed. */
export type Refused = {
	problem: { message: string } | null;
	values: Record<string, string>;
	issues: { field: string; message: string }[];
};

/** Lines for the error summary: first what concerns the whole form, then its fields. */
export function issuesOf(form: Refused | null): { field?: string; message: string }[] {
	if (!form) return [];
	const whole = form.problem ? [{ message: form.problem.message }] : [];
	return [...whole, ...form.issues.map((issue) => (issue.field === '' ? { message: issue.message } : issue))];
}

/** The sentence at one field, or null. */
export function messageAt(form: Refused | null, field: string): string | null {
	return form?.issues.find((issue) => issue.field === field)?.message ?? null;
}

/** The text typed in one field of a refused form; undefined when the form did not come back with it. */
export function textAt(form: Refused | null, field: string): string | undefined {
	return form?.values[field];
}

/** The values chosen in one group of a refused form; the door joins them by line breaks. */
export function listAt(form: Refused | null, field: string): string[] | undefined {
	return form?.values[field]?.split('\n').filter((value) => value !== '');
}
