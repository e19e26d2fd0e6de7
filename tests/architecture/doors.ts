/*
 * Every door of the application, read from its source: what a browser may ask of each route, by name. The written-out
 * table in access-table.ts says who may; routes.test.ts compares the two.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { filesBelow, parse, root } from './source.ts';

const routes = join(root, 'src/routes');

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'fallback']);

/**
 * Route id → the names of its doors: `page` (a page without a load of its own), `load`, `action NAME`, `layout`, or an
 * HTTP method of an endpoint.
 */
export function doorsInSource(): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const file of filesBelow('src/routes')) {
		const doors = doorsOf(file);
		if (doors.length === 0) continue;
		const id = routeId(file);
		found.set(id, [...(found.get(id) ?? []), ...doors].sort());
	}
	return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function routeId(file: string): string {
	return `/${relative(routes, dirname(file)).split(sep).join('/')}`;
}

function doorsOf(file: string): string[] {
	const name = basename(file);
	switch (name) {
		case '+page.svelte': {
			const folder = dirname(file);
			const hasLoad = existsSync(join(folder, '+page.server.ts')) || existsSync(join(folder, '+page.ts'));
			return hasLoad ? [] : ['page'];
		}
		case '+page.ts':
			return exportsOf(file).has('load') ? ['load'] : ['page'];
		case '+page.server.ts': {
			const exported = exportsOf(file);
			// A page may have actions and nothing to load; it is a page all the same.
			const sight = exported.has('load') ? 'load' : 'page';
			return [sight, ...actionNames(file, exported.get('actions')).map((action) => `action ${action}`)];
		}
		case '+layout.server.ts':
		case '+layout.ts':
			return exportsOf(file).has('load') ? ['layout'] : [];
		case '+server.ts':
			return [...exportsOf(file).keys()].filter((exported) => METHODS.has(exported));
		default:
			if (/\.remote\.(?:ts|js)$/.test(name)) throw new Error(`${file}: remote functions have no place in the table`);
			return [];
	}
}

/** What a module exports by name, with the initializer of each constant. */
function exportsOf(file: string): Map<string, ts.Expression | undefined> {
	const found = new Map<string, ts.Expression | undefined>();
	for (const statement of parse(file).statements) {
		if (ts.isExportDeclaration(statement))
			throw new Error(`${file}: a door is exported where it is declared, so that its name can be read`);
		const isExported =
			ts.canHaveModifiers(statement) &&
			ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
		if (!isExported) continue;
		if (ts.isFunctionDeclaration(statement) && statement.name) found.set(statement.name.text, undefined);
		if (ts.isVariableStatement(statement)) {
			for (const declaration of statement.declarationList.declarations) {
				if (!ts.isIdentifier(declaration.name))
					throw new Error(`${file}: a door is exported by its own name, not out of another object`);
				found.set(declaration.name.text, declaration.initializer);
			}
		}
	}
	return found;
}

function actionNames(file: string, actions: ts.Expression | undefined): string[] {
	if (actions === undefined) return [];
	let literal = actions;
	while (ts.isSatisfiesExpression(literal) || ts.isAsExpression(literal) || ts.isParenthesizedExpression(literal))
		literal = literal.expression;
	if (!ts.isObjectLiteralExpression(literal)) throw new Error(`${file}: actions are written out as one object`);
	return literal.properties.map((property) => {
		if (property.name && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)))
			return property.name.text;
		throw new Error(`${file}: every action is written out by name`);
	});
}
