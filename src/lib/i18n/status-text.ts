import type { Lifecycle } from '#lib/domain/lifecycle.ts';
import * as labels from './generated/lifecycle.ts';
import type { Locale, Message } from './locale.ts';

/** Who reads a status: the record's word for staff, a plain one for applicants and reviewers. */
export type Audience = 'staff' | 'applicant';

/** The word for a status, from the two labels that its lifecycle names. */
export function statusText<Status extends string, Event extends string>(
	lifecycle: Lifecycle<Status, Event>,
	status: Status,
	audience: Audience,
	locale: Locale
): string {
	const byKey: Record<string, Message> = labels;
	const key = lifecycle.labels[status][audience];
	const message = byKey[key];
	if (!message) throw new Error(`No message ${key} for the status ${status} of ${lifecycle.subject}.`);
	return message(locale);
}
