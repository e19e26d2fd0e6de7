import { sign, verify, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalAnchor } from '#lib/domain/audit/seal.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** A day's head of the chain as it is kept outside: what it says, and the signature over exactly that. */
export type Anchor = {
	day: string;
	sealNumber: number;
	/** SHA-256 of the head's block, hexadecimal. */
	headHash: string;
	/** Ed25519 over the canonical text, base64. */
	signature: string;
	/** The installation's public key for anchors, base64 of its SPKI form; compare it with the one you were given. */
	publicKey: string;
};

const anchorSchema: z.ZodType<Anchor> = z.object({
	day: z.iso.date(),
	sealNumber: z.int().positive(),
	headHash: z.string().regex(/^[0-9a-f]{64}$/),
	signature: z.base64(),
	publicKey: z.base64()
});

/** Signs the chain's present head for a day. Null while the chain has no block. */
export async function signHead(
	tx: Tx,
	day: string,
	keys: { privateKey: KeyObject; publicKey: KeyObject }
): Promise<Anchor | null> {
	const head = await tx.auditSeal.findFirst({ orderBy: { number: 'desc' }, select: { number: true, hash: true } });
	if (!head) return null;
	const statement = { day, sealNumber: head.number, headHash: Buffer.from(head.hash).toString('hex') };
	return {
		...statement,
		signature: sign(null, Buffer.from(canonicalAnchor(statement)), keys.privateKey).toString('base64'),
		publicKey: keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
	};
}

/** Whether this key signed this anchor. The key inside the file proves nothing: a forger would bring a key too. */
export function isSignedBy(anchor: Anchor, publicKey: KeyObject): boolean {
	return verify(null, Buffer.from(canonicalAnchor(anchor)), publicKey, Buffer.from(anchor.signature, 'base64'));
}

/** Writes an anchor into a folder, once: a file that exists is never written over. Returns its name. */
export async function writeAnchor(anchor: Anchor, folder: string): Promise<string> {
	await mkdir(folder, { recursive: true });
	const name = `hearth-anchor-${anchor.day}.json`;
	try {
		await writeFile(join(folder, name), `${JSON.stringify(anchor, null, '\t')}\n`, { flag: 'wx' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}
	return name;
}

/** Reads an anchor's file. Throws with a sentence when it is none. */
export async function readAnchor(file: string): Promise<Anchor> {
	const parsed = anchorSchema.safeParse(parseJson(await readFile(file, 'utf8')));
	if (!parsed.success) throw new Error(`${file} is not an anchor of Hearth.`);
	return parsed.data;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
