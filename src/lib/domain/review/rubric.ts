import { isBilingual, type Bilingual } from '#lib/domain/bilingual.ts';
import { refuse, type Problem } from '#lib/domain/problem.ts';

export const LOWEST_POINTS = 1;
export const HIGHEST_POINTS = 5;

/** Weights are basis points of the whole and sum to this. */
const WHOLE = 10_000;

/** What each number of points means, written out: the anchor is the label of its button. */
export type Anchors = Record<1 | 2 | 3 | 4 | 5, Bilingual>;

export type Criterion = {
	key: string;
	title: Bilingual;
	/** What the reviewer is asked to judge. */
	question?: Bilingual;
	weightBasisPoints: number;
	anchors: Anchors;
};

export type Rubric = { key: string; version: number; criteria: Criterion[] };

/** All that is wrong with a rubric; an opportunity with such a rubric is not published. */
export function rubricProblems(rubric: Rubric): Problem[] {
	if (rubric.criteria.length === 0) return [refuse('rubric_empty')];
	const problems: Problem[] = [];
	const weights = rubric.criteria.map((criterion) => criterion.weightBasisPoints);
	const total = weights.reduce((a, b) => a + b, 0);
	if (total !== WHOLE || weights.some((weight) => !Number.isSafeInteger(weight) || weight <= 0)) {
		problems.push(refuse('rubric_weights', { actual: total }));
	}
	const keys = rubric.criteria.map((criterion) => criterion.key);
	for (const key of new Set(keys.filter((key, index) => keys.indexOf(key) !== index))) {
		problems.push(refuse('form_key_repeated', { key }, key));
	}
	for (const { key, title, question, anchors } of rubric.criteria) {
		const texts = [title, ...([1, 2, 3, 4, 5] as const).map((points) => anchors[points])];
		if (question) texts.push(question);
		if (!texts.every((text) => isBilingual(text))) problems.push(refuse('rubric_language_missing', { key }, key));
	}
	return problems;
}
