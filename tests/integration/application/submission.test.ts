import { beforeAll, describe, expect, test, vi } from 'vitest';
import { saveSection } from '#lib/features/application/answers.server.ts';
import { saveBudgetLine } from '#lib/features/application/budget.server.ts';
import {
	advanceApplicationWithin,
	askSignOff,
	reopenApplication,
	returnToDraft,
	submitApplication,
	withdrawApplication
} from '#lib/features/application/commands.server.ts';
import { receiptForApplicant } from '#lib/features/application/queries.server.ts';
import { contentHashOf } from '#lib/features/application/locked.server.ts';
import {
	acceptRequirement,
	answerRequirement,
	returnRequirement,
	screenApplication
} from '#lib/features/application/screening.server.ts';
import { applicationForStaff, applicationsForStaff } from '#lib/features/application/staff-queries.server.ts';
import type { FrozenContent } from '#lib/domain/application/content.ts';
import { cad } from '#lib/domain/money/money.ts';
import { database } from '#lib/server/db/client.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import { writeEveryMail } from '#tests/support/mail.ts';
import { AWARENESS_CONTENT } from '../../../prisma/seed/definitions/awareness.ts';
import {
	at,
	LAST_MINUTE,
	OPEN,
	organization,
	person,
	publishAwareness,
	readyDraft,
	refusalOf,
	sectionInput,
	type Person
} from './world.ts';

let code: string;
let programId: string;
let officer: Person;
let otherOfficer: Person;
let reviewer: Person;

beforeAll(async () => {
	({ code, programId } = await publishAwareness());
	const other = await publishAwareness('27-other');
	officer = await person('Officer', { staffRoles: [{ role: 'program_officer', programId }] });
	otherOfficer = await person('Other officer', {
		staffRoles: [{ role: 'program_officer', programId: other.programId }]
	});
	reviewer = await person('Reviewer', { staffRoles: [{ role: 'reviewer', programId }] });
});

let count = 0;

async function ready() {
	count += 1;
	const { owner, organizationId } = await organization(`Sender ${count}`);
	return { owner, organizationId, id: await readyDraft(owner, organizationId, code) };
}

async function statusOf(id: string): Promise<string> {
	return (await database().application.findUniqueOrThrow({ where: { id } })).status;
}

async function versionOf(id: string): Promise<number> {
	return (await database().application.findUniqueOrThrow({ where: { id } })).version;
}

async function eventsOf(id: string, name: string): Promise<number> {
	return database().auditEvent.count({ where: { subjectType: 'application', subjectId: id, name } });
}

describe('submission', () => {
	test('twenty at once are one submission, one event and one receipt by mail', async () => {
		const { owner, id } = await ready();
		const version = await versionOf(id);
		const receipts = await Promise.all(
			Array.from({ length: 20 }, () => submitApplication(owner, id, { version }, at()))
		);
		expect(new Set(receipts.map((receipt) => receipt.contentHash)).size).toBe(1);
		expect(await database().applicationVersion.count({ where: { applicationId: id } })).toBe(1);
		expect(await eventsOf(id, 'application.submitted')).toBe(1);
		const mail = await database().mailMessage.findMany({
			where: { toUserId: owner.userId, template: 'application-received' }
		});
		expect(mail).toHaveLength(1);
		expect(mail[0]?.values).toMatchObject({ applicationId: id });
		expect(JSON.stringify(mail[0]?.values)).not.toContain('Tea on Saturday');
	});

	test('is answered by mail with the number and the instant it arrived, in the time of the program', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at(LAST_MINUTE, 59));
		const mail = (await writeEveryMail()).find(
			({ toUserId, template }) => toUserId === owner.userId && template === 'application-received'
		);
		const { reference } = await database().application.findUniqueOrThrow({ where: { id } });
		expect(mail?.en.text).toContain(reference);
		expect(mail?.en.text).toMatch(/It reached us on January 14, 2027, 11:59\sp\.m\./);
		expect(mail?.fr.text).toMatch(/Elle nous est parvenue le 14 janvier 2027, 23\sh\s59/);
	});

	test('is judged by the instant it arrived: the whole last minute counts, and not one more', async () => {
		const inTime = await ready();
		const receipt = await submitApplication(inTime.owner, inTime.id, {}, at(LAST_MINUTE, 59.999));
		expect(receipt.number).toBe(1);
		const late = await ready();
		const refusal = await refusalOf(submitApplication(late.owner, late.id, {}, at(LAST_MINUTE, 60)));
		expect(refusal.code).toBe('deadline_passed');
		expect(await statusOf(late.id)).toBe('draft');
	});

	test('is refused while something is missing or over its limit, and says so before anything is frozen', async () => {
		const { owner, id } = await ready();
		await saveSection(owner, id, sectionInput('plan', { evaluation: '' }, { evaluation: 1 }), at());
		expect((await refusalOf(submitApplication(owner, id, {}, at()))).code).toBe('guard_not_met');
		await saveSection(owner, id, sectionInput('plan', { evaluation: 'Calls' }, { evaluation: 2 }), at());
		const big = { description: 'Too much', costCategory: 'travel', costType: 'direct', fiscalYear: 2026 } as const;
		await saveBudgetLine(owner, id, { ...big, cost: cad(9_000_000n), requested: cad(9_000_000n) }, at());
		expect((await refusalOf(submitApplication(owner, id, {}, at()))).code).toBe('guard_not_met');
		expect(await database().applicationVersion.count({ where: { applicationId: id } })).toBe(0);
	});

	test('an editor asks and a signatory sends; who only writes cannot send', async () => {
		const { owner, id, organizationId } = await ready();
		const editor = await person('Editor', { memberships: [{ organizationId, role: 'editor' }] });
		const signatory = await person('Signatory', { memberships: [{ organizationId, role: 'signatory' }] });
		expect((await refusalOf(submitApplication(editor, id, {}, at()))).code).toBe('forbidden');
		await askSignOff(editor, id, { version: await versionOf(id) }, at());
		expect(await statusOf(id)).toBe('awaiting_sign_off');
		expect(
			await database().mailMessage.count({
				where: { toUserId: { in: [owner.userId, signatory.userId] }, template: 'application-news' }
			})
		).toBe(2);
		const input = sectionInput('plan', { evaluation: 'Behind the back' }, { evaluation: 1 });
		expect((await refusalOf(saveSection(editor, id, input, at()))).code).toBe('transition_not_allowed');
		await returnToDraft(editor, id, { version: await versionOf(id) }, at());
		await askSignOff(editor, id, { version: await versionOf(id) }, at());
		await submitApplication(signatory, id, { version: await versionOf(id) }, at());
		expect(await statusOf(id)).toBe('submitted');
	});

	test('what was sent never changes, and its hash proves it', async () => {
		const { owner, id } = await ready();
		const receipt = await submitApplication(owner, id, {}, at());
		const frozen = await database().applicationVersion.findFirstOrThrow({ where: { applicationId: id } });
		expect(contentHashOf(frozen.content as unknown as FrozenContent)).toBe(receipt.contentHash);
		expect(frozen.content).toMatchObject({
			form: { version: 1 },
			title: 'Tea on Saturday',
			organization: { province: 'NS' },
			budgetLines: [{ requestedMinor: '450000', fiscalYear: 2026 }],
			attachments: [{ questionKey: 'letter_of_support', mediaType: 'application/pdf' }]
		});
		await expect(
			database().applicationVersion.update({ where: { id: frozen.id }, data: { content: {} } })
		).rejects.toThrow();
		await expect(database().applicationVersion.delete({ where: { id: frozen.id } })).rejects.toThrow();
		const input = sectionInput('campaign', { title: 'Renamed' }, { title: 1 });
		expect((await refusalOf(saveSection(owner, id, input, at()))).code).toBe('transition_not_allowed');
	});

	test('taken back before the deadline it becomes a draft, and the next one is version two', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at());
		await reopenApplication(owner, id, { version: await versionOf(id) }, at());
		expect(await statusOf(id)).toBe('draft');
		// A draft again is its organization's own again.
		expect((await refusalOf(applicationForStaff(officer, id))).code).toBe('not_found');
		await saveSection(owner, id, sectionInput('campaign', { title: 'Tea on Sunday' }, { title: 1 }), at());
		const second = await submitApplication(owner, id, {}, at());
		expect(second.number).toBe(2);
		const versions = await database().applicationVersion.findMany({
			where: { applicationId: id },
			orderBy: { number: 'asc' }
		});
		expect(versions.map((version) => (version.content as { title?: string }).title)).toEqual([
			'Tea on Saturday',
			'Tea on Sunday'
		]);
		const late = at(LAST_MINUTE, 60);
		expect((await refusalOf(reopenApplication(owner, id, { version: await versionOf(id) }, late))).code).toBe(
			'deadline_passed'
		);
	});

	test('a withdrawn application stays readable and is not withdrawn twice', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at());
		const version = await versionOf(id);
		await withdrawApplication(owner, id, { version }, at());
		await withdrawApplication(owner, id, { version }, at());
		expect(await eventsOf(id, 'application.withdrawn')).toBe(1);
		expect((await receiptForApplicant(owner, id, OPEN)).frozen.title).toBe('Tea on Saturday');
	});

	test('a page drawn from an older state acts on nothing', async () => {
		const { owner, id, organizationId } = await ready();
		const second = await person('Second', { memberships: [{ organizationId, role: 'owner' }] });
		const version = await versionOf(id);
		await askSignOff(owner, id, { version }, at());
		expect((await refusalOf(submitApplication(second, id, { version }, at()))).code).toBe('stale_version');
		expect(await statusOf(id)).toBe('awaiting_sign_off');
	});
});

const FOUND = AWARENESS_CONTENT.eligibility.map((criterion) => ({
	criterionKey: criterion.key,
	finding: 'met' as const,
	note: ''
}));

function screening(change: Partial<Parameters<typeof screenApplication>[2]>, version: number) {
	return { version, outcome: 'eligible' as const, note: '', request: '', dueOn: '', findings: FOUND, ...change };
}

describe('screening', () => {
	test('eligible needs every criterion, ineligible one that is not met and words for the applicant', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at());
		const version = await versionOf(id);
		const unmet = FOUND.map((found, index) => (index === 0 ? { ...found, finding: 'not_met' as const } : found));
		const cases = [
			[screening({ findings: unmet }, version), 'screening_not_all_met'],
			[screening({ findings: FOUND.slice(1) }, version), 'required'],
			[screening({ findings: [...FOUND, { criterionKey: 'x', finding: 'met', note: '' }] }, version), 'choice_unknown'],
			[screening({ outcome: 'ineligible' }, version), 'screening_none_unmet'],
			[screening({ outcome: 'ineligible', findings: unmet }, version), 'required'],
			[screening({ outcome: 'changes_requested' }, version), 'required'],
			[screening({ outcome: 'changes_requested', request: 'Why?', dueOn: '2026-13-01' }, version), 'date_invalid'],
			[screening({ outcome: 'changes_requested', request: 'Why?', dueOn: '2026-11-30' }, version), 'date_too_early'],
			[screening({}, version + 1), 'stale_version']
		] as const;
		for (const [input, expected] of cases) {
			expect((await refusalOf(screenApplication(officer, id, input, at()))).code).toBe(expected);
		}
		expect(await statusOf(id)).toBe('submitted');
		await screenApplication(
			officer,
			id,
			screening({ outcome: 'ineligible', findings: unmet, note: 'A business' }, version),
			at()
		);
		expect(await statusOf(id)).toBe('ineligible');
		expect(
			await database().mailMessage.count({ where: { toUserId: owner.userId, template: 'application-news' } })
		).toBe(1);
	});

	test('a question waits on the applicant, its answer on the officer, and only then can it be eligible', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at());
		const request = 'Who signs the letter?';
		await screenApplication(
			officer,
			id,
			screening({ outcome: 'changes_requested', request }, await versionOf(id)),
			at()
		);
		expect(await statusOf(id)).toBe('changes_requested');
		const found = async () => database().requirement.findFirstOrThrow({ where: { applicationId: id } });
		const asked = await found();
		const eligible = async () => screenApplication(officer, id, screening({}, await versionOf(id)), at());
		expect((await refusalOf(eligible())).code).toBe('guard_not_met');
		const response = 'The farm workers’ committee.';
		const first = { requirementId: asked.id, version: asked.version, response };
		await answerRequirement(owner, id, first, at());
		await answerRequirement(owner, id, first, at());
		expect(await eventsOf(id, 'requirement.submitted')).toBe(1);
		expect((await refusalOf(eligible())).code).toBe('guard_not_met');
		await returnRequirement(officer, id, { requirementId: asked.id, version: (await found()).version }, at());
		const again = { requirementId: asked.id, version: (await found()).version, response: `${response} Its chair.` };
		await answerRequirement(owner, id, again, at());
		await acceptRequirement(officer, id, { requirementId: asked.id, version: (await found()).version }, at());
		await eligible();
		expect(await statusOf(id)).toBe('eligible');
		expect((await found()).response).toBe(again.response);
	});

	test('a requirement of another application, or of another organization, is not there', async () => {
		const [first, second] = [await ready(), await ready()];
		for (const one of [first, second]) await submitApplication(one.owner, one.id, {}, at());
		await screenApplication(
			officer,
			first.id,
			screening({ outcome: 'changes_requested', request: 'Why?' }, await versionOf(first.id)),
			at()
		);
		const asked = await database().requirement.findFirstOrThrow({ where: { applicationId: first.id } });
		const input = { requirementId: asked.id, version: asked.version, response: 'Mine' };
		expect((await refusalOf(answerRequirement(second.owner, second.id, input, at()))).code).toBe('not_found');
		expect((await refusalOf(answerRequirement(second.owner, first.id, input, at()))).code).toBe('not_found');
		expect((await refusalOf(acceptRequirement(first.owner, first.id, input, at()))).code).toBe('forbidden');
	});

	test('a member of the applicant, or a former one, does not screen it', async () => {
		const { owner, organizationId, id } = await ready();
		await submitApplication(owner, id, {}, at());
		const insider = await person('Insider', { staffRoles: [{ role: 'program_officer', programId }] });
		const membership = {
			id: at().random.uuid(),
			organizationId,
			userId: insider.userId,
			role: 'reader',
			createdAt: OPEN
		};
		await database().membership.create({ data: { ...membership, endedAt: OPEN } });
		const screens = screenApplication(insider, id, screening({}, await versionOf(id)), at());
		expect((await refusalOf(screens)).code).toBe('person_can_benefit');
	});

	test('is for officers of the program: others do not learn that it exists', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at());
		const input = screening({}, await versionOf(id));
		for (const somebody of [otherOfficer, reviewer]) {
			expect((await refusalOf(screenApplication(somebody, id, input, at()))).code).toBe('not_found');
			expect((await refusalOf(applicationForStaff(somebody, id))).code).toBe('not_found');
		}
		expect((await refusalOf(screenApplication(owner, id, input, at()))).code).toBe('forbidden');
		expect((await applicationsForStaff(otherOfficer, {})).rows.map((row) => row.id)).not.toContain(id);
		expect((await applicationsForStaff(officer, {})).rows.map((row) => row.id)).toContain(id);
		expect((await refusalOf(applicationsForStaff(reviewer, {}))).code).toBe('not_found');
	});
});

describe('the list of officers', () => {
	test('filters, orders and pages on the server, and shows no draft', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at());
		const draft = await ready();
		// A total is shared for two seconds, and the rule before this one asked for the same.
		const all = await vi.waitFor(
			async () => {
				const asked = await applicationsForStaff(officer, {});
				expect(asked.total).toBe(asked.rows.length);
				return asked;
			},
			{ timeout: 5_000, interval: 250 }
		);
		expect(all.rows.map((row) => row.id)).not.toContain(draft.id);
		const received = all.rows.map((row) => row.submittedAt.getTime());
		expect(received).toEqual([...received].sort((a, b) => b - a));
		const found = await applicationsForStaff(officer, {
			search: `Sender ${count - 1}`,
			status: 'submitted',
			opportunity: code
		});
		expect(found.rows.map((row) => row.id)).toEqual([id]);
		expect((await applicationsForStaff(officer, { search: "%' or 1=1 --" })).rows).toEqual([]);
		expect((await applicationsForStaff(officer, { status: 'draft' })).rows).toEqual([]);
		expect((await applicationsForStaff(officer, { page: 99 })).rows).toEqual([]);
		expect((await applicationsForStaff(officer, { page: -5 })).page).toBe(1);
	});
});

describe('later subjects', () => {
	test('move an application only along the table, with the guards judged from the records', async () => {
		const { owner, id } = await ready();
		await submitApplication(owner, id, {}, at());
		const advance = (event: Parameters<typeof advanceApplicationWithin>[3]) =>
			transactAs(officer, (tx) => advanceApplicationWithin(tx, officer, id, event, at()));
		expect((await refusalOf(advance('start_review'))).code).toBe('transition_not_allowed');
		await screenApplication(officer, id, screening({}, await versionOf(id)), at());
		expect(await advance('start_review')).toBe('under_review');
		expect((await refusalOf(advance('complete_review'))).code).toBe('guard_not_met');
		expect(await eventsOf(id, 'application.reviewStarted')).toBe(1);
	});
});
