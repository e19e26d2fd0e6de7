import { refuse, type Problem } from './problem.ts';
import type { Permission } from './access/permissions.ts';

/**
 * One arrow of a state machine. `guards` are names of predicates that the command must have found true before it asks;
 * the names appear in the documentation and in the refusal, their code stands in the subject's rules.
 */
export type Transition<Status extends string> = {
	to: Status;
	/** Who may: a permission, or `system` for what follows by itself (a deadline, a job, the other party's act). */
	by: Permission | 'system';
	guards?: readonly string[];
};

/** Per status, the events it knows; what is not listed is refused. */
export type LifecycleTable<Status extends string, Event extends string> = Record<
	Status,
	Partial<Record<Event, Transition<Status>>>
>;

/** Two labels as keys of the `lifecycle` messages: staff read the record's word, applicants a plain one. */
export type StatusLabels<Status extends string> = Record<Status, { staff: string; applicant: string }>;

export type Lifecycle<Status extends string, Event extends string> = {
	/** The subject in the singular, as it stands in the glossary. */
	subject: string;
	initial: Status;
	table: LifecycleTable<Status, Event>;
	labels: StatusLabels<Status>;
};

/** The transition that an event causes in a status, or `undefined` where the table has none. */
export function transitionOf<Status extends string, Event extends string>(
	lifecycle: Lifecycle<Status, Event>,
	status: Status,
	event: Event
): Transition<Status> | undefined {
	return lifecycle.table[status][event];
}

/**
 * The next status, or the Problem `transition_not_allowed`. `met` answers whether a named guard holds: a guard that the
 * caller does not know counts as not met, so that a forgotten check refuses instead of passing.
 */
export function nextStatus<Status extends string, Event extends string>(
	lifecycle: Lifecycle<Status, Event>,
	status: Status,
	event: Event,
	met: Readonly<Record<string, boolean>> = {}
): Status | Problem {
	const transition = transitionOf(lifecycle, status, event);
	if (!transition) return refuse('transition_not_allowed', { subject: lifecycle.subject, status, event });
	for (const guard of transition.guards ?? []) {
		if (met[guard] !== true) return refuse('guard_not_met', { subject: lifecycle.subject, status, event, guard });
	}
	return transition.to;
}

/** Events a status knows, for buttons: shown enabled or disabled with the reason, never hidden. */
export function eventsOf<Status extends string, Event extends string>(
	lifecycle: Lifecycle<Status, Event>,
	status: Status
): Event[] {
	return Object.keys(lifecycle.table[status]) as Event[];
}

/** True for a status that nothing leaves. */
export function isFinal<Status extends string, Event extends string>(
	lifecycle: Lifecycle<Status, Event>,
	status: Status
): boolean {
	return eventsOf(lifecycle, status).length === 0;
}
