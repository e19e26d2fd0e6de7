/** What the whole-database checker found. A fault breaks a promise of Hearth; a warning asks somebody to look. */
export type Finding = {
	severity: 'fault' | 'warning';
	/** The rule, such as `ledger.balance`. */
	check: string;
	/** The row it is about, as `table id`. */
	subject?: string;
	/** One sentence for an operator: numbers and identifiers, never a person's data. */
	sentence: string;
};

export function faultsOf(findings: readonly Finding[]): Finding[] {
	return findings.filter((finding) => finding.severity === 'fault');
}
