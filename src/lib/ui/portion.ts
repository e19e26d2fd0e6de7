/**
 * How large `part` is of `whole`, in basis points from 0 to 10000 (rounded half up). For lengths of bars only:
 * amounts stay bigint and are never computed from it. Nothing of nothing is 0; more than the whole fills the bar.
 */
export function portionOf(part: bigint, whole: bigint): number {
	if (whole <= 0n || part <= 0n) return 0;
	if (part >= whole) return 10_000;
	return Number((part * 20_000n + whole) / (whole * 2n));
}

/** Basis points as an SVG length: 7460 → "74.6%". */
export function svgLength(basisPoints: number): string {
	return `${Math.max(0, Math.min(10_000, basisPoints)) / 100}%`;
}
