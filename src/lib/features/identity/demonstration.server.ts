import { z } from 'zod';
import { paths } from '#lib/paths.ts';
import { mintToken } from '#lib/server/auth/tokens.ts';
import type { Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { transact } from '#lib/server/db/transact.ts';

/** The setting that the demonstration seed writes: whom to print links for, in the order to print. */
const demonstration = z.object({ users: z.array(z.object({ label: z.string(), userId: z.uuid() })) });

/**
 * A fresh one-time link for every person of the demonstration, or null where the database is not one. They replace
 * passwords: a demonstration has no password that could be left on.
 */
export function demonstrationLinks(moment: Moment): Promise<{ label: string; link: string }[] | null> {
	const { origin, isDemonstration } = loadConfig();
	if (!isDemonstration) return Promise.resolve(null);
	return transact(
		async (tx) => {
			const setting = await tx.setting.findUnique({ where: { name: 'demonstration' } });
			const parsed = demonstration.safeParse(setting?.value);
			if (!parsed.success) return null;
			const links: { label: string; link: string }[] = [];
			for (const { label, userId } of parsed.data.users) {
				const person = await tx.user.findUnique({ where: { id: userId }, select: { locale: true, status: true } });
				if (person?.status !== 'active') continue;
				const token = await mintToken(tx, moment, { userId, purpose: 'sign_in' });
				links.push({ label, link: origin + paths(person.locale === 'fr' ? 'fr' : 'en').account.link(token) });
			}
			return links;
		},
		{ random: moment.random }
	);
}
