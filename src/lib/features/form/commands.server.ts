import { authorize } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import type { FormDefinition } from '#lib/domain/form/definition.ts';
import { validateDefinition } from '#lib/domain/form/validate-definition.ts';
import { Refusal } from '#lib/domain/problem.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** Stores a version of a form definition. One with a fault is refused with the first of them; none is ever changed. */
export async function storeFormDefinitionWithin(
	tx: Tx,
	actor: Actor,
	definition: FormDefinition,
	moment: Moment
): Promise<{ formDefinitionId: string }> {
	authorize(actor, 'form.edit', {});
	const [fault] = validateDefinition(definition);
	if (fault) throw new Refusal(fault);
	const formDefinitionId = moment.random.uuid();
	await tx.formDefinition.create({
		data: {
			id: formDefinitionId,
			key: definition.key,
			version: definition.version,
			definition: definition as unknown as Prisma.InputJsonObject,
			createdAt: moment.now,
			publishedAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'form.versioned',
		actor,
		subject: { type: 'form', id: formDefinitionId },
		facts: { key: definition.key, version: definition.version }
	});
	return { formDefinitionId };
}
