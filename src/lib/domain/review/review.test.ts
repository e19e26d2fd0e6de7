import '#tests/support/property-runs.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReviewAssignmentStatus } from './lifecycle.ts';
import { rubricProblems, type Rubric } from './rubric.ts';
import { isPoints, panelMean, rankByScore, scoreProblems, weightedScore } from './score.ts';
import { mayReadReview, reviewsComplete } from './visibility.ts';

const both = (text: string) => ({ en: text, fr: `${text} (fr)` });
const anchors = { 1: both('1'), 2: both('2'), 3: both('3'), 4: both('4'), 5: both('5') };

function rubric(...weights: number[]): Rubric {
	return {
		key: 'awareness',
		version: 1,
		criteria: weights.map((weightBasisPoints, index) => ({
			key: `c${index}`,
			title: both(`c${index}`),
			weightBasisPoints,
			anchors
		}))
	};
}

const points = (...values: (number | null)[]) =>
	values.map((value, index) => ({ criterionKey: `c${index}`, points: value }));

describe('a rubric', () => {
	test('has weights that sum to the whole', () => {
		expect(rubricProblems(rubric(4000, 3500, 2500))).toEqual([]);
		expect(rubricProblems(rubric(4000, 3500))).toMatchObject([{ code: 'rubric_weights', facts: { actual: 7500 } }]);
		expect(rubricProblems(rubric(10_000, 0))).toMatchObject([{ code: 'rubric_weights' }]);
	});

	test('has criteria, each once, in both languages', () => {
		expect(rubricProblems(rubric())).toMatchObject([{ code: 'rubric_empty' }]);
		const twice = rubric(5000, 5000);
		twice.criteria.forEach((criterion) => (criterion.key = 'same'));
		expect(rubricProblems(twice)).toMatchObject([{ code: 'form_key_repeated', field: 'same' }]);
		const half = rubric(10_000);
		half.criteria.forEach((criterion) => (criterion.question = { en: 'Why?', fr: '' }));
		expect(rubricProblems(half)).toMatchObject([{ code: 'rubric_language_missing', field: 'c0' }]);
	});
});

describe('a score', () => {
	test('is the weighted mean, exact', () => {
		expect(weightedScore(rubric(4000, 3500, 2500), points(5, 3, 4))).toBe(40_500n);
		expect(weightedScore(rubric(3333, 3333, 3334), points(1, 1, 2))).toBe(13_334n);
	});

	test('leaves out what could not be judged, and is none when nothing was', () => {
		expect(weightedScore(rubric(4000, 6000), points(5, null))).toBe(50_000n);
		expect(weightedScore(rubric(4000, 6000), points(null, null))).toBeNull();
		expect(weightedScore(rubric(3000, 3000, 4000), points(1, 2, null))).toBe(15_000n);
	});

	test('lies within the scale, and rises with any of its points', () => {
		const scale = fc.integer({ min: 1, max: 5 });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 9999 }), scale, scale, (weight, a, b) => {
				const one = rubric(weight, 10_000 - weight);
				const score = weightedScore(one, points(a, b)) ?? 0n;
				expect(score >= 10_000n && score <= 50_000n).toBe(true);
				fc.pre(a < 5);
				expect((weightedScore(one, points(a + 1, b)) ?? 0n) > score).toBe(true);
			})
		);
	});

	test('has an answer for every criterion before it is submitted', () => {
		expect(scoreProblems(rubric(5000, 5000), points(3))).toMatchObject([{ code: 'score_missing', field: 'c1' }]);
		expect(scoreProblems(rubric(5000, 5000), points(3, null))).toEqual([]);
		expect(scoreProblems(rubric(5000, 5000), points(0, 6)).map(({ code }) => code)).toEqual([
			'score_out_of_range',
			'score_out_of_range'
		]);
		expect([1, 5, 0, 6, 2.5, '3', null].map(isPoints)).toEqual([true, true, false, false, false, false, false]);
	});
});

describe('the mean of a panel', () => {
	test('is rounded half up, without the reviews that judged nothing', () => {
		expect(panelMean([40_000n, 40_001n])).toBe(40_001n);
		expect(panelMean([30_000n, null])).toBe(30_000n);
		expect(panelMean([null])).toBeNull();
		expect(panelMean([])).toBeNull();
	});

	test('does not depend on the order of the reviews', () => {
		fc.assert(
			fc.property(fc.array(fc.bigInt({ min: 10_000n, max: 50_000n }), { minLength: 1 }), (scores) => {
				expect(panelMean([...scores].reverse())).toBe(panelMean(scores));
			})
		);
	});
});

describe('a rank', () => {
	test('is shared by equal scores, in the order of ids, and what has no score comes last without one', () => {
		const entries = [
			{ id: 'd', scoreTenThousandths: null },
			{ id: 'c', scoreTenThousandths: 30_000n },
			{ id: 'b', scoreTenThousandths: 40_000n },
			{ id: 'a', scoreTenThousandths: 40_000n },
			{ id: 'e', scoreTenThousandths: 20_000n }
		];
		expect(rankByScore(entries).map(({ id, rank }) => `${id}${rank}`)).toEqual(['a1', 'b1', 'c3', 'e4', 'dnull']);
	});

	test('depends on scores and ids alone', () => {
		const entry = fc.record({ id: fc.uuid(), scoreTenThousandths: fc.option(fc.bigInt({ min: 1n, max: 5n })) });
		fc.assert(
			fc.property(fc.uniqueArray(entry, { selector: ({ id }) => id }), (entries) => {
				expect(rankByScore([...entries].reverse())).toEqual(rankByScore(entries));
			})
		);
	});
});

describe('a review', () => {
	const submitted = { status: 'submitted' as const };
	const statuses: ReviewAssignmentStatus[] = [
		'invited',
		'accepted',
		'in_progress',
		'submitted',
		'reopened',
		'declined',
		'recused'
	];

	test('is read by its author, unless recused since', () => {
		expect(mayReadReview({ isAuthor: true, isStaff: false, ownStatus: 'in_progress' }, { status: 'in_progress' })).toBe(
			true
		);
		expect(mayReadReview({ isAuthor: true, isStaff: false, ownStatus: 'recused' }, { status: 'recused' })).toBe(false);
	});

	test('is read by a fellow reviewer only once both are in', () => {
		for (const ownStatus of statuses) {
			expect(mayReadReview({ isAuthor: false, isStaff: false, ownStatus }, submitted)).toBe(ownStatus === 'submitted');
			expect(mayReadReview({ isAuthor: false, isStaff: false, ownStatus }, { status: 'in_progress' })).toBe(false);
		}
	});

	test('stays closed to an officer who reviews the same application, until that review is in', () => {
		for (const ownStatus of ['invited', 'accepted', 'in_progress', 'reopened', 'recused'] as const) {
			expect(mayReadReview({ isAuthor: false, isStaff: true, ownStatus }, submitted)).toBe(false);
		}
		// Given back for good: nothing is left that looking could sway.
		expect(mayReadReview({ isAuthor: false, isStaff: true, ownStatus: 'declined' }, submitted)).toBe(true);
		expect(mayReadReview({ isAuthor: false, isStaff: true, ownStatus: null }, submitted)).toBe(true);
		expect(mayReadReview({ isAuthor: false, isStaff: true, ownStatus: null }, { status: 'reopened' })).toBe(false);
		expect(mayReadReview({ isAuthor: false, isStaff: false, ownStatus: null }, submitted)).toBe(false);
	});

	test('is one of a panel that is through when enough are in and nobody is still at it', () => {
		expect(reviewsComplete(['submitted', 'submitted', 'declined'], 2)).toBe(true);
		expect(reviewsComplete(['submitted', 'invited'], 2)).toBe(false);
		expect(reviewsComplete(['submitted', 'submitted', 'in_progress'], 2)).toBe(false);
		expect(reviewsComplete(['submitted', 'submitted', 'invited'], 2)).toBe(true);
	});
});
