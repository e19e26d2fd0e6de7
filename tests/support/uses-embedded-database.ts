/** A process that uses the embedded server of the folder it is given until it is killed or its input ends. */
import { shareEmbeddedDatabase } from '#lib/server/db/embedded.ts';

const embedded = await shareEmbeddedDatabase({ folder: process.argv[2] ?? '', throwaway: false });
console.log(JSON.stringify({ reused: embedded.reused, url: embedded.urlFor('postgres') }));
process.stdin.resume();
process.stdin.once('end', async () => {
	await embedded.stop();
	process.exit();
});
