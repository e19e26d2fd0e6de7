/**
 * The page links to show: first, last and the neighbours of the current one. A negative number stands for a gap
 * (distinct ones, so that each can be the key of its mark): pageNumbers(5, 25) → [1, -1, 4, 5, 6, -2, 25].
 */
export function pageNumbers(current: number, pages: number): number[] {
	const shown = new Set([1, pages, current - 1, current, current + 1]);
	// At either end three links in a row look calmer than two and a gap.
	if (current <= 2) shown.add(3);
	if (current >= pages - 1) shown.add(pages - 2);
	const numbers = [...shown].filter((number) => number >= 1 && number <= pages).sort((a, b) => a - b);
	const result: number[] = [];
	let gaps = 0;
	let previous = 0;
	for (const number of numbers) {
		if (number - previous === 2) result.push(number - 1);
		else if (number - previous > 2) result.push(-++gaps);
		result.push(number);
		previous = number;
	}
	return result;
}
