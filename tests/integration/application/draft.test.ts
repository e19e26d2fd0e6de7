import { beforeAll, describe, expect, test } from 'vitest';
import { cad } from '#lib/domain/money/money.ts';
import { saveSection } from '#lib/features/application/answers.server.ts';
import { attachFile, openApplicationFile, removeAttachment } from '#lib/features/application/attachments.server.ts';
import { removeBudgetLine, saveBudgetLine } from '#lib/features/application/budget.server.ts';
import { startApplication, submitApplication } from '#lib/features/application/commands.server.ts';
import {
	answerHistoryForApplicant,
	applicationForApplicant,
	applicationsForApplicant,
	budgetForApplicant,
	draftForApplicant,
	receiptForApplicant,
	sectionForApplicant
} from '#lib/features/application/queries.server.ts';
import { applicationForStaff } from '#lib/features/application/staff-queries.server.ts';
import { budgetLineSchema } from '#lib/features/application/schema.ts';
import { database } from '#lib/server/db/client.ts';
import {
	ANSWERS,
	at,
	bytes,
	OPEN,
	organization,
	PDF,
	person,
	publishAwareness,
	readyDraft,
	refusalOf,
	sectionInput,
	type Person
} from './world.ts';

let code: string;
let owner: Person;
let organizationId: string;
let editor: Person;
let reader: Person;
let stranger: Person;
let officer: Person;

beforeAll(async () => {
	({ code } = await publishAwareness());
	({ owner, organizationId } = await organization('Harbour Lantern Society'));
	editor = await person('Awa D.', { memberships: [{ organizationId, role: 'editor' }] });
	reader = await person('Rae R.', { memberships: [{ organizationId, role: 'reader' }] });
	stranger = (await organization('Another Society')).owner;
	officer = await person('Officer', { staffRoles: [{ role: 'program_officer', programId: null }] });
});

let drafts = 0;

/** A draft of its own: an organization has one application to an opportunity, so each is to another one. */
async function draft(): Promise<string> {
	drafts += 1;
	const { code: opportunityCode } = await publishAwareness(`27-draft${drafts}`);
	const { applicationId } = await startApplication(owner, { opportunityCode, organizationId, locale: 'en' }, at());
	return applicationId;
}

async function answer(applicationId: string, questionKey: string) {
	return database().answer.findFirst({ where: { applicationId, questionKey } });
}

describe('beginning', () => {
	test('two presses at once begin one application, with one reference of the closing year', async () => {
		const input = { opportunityCode: code, organizationId, locale: 'en' as const };
		const begun = await Promise.all(Array.from({ length: 8 }, () => startApplication(owner, input, at())));
		expect(new Set(begun.map((one) => one.applicationId)).size).toBe(1);
		const rows = await database().application.findMany({ where: { organizationId }, select: { reference: true } });
		expect(rows).toHaveLength(1);
		expect(rows[0]?.reference).toMatch(/^27-\d{4}$/);
	});

	test('is for members who write, in the window, and for their own organization', async () => {
		const input = { opportunityCode: code, organizationId, locale: 'en' as const };
		expect((await refusalOf(startApplication(reader, input, at()))).code).toBe('forbidden');
		expect((await refusalOf(startApplication(stranger, input, at()))).code).toBe('not_found');
		const early = at(new Date('2026-11-02T13:59:59Z'));
		const late = at(new Date('2027-01-15T05:00:00Z'));
		const own = { ...input, organizationId: stranger.memberships[0]?.organizationId ?? '' };
		expect((await refusalOf(startApplication(stranger, own, early))).code).toBe('not_open_yet');
		expect((await refusalOf(startApplication(stranger, own, late))).code).toBe('deadline_passed');
		expect((await refusalOf(startApplication(owner, { ...input, opportunityCode: 'nothing' }, at()))).code).toBe(
			'not_found'
		);
	});
});

describe('answers', () => {
	test('what was typed is kept, whether it can be sent or not', async () => {
		const id = await draft();
		const saved = await saveSection(
			owner,
			id,
			sectionInput('people', { people_reached: 'about 400', region: 'Annapolis Valley' }),
			at()
		);
		expect(saved.savedKeys.sort()).toEqual(['people_reached', 'region']);
		expect(saved.unfit.map((problem) => [problem.field, problem.code])).toEqual([['people_reached', 'number_invalid']]);
		expect((await answer(id, 'people_reached'))?.value).toBe('about 400');
		const page = await sectionForApplicant(owner, id, 'people', OPEN);
		expect(page.questions.find(({ question }) => question.key === 'people_reached')?.value).toBe('about 400');
	});

	test('of two people in one section neither loses a word', async () => {
		const id = await draft();
		await saveSection(owner, id, sectionInput('campaign', { summary: 'First words' }), at());
		const own = sectionInput('campaign', { summary: 'Mine' }, { summary: 1 });
		const mine = await saveSection(owner, id, own, at(OPEN, 1));
		expect(mine.conflicts).toEqual([]);
		const other = sectionInput('campaign', { summary: 'Theirs' }, { summary: 1 });
		const theirs = await saveSection(editor, id, other, at(OPEN, 2));
		expect(theirs.savedKeys).toEqual([]);
		expect(theirs.conflicts).toMatchObject([
			{ questionKey: 'summary', theirs: 'Mine', theirsBy: owner.displayName, mine: 'Theirs', version: 2 }
		]);
		expect((await answer(id, 'summary'))?.value).toBe('Mine');

		const history = await answerHistoryForApplicant(owner, id, OPEN);
		const texts = history.questions[0]?.entries.map((entry) => [entry.value, entry.outcome, entry.isCurrent]);
		expect(texts).toEqual([
			['Theirs', 'conflict', false],
			['Mine', 'saved', true],
			['First words', 'saved', false]
		]);

		// Having seen it, the second person lets theirs stand; the first one's stays in the history.
		const chosen = await saveSection(editor, id, sectionInput('campaign', { summary: 'Theirs' }, { summary: 2 }), at());
		expect(chosen.savedKeys).toEqual(['summary']);
		expect((await answer(id, 'summary'))?.value).toBe('Theirs');
	});

	test('two people in different answers of one section do not meet', async () => {
		const id = await draft();
		const input = { channels: 'At the store', evaluation: 'Cards asked for' };
		await saveSection(owner, id, sectionInput('plan', input), at());
		await saveSection(
			owner,
			id,
			sectionInput('plan', { ...input, channels: 'At the door' }, { channels: 1, evaluation: 1 }),
			at()
		);
		const second = await saveSection(
			editor,
			id,
			sectionInput('plan', { ...input, evaluation: 'Calls made' }, { channels: 1, evaluation: 1 }),
			at()
		);
		expect([second.savedKeys, second.conflicts]).toEqual([['evaluation'], []]);
		expect((await answer(id, 'channels'))?.value).toBe('At the door');
	});

	test('twenty saves at once keep one text and the nineteen others beside it', async () => {
		const id = await draft();
		await saveSection(owner, id, sectionInput('campaign', { summary: 'Before' }), at());
		const saves = Array.from({ length: 20 }, (_, index) =>
			saveSection(
				index % 2 ? owner : editor,
				id,
				sectionInput('campaign', { summary: `Text ${index}` }, { summary: 1 }),
				at()
			)
		);
		const results = await Promise.all(saves);
		expect(results.filter((result) => result.savedKeys.length === 1)).toHaveLength(1);
		expect(results.filter((result) => result.conflicts.length === 1)).toHaveLength(19);
		const kept = await database().answerVersion.findMany({ where: { answer: { applicationId: id } } });
		expect(new Set(kept.map((version) => version.value)).size).toBe(21);
	});

	test('what is no answer of the form is refused and touches nothing', async () => {
		const id = await draft();
		const typed = {
			title: 'With \u0000 inside',
			summary: 'x'.repeat(100_000),
			trafficking_forms: ['LAB', 'NOT_A_FORM']
		};
		const saved = await saveSection(owner, id, sectionInput('campaign', typed), at());
		expect(saved.problems.map((problem) => [problem.field, problem.code])).toEqual([
			['title', 'text_unreadable'],
			['summary', 'too_long'],
			['trafficking_forms', 'choice_unknown']
		]);
		expect(await database().answer.count({ where: { applicationId: id } })).toBe(0);
		expect((await refusalOf(saveSection(owner, id, sectionInput('nothing', { a: 'b' }), at()))).code).toBe('not_found');
	});

	test('fields that no question asks are ignored, whatever they are called', async () => {
		const id = await draft();
		const before = await database().application.findUniqueOrThrow({ where: { id } });
		const typed = {
			status: 'awarded',
			organizationId: 'x',
			requestedAmountMinor: '1',
			title: 'Named',
			__proto__x: '1'
		};
		const saved = await saveSection(owner, id, sectionInput('campaign', typed), at());
		expect(saved.savedKeys).toEqual(['title']);
		const after = await database().application.findUniqueOrThrow({ where: { id } });
		expect(after).toEqual({ ...before, title: 'Named' });
	});

	test('only those who write may write, and strangers do not learn that it exists', async () => {
		const id = await draft();
		const input = sectionInput('campaign', { title: 'Mine' });
		expect((await refusalOf(saveSection(reader, id, input, at()))).code).toBe('forbidden');
		expect((await refusalOf(saveSection(stranger, id, input, at()))).code).toBe('not_found');
		// A draft belongs to its organization alone: the program's officer is a stranger to it.
		expect((await refusalOf(saveSection(officer, id, input, at()))).code).toBe('not_found');
		expect((await refusalOf(applicationForStaff(officer, id))).code).toBe('not_found');
		const reads = [
			() => applicationForApplicant(stranger, id, OPEN),
			() => sectionForApplicant(stranger, id, 'campaign', OPEN),
			() => budgetForApplicant(stranger, id, OPEN),
			() => draftForApplicant(stranger, id, OPEN),
			() => answerHistoryForApplicant(stranger, id, OPEN),
			() => receiptForApplicant(stranger, id, OPEN),
			() => applicationForApplicant(officer, id, OPEN),
			() => applicationForApplicant(owner, 'not-an-id', OPEN),
			() => applicationForApplicant(owner, '00000000-0000-7000-8000-000000000000', OPEN)
		];
		for (const read of reads) expect((await refusalOf(read())).code).toBe('not_found');
		expect((await applicationsForApplicant(stranger, OPEN)).map((own) => own.id)).not.toContain(id);
	});
});

describe('the budget', () => {
	const line = {
		description: 'Advisors',
		costCategory: 'honoraria' as const,
		costType: 'direct' as const,
		fiscalYear: 2026,
		cost: cad(100_000n),
		requested: cad(90_000n)
	};

	test('both spellings of an amount are the same amount', () => {
		const typed = { description: 'a', costCategory: 'travel', costType: 'direct', fiscalYear: '2026' };
		for (const [cost, requested] of [
			['1,234.50', '$1,234.5'],
			['1 234,50', '1 234,50 $']
		]) {
			const parsed = budgetLineSchema.parse({ ...typed, cost, requested });
			expect([parsed.cost.minor, parsed.requested.minor]).toEqual([123_450n, 123_450n]);
		}
		expect(budgetLineSchema.safeParse({ ...typed, cost: 'much', requested: '-1' }).success).toBe(false);
	});

	test('a line asks for no more than it costs, in a year that the opportunity pays for', async () => {
		const id = await draft();
		const over = await refusalOf(saveBudgetLine(owner, id, { ...line, requested: cad(100_001n) }, at()));
		expect([over.code, over.field]).toEqual(['budget_line_over_cost', 'requested']);
		const year = await refusalOf(saveBudgetLine(owner, id, { ...line, fiscalYear: 2031 }, at()));
		expect([year.code, year.field]).toEqual(['choice_unknown', 'fiscalYear']);
	});

	test('the limits follow the reach, the administration and the other government money', async () => {
		const id = await draft();
		await saveBudgetLine(owner, id, { ...line, cost: cad(10_000_000n), requested: cad(6_000_001n) }, at());
		await saveBudgetLine(
			owner,
			id,
			{
				...line,
				costCategory: 'administration',
				costType: 'administrative',
				cost: cad(2_000_000n),
				requested: cad(1_500_000n)
			},
			at()
		);
		expect((await budgetForApplicant(owner, id, OPEN)).problems.map((problem) => problem.code)).toEqual([
			'budget_administration_over'
		]);
		await saveSection(owner, id, sectionInput('people', { reach: 'local', remote: 'no' }), at());
		const local = await budgetForApplicant(owner, id, OPEN);
		expect(local.problems.map((problem) => problem.code)).toEqual([
			'budget_over_maximum',
			'budget_administration_over'
		]);
		expect(local.rules.maximumMinor).toBe(6_000_000n);
		await saveSection(owner, id, sectionInput('people', { remote: 'yes' }, { remote: 1 }), at());
		expect((await budgetForApplicant(owner, id, OPEN)).rules.maximumMinor).toBe(7_500_000n);
		await saveSection(owner, id, sectionInput('budget', { other_government_funding: '50 000,00 $' }), at());
		const codes = (await budgetForApplicant(owner, id, OPEN)).problems.map((problem) => problem.code);
		expect(codes).toContain('budget_stacking_over');
	});

	test('of two people in one line the second is told and nothing is overwritten', async () => {
		const id = await draft();
		const { lineId } = await saveBudgetLine(owner, id, line, at());
		await saveBudgetLine(owner, id, { ...line, lineId, lineVersion: 1, description: 'Mine' }, at());
		const late = { ...line, lineId, lineVersion: 1, description: 'Theirs' };
		expect((await refusalOf(saveBudgetLine(editor, id, late, at()))).code).toBe('stale_version');
		expect((await refusalOf(removeBudgetLine(editor, id, { lineId, lineVersion: 1 }))).code).toBe('stale_version');
		const [row] = await database().budgetLine.findMany({ where: { applicationId: id } });
		expect([row?.description, row?.version]).toEqual(['Mine', 2]);
		await removeBudgetLine(editor, id, { lineId, lineVersion: 2 });
		await removeBudgetLine(editor, id, { lineId, lineVersion: 2 });
		expect(await database().budgetLine.count({ where: { applicationId: id } })).toBe(0);
	});

	test('a line of another application cannot be changed through one’s own', async () => {
		const [first, second] = [await draft(), await draft()];
		const { lineId } = await saveBudgetLine(owner, first, line, at());
		const taken = { ...line, lineId, lineVersion: 1, description: 'Taken' };
		expect((await refusalOf(saveBudgetLine(owner, second, taken, at()))).code).toBe('not_found');
		expect((await refusalOf(saveBudgetLine(stranger, first, taken, at()))).code).toBe('not_found');
	});
});

describe('attachments', () => {
	test('a file is what its content says, and nothing of a refused one is kept', async () => {
		const id = await draft();
		const script = { name: 'letter.pdf', content: bytes(Buffer.from('<script>alert(1)</script>')) };
		expect((await refusalOf(attachFile(owner, id, 'letter_of_support', script, at()))).code).toBe('file_kind');
		const text = { name: 'letter.txt', content: bytes(Buffer.from('Plain words')) };
		expect((await refusalOf(attachFile(owner, id, 'letter_of_support', text, at()))).code).toBe('file_kind');
		const large = { name: 'letter.pdf', content: bytes(Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)])) };
		expect((await refusalOf(attachFile(owner, id, 'letter_of_support', large, at()))).code).toBe('file_too_large');
		expect((await refusalOf(attachFile(owner, id, 'title', { name: 'a.pdf', content: bytes(PDF) }, at()))).code).toBe(
			'not_found'
		);
		expect(await database().attachment.count({ where: { applicationId: id } })).toBe(0);
	});

	test('a second file takes the place of the first, which stays on record', async () => {
		const id = await draft();
		for (const name of ['first.pdf', 'second.pdf']) {
			await attachFile(owner, id, 'letter_of_support', { name, content: bytes(PDF) }, at());
		}
		const rows = await database().attachment.findMany({ where: { applicationId: id }, include: { file: true } });
		expect(rows.map((row) => [row.file.originalName, row.replacedAt === null]).sort()).toEqual([
			['first.pdf', false],
			['second.pdf', true]
		]);
	});

	test('is read by its organization, by staff once it was sent, and by nobody else', async () => {
		const { owner: ownOwner, organizationId: own } = await organization('File Keepers');
		const id = await readyDraft(ownOwner, own, code);
		const attachment = await database().attachment.findFirstOrThrow({ where: { applicationId: id } });
		expect((await openApplicationFile(ownOwner, attachment.fileId))?.headers['content-disposition']).toContain(
			'attachment; filename="27-'
		);
		expect((await refusalOf(openApplicationFile(stranger, attachment.fileId))).code).toBe('not_found');
		expect((await refusalOf(openApplicationFile(officer, attachment.fileId))).code).toBe('not_found');
		await submitApplication(ownOwner, id, {}, at());
		expect(await openApplicationFile(officer, attachment.fileId)).not.toBeNull();
		expect((await refusalOf(removeAttachment(ownOwner, id, attachment.id, at()))).code).toBe('transition_not_allowed');
		expect(await openApplicationFile(ownOwner, 'not-an-id')).toBeNull();
	});

	test('taken off before sending stay with the organization: staff open what was sent and nothing else', async () => {
		const { owner: ownOwner, organizationId: ownOrganization } = await organization('Second thoughts');
		const id = await readyDraft(ownOwner, ownOrganization, code);
		const first = await database().attachment.findFirstOrThrow({ where: { applicationId: id } });
		// A question of one file: the second takes the place of the first.
		await attachFile(ownOwner, id, 'letter_of_support', { name: 'again.pdf', content: bytes(PDF) }, at());
		const second = await database().attachment.findFirstOrThrow({ where: { applicationId: id, replacedAt: null } });
		await submitApplication(ownOwner, id, {}, at());
		expect((await refusalOf(openApplicationFile(officer, first.fileId))).code).toBe('not_found');
		expect(await openApplicationFile(officer, second.fileId)).not.toBeNull();
		expect(await openApplicationFile(ownOwner, first.fileId)).not.toBeNull();
	});
});

test('the task list says what is missing, in the order of the form', async () => {
	const id = await draft();
	const empty = await applicationForApplicant(owner, id, OPEN);
	expect(empty.sections.map((section) => section.progress)).toEqual(Array(7).fill('not_started'));
	await saveSection(owner, id, sectionInput('campaign', ANSWERS['campaign'] ?? {}), at());
	await saveSection(owner, id, sectionInput('people', { region: 'Valley' }), at());
	const begun = await applicationForApplicant(owner, id, OPEN);
	expect(begun.sections.slice(0, 3).map((section) => [section.key, section.progress])).toEqual([
		['campaign', 'complete'],
		['people', 'started'],
		['plan', 'not_started']
	]);
});
