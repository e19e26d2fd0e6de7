import type pg from 'pg';

/** Does something as the owner while the triggers of these tables rest, and sets each back as it was enabled. */
export async function withTriggersOff(
	owner: pg.Client,
	tables: readonly string[],
	act: () => Promise<unknown>
): Promise<void> {
	// ENABLE TRIGGER USER would bring those that are enabled ALWAYS back as ordinary ones.
	const { rows: always } = await owner.query<{ table: string; name: string }>(
		`select tgrelid::regclass::text as table, tgname as name from pg_trigger
		 where tgenabled = 'A' and not tgisinternal and tgrelid::regclass::text = any($1)`,
		[tables]
	);
	for (const table of tables) await owner.query(`alter table ${table} disable trigger user`);
	await act();
	for (const table of tables) await owner.query(`alter table ${table} enable trigger user`);
	for (const { table, name } of always) await owner.query(`alter table ${table} enable always trigger ${name}`);
}
