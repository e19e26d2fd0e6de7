import type { Tx } from './transact.ts';

/**
 * The next number of a series (1, 2, 3 …), under a lock that lasts until the transaction ends: numbers have no gaps,
 * because a rolled-back transaction gives its number back. `series` is a name such as `disbursement:2026`.
 */
export async function takeNumber(tx: Tx, series: string): Promise<number> {
	const rows = await tx.$queryRaw<{ last: number }[]>`
		insert into number_series as s (name, last) values (${series}, 1)
		on conflict (name) do update set last = s.last + 1
		returning last`;
	const row = rows[0];
	if (!row) throw new Error(`number series ${series} gave no number`);
	return row.last;
}
