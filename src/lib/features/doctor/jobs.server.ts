import { z } from 'zod';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { defineJob } from '#lib/server/jobs/definition.ts';
import { log } from '#lib/server/log/log.ts';
import { examine } from './commands.server.ts';

const examineDatabase = defineJob({
	name: 'examine-database',
	schema: z.object({}),
	expireInSeconds: 3_600,
	concurrency: 1,
	schedule: { cron: '0 3 * * *', zone: DEFAULT_ZONE, payload: {} },
	handler: async ({ moment, signal }) => {
		for (const { severity, check, subject, sentence } of await examine(moment, signal)) {
			log()[severity === 'fault' ? 'error' : 'warn']({ check, subject }, sentence);
		}
	}
});

export const doctorJobs = [examineDatabase];
