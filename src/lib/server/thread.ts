/** What a thread of `runInThread` begins with. It is imported by nobody: a module that waits may not stand in a circle. */
import { parentPort, workerData } from 'node:worker_threads';

const { moduleUrl, input } = workerData as { moduleUrl: string; input: unknown };
const { inThread } = (await import(moduleUrl)) as { inThread: (input: unknown) => Promise<unknown> };
parentPort?.postMessage(await inThread(input));
