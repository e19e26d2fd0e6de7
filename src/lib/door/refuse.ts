import { error, fail, type ActionFailure } from '@sveltejs/kit';
import { getRequestEvent } from '$app/server';
import {
	isProblem,
	Refusal,
	refuse as problemOf,
	type Facts,
	type Problem,
	type ProblemCode
} from '#lib/domain/problem.ts';
import { problemText } from '#lib/i18n/problem-text.ts';
import { issueFrom, type Issue, type ParsedForm, type Values } from './form.ts';

/*
 * Where a Problem becomes a status and words. Everything expected ends here; what is not expected is a fault of ours,
 * with a reference, and is never dressed as a refusal.
 */

/**
 * What a page gets back with a refused form. `issues` is all there is to put right, for the error summary; one without a
 * field concerns the whole form and is in `problem` too, with its facts.
 */
export type Refused = {
	problem: { code: ProblemCode; message: string; facts: Facts } | null;
	values: Values;
	issues: Issue[];
};

const STATUS: Partial<Record<ProblemCode, number>> = {
	not_found: 404,
	forbidden: 403,
	sign_in_required: 401,
	too_many_attempts: 429,
	stale_version: 409,
	already_done: 409,
	transition_not_allowed: 409,
	signature_void: 409,
	busy: 503
};

/** How long a person is asked to wait when the database is busy, in seconds. */
const BUSY_SECONDS = 5;

/** The status of a problem: 404 and 403 for access, 409 for a conflict with what stands, 422 for the rules. */
export function statusOf(problem: Problem): number {
	return STATUS[problem.code] ?? 422;
}

/** A form that could not be read: 400, with every field's sentence and every value but passwords. */
export function refuseForm(form: Extract<ParsedForm<unknown>, { ok: false }>): ActionFailure<Refused> {
	return fail(400, { problem: null, values: form.values, issues: form.issues });
}

/**
 * A refused command: the page is drawn again with what was typed. A problem of one field becomes its issue; any other
 * stands above the form. For `stale_version` the facts carry what the record says now, beside the values typed.
 */
export function refuse(problem: Problem, values: Values = {}): ActionFailure<Refused> {
	const status = statusOf(problem);
	tellWhenToRetry(problem);
	const issue = issueFrom(problem);
	const whole =
		problem.field === undefined ? { code: problem.code, message: issue.message, facts: problem.facts } : null;
	return fail(status, { problem: whole, values, issues: [issue] });
}

/** Runs a command for an action and answers its result, or the problem it refused with. Faults go on as they are. */
export async function attempt<T>(command: () => Promise<T>): Promise<T | Problem> {
	try {
		return await command();
	} catch (thrown) {
		const problem = problemIn(thrown);
		if (!problem) throw thrown;
		return problem;
	}
}

/** Runs a query for a load or an endpoint; a refusal becomes the error page of its status. */
export async function orError<T>(query: () => Promise<T | Problem>): Promise<T> {
	const result = await attempt(query);
	if (isProblem(result)) refuseWithPage(result);
	return result as T;
}

/** Ends the request with the error page of a problem. */
export function refuseWithPage(problem: Problem): never {
	tellWhenToRetry(problem);
	error(statusOf(problem), { message: problemText(problem, getRequestEvent().locals.locale) });
}

/** The problem inside a thrown value: a Refusal's own, or `busy` when a connection or a lock did not come in time. */
export function problemIn(thrown: unknown): Problem | null {
	if (thrown instanceof Refusal) return thrown.problem;
	if (isBusy(thrown)) return problemOf('busy');
	return null;
}

/** Whether the database could not serve in time. Known by its name: the door does not see the database. */
export function isBusy(thrown: unknown): boolean {
	return thrown instanceof Error && thrown.name === 'DatabaseBusy';
}

function tellWhenToRetry(problem: Problem): void {
	const minutes = problem.facts['minutes'];
	const seconds =
		problem.code === 'busy'
			? BUSY_SECONDS
			: problem.code === 'too_many_attempts'
				? Number(problem.facts['seconds'] ?? Number(minutes ?? 1) * 60)
				: null;
	if (seconds !== null) getRequestEvent().setHeaders({ 'retry-after': String(seconds) });
}
