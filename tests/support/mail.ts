/*
 * Messages as they lie in the outbox, with the values that their real caller gave: a template that needs another value
 * fails here and not in a job at night.
 */
import { renderMail, type RenderedMail } from '#lib/features/identity/mail.server.ts';
import { database } from '#lib/server/db/client.ts';
import type { MailTemplate } from '#lib/domain/mail/message.ts';

const SURROUNDINGS = { origin: 'https://grants.example.org', token: 'T'.repeat(43), helpPhone: '1-800-555-0142' };

export type WrittenMail = { template: string; toUserId: string | null; en: RenderedMail; fr: RenderedMail };

/** Every message of this database, written in both languages. */
export async function writeEveryMail(): Promise<WrittenMail[]> {
	const rows = await database().mailMessage.findMany({ orderBy: { id: 'asc' } });
	return rows.map((row) => {
		const template = row.template as MailTemplate;
		const values = row.values as Record<string, string | number>;
		return {
			template,
			toUserId: row.toUserId,
			en: renderMail(template, 'en', values, SURROUNDINGS),
			fr: renderMail(template, 'fr', values, SURROUNDINGS)
		};
	});
}
