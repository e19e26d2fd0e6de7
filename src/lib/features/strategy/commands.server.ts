import { authorize } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import type { Bilingual } from '#lib/domain/bilingual.ts';
import type { Day } from '#lib/domain/time/fiscal-year.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** Writes down a strategy of five fiscal years: the roof over its programs. */
export async function createStrategyWithin(
	tx: Tx,
	actor: Actor,
	input: { code: string; title: Bilingual; startsOn: Day; endsOn: Day },
	moment: Moment
): Promise<{ strategyId: string }> {
	authorize(actor, 'program.edit', {});
	const strategyId = moment.random.uuid();
	await tx.strategy.create({
		data: {
			id: strategyId,
			code: input.code,
			titleEn: input.title.en,
			titleFr: input.title.fr,
			startsOn: `${input.startsOn}T00:00:00.000Z`,
			endsOn: `${input.endsOn}T00:00:00.000Z`
		}
	});
	return { strategyId };
}
