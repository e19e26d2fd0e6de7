import { sequence } from '@sveltejs/kit/hooks';
import { refuseForeignWrites } from '#lib/door/hooks/cross-origin.ts';
import { headAssets, securityHeaders } from '#lib/door/hooks/headers.ts';
import { receive, refuseUnreadableAddress } from '#lib/door/hooks/receive.ts';
import { answerBusy, logRequests, reportFault } from '#lib/door/hooks/record.ts';
import { session } from '#lib/door/hooks/session.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { busyFrom, closeDatabase, isDatabaseOpen, openDatabase } from '#lib/server/db/client.ts';
import { log } from '#lib/server/log/log.ts';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';

/** Opens what a web process needs; the framework calls it once, before the first request. */
export const init: ServerInit = () => {
	const config = loadConfig();
	headAssets(config.isEncrypted);
	if (!isDatabaseOpen()) {
		openDatabase(config.databaseAppUrl, {
			name: 'hearth-web',
			...(config.databaseRole === null ? {} : { role: config.databaseRole }),
			onConnectionError: (error) => log().warn({ err: error }, 'database connection lost')
		});
	}
	process.once('sveltekit:shutdown', () => void closeDatabase());
};

const isBusy = (error: unknown): boolean => busyFrom(error) !== undefined;

let handlers: Handle | undefined;

/** The way of every request: each step is a file of `door/hooks`. */
export const handle: Handle = (input) => {
	handlers ??= sequence(
		receive(systemMoment),
		logRequests(log(), () => performance.now()),
		securityHeaders(loadConfig().isEncrypted),
		refuseForeignWrites,
		refuseUnreadableAddress,
		answerBusy(isBusy),
		session
	);
	return handlers(input);
};

export const handleError: HandleServerError = (input) => reportFault(log(), isBusy)(input);
