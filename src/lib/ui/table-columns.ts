import type { Snippet } from 'svelte';

/** One column of a table. Give `text`, or `cell` for markup: a snippet of the page that gets the row. */
export type Column<Row> = {
	key: string;
	label: string;
	/** The name of the cell when the table is folded, where the column's own says too little. */
	foldLabel?: string;
	text?: (row: Row) => string;
	cell?: Snippet<[Row]>;
	/** With `text` that says an instant or a day: which one, for machines; null where the text is a dash. */
	datetime?: (row: Row) => Date | string | null;
	/** The cell that names the row: exactly one column. */
	head?: boolean;
	/** Amounts and numbers: right-aligned, tabular, never wrapped. */
	number?: boolean;
	/** Folded, the cell takes the whole width: sentences. */
	whole?: boolean;
	/** The heading is read but not shown, such as over links. */
	labelHidden?: boolean;
	/** Extra class for the cells, such as `barcell` for a bar. */
	class?: string;
	/** A link that orders the list by this column; `direction` when it is ordered by it now. */
	sort?: { href: string; direction?: 'ascending' | 'descending' };
};

/** Rows under a heading of their own. `tie` is the warm band of lines that a person must decide. */
export type RowGroup<Row> = { key: string; label?: string; rows: readonly Row[]; tie?: boolean };
