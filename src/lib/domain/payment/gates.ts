/** What may stand between a due instalment and its payment; each closed gate is shown with what opens it. */
export type Gate = 'agreement_in_force' | 'account_verified' | 'requirements_met' | 'appropriation_voted';

export type GateFacts = {
	agreementInForce: boolean;
	accountVerified: boolean;
	/** Requirements whose day has passed and that are not accepted. */
	overdueRequirementCount: number;
	/** The award's year is committed, not only reserved. */
	isCommitted: boolean;
};

/** The gates that are closed, in the order in which people can open them. */
export function closedGates(facts: GateFacts): Gate[] {
	const gates: [Gate, boolean][] = [
		['agreement_in_force', facts.agreementInForce],
		['account_verified', facts.accountVerified],
		['requirements_met', facts.overdueRequirementCount === 0],
		['appropriation_voted', facts.isCommitted]
	];
	return gates.filter(([, open]) => !open).map(([gate]) => gate);
}
