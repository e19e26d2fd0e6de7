import { z } from 'zod';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { database } from '#lib/server/db/client.ts';
import { defineJob } from '#lib/server/jobs/definition.ts';
import { evaluateAward, planInstalments } from './instalments.server.ts';
import { forgetOrigins } from './origin.server.ts';

/** An agreement came into force: its instalments are written and looked at. */
const planInstalmentsJob = defineJob({
	name: 'plan-instalments',
	schema: z.object({ agreementId: z.guid() }),
	handler: ({ payload, moment }) => planInstalments(payload.agreementId, moment)
});

/** Every morning: instalments whose day has come fall due, and the gates of the others are looked at again. */
const evaluateGatesJob = defineJob({
	name: 'evaluate-gates',
	schema: z.object({ awardId: z.guid().optional() }),
	schedule: { cron: '10 5 * * *', zone: DEFAULT_ZONE, payload: {} },
	handler: async ({ payload, moment, signal }) => {
		if (payload.awardId !== undefined) return evaluateAward(payload.awardId, moment);
		const awards = await database().award.findMany({
			where: {
				status: { in: ['accepted', 'active'] },
				instalments: { some: { status: { in: ['planned', 'due', 'held', 'ready'] } } }
			},
			select: { id: true },
			orderBy: { id: 'asc' }
		});
		for (const award of awards) {
			if (signal.aborted) return;
			await evaluateAward(award.id, moment);
		}
	}
});

/** Every night: the addresses that signatures were given from go after 90 days, but for those that are held. */
const forgetOriginsJob = defineJob({
	name: 'forget-signature-origins',
	schema: z.object({}),
	concurrency: 1,
	schedule: { cron: '40 2 * * *', zone: DEFAULT_ZONE, payload: {} },
	handler: async ({ moment, actor }) => void (await forgetOrigins(actor, moment))
});

export const paymentJobs = [planInstalmentsJob, evaluateGatesJob, forgetOriginsJob];
