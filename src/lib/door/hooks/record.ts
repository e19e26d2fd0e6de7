import type { Handle, HandleServerError } from '@sveltejs/kit';

/** What the log is asked of; the entrance hands it in, since the door does not see it. */
type RequestLog = Record<'info' | 'warn' | 'error', (line: object, message: string) => void>;

/**
 * One line a request: its name, route, status and duration. The route is the pattern, never the path: a path holds ids
 * and one-time tokens. Refusals are logged louder, so that a count of them is one search.
 */
export function logRequests(log: RequestLog, ticks: () => number): Handle {
	return async ({ event, resolve }) => {
		const began = ticks();
		const response = await resolve(event);
		const line = {
			requestId: event.locals.requestId,
			method: event.request.method,
			routeId: event.route.id,
			status: response.status,
			durationMs: Math.round((ticks() - began) * 10) / 10
		};
		const refused = [401, 403, 404, 409, 413, 429].includes(response.status);
		if (response.status >= 500) log.error(line, 'request failed');
		else if (refused) log.warn(line, 'request refused');
		else log.info(line, 'request');
		return response;
	};
}

/**
 * What nobody expected: a reference for the person, the kind and place of the fault for the log. `isBusy` recognizes
 * waits for the database that escaped a command, which are answered as 503.
 */
export function reportFault(log: RequestLog, isBusy: (error: unknown) => boolean): HandleServerError {
	return ({ error, event, status }) => {
		const reference = event.locals.requestId;
		if (status === 404) return { message: 'Not found', reference };
		if (isBusy(error)) {
			event.locals.busy = true;
			log.warn({ err: error, requestId: reference, routeId: event.route.id }, 'database busy');
			return { message: 'Busy', reference };
		}
		// The framework's own refusals (a body that is no form, a method that is none) stand in the line of the request.
		if (status < 500) return { message: 'Refused', reference };
		log.error({ err: error, requestId: reference, routeId: event.route.id, status }, 'fault');
		return { message: 'Internal error', reference };
	};
}

/**
 * The framework answers 500 to every fault; a wait for the database that took too long is a 503 that says when to come
 * back, whether it happened while the page was made (its error page is kept) or before, while the session was read.
 */
export function answerBusy(isBusy: (error: unknown) => boolean): Handle {
	return async ({ event, resolve }) => {
		let response: Response;
		try {
			response = await resolve(event);
		} catch (error) {
			if (!isBusy(error)) throw error;
			return new Response(
				'Hearth is very busy. Nothing was done; try again in a minute.\n' +
					'Hearth est très sollicité. Rien n’a été fait; réessayez dans une minute.\n',
				{ status: 503, headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '5' } }
			);
		}
		if (!event.locals.busy || response.status !== 500) return response;
		const headers = new Headers(response.headers);
		headers.set('retry-after', '5');
		return new Response(response.body, { status: 503, headers });
	};
}
