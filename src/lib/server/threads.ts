import { Worker } from 'node:worker_threads';

/**
 * Runs a computation beside the event loop. The module is loaded in a thread of its own and its exported function named
 * `inThread` is called with the input; input and output must be plain values.
 * @param moduleUrl `import.meta.url` of the module, or its `import.meta.resolve`
 */
export function runInThread<Input, Output>(moduleUrl: string, input: Input, signal?: AbortSignal): Promise<Output> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: { moduleUrl, input } });
		const abort = (): void => void worker.terminate();
		signal?.addEventListener('abort', abort, { once: true });
		worker.once('message', (output: Output) => resolve(output));
		worker.once('error', reject);
		worker.once('exit', (code) => {
			signal?.removeEventListener('abort', abort);
			reject(new Error(`the thread ended without an answer (exit code ${code})`));
		});
	});
}
