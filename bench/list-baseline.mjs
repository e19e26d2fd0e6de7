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
const escape = (text) =>
	String(text ?? '').replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

const SESSION = {
	name: 'session',
	text: `select s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at, s.absolute_expires_at, s.device_label,
			s.shared_computer, s.acting_as, p.email, p.display_name, p.locale, p.status,
			coalesce((
				select json_agg(json_build_object('role', r.role, 'programId', r.program_id, 'programName',
					case when g.id is null then null else json_build_object('en', g.name_en, 'fr', g.name_fr) end)
					order by r.created_at, r.id)
				from role_assignment r left join program g on g.id = r.program_id
				where r.user_id = s.user_id and r.ended_at is null
			), '[]'::json) as staff_roles,
			coalesce((
				select json_agg(json_build_object('organizationId', m.organization_id,
					'organizationName', coalesce(o.operating_name, o.legal_name), 'role', m.role) order by m.created_at, m.id)
				from membership m join organization o on o.id = m.organization_id
				where m.user_id = s.user_id and m.ended_at is null
			), '[]'::json) as memberships
		from session s join person p on p.id = s.user_id
		where s.token_hash = $1`
};
const ROWS = {
	name: 'rows',
	text: `select a.id, a.reference, a.title, a.status, a.requested_amount_minor, a.submitted_at, o.code, g.province,
			coalesce(g.operating_name, g.legal_name) as legal_name
		from application a
		join opportunity o on o.id = a.opportunity_id
		join organization g on g.id = a.organization_id
		where a.submitted_at is not null and a.status not in ('draft', 'awaiting_sign_off')
		order by a.submitted_at desc, a.id desc
		limit 50 offset 0`
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
