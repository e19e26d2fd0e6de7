/*
 * Catalogs of messages → typed functions, one module a feature.
 *
 *   node scripts/messages.ts           checks and writes src/lib/i18n/generated/
 *   node scripts/messages.ts --check   also fails on keys that nothing uses, and writes nothing
 *
 * Checks: both languages have the same keys and placeholders, plurals have every category of their language, no text is
 * empty, and French carries its no-break spaces. A catalog with an error is still generated where it can be, so one
 * unfinished translation does not stop everyone's development server; the exit status says that something is wrong.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IntlMessageFormat } from 'intl-messageformat';

/*
 * The formatter's own parser, so that what is parsed here is exactly what it formats in the browser. Its element types
 * are numbers; these are the ones that a catalog may hold.
 */
const parse = IntlMessageFormat.__parse;
type MessageFormatElement = ReturnType<NonNullable<typeof parse>>[number];
const TYPE = { literal: 0, argument: 1, number: 2, date: 3, time: 4, select: 5, plural: 6 } as const;

type Locale = 'en' | 'fr';
type Catalog = Record<string, string>;
type Kind = 'text' | 'number' | 'plural' | 'select';
type Placeholder = { kinds: Set<Kind>; options: Set<string> };
type Placeholders = Map<string, Placeholder>;

const root = join(import.meta.dirname, '..');
const sourceFolder = join(root, 'src/lib/i18n/messages');
const outputFolder = join(root, 'src/lib/i18n/generated');

/** Words that cannot name a binding in a module but may name an export. */
const RESERVED = new Set(
	(
		'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
		'false finally for function if implements import in instanceof interface let new null package private protected ' +
		'public return static super switch this throw true try typeof undefined var void while with yield'
	).split(' ')
);

/** The plural categories that each language has for whole and decimal numbers (CLDR). */
const PLURAL_CATEGORIES: Record<'cardinal' | 'ordinal', Record<Locale, readonly string[]>> = {
	cardinal: { en: ['one', 'other'], fr: ['one', 'many', 'other'] },
	ordinal: { en: ['one', 'two', 'few', 'other'], fr: ['one', 'other'] }
};

/** Parses one message; throws with the reason. Tags are text here: no message carries markup. */
export function parseMessage(text: string): MessageFormatElement[] {
	if (!parse) throw new Error('intl-messageformat came without its parser.');
	return parse(text, { ignoreTag: true, captureLocation: false });
}

/** Every placeholder of a message with the ways it is used. */
export function placeholdersOf(elements: MessageFormatElement[], found: Placeholders = new Map()): Placeholders {
	const note = (name: string, kind: Kind, options: string[] = []): void => {
		const placeholder = found.get(name) ?? { kinds: new Set<Kind>(), options: new Set<string>() };
		placeholder.kinds.add(kind);
		for (const option of options) placeholder.options.add(option);
		found.set(name, placeholder);
	};
	for (const element of elements) {
		if (element.type === TYPE.argument) note(element.value, 'text');
		if (element.type === TYPE.number) note(element.value, 'number');
		if (element.type === TYPE.plural || element.type === TYPE.select) {
			const isPlural = element.type === TYPE.plural;
			note(element.value, isPlural ? 'plural' : 'select', isPlural ? [] : Object.keys(element.options));
			for (const option of Object.values(element.options)) placeholdersOf(option.value, found);
		}
	}
	return found;
}

function eachElement(elements: MessageFormatElement[], visit: (element: MessageFormatElement) => void): void {
	for (const element of elements) {
		visit(element);
		if (element.type === TYPE.plural || element.type === TYPE.select) {
			for (const option of Object.values(element.options)) eachElement(option.value, visit);
		}
	}
}

/** What is wrong with one message of one language, in sentences. */
export function faultsOfMessage(text: unknown, locale: Locale): string[] {
	if (typeof text !== 'string') return ['is not a text'];
	if (text.trim() === '') return ['is empty'];
	const faults: string[] = [];
	if (text !== text.trim()) faults.push('begins or ends with a space');
	let elements: MessageFormatElement[];
	try {
		elements = parseMessage(text);
	} catch (error) {
		return [`does not parse: ${(error as Error).message}`];
	}
	eachElement(elements, (element) => {
		if (element.type === TYPE.date || element.type === TYPE.time) {
			faults.push(`formats {${element.value}} as a date or time itself: pass it ready from i18n/format`);
		}
		if (element.type === TYPE.number && element.style) {
			faults.push(`gives {${element.value}} a number style: pass it ready from i18n/format`);
		}
		if (element.type === TYPE.plural) {
			const type = element.pluralType === 'ordinal' ? 'ordinal' : 'cardinal';
			const needed = PLURAL_CATEGORIES[type][locale];
			const missing = needed.filter((category) => !(category in element.options));
			if (missing.length > 0) faults.push(`plural {${element.value}} lacks ${missing.join(', ')}`);
			const foreign = Object.keys(element.options).filter((key) => !key.startsWith('=') && !needed.includes(key));
			if (foreign.length > 0) faults.push(`plural {${element.value}} has ${foreign.join(', ')}, unknown here`);
		}
		if (element.type === TYPE.literal && locale === 'fr') faults.push(...frenchFaults(element.value));
	});
	return faults;
}

/** French wants U+00A0 before : $ % » and after «; none before ; ! ? (glossary); and the apostrophe of print. */
function frenchFaults(text: string): string[] {
	const faults: string[] = [];
	if (/\u202f/.test(text)) faults.push('has a narrow no-break space (U+202F): the house writes U+00A0');
	if (/ [:$%»]/.test(text)) faults.push('has a breaking space before : $ % or »');
	if (/« /.test(text)) faults.push('has a breaking space after «');
	if (/«[^\u00a0\u202f ]/.test(text)) faults.push('lacks the no-break space after «');
	if (/[^\u00a0\u202f ]»/.test(text)) faults.push('lacks the no-break space before »');
	if (/[^\s\u00a0\u202f\d/]:(?=\s|$)/u.test(text)) faults.push('lacks the no-break space before :');
	if (/[\s\u00a0\u202f][;!?]/.test(text)) faults.push('has a space before ; ! or ?');
	if (/\p{L}'\p{L}/u.test(text)) faults.push('has a straight apostrophe: French is printed with ’');
	if (/\d[%$]/.test(text)) faults.push('lacks the no-break space between the figure and % or $');
	return faults;
}

/** What is wrong between the two languages of one message: a placeholder that only one of them has, or other options. */
export function faultsBetween(english: string, french: string): string[] {
	let en: Placeholders;
	let fr: Placeholders;
	try {
		en = placeholdersOf(parseMessage(english));
		fr = placeholdersOf(parseMessage(french));
	} catch {
		return []; // reported by faultsOfMessage
	}
	const faults: string[] = [];
	for (const name of en.keys()) if (!fr.has(name)) faults.push(`{${name}} is missing in French`);
	for (const name of fr.keys()) if (!en.has(name)) faults.push(`{${name}} is missing in English`);
	for (const [name, ours] of en) {
		const theirs = fr.get(name);
		if (!theirs) continue;
		const [a, b] = [ours, theirs].map(({ options }) => [...options].sort().join('|'));
		if (a !== b) faults.push(`select {${name}} has other options in French`);
	}
	return faults;
}

function typeOf(placeholder: Placeholder): string {
	const { kinds, options } = placeholder;
	if (kinds.has('select')) {
		const named = [...options].filter((option) => option !== 'other').map((option) => JSON.stringify(option));
		return options.has('other') && named.length === 0 ? 'string' : [...named, "'other'"].join(' | ');
	}
	if (kinds.has('plural')) return 'number';
	if (kinds.has('number')) return 'number | bigint';
	return 'string | number';
}

function needsFormatter(elements: MessageFormatElement[]): boolean {
	return elements.some((element) => element.type !== TYPE.literal && element.type !== TYPE.argument);
}

function asTemplate(elements: MessageFormatElement[]): string {
	if (elements.every((element) => element.type === TYPE.literal)) {
		return JSON.stringify(elements.map((element) => (element.type === TYPE.literal ? element.value : '')).join(''));
	}
	const body = elements
		.map((element) => {
			if (element.type === TYPE.argument) return `\${values[${JSON.stringify(element.value)}]}`;
			return element.type === TYPE.literal ? element.value.replace(/[`\\]|\$\{/g, '\\$&') : '';
		})
		.join('');
	return `\`${body}\``;
}

/** The source of one generated module. Keys whose text does not parse are left out; the check has named them. */
export function generateModule(english: Catalog, french: Catalog): string {
	const lines: string[] = [];
	let usesPattern = false;
	for (const key of Object.keys(english).sort()) {
		const englishText = english[key];
		const frenchText = french[key] ?? englishText;
		if (typeof englishText !== 'string' || typeof frenchText !== 'string' || !KEY.test(key)) continue;
		let en: MessageFormatElement[];
		let fr: MessageFormatElement[];
		try {
			en = parseMessage(englishText);
			fr = parseMessage(frenchText);
		} catch {
			continue;
		}
		const placeholders = placeholdersOf(fr, placeholdersOf(en));
		const fields = [...placeholders].map(([name, placeholder]) => `${JSON.stringify(name)}: ${typeOf(placeholder)}`);
		const values = `{ ${fields.join('; ')} }`;
		const name = RESERVED.has(key) ? `${key}_` : key;
		const words = RESERVED.has(key) ? 'const' : 'export const';
		lines.push(`/** ${englishText.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */`);
		if (needsFormatter(en) || needsFormatter(fr)) {
			usesPattern = true;
			lines.push(
				`${words} ${name} = /* @__PURE__ */ pattern<${values}>(${JSON.stringify(en)}, ${JSON.stringify(fr)});`
			);
		} else {
			const parameters = placeholders.size > 0 ? `locale: Locale, values: ${values}` : 'locale: Locale';
			lines.push(
				`${words} ${name} = (${parameters}): string => locale === 'fr' ? ${asTemplate(fr)} : ${asTemplate(en)};`
			);
		}
		if (name !== key) lines.push(`export { ${name} as ${key} };`);
	}
	const head = ['// Generated by scripts/messages.ts from src/lib/i18n/messages. Do not edit.'];
	if (lines.length > 0) head.push("import type { Locale } from '../locale.ts';");
	if (usesPattern) head.push("import { pattern } from '../message.ts';");
	if (lines.length === 0) head.push('export {};');
	return [...head, ...lines, ''].join('\n');
}

const KEY = /^[a-z][A-Za-z0-9_]*$/;

function readCatalog(feature: string, locale: Locale, faults: string[]): Catalog {
	const path = join(sourceFolder, `${feature}.${locale}.json`);
	try {
		const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
		if (parsed && typeof parsed === 'object' && !Array.isArray(parsed)) return parsed as Catalog;
		faults.push(`${feature}.${locale}: is not an object of texts`);
	} catch (error) {
		faults.push(`${feature}.${locale}: ${(error as Error).message}`);
	}
	return {};
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return path === outputFolder ? [] : filesBelow(path);
		return /\.(ts|svelte)$/.test(entry.name) ? [path] : [];
	});
}

/** Keys of each feature that no source file names after importing the feature's module. */
function unusedKeys(features: Map<string, Catalog>): string[] {
	const used = new Map<string, Set<string>>();
	const wholly = new Set<string>();
	for (const path of [join(root, 'src'), join(root, 'scripts'), join(root, 'tests')].flatMap((folder) => {
		try {
			return filesBelow(folder);
		} catch {
			return [];
		}
	})) {
		const source = readFileSync(path, 'utf8');
		for (const [, clause = '', feature = ''] of source.matchAll(
			/import\s+([^;]*?)\s+from\s+['"][^'"]*\/generated\/([\w-]+)\.ts['"]/g
		)) {
			const keys = used.get(feature) ?? new Set<string>();
			used.set(feature, keys);
			const namespace = /\*\s+as\s+(\w+)/.exec(clause)?.[1];
			if (namespace) {
				for (const match of source.matchAll(new RegExp(`\\b${namespace}\\.([A-Za-z0-9_]+)`, 'g')))
					keys.add(match[1] ?? '');
				// `messages[code]`, `keyof typeof messages` or passing the module on: any key may be meant.
				const rest = source.replace(clause, '').replace(new RegExp(`\\b${namespace}\\.[A-Za-z0-9_]+`, 'g'), '');
				if (new RegExp(`\\b${namespace}\\b(?!['"/])`).test(rest)) wholly.add(feature);
			}
			for (const match of (/\{([^}]*)\}/.exec(clause)?.[1] ?? '').matchAll(/(\w+)(?:\s+as\s+\w+)?/g))
				keys.add(match[1] ?? '');
		}
	}
	return [...features].flatMap(([feature, catalog]) =>
		wholly.has(feature)
			? []
			: Object.keys(catalog)
					.filter((key) => !used.get(feature)?.has(key))
					.map((key) => `${feature}.${key}: nothing uses it`)
	);
}

/** Checks every catalog and, unless `checkOnly`, writes the modules. Answers the faults found. */
export function run(options: { checkOnly: boolean }): string[] {
	const faults: string[] = [];
	const features = new Map<string, Catalog>();
	const names = new Set(
		readdirSync(sourceFolder).flatMap((file) => {
			const match = /^([a-z][a-z-]*)\.(en|fr)\.json$/.exec(file);
			if (!match && file.endsWith('.json')) faults.push(`${file}: a catalog is named <feature>.<en|fr>.json`);
			return match ? [match[1] ?? ''] : [];
		})
	);
	if (!options.checkOnly) mkdirSync(outputFolder, { recursive: true });
	for (const feature of [...names].sort()) {
		const english = readCatalog(feature, 'en', faults);
		const french = readCatalog(feature, 'fr', faults);
		features.set(feature, english);
		for (const key of new Set([...Object.keys(english), ...Object.keys(french)])) {
			const say = (fault: string): number => faults.push(`${feature}.${key}: ${fault}`);
			if (!KEY.test(key)) say('the key is not camelCase');
			if (!(key in english)) say('is missing in English');
			if (!(key in french)) say('is missing in French');
			if (key in english) for (const fault of faultsOfMessage(english[key], 'en')) say(`English ${fault}`);
			if (key in french) for (const fault of faultsOfMessage(french[key], 'fr')) say(`French ${fault}`);
			const [en, fr] = [english[key], french[key]];
			if (typeof en === 'string' && typeof fr === 'string') faultsBetween(en, fr).forEach(say);
		}
		if (!options.checkOnly) writeIfChanged(join(outputFolder, `${feature}.ts`), generateModule(english, french));
	}
	if (options.checkOnly) faults.push(...unusedKeys(features));
	else {
		for (const file of readdirSync(outputFolder)) {
			if (!names.has(file.replace(/\.ts$/, ''))) rmSync(join(outputFolder, file));
		}
	}
	return faults;
}

/** An unchanged file keeps its time, so the development server does not reload every page. */
function writeIfChanged(path: string, content: string): void {
	try {
		if (readFileSync(path, 'utf8') === content) return;
	} catch {
		// not there yet
	}
	writeFileSync(path, content);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	const checkOnly = process.argv.includes('--check');
	const faults = run({ checkOnly });
	for (const fault of faults) console.error(`${relative(process.cwd(), sourceFolder)}/${fault}`);
	if (faults.length > 0) {
		console.error(`${faults.length} fault(s) in the message catalogs.`);
		process.exitCode = 1;
	}
}
