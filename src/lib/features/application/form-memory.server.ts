import type { FormDefinition } from '#lib/domain/form/definition.ts';
import { onDatabaseClose } from '#lib/server/db/client.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** The most forms kept; a funder has a handful open at a time. */
const MOST = 50;

const published = new Map<string, FormDefinition>();

/**
 * The form of an id. It is the largest thing an application hangs on, and a published one is never rewritten (the wall
 * `form_definition_published`), so each is read once by a process and shared, frozen, by whoever asks later.
 */
export async function formDefinitionOf(tx: Pick<Tx, 'formDefinition'>, id: string): Promise<FormDefinition> {
	const known = published.get(id);
	if (known) return known;
	const row = await tx.formDefinition.findUniqueOrThrow({ where: { id } });
	const definition = frozen(row.definition) as unknown as FormDefinition;
	if (row.publishedAt === null) return definition;
	if (published.size === 0) {
		onDatabaseClose(() => {
			published.clear();
			return Promise.resolve();
		});
	}
	published.set(id, definition);
	const [oldest] = published.keys();
	if (published.size > MOST && oldest !== undefined) published.delete(oldest);
	return definition;
}

function frozen<T>(value: T): T {
	if (typeof value === 'object' && value !== null) {
		for (const part of Object.values(value)) frozen(part);
		Object.freeze(value);
	}
	return value;
}
