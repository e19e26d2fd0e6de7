/*
 * Laws of this house that a reader of one file cannot see being broken. Each test says the law; what it prints is where
 * to look.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { LIFECYCLES } from '#lib/domain/lifecycles.ts';
import { SEALED_COLUMNS } from '#lib/server/crypto/sealed-columns.ts';
import { lifecyclePage } from '#scripts/lifecycle-docs.ts';
import { filesBelow, functionAround, parse, place, productFiles, read, root, walk } from './source.ts';

/** `Allocation round` and `review-assignment` → `allocationRound`, `reviewAssignment`, as the database client says it. */
function clientName(subject: string): string {
	return subject.toLowerCase().replaceAll(/[\s_-]+([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

const MACHINES = new Map(LIFECYCLES.map((lifecycle) => [clientName(lifecycle.subject), lifecycle]));

type Write = { file: string; node: ts.Node; model: string; method: string; status: ts.Expression };

/** Every place where the database client writes the status of a record that has a lifecycle. */
function statusWrites(): Write[] {
	const found: Write[] = [];
	for (const file of productFiles('src/lib')) {
		walk(parse(file), (node) => {
			if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
			const method = node.expression.name.text;
			if (!/^(?:create|update|upsert)/.test(method)) return;
			const target = node.expression.expression;
			if (!ts.isPropertyAccessExpression(target) || !MACHINES.has(target.name.text)) return;
			for (const status of statusesIn(node)) found.push({ file, node, model: target.name.text, method, status });
		});
	}
	return found;
}

/** What a write assigns to `status`; a condition in `where` assigns nothing, and a read beside it neither. */
function statusesIn(call: ts.CallExpression): ts.Expression[] {
	const found: ts.Expression[] = [];
	const look = (node: ts.Node): void => {
		if (ts.isPropertyAssignment(node)) {
			const name = node.name.getText();
			if (name === 'where' || name === 'select' || name === 'include') return;
			if (name === 'status') found.push(node.initializer);
		}
		if (ts.isShorthandPropertyAssignment(node) && node.name.text === 'status') found.push(node.name);
		node.forEachChild(look);
	};
	call.arguments.forEach(look);
	return found;
}

function literalOf(expression: ts.Expression): string | null {
	let inner = expression;
	while (ts.isSatisfiesExpression(inner) || ts.isAsExpression(inner)) inner = inner.expression;
	return ts.isStringLiteral(inner) ? inner.text : null;
}

describe('a status', () => {
	test('begins as its lifecycle says', () => {
		const wrong = statusWrites()
			.filter(({ method }) => method.startsWith('create'))
			.filter(({ model, status }) => {
				const written = literalOf(status) ?? status.getText();
				return written !== MACHINES.get(model)?.initial && !/(?:lifecycle|Lifecycle)\.initial$/.test(written);
			});
		expect(wrong.map(({ file, node, model, status }) => `${place(file, node)} ${model}: ${status.getText()}`)).toEqual(
			[]
		);
	});

	test('changes only where its lifecycle was asked for the next one', () => {
		const wrong = statusWrites()
			.filter(({ method }) => !method.startsWith('create'))
			.filter(({ node, status }) => {
				if (literalOf(status) !== null) return true;
				const around = functionAround(node)?.getText() ?? '';
				return !/\bnext(?:[A-Z]\w*)?\(/.test(around);
			});
		expect(wrong.map(({ file, node, model, status }) => `${place(file, node)} ${model}: ${status.getText()}`)).toEqual(
			[]
		);
	});

	test('is written by SQL of our own nowhere but in migrations', () => {
		const tables = [...MACHINES.keys()].map((name) =>
			name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
		);
		const writes = new RegExp(
			String.raw`\b(?:update|insert\s+into)\s+"?(?:${tables.join('|')})"?\b[^;\`]*\bstatus\b`,
			'i'
		);
		const wrong = productFiles('src').filter((file) => writes.test(read(file)));
		expect(wrong.map((file) => place(file))).toEqual([]);
	});

	test('is looked for in the right place: every lifecycle is a model that something writes', () => {
		const written = new Set(statusWrites().map(({ model }) => model));
		// Reports come with the issue that builds them; until then nothing writes one.
		expect([...MACHINES.keys()].filter((model) => !written.has(model) && model !== 'report')).toEqual([]);
	});
});

describe('sealed values', () => {
	const listed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort();

	test('the list names every column that holds ciphertext', () => {
		const columns = filesBelow('prisma/schema').flatMap((file) =>
			[...read(file).matchAll(/^model \w+ \{$([\s\S]*?)^\}$/gm)].flatMap(([, body = '']) => {
				const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '';
				return [...body.matchAll(/^\s+(\w*[cC]iphertext\w*)\s+\S+(.*)$/gm)].map(
					([, field = '', rest = '']) => `${table}.${/@map\("(\w+)"\)/.exec(rest)?.[1] ?? field}`
				);
			})
		);
		expect(columns.sort()).toEqual(listed);
	});

	test('every place that the code seals or opens is in the list', () => {
		const places: string[] = [];
		for (const file of productFiles('src/lib')) {
			if (file.endsWith('sealed-columns.ts')) continue;
			walk(parse(file), (node) => {
				if (!ts.isObjectLiteralExpression(node)) return;
				const given = new Map(
					node.properties.flatMap((property) =>
						ts.isPropertyAssignment(property) ? [[property.name.getText(), property.initializer] as const] : []
					)
				);
				const [table, column, row] = ['table', 'column', 'row'].map((name) => given.get(name));
				if (!table || !column || !row || !ts.isStringLiteral(table) || !ts.isStringLiteral(column)) return;
				places.push(`${table.text}.${column.text}`);
			});
		}
		expect(places.length).toBeGreaterThan(0);
		expect(places.filter((name) => !listed.includes(name))).toEqual([]);
	});
});

describe('pages', () => {
	const pages = [...filesBelow('src/routes'), ...filesBelow('src/lib')].filter((file) => file.endsWith('.svelte'));

	test('write no HTML that was not written by us', () => {
		expect(pages.filter((file) => read(file).includes('{@html')).map((file) => place(file))).toEqual([]);
	});

	test('write no address: paths.ts alone knows them', () => {
		const address =
			/["'`]\/(?:en|fr|apply|manage|review|account|opportunities|sign-in|sign-out|register|api)(?=[/"'`?#$])/;
		// The door recognizes addresses and routes by their shape; it leads nowhere with them.
		const shapes = /^src\/lib\/(?:paths\.ts|door\/)/;
		const wrong = [...pages, ...productFiles('src/lib'), ...productFiles('src/routes')].filter(
			(file) => !shapes.test(place(file)) && address.test(withoutComments(read(file)))
		);
		expect(wrong.map((file) => place(file))).toEqual([]);
	});

	test('lead from an error summary into the form it came from: no two fields of a page share a name, and so an id', () => {
		const wrong: string[] = [];
		for (const file of pages) {
			const fields = [...withoutComments(read(file)).matchAll(/<Field\b((?:=>|[^>])*)>/g)].map(
				([, given = '']) => given
			);
			const ids = fields.flatMap((given) => {
				const name = /\bname="([^"{}]+)"/.exec(given)?.[1];
				const id = /\bid="([^"{}]+)"/.exec(given)?.[1];
				// The summary links to the name; an id that is computed comes with a summary that computes it too.
				if (id !== undefined && id !== name) wrong.push(`${place(file)} ${name}: its id is ${id}`);
				return name === undefined || /\bid=\{/.test(given) ? [] : [name];
			});
			const twice = ids.filter((name, at) => ids.indexOf(name) !== at);
			wrong.push(...twice.map((name) => `${place(file)} ${name}: twice`));
		}
		expect(wrong).toEqual([]);
	});

	test('dial no number of their own: an installation has its own help line', () => {
		const written = [...pages, ...productFiles('src/lib'), ...productFiles('src/routes')].filter(
			(file) => !/(?:\/server\/config\.ts|\.test\.ts)$/.test(place(file))
		);
		// The shell makes the address of the configured number; everything else reads it there.
		const dialled = /\btel:(?!\+\$\{)|\b1[- ]8\d\d[- ]\d{3}-\d{4}\b/;
		expect(written.filter((file) => dialled.test(withoutComments(read(file)))).map((file) => place(file))).toEqual([]);
	});

	test('carry no script, style or handler in an attribute, which the policy would not run', () => {
		const inline = /\sstyle="|\son(?:click|input|change|submit|load)="|<script(?![^>]*\blang="ts")(?=[\s>])/;
		expect(pages.filter((file) => inline.test(read(file))).map((file) => place(file))).toEqual([]);
	});
});

function withoutComments(source: string): string {
	return source.replaceAll(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<![:'"`])\/\/[^\n]*/g, '');
}

describe('use cases', () => {
	test('of another subject are called inside the transaction of the caller', () => {
		const wrong: string[] = [];
		for (const file of productFiles('src/lib/features')) {
			const own = /features\/([^/]+)\//.exec(place(file))?.[1];
			for (const statement of parse(file).statements) {
				if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
				const other = /^#lib\/features\/([^/]+)\/commands\.server\.ts$/.exec(statement.moduleSpecifier.text)?.[1];
				const bindings = statement.importClause?.namedBindings;
				if (other === undefined || other === own || !bindings || !ts.isNamedImports(bindings)) continue;
				for (const { name, propertyName, isTypeOnly } of bindings.elements) {
					const imported = (propertyName ?? name).text;
					const isCommand = !isTypeOnly && !statement.importClause?.isTypeOnly && /^[a-z]/.test(imported);
					if (isCommand && !opensNoTransaction(statement.moduleSpecifier.text, imported))
						wrong.push(`${place(file, statement)} ${imported}`);
				}
			}
		}
		expect(wrong).toEqual([]);
	});

	test('named …Within take the transaction first and open none', () => {
		const wrong: string[] = [];
		for (const file of productFiles('src/lib/features')) {
			for (const statement of parse(file).statements) {
				if (!ts.isFunctionDeclaration(statement) || !statement.name?.text.endsWith('Within')) continue;
				const first = statement.parameters[0]?.name.getText();
				if (first !== 'tx' || opensTransaction(statement))
					wrong.push(`${place(file, statement)} ${statement.name.text}`);
			}
		}
		expect(wrong).toEqual([]);
	});
});

function opensTransaction(declaration: ts.Node): boolean {
	return /\b(?:transact|transactAs|readAs)\(/.test(declaration.getText());
}

/** Whether an exported function works in the transaction it is given. Constants and values open none. */
function opensNoTransaction(specifier: string, name: string): boolean {
	const file = join(root, specifier.replace('#lib/', 'src/lib/'));
	const declaration = parse(file).statements.find(
		(statement) => ts.isFunctionDeclaration(statement) && statement.name?.text === name
	);
	return declaration === undefined || !opensTransaction(declaration);
}

describe('the database', () => {
	test('every constraint of a migration has a name, since its name is what a command reads', () => {
		const wrong: string[] = [];
		for (const file of filesBelow('prisma/migrations').filter((name) => name.endsWith('.sql'))) {
			// The tables of the job queue are the library's own, as it writes them.
			if (file.includes('_jobs/')) continue;
			const sql = withoutTexts(read(file));
			const rules =
				/\b(?:(?<!WITH\s+)CHECK\s*\(|UNIQUE\s*\(|PRIMARY\s+KEY|FOREIGN\s+KEY|REFERENCES\s+\S+\s*\(|EXCLUDE\s+USING)/gi;
			for (const match of sql.matchAll(rules)) {
				const before = sql.slice(0, match.index);
				const clause = before.slice(Math.max(before.lastIndexOf(';'), before.lastIndexOf(',')) + 1);
				const line = before.split('\n').length;
				const isNamed = /\bCONSTRAINT\s+\S+/i.test(clause) || /\b(?:ADD|CREATE)\b[^;]*\bCONSTRAINT\s+\S+/i.test(clause);
				if (!isNamed) wrong.push(`${place(file)}:${line} ${match[0]}`);
			}
			for (const match of sql.matchAll(
				/\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?ON\b/gi
			))
				wrong.push(`${place(file)} ${match[0]}`);
		}
		expect(wrong).toEqual([]);
	});
});

/** SQL without comments, texts and the bodies of functions, in which words mean something else; lines stay. */
function withoutTexts(sql: string): string {
	const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');
	return sql
		.replaceAll(/--[^\n]*/g, blank)
		.replaceAll(/\/\*[\s\S]*?\*\//g, blank)
		.replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, blank)
		.replaceAll(/'(?:[^']|'')*'/g, blank);
}

describe('texts', () => {
	test('every problem has its sentence in both languages, and no sentence is left over', () => {
		const codes: string[] = [];
		walk(parse(join(root, 'src/lib/domain/problem.ts')), (node) => {
			if (!ts.isTypeAliasDeclaration(node) || node.name.text !== 'ProblemCode') return;
			walk(node.type, (part) => {
				if (ts.isLiteralTypeNode(part) && ts.isStringLiteral(part.literal)) codes.push(part.literal.text);
			});
		});
		expect(codes.length).toBeGreaterThan(50);
		expect(new Set(codes).size).toBe(codes.length);
		for (const locale of ['en', 'fr']) {
			const file = join(root, `src/lib/i18n/messages/problem.${locale}.json`);
			const sentences = Object.keys(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
			expect(
				codes.filter((code) => !sentences.includes(code)),
				`without a sentence in ${locale}`
			).toEqual([]);
			expect(
				sentences.filter((key) => !codes.includes(key)),
				`without a problem in ${locale}`
			).toEqual([]);
		}
	});

	test('the page of lifecycles says what the tables say', () => {
		expect(read(join(root, 'docs/lifecycle.md'))).toBe(lifecyclePage());
	});
});

test('no query orders by a name: the order of a language is not the order of a database', () => {
	const wrong: string[] = [];
	for (const file of productFiles('src')) {
		walk(parse(file), (node) => {
			if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'orderBy') return;
			walk(node.initializer, (inner) => {
				if (!ts.isPropertyAssignment(inner) || !ts.isStringLiteral(inner.initializer)) return;
				if (/^(?:asc|desc)$/.test(inner.initializer.text) && /name|title/i.test(inner.name.getText()))
					wrong.push(place(file, inner));
			});
		});
	}
	expect(wrong).toEqual([]);
});

test('a column that says a day or an instant says it to machines too', () => {
	const wrong: string[] = [];
	for (const file of filesBelow('src').filter((name) => name.endsWith('.svelte'))) {
		const source = readFileSync(file, 'utf8');
		for (const { 0: column, index } of source.matchAll(
			/\{\s*key: '[^{}]*text: \(\w+\) =>\s*\(?[^,]*format(?:Instant|Date|Day)\([^}]*\}/g
		)) {
			if (!column.includes('datetime:')) wrong.push(`${file}: ${column.slice(0, 80)} (${index})`);
		}
	}
	expect(wrong).toEqual([]);
});
