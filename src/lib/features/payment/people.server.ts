import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { Signer } from '#lib/domain/payment/signatures.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { interestsOf } from '#lib/features/organization/interest.server.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Tx } from '#lib/server/db/transact.ts';
import type { MailTemplate } from '#lib/domain/mail/message.ts';
import { queueMail } from '#lib/server/mail/queue.ts';

/** The id of the person who signs, records or confirms: the system signs nothing. */
export function personOf(actor: Actor): string {
	const userId = actorUserId(actor);
	if (userId === null) throw new Refusal(refuse('forbidden'));
	return userId;
}

/** The person with every organization they belong to, or ever belonged to: an interest does not end with a membership. */
export async function signerOf(tx: Pick<Tx, 'membership'>, actor: Actor): Promise<Signer> {
	const userId = personOf(actor);
	return { userId, memberOrganizationIds: await interestsOf(tx, actor) };
}

/** Mail to owners and signatories of an organization, each in their own language. Values are neutral: numbers and ids. */
export async function mailOrganization(
	tx: Tx,
	moment: Moment,
	organizationId: string,
	message: { template: MailTemplate; values: Record<string, string> },
	roles: readonly string[] = ['owner', 'signatory']
): Promise<void> {
	const members = await tx.membership.findMany({
		where: { organizationId, endedAt: null, role: { in: [...roles] }, user: { status: 'active' } },
		select: { user: { select: { id: true, locale: true } } },
		orderBy: { id: 'asc' }
	});
	for (const { user } of members) {
		await queueMail(tx, moment, {
			template: message.template,
			to: { userId: user.id },
			locale: user.locale === 'fr' ? 'fr' : 'en',
			values: message.values
		});
	}
}
