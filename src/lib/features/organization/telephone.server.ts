import { authorize, may } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { MembershipRole } from '#lib/domain/access/roles.ts';
import { parseTelephone } from '#lib/domain/organization/telephone.ts';
import { atField, isProblem, refuse, Refusal } from '#lib/domain/problem.ts';
import { phoneOf } from '#lib/features/identity/shell.server.ts';
import { refuseWhileFrozen } from '#lib/features/identity/standing-still.server.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import type { MailTemplate } from '#lib/domain/mail/message.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import { lockOrganization } from './locking.server.ts';

/*
 * The number that the program office calls. Owners alone see and set it; the former ones stay for the officer, who is
 * then not led to the number that somebody set an hour before the call.
 */

/** Sets or changes the number, by an owner; every owner is told. */
export function setTelephone(
	actor: Actor,
	organizationId: string,
	input: { telephone: string },
	moment: Moment
): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			await lockOrganization(tx, organizationId);
			authorize(actor, 'member.change', { organizationId });
			await refuseWhileFrozen(tx, organizationId);
			const changed = await putOnFileWithin(tx, actor, organizationId, input.telephone, moment);
			if (changed) await tellEveryOwner(tx, organizationId, 'organization-telephone-changed', moment);
		},
		{ random: moment.random }
	);
}

/** Puts a number on file in place of the one before; false where it is the same. The caller has authorized. */
export async function putOnFileWithin(
	tx: Tx,
	actor: Actor,
	organizationId: string,
	typed: string,
	moment: Moment
): Promise<boolean> {
	const setById = actorUserId(actor);
	if (setById === null) throw new Refusal(refuse('forbidden'));
	const number = parseTelephone(typed);
	if (isProblem(number)) throw new Refusal(atField(number, 'telephone'));
	const before = await tx.organizationTelephone.findFirst({ where: { organizationId, replacedAt: null } });
	if (before?.number === number) return false;
	if (before) await tx.organizationTelephone.update({ where: { id: before.id }, data: { replacedAt: moment.now } });
	await tx.organizationTelephone.create({
		data: { id: moment.random.uuid(), organizationId, number, setById, setAt: moment.now }
	});
	await recordEvent(tx, moment, {
		name: 'organization.telephoneChanged',
		actor,
		subject: { type: 'organization', id: organizationId },
		organizationId,
		facts: {}
	});
	return true;
}

/** The number on file, for owners; null where there is none. */
export async function telephoneForOwner(
	viewer: Actor,
	organizationId: string,
	locale: Locale
): Promise<{ number: string; phoneDisplay: string } | null> {
	if (!may(viewer, 'member.change', { organizationId })) return null;
	const row = await database().organizationTelephone.findFirst({ where: { organizationId, replacedAt: null } });
	return row && { number: row.number, phoneDisplay: phoneOf(row.number, locale).phoneDisplay };
}

/** One message to every owner, in the language of each. It says that something is there, and nothing of what. */
export async function tellEveryOwner(
	tx: Tx,
	organizationId: string,
	template: MailTemplate,
	moment: Moment
): Promise<void> {
	const owners = await tx.membership.findMany({
		where: { organizationId, role: 'owner' satisfies MembershipRole, endedAt: null, user: { status: 'active' } },
		select: { userId: true, user: { select: { locale: true } } },
		orderBy: { id: 'asc' }
	});
	for (const owner of owners) {
		await queueMail(tx, moment, {
			template,
			to: { userId: owner.userId },
			locale: owner.user.locale === 'fr' ? 'fr' : 'en',
			values: { organizationId }
		});
	}
}
