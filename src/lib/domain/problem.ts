/*
 * An expected refusal is a value that explains itself: a code and the facts of the case. The door turns it into words
 * (`i18n/messages/problem.*.json` has one sentence per code) and a status. Facts are machine values: bigint is money in
 * minor units, number is a count, a string of ten characters YYYY-MM-DD is a day.
 */

export type ProblemCode =
	// who may
	| 'not_found'
	| 'forbidden'
	| 'sign_in_required'
	| 'too_many_attempts'
	| 'delegation_none'
	| 'delegation_not_in_force'
	| 'delegation_limit_too_low'
	| 'same_person'
	| 'own_authority'
	| 'acting_for_oneself'
	| 'acting_for_no_authority'
	| 'person_can_benefit'
	| 'disclosure_not_open'
	// signing in
	| 'sign_in_wrong'
	| 'link_over'
	| 'password_wrong'
	| 'password_too_short'
	| 'password_too_long'
	| 'password_common'
	| 'address_same'
	| 'user_exists'
	// what and when
	| 'transition_not_allowed'
	| 'stale_version'
	| 'already_done'
	| 'guard_not_met'
	| 'deadline_passed'
	| 'not_open_yet'
	| 'busy'
	// text and values
	| 'required'
	| 'text_unreadable'
	| 'too_long'
	| 'too_many_words'
	| 'too_short'
	| 'choice_unknown'
	| 'choice_repeated'
	| 'number_invalid'
	| 'number_too_small'
	| 'number_too_large'
	| 'money_invalid'
	| 'money_negative'
	| 'money_too_large'
	| 'money_zero'
	| 'date_invalid'
	| 'date_too_early'
	| 'date_too_late'
	| 'time_invalid'
	| 'time_skipped'
	| 'email_invalid'
	| 'value_invalid'
	| 'declaration_not_accepted'
	// organization
	| 'business_number_format'
	| 'business_number_check'
	| 'postal_code_format'
	| 'postal_code_province'
	// members, files, screening
	| 'last_owner'
	| 'organization_exists'
	| 'membership_frozen'
	| 'invitation_paused'
	| 'telephone_format'
	| 'file_too_large'
	| 'file_kind'
	| 'file_missing'
	| 'screening_not_all_met'
	| 'screening_none_unmet'
	// form definitions
	| 'form_key_repeated'
	| 'form_language_missing'
	| 'form_condition_unknown_question'
	| 'form_condition_later_question'
	| 'form_condition_operator'
	| 'form_condition_invalid'
	| 'form_choices_missing'
	| 'form_limits_invalid'
	| 'form_empty'
	// budget
	| 'budget_sum_differs'
	| 'budget_administration_over'
	| 'budget_stacking_over'
	| 'budget_year_outside'
	| 'budget_over_maximum'
	| 'budget_line_over_cost'
	| 'budget_empty'
	// ledger
	| 'ledger_accounts_wrong'
	| 'ledger_same_account'
	| 'ledger_insufficient'
	| 'ledger_amount_not_positive'
	| 'ledger_reversal_mismatch'
	| 'ledger_already_reversed'
	| 'ledger_scope_differs'
	| 'over_planned'
	| 'over_voted'
	| 'over_committed'
	// review
	| 'rubric_weights'
	| 'rubric_empty'
	| 'rubric_language_missing'
	| 'score_missing'
	| 'score_out_of_range'
	| 'conflict_undeclared'
	| 'reviews_missing'
	| 'panel_closed'
	// allocation
	| 'allocation_over_request'
	| 'allocation_reason_missing'
	| 'commitment_uncertified'
	| 'paper_decision_waits'
	| 'paper_before_certification'
	// award, agreement, payment
	| 'schedule_sum_differs'
	| 'schedule_empty'
	| 'signature_void'
	| 'fiscal_year_over'
	| 'evidence_missing'
	| 'origin_not_kept'
	| 'payee_account_unverified'
	| 'last_administrator';

export type Facts = Record<string, string | number | bigint>;

export type Problem = { problem: true; code: ProblemCode; facts: Facts; field?: string };

/** Makes a Problem. `field` is the name of the input it belongs to, when it belongs to one. */
export function refuse(code: ProblemCode, facts: Facts = {}, field?: string): Problem {
	return field === undefined ? { problem: true, code, facts } : { problem: true, code, facts, field };
}

export function isProblem(value: unknown): value is Problem {
	return typeof value === 'object' && value !== null && (value as { problem?: unknown }).problem === true;
}

/** The same problem, belonging to another field: a rule about one amount knows nothing of the form around it. */
export function atField(problem: Problem, field: string): Problem {
	return { ...problem, field };
}

/** Thrown inside a command so that its transaction rolls back; caught at the door, never shown as a fault of ours. */
export class Refusal extends Error {
	override readonly name = 'Refusal';
	readonly problem: Problem;
	constructor(problem: Problem) {
		super(problem.code);
		this.problem = problem;
	}
}

/** Answers the value, or throws the Refusal that rolls the transaction back. */
export function orRefuse<T>(value: T | Problem): T {
	if (isProblem(value)) throw new Refusal(value);
	return value;
}
