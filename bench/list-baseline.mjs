/**
 * The baseline of the list page: one node:http process with one pg pool that does the same session look-up and the same
 * row query as the application and concatenates HTML. No framework, no components, no languages, no escaping beyond what
 * the rows need. What the application is slower by is what all of that costs.
 *
 * Environment: DATABASE_URL, BASELINE_PAD (bytes to reach the application's page size).
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const pad = '<!--' + 'x'.repeat(Math.max(0, Number(process.env.BASELINE_PAD ?? 0) - 7)) + '-->';
const escape = (text) => String(text ?? '').replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

const SESSION = {
	name: 'session',
	text: `select p.id, p.display_name, s.expires_at from session s join person p on p.id = s.user_id
	        where s.token_hash = $1 and s.expires_at > now() and p.status = 'active'`
};
const ROWS = {
	name: 'rows',
	text: `select a.id, a.reference, a.title, a.status, a.submitted_at, a.requested_amount_minor, o.legal_name
	         from application a join organization o on o.id = a.organization_id
	        where a.status <> 'draft' order by a.submitted_at desc, a.id limit 50`
};

const server = createServer(async (request, response) => {
	const cookie = /__Host-hearth=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
	const hash = cookie ? createHash('sha256').update(cookie).digest('hex') : '';
	const { rows: sessions } = await pool.query({ ...SESSION, values: [hash] });
	if (sessions.length === 0) {
		response.writeHead(303, { location: '/en/sign-in' }).end();
		return;
	}
	const { rows } = await pool.query(ROWS);
	let body = `<!doctype html><html lang="en-CA"><head><title>Applications</title></head><body><p>${escape(sessions[0].display_name)}</p><table>`;
	for (const row of rows)
		body += `<tr><th><a href="/en/manage/applications/${row.id}">${escape(row.reference)}</a></th><td>${escape(row.title)}</td><td>${escape(row.legal_name)}</td><td>${escape(row.status)}</td><td>${row.submitted_at?.toISOString() ?? ''}</td><td>${row.requested_amount_minor}</td></tr>`;
	body += `</table>${pad}</body></html>`;
	response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body);
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
