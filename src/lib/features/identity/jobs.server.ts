import { z } from 'zod';
import { forgetExpiredSessions } from '#lib/server/auth/sessions.ts';
import { forgetTokens } from '#lib/server/auth/tokens.ts';
import { transact } from '#lib/server/db/transact.ts';
import { defineJob } from '#lib/server/jobs/definition.ts';
import { forgetExpiredAttempts } from '#lib/server/throttle/throttle.ts';
import { sendQueuedMail } from './outbox.server.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Sends one message of the outbox. A mail server that is away for hours is waited for; then it is a dead letter. */
export const sendMail = defineJob({
	name: 'send-mail',
	schema: z.object({ mailMessageId: z.uuid() }),
	retryLimit: 12,
	retryDelaySeconds: 10,
	retryDelayMaxSeconds: 3600,
	expireInSeconds: 120,
	handler: ({ payload, moment }) => sendQueuedMail(payload.mailMessageId, moment)
});

/** Deletes what is over: sessions, links used or expired for 30 days, counted attempts of the last day. */
export const forgetExpired = defineJob({
	name: 'forget-expired',
	schema: z.object({}),
	handler: async ({ moment }) => {
		await transact(async (tx) => {
			await forgetExpiredSessions(tx, moment.now);
			await forgetTokens(tx, new Date(moment.now.getTime() - 30 * DAY));
		});
		await forgetExpiredAttempts(moment.now);
	},
	schedule: { cron: '17 * * * *', zone: 'America/Toronto', payload: {} }
});
