/*
 * Preloaded into every child of the supervisor (`node --import`). A parent killed with -9 cannot say goodbye, but its end
 * of the channel closes; then this process asks itself to stop as an operator would, and if that takes too long, ends.
 */
const PATIENCE_MILLIS = 15_000;

if (process.channel) {
	process.once('disconnect', () => {
		process.kill(process.pid, 'SIGTERM');
		setTimeout(() => process.exit(1), PATIENCE_MILLIS).unref();
	});
	// Listening must not keep a child alive that has nothing else to do.
	process.channel.unref();
}
