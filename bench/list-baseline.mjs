/**
 * The baseline of the list page: one node:http process with one pg pool that does the same session look-up and the same
 * row query as the application and concatenates the very page the application answers: what stands around the rows is
 * taken from one of its answers, the rows and their data are strings put together here. No framework, no components, no
 * languages. What the application is slower by is what all of that costs.
 *
 * Environment: DATABASE_URL, BASELINE_PAGE (a file with one answer of the application).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const page = readFileSync(process.env.BASELINE_PAGE, 'utf8');
const [beforeRows, , betweenRows, , afterRows] = page
	.split(/(?<=<tbody role="rowgroup">)(.*?)(?=<\/tbody>)|(?<=data:\{rows:\[)(.*?)(?=\],total:)/s)
	.filter((part) => part !== undefined);
const escape = (text) =>
	String(text ?? '').replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

const STATUS = { submitted: 'Submitted', eligible: 'Eligible', under_review: 'Under review', reviewed: 'Reviewed' };
const dollars = new Intl.NumberFormat('en-CA', { style: 'currency', currency: 'CAD', maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'long', timeZone: 'America/Toronto' });
pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);

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
	let html = '<!--[--><!--[-1--><!--]--> <!--[-->';
	let data = '';
	for (const row of rows) {
		const amount = dollars.format(Number(row.requested_amount_minor) / 100);
		const received = day.format(row.submitted_at);
		html += `<tr role="row"><!--[--><!--[2--><td role="cell" data-l="Reference"><div><a class="ref" href="/en/manage/applications/${row.id}">${escape(row.reference)}</a><!----></div></td><!--]--><!--[3--><th role="rowheader" scope="row"><!---->${escape(row.title)}<br/><span class="quiet small">${escape(row.legal_name)}</span><!----></th><!--]--><!--[0--><td role="cell" data-l="Province"><div>${row.province}</div></td><!--]--><!--[2--><td role="cell" data-l="Status"><div><span class="tag staff go"><svg class="icon" aria-hidden="true"><use href="#tag-half"></use></svg>${STATUS[row.status]}</span><!----></div></td><!--]--><!--[0--><td role="cell" class="r" data-l="Requested"><div>${amount}</div></td><!--]--><!--[1--><td role="cell" data-l="Received"><div><!--[-1--><time datetime="${row.submitted_at.toISOString()}"><!---->${received}<!----></time><!--]--><!----></div></td><!--]--><!--]--></tr>`;
		data += `${data === '' ? '' : ','}{id:"${row.id}",reference:${JSON.stringify(row.reference)},title:${JSON.stringify(row.title)},organizationName:${JSON.stringify(row.legal_name)},province:"${row.province}",status:"${row.status}",requestedAmountMinor:${row.requested_amount_minor}n,submittedAt:new Date(${row.submitted_at.getTime()}),received:"${received}"}`;
	}
	html += '<!--]--><!--]-->';
	const body = beforeRows + html + betweenRows + data + afterRows;
	response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body);
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
