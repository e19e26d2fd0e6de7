/** What a page gets back with a refused form, as far as drawing it needs. */
export type RefusedForm =
	| {
			problem?: { message: string; code?: string } | null;
			issues?: readonly { field: string; message: string; code?: string }[];
			values?: Readonly<Record<string, string | undefined>>;
	  }
	| null
	| undefined;

/**
 * The lines of the error summary: the sentence of the whole form first, then one for each field, after the field's own
 * label, so that four empty fields are not four times the same sentence.
 */
export function summaryOf(
	form: RefusedForm,
	labels: Readonly<Record<string, string>> = {}
): { field: string | null; message: string }[] {
	const whole = form?.problem ? [{ field: null, message: form.problem.message }] : [];
	const fields = (form?.issues ?? []).map(({ field, message }) => ({
		field: field || null,
		message: Object.hasOwn(labels, field) ? `${labels[field]} – ${message}` : message
	}));
	return [...whole, ...fields];
}

/** The sentence at one field, or null. */
export function issueAt(form: RefusedForm, field: string): string | null {
	return form?.issues?.find((issue) => issue.field === field)?.message ?? null;
}

/** What was typed into a field, or what stood there when the page was drawn. */
export function typedIn(form: RefusedForm, field: string, stored: string): string {
	return form?.values?.[field] ?? stored;
}

/** Whether somebody else changed the record while this form was being filled. */
export function isStale(form: RefusedForm): boolean {
	return form?.problem?.code === 'stale_version';
}
