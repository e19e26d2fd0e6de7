/** Reading the source for the tests of this folder: which files there are, and what the trees in them say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

export const root = join(import.meta.dirname, '../..');

/** Every file below a folder of the repository, in order of name; what is generated is not source. */
export function filesBelow(folder: string): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => !file.includes(`${sep}generated${sep}`))
		.sort();
}

/** TypeScript files of the product, without their tests. */
export function productFiles(folder = 'src'): string[] {
	return filesBelow(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}

export function read(file: string): string {
	return readFileSync(file, 'utf8');
}

const trees = new Map<string, ts.SourceFile>();

/** A TypeScript file as a tree that knows parents. */
export function parse(file: string): ts.SourceFile {
	const known = trees.get(file);
	if (known) return known;
	const tree = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
	trees.set(file, tree);
	return tree;
}

/** Calls `visit` for every node of a tree, outermost first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
	visit(node);
	node.forEachChild((child) => walk(child, visit));
}

/** `src/lib/…/file.ts:12`, as an editor opens it. */
export function place(file: string, node?: ts.Node): string {
	const name = relative(root, file).split(sep).join('/');
	if (!node) return name;
	return `${name}:${node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** The name of the nearest function around a node, or null at the top of a file. */
export function functionAround(node: ts.Node): ts.FunctionDeclaration | null {
	for (let at: ts.Node | undefined = node; at; at = at.parent) if (ts.isFunctionDeclaration(at)) return at;
	return null;
}
