/**
 * `.env.example` from the variables that src/lib/server/config.ts declares.
 *
 *   node scripts/env-example.ts           writes it
 *   node scripts/env-example.ts --check   fails when it is stale
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '#lib/server/config.ts';
import { root } from './processes.ts';

const file = join(root, '.env.example');
const WIDTH = 110;

const HEAD = `# Every environment variable that Hearth knows. Generated from src/lib/server/config.ts: change it there, then run
# \`npm run generate\`. None is needed for \`npm start\` on one machine.
`;

const blocks = Object.entries(VARIABLES).map(
	([name, { description, example, usedBy }]) =>
		`${wrap(usedBy === 'tests' ? `Tests only. ${description}` : description)}\n#${name}=${quoted(example)}\n`
);
const text = `${HEAD}\n${blocks.join('\n')}`;

if (process.argv.includes('--check')) {
	if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
		console.error('.env.example is stale: run `npm run generate` and commit it.');
		process.exitCode = 1;
	}
} else {
	writeFileSync(file, text);
}

function wrap(sentences: string): string {
	const lines: string[] = [];
	for (const word of sentences.split(' ')) {
		const line = lines.at(-1);
		if (line === undefined || line.length + 1 + word.length > WIDTH) lines.push(`# ${word}`);
		else lines[lines.length - 1] = `${line} ${word}`;
	}
	return lines.join('\n');
}

function quoted(value: string): string {
	return /\s/.test(value) ? `"${value}"` : value;
}
