import type { Answers } from '#lib/domain/form/answer.ts';

/** A budget line as sent: money in minor units as decimal text, since the record is JSON. */
export type FrozenBudgetLine = {
	description: string;
	costCategory: string;
	costType: string;
	fiscalYear: number;
	costMinor: string;
	requestedMinor: string;
};

export type FrozenAttachment = {
	questionKey: string;
	fileId: string;
	name: string;
	mediaType: string;
	byteLength: number;
};

/**
 * What was sent, frozen at submission. Reviewers, officers, allocation and agreement read this and never a later draft.
 * Stored JSON binds this type: add to it, never change a meaning.
 */
export type FrozenContent = {
	form: { key: string; version: number };
	title: string;
	locale: 'en' | 'fr';
	organization: { legalName: string; province: string; kind: string };
	answers: Answers;
	budgetLines: FrozenBudgetLine[];
	attachments: FrozenAttachment[];
};

/**
 * One text for one content, whose SHA-256 is its hash: keys in code point order at every depth, so that reading it back
 * from the database, which keeps no order of keys, gives the same hash.
 */
export function canonicalContent(content: FrozenContent): string {
	return JSON.stringify(ordered(content));
}

function ordered(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(ordered);
	if (typeof value !== 'object' || value === null) return value;
	const keys = Object.keys(value).sort();
	return Object.fromEntries(keys.map((key) => [key, ordered((value as Record<string, unknown>)[key])]));
}
