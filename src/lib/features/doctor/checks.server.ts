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
