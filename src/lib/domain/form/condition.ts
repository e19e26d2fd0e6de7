import { LogicEngine } from 'json-logic-engine';

/** A JSON Logic rule over answers by question key, such as `{ "===": [{ "var": "has_partner" }, "yes"] }`. */
export type Condition = { [operator: string]: unknown };

/** Operators a form may use. None loops, none builds text, so a rule's cost is its own length. */
export const CONDITION_OPERATORS: readonly string[] = [
	'var',
	'===',
	'!==',
	'==',
	'!=',
	'<',
	'<=',
	'>',
	'>=',
	'!',
	'!!',
	'and',
	'or',
	'in'
];

/** Rules nested deeper than this are refused before they run. */
const DEEPEST = 16;

/*
 * The engine is only ever asked to run(): its build() compiles text to code, which our pages' security policy forbids.
 * Methods are cut down to the allowed ones, so that a rule stored before a check existed cannot call anything else.
 */
const engine = new LogicEngine(undefined, { disableInline: true, disableInterpretedOptimization: true });
for (const name of Object.keys(engine.methods as Record<string, unknown>)) {
	// The engine itself reads variables through `val`.
	if (!CONDITION_OPERATORS.includes(name) && name !== 'val') delete (engine.methods as Record<string, unknown>)[name];
}

/**
 * Whether the condition holds for these values by question key; what is unanswered or hidden is null. A rule that cannot
 * be evaluated does not hold: comparing what cannot be compared is no reason to ask a question.
 */
export function conditionHolds(condition: Condition, values: Readonly<Record<string, unknown>>): boolean {
	try {
		return Boolean(engine.run(condition, values));
	} catch {
		return false;
	}
}

export type ConditionFault = { fault: 'operator'; operator: string } | { fault: 'invalid' };

/** What a rule uses: the question keys it reads and what is wrong with it. */
export function inspectCondition(condition: unknown): { questionKeys: string[]; faults: ConditionFault[] } {
	const questionKeys = new Set<string>();
	const faults: ConditionFault[] = [];
	const visit = (node: unknown, depth: number): void => {
		if (depth > DEEPEST) {
			faults.push({ fault: 'invalid' });
		} else if (Array.isArray(node)) {
			for (const item of node) visit(item, depth + 1);
		} else if (typeof node === 'object' && node !== null) {
			visitOperation(node as Condition, depth);
		} else if (node === undefined || typeof node === 'function' || typeof node === 'symbol') {
			faults.push({ fault: 'invalid' });
		}
	};
	const visitOperation = (node: Condition, depth: number): void => {
		const [operator, ...others] = Object.keys(node);
		if (operator === undefined || others.length > 0) {
			faults.push({ fault: 'invalid' });
		} else if (!CONDITION_OPERATORS.includes(operator)) {
			faults.push({ fault: 'operator', operator });
		} else if (operator === 'var') {
			const named = Array.isArray(node[operator]) ? (node[operator] as unknown[])[0] : node[operator];
			if (typeof named === 'string' && /^[A-Za-z]\w*$/.test(named)) questionKeys.add(named);
			else faults.push({ fault: 'invalid' });
		} else {
			visit(node[operator], depth + 1);
		}
	};
	if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) {
		return { questionKeys: [], faults: [{ fault: 'invalid' }] };
	}
	visit(condition, 0);
	return { questionKeys: [...questionKeys], faults };
}
