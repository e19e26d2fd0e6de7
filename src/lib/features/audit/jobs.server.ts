import { z } from 'zod';
import { DEFAULT_ZONE, instantToDay } from '#lib/domain/time/zone.ts';
import { systemActor, type Actor } from '#lib/domain/access/actor.ts';
import { signHead, writeAnchor, type Anchor } from '#lib/server/audit/anchor.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import { sealEvents } from '#lib/server/audit/seal.ts';
import { systemMoment, type Moment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { keyRing } from '#lib/server/crypto/installation.ts';
import { anchorKeys } from '#lib/server/crypto/key-ring.ts';
import { dayColumn } from '#lib/server/db/day.ts';
import { transact } from '#lib/server/db/transact.ts';
import { defineJob } from '#lib/server/jobs/definition.ts';
import type { Repeated } from '#lib/server/jobs/repeat.ts';
import { queueMail } from '#lib/server/mail/queue.ts';

/** Every few seconds: what was written since is linked into the chain. */
export const sealing: Repeated = {
	name: 'seal-events',
	everyMillis: 5_000,
	act: async () => void (await sealEvents(systemMoment()))
};

/** Nightly, over the whole trail: nothing that an ordinary pass could miss stays out of the chain. */
const sealWholeTrail = defineJob({
	name: 'seal-whole-trail',
	schema: z.object({}),
	expireInSeconds: 3_600,
	concurrency: 1,
	schedule: { cron: '30 1 * * *', zone: DEFAULT_ZONE, payload: {} },
	handler: async ({ moment }) => void (await sealEvents(moment, 'whole'))
});

/** Daily: the head of the chain is signed and sent to where no one here can change it. */
const anchorTrail = defineJob({
	name: 'anchor-trail',
	schema: z.object({}),
	concurrency: 1,
	schedule: { cron: '0 2 * * *', zone: DEFAULT_ZONE, payload: {} },
	handler: async ({ moment }) => void (await anchorHead(moment))
});

export const auditJobs = [sealWholeTrail, anchorTrail];

/**
 * Signs the day's head, once a day, and sends it to HEARTH_ANCHOR_DIR and HEARTH_ANCHOR_MAIL. Without either there is
 * nowhere outside to send it, and nothing is done: an anchor kept in our own database proves nothing.
 * @returns the anchor, or null when none was due
 */
export async function anchorHead(moment: Moment, actor: Actor = systemActor('anchor-trail')): Promise<Anchor | null> {
	const { anchorFolder, anchorMail } = loadConfig();
	if (anchorFolder === null && anchorMail === null) return null;
	await sealEvents(moment);
	const day = instantToDay(moment.now, DEFAULT_ZONE);
	return transact(async (tx) => {
		const taken = await tx.auditAnchor.findUnique({ where: { day: dayColumn(day) }, select: { day: true } });
		if (taken) return null;
		const anchor = await signHead(tx, day, anchorKeys(keyRing()));
		if (!anchor) return null;
		const sentTo = [anchorFolder === null ? [] : 'folder', anchorMail === null ? [] : 'mail'].flat().join(', ');
		await tx.auditAnchor.create({
			data: {
				day: dayColumn(day),
				sealNumber: anchor.sealNumber,
				headHash: Buffer.from(anchor.headHash, 'hex'),
				signature: anchor.signature,
				createdAt: moment.now,
				sentTo
			}
		});
		await recordEvent(tx, moment, {
			name: 'audit.anchored',
			actor,
			subject: { type: 'audit-seal', id: String(anchor.sealNumber) },
			facts: { day, sealNumber: anchor.sealNumber, headHash: anchor.headHash, sentTo }
		});
		if (anchorMail !== null) {
			const { sealNumber, headHash, signature } = anchor;
			await queueMail(tx, moment, {
				template: 'audit-anchor',
				to: { email: anchorMail },
				values: { day, sealNumber, headHash, signature }
			});
		}
		// Last: a file outside cannot be rolled back, and one for a day that was not recorded would be written again as it is.
		if (anchorFolder !== null) await writeAnchor(anchor, anchorFolder);
		return anchor;
	}, moment);
}
