import type { ApplicationStatus } from '#lib/domain/application/lifecycle.ts';
import * as m from '#lib/i18n/generated/application.ts';
import { localized, type Bilingual, type Locale } from '#lib/i18n/locale.ts';
import type { Paths } from '#lib/paths.ts';
import type { Task } from '#lib/ui/TaskList.svelte';
import type { Status } from '#lib/ui/status.ts';

/** A section as the task list gets it. */
export type SectionRow = {
	key: string;
	title: Bilingual;
	kind: 'questions' | 'budget' | 'files';
	progress: 'not_started' | 'started' | 'complete';
	asked: number;
	answered: number;
	problems: readonly { code: string; field?: string }[];
	/** What is to correct, in a sentence; null when nothing is. */
	wrong?: string | null;
};

/** Where a section is worked on: questions, budget and files have pages of their own. */
export function sectionHref(to: Paths, applicationId: string, section: SectionRow): string {
	if (section.kind === 'budget') return to.intake.budget(applicationId);
	if (section.kind === 'files') return to.intake.attachments(applicationId);
	return to.intake.section(applicationId, section.key);
}

/** The tag of a section: finished, to correct, something missing, under way, not started. */
export function sectionStatus(section: SectionRow, locale: Locale): Status {
	if (section.progress === 'complete') return { kind: 'done', label: m.sectionDone(locale) };
	if (section.wrong) return { kind: 'wait', icon: 'warning', label: m.sectionNeeds(locale) };
	if (section.progress === 'not_started') return { kind: 'todo', label: m.sectionTodo(locale) };
	return { kind: 'go', label: m.sectionStarted(locale) };
}

export function sectionTask(to: Paths, applicationId: string, section: SectionRow, locale: Locale): Task {
	const empty = section.kind === 'budget' && section.answered === 0;
	return {
		key: section.key,
		title: localized(section.title, locale),
		href: sectionHref(to, applicationId, section),
		status: sectionStatus(section, locale),
		note: section.wrong
			? section.wrong
			: empty
				? m.sectionBudgetNone(locale)
				: m.sectionAnswered(locale, { answered: section.answered, asked: section.asked }),
		need: Boolean(section.wrong)
	};
}

/** What stands where, in a sentence to the applicant. */
export function statusSentence(status: ApplicationStatus, locale: Locale): string | null {
	switch (status) {
		case 'submitted':
		case 'eligible':
			return m.statusSentSentence(locale);
		case 'changes_requested':
			return m.statusQuestionSentence(locale);
		case 'under_review':
			return m.statusReviewSentence(locale);
		case 'reviewed':
			return m.statusDecisionSentence(locale);
		case 'awarded':
			return m.statusAwardedSentence(locale);
		case 'declined':
			return m.statusDeclinedSentence(locale);
		case 'waitlisted':
			return m.statusWaitlistedSentence(locale);
		case 'ineligible':
			return m.statusIneligibleSentence(locale);
		case 'withdrawn':
			return m.statusWithdrawnSentence(locale);
		default:
			return null;
	}
}
