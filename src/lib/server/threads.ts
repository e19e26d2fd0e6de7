import { Worker } from 'node:worker_threads';

/**
 * Runs a computation beside the event loop: its module is loaded in a thread of its own, and the function it exports
 * under that name is called with the input. Input and output must be plain values.
 * @param computation the module's `import.meta.url` and the function's name
 */
export function runInThread<Input, Output>(
	computation: { module: string; name: string },
	input: Input,
	signal?: AbortSignal
): Promise<Output> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: { ...computation, input } });
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
