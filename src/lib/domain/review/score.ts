import { refuse, type Problem } from '#lib/domain/problem.ts';
import { compareIds } from '#lib/domain/id.ts';
import { HIGHEST_POINTS, LOWEST_POINTS, type Rubric } from './rubric.ts';

/** One criterion's points, 1 to 5; null says "I cannot judge this", which is an answer. */
export type CriterionScore = { criterionKey: string; points: number | null };

/** Scores are kept as whole ten-thousandths of a point, so that a mean is one exact integer everywhere. */
export const SCORE_SCALE = 10_000n;

function roundedQuotient(numerator: bigint, divisor: bigint): bigint {
	return (numerator * 2n + divisor) / (divisor * 2n);
}

/** What stands between a review and its submission: a criterion without an answer, or points outside the scale. */
export function scoreProblems(rubric: Rubric, scores: readonly CriterionScore[]): Problem[] {
	const byKey = new Map(scores.map((score) => [score.criterionKey, score.points]));
	return rubric.criteria.flatMap(({ key }) => {
		const points = byKey.get(key);
		if (points === undefined) return [refuse('score_missing', {}, key)];
		if (points === null || isPoints(points)) return [];
		return [refuse('score_out_of_range', { lowest: LOWEST_POINTS, highest: HIGHEST_POINTS }, key)];
	});
}

export function isPoints(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) >= LOWEST_POINTS && (value as number) <= HIGHEST_POINTS;
}

/**
 * The weighted mean of one review in ten-thousandths of a point (10 000 to 50 000), rounded half up. Criteria that the
 * reviewer could not judge count neither for nor against: the mean is over the weights that were judged. Null when
 * nothing was judged.
 */
export function weightedScore(rubric: Rubric, scores: readonly CriterionScore[]): bigint | null {
	const byKey = new Map(scores.map((score) => [score.criterionKey, score.points]));
	let weighted = 0n;
	let weightJudged = 0n;
	for (const criterion of rubric.criteria) {
		const points = byKey.get(criterion.key);
		if (points === undefined || points === null) continue;
		weighted += BigInt(points) * BigInt(criterion.weightBasisPoints);
		weightJudged += BigInt(criterion.weightBasisPoints);
	}
	return weightJudged === 0n ? null : roundedQuotient(weighted * SCORE_SCALE, weightJudged);
}

/** The mean of the panel's reviews in ten-thousandths, rounded half up; reviews that judged nothing do not count. */
export function panelMean(reviewScores: readonly (bigint | null)[]): bigint | null {
	const judged = reviewScores.filter((score) => score !== null);
	if (judged.length === 0) return null;
	return roundedQuotient(
		judged.reduce((a, b) => a + b, 0n),
		BigInt(judged.length)
	);
}

export type Ranked<T> = T & { rank: number | null };

/**
 * Orders by score, highest first; equal scores share a rank (1, 2, 2, 4) and stand in the order of their ids, which
 * says nothing about them. What has no score comes last and has no rank.
 */
export function rankByScore<T extends { id: string; scoreTenThousandths: bigint | null }>(
	entries: readonly T[]
): Ranked<T>[] {
	const ordered = [...entries].sort((a, b) => {
		if (a.scoreTenThousandths === b.scoreTenThousandths) return compareIds(a.id, b.id);
		if (a.scoreTenThousandths === null) return 1;
		if (b.scoreTenThousandths === null) return -1;
		return a.scoreTenThousandths > b.scoreTenThousandths ? -1 : 1;
	});
	let rank = 0;
	let last: bigint | null = null;
	return ordered.map((entry, index) => {
		if (entry.scoreTenThousandths === null) return { ...entry, rank: null };
		if (entry.scoreTenThousandths !== last) rank = index + 1;
		last = entry.scoreTenThousandths;
		return { ...entry, rank };
	});
}
