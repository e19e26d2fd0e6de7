import type { Finding } from './findings.server.ts';

/** One rule over the whole database. */
export type Check = {
	/** The rule's name, such as `ledger.balance`. */
	check: string;
	severity?: 'fault' | 'warning';
	/** What a row of the answer means, for an operator. */
	says: string;
	/** Yields `subject` and `facts` for each row that breaks the rule. `{now}` stands for the present instant. */
	sql: string;
};

/** Rows named for one broken rule; the rest are counted. */
const ROWS_NAMED = 20;

/** One row that breaks a rule. */
export type Broken = { subject: string; facts: string };

/** The findings of one rule, from the rows that break it. */
export function findingsOf(rule: Omit<Check, 'sql'>, rows: readonly Broken[]): Finding[] {
	const { check, says, severity = 'fault' } = rule;
	const named = rows.slice(0, ROWS_NAMED).map(({ subject, facts }): Finding => {
		if (facts === '') return { severity, check, subject, sentence: says };
		return { severity, check, subject, facts, sentence: `${says}: ${facts}` };
	});
	const more = rows.length - named.length;
	return more > 0 ? [...named, { severity, check, facts: `+ ${more}`, sentence: `${says}: ${more} more` }] : named;
}
