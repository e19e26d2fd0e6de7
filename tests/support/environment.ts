/** The environment of the product in tests. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestDatabase } from './database.ts';

/** One key for all tests, so that a seeded template can be read wherever it is copied. It protects nothing. */
const TEST_KEYS = JSON.stringify({
	keys: [{ id: 'test', secret: Buffer.alloc(32, 'hearth').toString('base64'), createdAt: '2026-04-01T00:00:00Z' }]
});

/** What the product needs to run on this database. Uploaded files go to `filesFolder`, or to a new temporary folder. */
export function environmentFor(database: TestDatabase, filesFolder = temporaryFolder()): Record<string, string> {
	return {
		DATABASE_URL: database.ownerUrl,
		DATABASE_APP_URL: database.appUrl,
		HEARTH_KEYS: TEST_KEYS,
		HEARTH_FILES: filesFolder,
		HEARTH_DEMONSTRATION: 'true',
		LOG_LEVEL: 'warn',
		SMTP_URL: '',
		MAIL_FROM: '',
		ORIGIN: ''
	};
}

export function temporaryFolder(): string {
	return mkdtempSync(join(tmpdir(), 'hearth-test-'));
}
