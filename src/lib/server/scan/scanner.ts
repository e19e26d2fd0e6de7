import type { Readable } from 'node:stream';

/*
 * Virus scanning. No scanner is installed yet, and files say so: their state is `not_scanned`, shown beside each name.
 * With a scanner, files arrive as `pending` and are served to nobody until they are clean.
 */

export type ScanResult = 'clean' | 'infected';

export type Scanner = {
	/** Reads the whole content. A rejection means that the scan could not run: the file stays pending, never clean. */
	scan(content: Readable): Promise<ScanResult>;
};

/** The scanner of this installation, or null where there is none. */
export function scanner(): Scanner | null {
	return null;
}
