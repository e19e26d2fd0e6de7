import { validateAnswer } from '#lib/domain/form/answer.ts';
import type { Question } from '#lib/domain/form/definition.ts';
import { PREFER_NOT } from '#lib/domain/form/unanswered.ts';
import type { Problem, ProblemCode } from '#lib/domain/problem.ts';
import { instantToDay } from '#lib/domain/time/zone.ts';
import { formatDay, formatTime } from '#lib/i18n/format.ts';
import * as m from '#lib/i18n/generated/application.ts';
import { problemText } from '#lib/i18n/problem-text.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import type { AnswerConflict } from './answers.server.ts';
import type { sectionForApplicant } from './queries.server.ts';
import type { SectionInput } from './schema.ts';

/**
 * The posted fields of a section as input: a question's answer under its key, the version its page was drawn from under
 * `version.<key>`, `withheld.<key>` for a text that one would rather not give, and `keep.<key>` where the other person's
 * text shall stand.
 */
export function sectionInputOf(sectionKey: string, fields: Readonly<Record<string, string[]>>): SectionInput {
	const typed: Record<string, string[]> = {};
	const versions: Record<string, number> = {};
	for (const [name, texts] of Object.entries(fields)) {
		const key = name.startsWith('version.') ? name.slice('version.'.length) : null;
		if (key === null || !/^[A-Za-z]\w*$/.test(key) || fields[`keep.${key}`]?.[0] === 'theirs') continue;
		const version = Number(texts[0]);
		if (!Number.isSafeInteger(version) || version < 0) continue;
		versions[key] = version;
		typed[key] = fields[`withheld.${key}`]?.[0] === PREFER_NOT ? [PREFER_NOT] : (fields[key] ?? []);
	}
	return { sectionKey, typed, versions };
}

function unfitSentence(question: Question, value: unknown, locale: Locale): string | null {
	const [problem] = validateAnswer(question, value);
	return problem ? problemText(problem, locale) : null;
}

type SectionPage = Awaited<ReturnType<typeof sectionForApplicant>>;

/** "Saved at 10:42 p.m." today, with the day before it otherwise; in the applicant's zone. */
export function savedSentence(savedAt: Date | null, now: Date, zone: string, locale: Locale): string | undefined {
	if (savedAt === null) return undefined;
	const time = formatTime(savedAt, zone, locale);
	if (instantToDay(savedAt, zone) === instantToDay(now, zone)) return m.savedAt(locale, { time });
	return m.savedOn(locale, { day: formatDay(savedAt, zone, locale), time });
}

/** What the page of a section draws: questions with what is stored, and when each was saved, in words. */
export function sectionPageOf<Page extends SectionPage>(page: Page, now: Date, locale: Locale) {
	const { questions, definition, content: _content, ...rest } = page;
	return {
		...rest,
		privacyNotice: definition.privacyNotice ?? null,
		questions: questions.map(({ question, value, version, savedAt }) => ({
			question,
			value,
			version,
			saved: savedSentence(savedAt, now, page.zone, locale),
			// Kept as typed at an earlier save, and still to be looked at.
			unfit: unfitSentence(question, value, locale)
		}))
	};
}

/** Codes of what is simply not answered yet; everything else is to correct. */
const UNANSWERED: readonly ProblemCode[] = ['required', 'declaration_not_accepted', 'budget_empty'];

/** The first thing of a section that is to correct, in a sentence; null when answers are at most missing. */
export function wrongSentence(section: { problems: readonly Problem[] }, locale: Locale): string | null {
	const wrong = section.problems.find((problem) => !UNANSWERED.includes(problem.code));
	return wrong ? problemText(wrong, locale) : null;
}

/** Conflicts as the page shows them, the time in the applicant's zone. */
export function conflictsOf(conflicts: readonly AnswerConflict[], zone: string, locale: Locale) {
	return conflicts.map((conflict) => ({
		questionKey: conflict.questionKey,
		theirs: conflict.theirs,
		by: conflict.theirsBy,
		time: formatTime(conflict.theirsAt, zone, locale),
		version: conflict.version
	}));
}
