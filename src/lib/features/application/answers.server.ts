import { authorize } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import { readAnswer, validateAnswer, visibleQuestionKeys, type Answers } from '#lib/domain/form/answer.ts';
import { sectionOf, type Question } from '#lib/domain/form/definition.ts';
import { cleanText, countCharacters } from '#lib/domain/form/text.ts';
import { zoneOfProvince } from '#lib/domain/organization/zone.ts';
import { isProblem, refuse, Refusal, type Problem, type ProblemCode } from '#lib/domain/problem.ts';
import type { Moment } from '#lib/server/clock.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { answersFrom, lockApplication, subjectOf } from './locked.server.ts';
import type { SectionInput } from './schema.ts';

/** Another text stands where this one was to be saved. Both are shown; neither is lost. */
export type AnswerConflict = {
	questionKey: string;
	/** What stands, who wrote it and when. */
	theirs: unknown;
	theirsBy: string;
	theirsAt: Date;
	mine: unknown;
	/** The version to save over, once the person has seen it. */
	version: number;
};

/**
 * What came of saving a section. `problems` kept an answer from being stored; `unfit` answers were stored as typed and
 * need another look before they can be sent.
 */
export type SectionSaved = {
	savedKeys: string[];
	conflicts: AnswerConflict[];
	problems: Problem[];
	unfit: Problem[];
	/** Zone in which the applicant reads times. */
	zone: string;
};

/** Most characters of one answer. A question's own limit is shorter, and a longer draft is kept and told so. */
const ANSWER_CHARACTERS = 20_000;
/** What did not parse is kept as typed up to here, so that nothing vanishes while the person finds a better spelling. */
const UNPARSED_CHARACTERS = 500;

/** Problems of a typing person, who meant something: the text is kept. The others are no person's doing. */
const KEPT_AS_TYPED: readonly ProblemCode[] = ['number_invalid', 'money_invalid', 'money_negative', 'date_invalid'];

/**
 * Saves the answers of one section, each against the version its page was drawn from. Where someone saved in between,
 * the stored text stays and this one is kept beside it in the history as the loser of a conflict.
 */
export function saveSection(
	actor: Actor,
	applicationId: string,
	input: SectionInput,
	moment: Moment
): Promise<SectionSaved> {
	return transactAs(actor, (tx) => saveSectionWithin(tx, actor, applicationId, input, moment), {
		random: moment.random
	});
}

export async function saveSectionWithin(
	tx: Tx,
	actor: Actor,
	applicationId: string,
	input: SectionInput,
	moment: Moment
): Promise<SectionSaved> {
	const application = await lockApplication(tx, applicationId);
	authorize(actor, 'application.edit', subjectOf(application));
	const section = sectionOf(application.definition, input.sectionKey);
	if (!section) throw new Refusal(refuse('not_found'));
	if (application.status !== 'draft') {
		throw new Refusal(refuse('transition_not_allowed', { status: application.status, event: 'edit' }));
	}
	const asked = section.questions.filter(
		(question) => question.type !== 'file' && question.type !== 'budget' && Object.hasOwn(input.versions, question.key)
	);
	const rows = await tx.answer.findMany({ where: { applicationId, rowKey: '' } });
	const stored = new Map(rows.map((row) => [row.questionKey, row]));
	const zone = zoneOfProvince(application.organization.province);
	const saved: SectionSaved = { savedKeys: [], conflicts: [], problems: [], unfit: [], zone };
	for (const question of asked) {
		const read = readTyped(question, input.typed[question.key] ?? []);
		if (isProblem(read)) {
			saved.problems.push(read);
			continue;
		}
		saved.unfit.push(...validateAnswer(question, read.value));
		const existing = stored.get(question.key);
		if (sameValue(existing?.value ?? null, read.value)) continue;
		const base = input.versions[question.key] ?? 0;
		if (base !== (existing?.version ?? 0)) {
			// A page drawn after the answer is no page of ours: nothing was there to conflict with.
			if (!existing) saved.problems.push(refuse('stale_version', {}, question.key));
			else if (!(await wasUntouched(tx, existing.id, base, read.value))) {
				saved.conflicts.push(await keepLoser(tx, actor, existing, read.value, moment));
			}
			continue;
		}
		await storeAnswer(tx, actor, applicationId, question.key, existing, read.value, moment);
		saved.savedKeys.push(question.key);
	}
	await copyTitle(tx, application, input.sectionKey, saved.savedKeys);
	return saved;
}

/** The value to store, or the problem for which nothing can be stored. */
function readTyped(question: Question, typed: readonly string[]): { value: unknown } | Problem {
	const first = typed[0] ?? '';
	const characters = countCharacters(first);
	if (characters > ANSWER_CHARACTERS) {
		return refuse('too_long', { limit: ANSWER_CHARACTERS, actual: characters }, question.key);
	}
	const value = readAnswer(question, typed);
	if (!isProblem(value)) return { value };
	const text = cleanText(first);
	const keep = KEPT_AS_TYPED.includes(value.code) && !isProblem(text) && characters <= UNPARSED_CHARACTERS;
	return keep ? { value: text.trim() } : value;
}

/** True when the page sends back what it was drawn with: its person wrote elsewhere, and the newer text stands. */
async function wasUntouched(tx: Tx, answerId: string, base: number, value: unknown): Promise<boolean> {
	if (base === 0) return value === null;
	const drawn = await tx.answerVersion.findFirst({ where: { answerId, version: base, outcome: 'saved' } });
	return drawn !== null && sameValue(drawn.value, value);
}

function sameValue(a: unknown, b: unknown): boolean {
	return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

function asJson(value: unknown): Prisma.InputJsonValue | typeof Prisma.JsonNull {
	return value === null || value === undefined ? Prisma.JsonNull : (value as Prisma.InputJsonValue);
}

type StoredAnswer = {
	id: string;
	version: number;
	questionKey: string;
	value: unknown;
	updatedAt: Date;
	updatedById: string;
};

async function storeAnswer(
	tx: Tx,
	actor: Actor,
	applicationId: string,
	questionKey: string,
	existing: StoredAnswer | undefined,
	value: unknown,
	moment: Moment
): Promise<void> {
	const authorId = authorOf(actor);
	const written = { value: asJson(value), updatedAt: moment.now, updatedById: authorId };
	const id = existing?.id ?? moment.random.uuid();
	const version = (existing?.version ?? 0) + 1;
	if (existing) {
		const changed = await tx.answer.updateMany({
			where: { id, version: existing.version },
			data: { ...written, version }
		});
		if (changed.count !== 1) throw new Refusal(refuse('stale_version', {}, questionKey));
	} else {
		await tx.answer.create({ data: { id, applicationId, questionKey, rowKey: '', version, ...written } });
	}
	await tx.answerVersion.create({
		data: {
			id: moment.random.uuid(),
			answerId: id,
			version,
			value: asJson(value),
			outcome: 'saved',
			createdAt: moment.now,
			authorId
		}
	});
}

async function keepLoser(
	tx: Tx,
	actor: Actor,
	existing: StoredAnswer,
	mine: unknown,
	moment: Moment
): Promise<AnswerConflict> {
	await tx.answerVersion.create({
		data: {
			id: moment.random.uuid(),
			answerId: existing.id,
			version: existing.version,
			value: asJson(mine),
			outcome: 'conflict',
			createdAt: moment.now,
			authorId: authorOf(actor)
		}
	});
	const author = await tx.user.findUnique({ where: { id: existing.updatedById }, select: { displayName: true } });
	return {
		questionKey: existing.questionKey,
		theirs: existing.value,
		theirsBy: author?.displayName ?? '',
		theirsAt: existing.updatedAt,
		mine,
		version: existing.version
	};
}

function authorOf(actor: Actor): string {
	const userId = actorUserId(actor);
	if (userId === null) throw new Refusal(refuse('forbidden'));
	return userId;
}

/** The name of the thing they make is copied to the application, so that lists need not read answers. */
async function copyTitle(
	tx: Tx,
	application: Awaited<ReturnType<typeof lockApplication>>,
	sectionKey: string,
	savedKeys: readonly string[]
): Promise<void> {
	const key = application.content.questions.title;
	if (!savedKeys.includes(key) || !sectionOf(application.definition, sectionKey)) return;
	const row = await tx.answer.findFirst({ where: { applicationId: application.id, questionKey: key, rowKey: '' } });
	const title = typeof row?.value === 'string' ? row.value.trim().slice(0, 200) : '';
	await tx.application.update({ where: { id: application.id }, data: { title: title === '' ? null : title } });
}

/** Questions of a section that are asked now, given all answers: what the page draws. */
export function askedQuestions(
	definition: Parameters<typeof visibleQuestionKeys>[0],
	sectionKey: string,
	answers: Answers
): Question[] {
	const visible = visibleQuestionKeys(definition, answers);
	return (sectionOf(definition, sectionKey)?.questions ?? []).filter((question) => visible.has(question.key));
}

/** All answers of an application, for the rules that read several. */
export async function loadAnswers(tx: Pick<Tx, 'answer'>, applicationId: string): Promise<Answers> {
	return answersFrom(await tx.answer.findMany({ where: { applicationId } }));
}
