import type { RequestHandler } from './$types';

/** The process runs and answers, whatever the database does: for whoever restarts it. */
export const GET: RequestHandler = () => Response.json({ live: true }, { headers: { 'cache-control': 'no-store' } });
