/** `npm run hearth -- …`: makes the generated source that commands with a database import, then hands over. */
import { isPure, runCommand } from '../src/cli/hearth.ts';
import { generate } from './generate.ts';
import { main } from './processes.ts';

await main(async () => {
	const args = process.argv.slice(2);
	if (!isPure(args)) await generate();
	process.exitCode = await runCommand(args);
});
