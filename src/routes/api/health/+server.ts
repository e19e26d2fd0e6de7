import { readiness } from '#lib/features/identity/readiness.server.ts';
import type { RequestHandler } from './$types';

/** Ready to serve: 200, else 503. For load balancers, the supervisor and `npm start`. */
export const GET: RequestHandler = async () => {
	const state = await readiness();
	return Response.json(
		{ live: true, ...state },
		{ status: state.ready ? 200 : 503, headers: { 'cache-control': 'no-store' } }
	);
};
