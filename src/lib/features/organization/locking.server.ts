import { isId } from '#lib/domain/id.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** Locks the organization's row, which serializes all that is changed about it and its people. */
export async function lockOrganization(tx: Tx, organizationId: string) {
	if (!isId(organizationId)) throw new Refusal(refuse('not_found'));
	await lockRow(tx, 'organization', organizationId);
	const organization = await tx.organization.findUnique({
		where: { id: organizationId }
	});
	if (!organization) throw new Refusal(refuse('not_found'));
	return organization;
}
