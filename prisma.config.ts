import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

// The native schema engine is a download. Ours speaks the same protocol over WASM and comes with the packages; a real
// engine named in the environment wins.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= fileURLToPath(new URL('./scripts/schema-engine.mjs', import.meta.url));
process.env['CHECKPOINT_DISABLE'] = '1';

export default defineConfig({
	schema: 'prisma/schema',
	migrations: { path: 'prisma/migrations', seed: 'node prisma/seed/index.ts' },
	datasource: {
		url: process.env['DATABASE_URL'] ?? '',
		...(process.env['SHADOW_DATABASE_URL'] ? { shadowDatabaseUrl: process.env['SHADOW_DATABASE_URL'] } : {})
	}
});
