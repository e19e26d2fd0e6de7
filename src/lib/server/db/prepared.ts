const names = new Map<string, string>();

/**
 * Queries of one text share one prepared plan per connection. Beyond a bound they stay unnamed (the empty name), so that
 * texts of ever new lengths do not fill the memory of both sides.
 */
export function preparedName(query: { sql: string }): string {
	const known = names.get(query.sql);
	if (known !== undefined) return known;
	if (names.size >= 500) return '';
	const name = `q${names.size}`;
	names.set(query.sql, name);
	return name;
}
