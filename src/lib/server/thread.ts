/** What a thread of `runInThread` begins with. It is imported by nobody: a module that waits may not stand in a circle. */
import { parentPort, workerData } from 'node:worker_threads';

type Computation = (input: unknown) => Promise<unknown>;

const { module, name, input } = workerData as { module: string; name: string; input: unknown };
const computation = ((await import(module)) as Record<string, Computation>)[name];
if (!computation) throw new Error(`${name} is not exported by its module`);
parentPort?.postMessage(await computation(input));
