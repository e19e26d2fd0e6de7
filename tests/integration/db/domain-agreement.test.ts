import { expect, test } from 'vitest';
import { LIFECYCLES } from '#lib/domain/lifecycles.ts';
import { MEMBERSHIP_ROLES, STAFF_ROLES } from '#lib/domain/access/roles.ts';
import { AUTHORITIES } from '#lib/domain/access/delegation.ts';
import { ACCOUNT_KINDS } from '#lib/domain/ledger/accounts.ts';
import { disbursementLifecycle } from '#lib/domain/payment/disbursement-lifecycle.ts';
import { database } from '#lib/server/db/client.ts';

// Where the database repeats a list or a table of the domain, the two say the same.

async function listedBy(constraint: string): Promise<string[] | null> {
	const [row] = await database().$queryRaw<{ text: string }[]>`
		select pg_get_constraintdef(oid) as text from pg_constraint where conname = ${constraint}`;
	return row ? [...row.text.matchAll(/'([a-z0-9_]+)'::text/g)].map(([, value]) => String(value)).sort() : null;
}

test.each(LIFECYCLES.filter(({ subject }) => subject !== 'report'))(
	'the statuses of $subject are those of its lifecycle',
	async ({ subject, table }) => {
		const name = subject.replaceAll(/[ -]/g, '_');
		expect(await listedBy(`${name}_status`)).toEqual(Object.keys(table).sort());
	}
);

test.each([
	['role_assignment_role', STAFF_ROLES],
	['membership_role', MEMBERSHIP_ROLES],
	['delegation_authority', AUTHORITIES],
	['ledger_account_kind', ACCOUNT_KINDS]
])('%s lists what the domain lists', async (constraint, values) => {
	expect(await listedBy(constraint)).toEqual([...values].sort());
});

test('the database lets a disbursement take the steps of its lifecycle, and no other', async () => {
	const [row] = await database().$queryRaw<{ text: string }[]>`
		select prosrc as text from pg_proc where proname = 'guard_disbursement'`;
	const steps = [...String(row?.text).matchAll(/'([a-z]+ [a-z]+)'/g)].map(([, step]) => String(step));
	const domain = Object.entries(disbursementLifecycle.table).flatMap(([from, events]) =>
		Object.values(events).map(({ to }) => `${from} ${to}`)
	);
	expect([...new Set(steps)].sort()).toEqual([...new Set(domain)].sort());
});
