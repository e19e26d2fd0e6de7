/** Before the integration and the end-to-end tests: one throwaway PostgreSQL for the whole run. */
import type { TestProject } from 'vitest/node';
import { startTestServer, type TestServer } from './database.ts';

declare module 'vitest' {
	interface ProvidedContext {
		testServer: TestServer;
	}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const { server, stop } = await startTestServer();
	project.provide('testServer', server);
	return stop;
}
