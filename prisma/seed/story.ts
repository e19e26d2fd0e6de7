import { systemActor, type Actor, type UserActor } from '#lib/domain/access/actor.ts';
import { cad } from '#lib/domain/money/money.ts';
import { splitByLargestRemainder } from '#lib/domain/money/money.ts';
import { firstDayOf, lastDayOf } from '#lib/domain/time/fiscal-year.ts';
import {
	acceptAgreement,
	prepareAgreement,
	proposeAgreement,
	signAgreement
} from '#lib/features/agreement/commands.server.ts';
import { templateSettingName } from '#lib/features/agreement/schema.ts';
import { certifyCommitment, prepareRound, recommendRound, saveLine } from '#lib/features/allocation/commands.server.ts';
import { lineBase } from '#lib/features/allocation/round.server.ts';
import { attachFile } from '#lib/features/application/attachments.server.ts';
import { saveSection } from '#lib/features/application/answers.server.ts';
import { saveBudgetLine } from '#lib/features/application/budget.server.ts';
import { startApplication, submitApplication } from '#lib/features/application/commands.server.ts';
import { screenApplication } from '#lib/features/application/screening.server.ts';
import { announceRound, decideRound } from '#lib/features/award/commands.server.ts';
import { storeFormDefinitionWithin } from '#lib/features/form/commands.server.ts';
import { draftOpportunityWithin, publishOpportunityWithin } from '#lib/features/opportunity/commands.server.ts';
import { registerOrganization } from '#lib/features/organization/commands.server.ts';
import {
	certifyDisbursement,
	confirmPaymentEvidence,
	dispatchDisbursement,
	draftDisbursement,
	recordPaymentEvidence,
	requisitionDisbursement
} from '#lib/features/payment/commands.server.ts';
import { planInstalments } from '#lib/features/payment/instalments.server.ts';
import { enterPayeeAccount, verifyPayeeAccount } from '#lib/features/payment/payee.server.ts';
import { enterBudgetWithin } from '#lib/features/program/budget.server.ts';
import { createProgramWithin } from '#lib/features/program/commands.server.ts';
import { assignReviewers, declareConflict, saveScore, submitReview } from '#lib/features/review/commands.server.ts';
import { createStrategyWithin } from '#lib/features/strategy/commands.server.ts';
import * as pay from '#lib/i18n/generated/payment.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { database } from '#lib/server/db/client.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { transactAs } from '#lib/server/db/transact.ts';
import { LANTERN, NIGHTSHIFT, ORCHARD, TIDES, type WrittenApplication } from './applications.ts';
import { calendarFor, yearOf, type Calendar } from './calendar.ts';
import { actorOf, delegate, gatherStaff, labelsOf, register, type StaffCast, type StaffName } from './cast.ts';
import { AWARENESS_AGREEMENT_TEMPLATE } from './definitions/agreement.ts';
import {
	AWARENESS_BUDGET,
	AWARENESS_CONTENT,
	AWARENESS_FORM,
	AWARENESS_OPPORTUNITY,
	AWARENESS_PROGRAM,
	DEMONSTRATION_STRATEGY,
	EARLIER_AWARENESS_OPPORTUNITY,
	type OpportunityPlan
} from './definitions/awareness.ts';
import { AWARENESS_RUBRIC } from './definitions/rubric.ts';

const seed = systemActor('seed');

type Stage = { calendar: Calendar; cast: StaffCast; programId: string };
type Opportunity = { id: string; code: string; firstFiscalYear: number };
type Applicant = {
	owner: Actor & UserActor;
	organizationId: string;
	applicationId: string;
	written: WrittenApplication;
};

/** Tells everything up to `now`, oldest first. */
export async function tellStories(now: Date): Promise<void> {
	const calendar = calendarFor(now);
	const { programId, formDefinitionId, rubricId } = await layGround(calendar);
	const cast = await gatherStaff(calendar, programId);
	const stage: Stage = { calendar, cast, programId };
	await delegate(calendar, cast, programId);
	await plan(stage);
	const definitions = { programId, formDefinitionId, rubricId };
	const earlier = await publish(definitions, earlierPlan(calendar), calendar.fromDecision(-119), calendar.decisionYear);

	const lantern = await apply(stage, LANTERN, earlier, calendar, -80);
	const tides = await apply(stage, TIDES, earlier, calendar, -75);
	const orchard = await apply(stage, ORCHARD, earlier, calendar, -70);
	for (const applicant of [lantern, tides, orchard]) await screen(stage, applicant, calendar.fromDecision(-55));
	await review(stage, lantern, ['reviewer', 'thirdReviewer'], [5, 4, 5, 4, 5], -50);
	await review(stage, tides, ['secondReviewer', 'reviewer'], [4, 5, 4, 4, 4], -45);
	await review(stage, orchard, ['thirdReviewer', 'reviewer'], [2, 1, 2, 2, 2], -40);

	const open = await publish(definitions, openPlan(calendar), calendar.fromNow(-23), calendar.currentYear);
	const nightshift = await applyOpen(stage, NIGHTSHIFT, open);
	await decide(stage, earlier, orchard);
	const lanternOffer = await offer(stage, lantern, 9, {
		firstOn: calendar.dayFromDecision(2),
		secondOn: calendar.dayFromDecision(5)
	});
	await offer(stage, tides, 13, null);
	await agree(stage, lantern, lanternOffer);
	await payFirst(stage, lantern);
	await beginReview(stage, nightshift);
	await finish(cast, now);
}

/** Strategy, program, form, rubric and the template of its agreements. */
async function layGround(calendar: Calendar) {
	const moment = calendar.fromDecision(-131);
	const first = calendar.decisionYear;
	return transactAs(
		seed,
		async (tx) => {
			const { strategyId } = await createStrategyWithin(
				tx,
				seed,
				{
					...DEMONSTRATION_STRATEGY,
					code: `NSCHT-${first}`,
					title: {
						en: DEMONSTRATION_STRATEGY.title.en.replace(/\d{4}-\d{4}/, `${first}-${first + 5}`),
						fr: DEMONSTRATION_STRATEGY.title.fr.replace(/\d{4}-\d{4}/, `${first}-${first + 5}`)
					},
					startsOn: firstDayOf(first),
					endsOn: lastDayOf(first + 4)
				},
				moment
			);
			const { programId } = await createProgramWithin(tx, seed, { strategyId, ...AWARENESS_PROGRAM }, moment);
			const { formDefinitionId } = await storeFormDefinitionWithin(tx, seed, AWARENESS_FORM, moment);
			const rubricId = moment.random.uuid();
			const { key, version } = AWARENESS_RUBRIC;
			const definition = AWARENESS_RUBRIC as unknown as Prisma.InputJsonObject;
			await tx.rubric.create({ data: { id: rubricId, key, version, definition, createdAt: moment.now } });
			await recordEvent(tx, moment, {
				name: 'rubric.versioned',
				actor: seed,
				subject: { type: 'rubric', id: rubricId },
				facts: { key, version }
			});
			await tx.setting.create({
				data: {
					name: templateSettingName(AWARENESS_PROGRAM.code),
					value: AWARENESS_AGREEMENT_TEMPLATE as unknown as Prisma.InputJsonObject,
					updatedAt: moment.now
				}
			});
			return { programId, formDefinitionId, rubricId };
		},
		moment
	);
}

/** The ceilings: the present years planned and voted, the years to come planned. */
async function plan({ calendar, cast, programId }: Stage): Promise<void> {
	const { decisionYear, currentYear } = calendar;
	const votedYears = [...new Set([decisionYear, currentYear])];
	const [planned] = AWARENESS_BUDGET.planned;
	const enter = (
		fiscalYear: number,
		change: {
			ceiling: 'planned' | 'voted';
			source: 'reference_level' | 'interim_supply' | 'main_estimates';
			minor: bigint;
		},
		moment: Moment,
		reason: string
	) =>
		transactAs(
			cast.finance,
			(tx) =>
				enterBudgetWithin(
					tx,
					cast.finance,
					{
						programId,
						fiscalYear,
						ceiling: change.ceiling,
						source: change.source,
						direction: 'raise',
						amount: cad(change.minor),
						enteredOn: calendar.dayFromDecision(-128),
						reason
					},
					moment
				),
			moment
		);
	for (const fiscalYear of [...new Set([...votedYears, decisionYear + 1, decisionYear + 2, currentYear + 2])].sort()) {
		const change = { ceiling: 'planned', source: 'reference_level', minor: planned.amountMinor } as const;
		await enter(fiscalYear, change, calendar.fromDecision(-127), 'Reference level of the strategy');
	}
	for (const fiscalYear of votedYears) {
		for (const vote of AWARENESS_BUDGET.voted) {
			const change = { ceiling: 'voted', source: vote.source, minor: vote.amountMinor } as const;
			const reason = vote.source === 'interim_supply' ? 'Interim supply, first quarter' : 'Main Estimates';
			await enter(fiscalYear, change, calendar.fromDecision(-126), reason);
		}
	}
}

function earlierPlan(calendar: Calendar): OpportunityPlan {
	const opensWall = calendar.wallFromDecision(-110, '09:00');
	const closesWall = calendar.wallFromDecision(-60, '23:59');
	const isTwin = yearOf(closesWall) === yearOf(openPlan(calendar).closesWall);
	return {
		...EARLIER_AWARENESS_OPPORTUNITY,
		...named(EARLIER_AWARENESS_OPPORTUNITY, yearOf(closesWall), isTwin ? '-first' : ''),
		opensWall,
		closesWall,
		decisionExpectedOn: calendar.dayFromDecision(10)
	};
}

function openPlan(calendar: Calendar): OpportunityPlan {
	const closesWall = calendar.wallFromNow(51, '23:59');
	return {
		...AWARENESS_OPPORTUNITY,
		...named(AWARENESS_OPPORTUNITY, yearOf(closesWall), ''),
		opensWall: calendar.wallFromNow(-22, '09:00'),
		closesWall,
		decisionExpectedOn: calendar.dayFromNow(150)
	};
}

/** Code and titles carry the year in which it closes. */
function named(original: OpportunityPlan, year: number, suffix: string) {
	const inYear = (text: string): string => text.replace(/\d{4}$/, String(year));
	return {
		code: `${String(year).slice(2)}-awareness${suffix}`,
		title: { en: inYear(original.title.en), fr: inYear(original.title.fr) }
	};
}

async function publish(
	definitions: { programId: string; formDefinitionId: string; rubricId: string },
	opportunity: OpportunityPlan,
	moment: Moment,
	firstFiscalYear: number
): Promise<Opportunity> {
	const content = {
		...AWARENESS_CONTENT,
		available: AWARENESS_CONTENT.available.map((year, index) => ({ ...year, fiscalYear: firstFiscalYear + index }))
	};
	return transactAs(
		seed,
		async (tx) => {
			const input = { ...definitions, ...opportunity, firstFiscalYear, content };
			const { opportunityId } = await draftOpportunityWithin(tx, seed, input, moment);
			await publishOpportunityWithin(tx, seed, opportunityId, moment);
			return { id: opportunityId, code: opportunity.code, firstFiscalYear };
		},
		moment
	);
}

/** An owner registers, with the organization, writes the whole application and sends it, `days` from the decision. */
async function apply(
	stage: Stage,
	written: WrittenApplication,
	opportunity: Opportunity,
	calendar: Calendar,
	days: number
): Promise<Applicant> {
	return write(stage, written, opportunity, (day, hour) => calendar.fromDecision(days + day, hour));
}

async function applyOpen(stage: Stage, written: WrittenApplication, opportunity: Opportunity): Promise<Applicant> {
	return write(stage, written, opportunity, (day, hour) => stage.calendar.fromNow(-20 + day, hour));
}

async function write(
	_stage: Stage,
	written: WrittenApplication,
	opportunity: Opportunity,
	at: (day: number, hour: number) => Moment
): Promise<Applicant> {
	const person = await register(written.owner, written.locale, at(0, 9));
	const profile = {
		...written.organization,
		operatingName: null,
		businessNumber: null,
		kind: 'not_for_profit' as const,
		language: written.locale,
		publicName: null,
		publicCity: null,
		publicDescription: null
	};
	const registered = await registerOrganization(person, profile, at(0, 10));
	if (registered.outcome !== 'registered') throw new Error(`${written.organization.legalName} exists already`);
	const { organizationId } = registered;
	const owner = await actorOf(person.userId);
	const { applicationId } = await startApplication(
		owner,
		{ opportunityCode: opportunity.code, organizationId, locale: written.locale },
		at(0, 11)
	);
	for (const [sectionKey, typed] of Object.entries(written.sections)) {
		const versions = Object.fromEntries(Object.keys(typed).map((key) => [key, 0]));
		const saved = await saveSection(owner, applicationId, { sectionKey, typed, versions }, at(1, 18));
		const [problem] = [...saved.problems, ...saved.unfit];
		if (problem) throw new Error(`${written.owner}, ${sectionKey}: ${problem.code} ${problem.field ?? ''}`);
	}
	for (const { year, ...line } of written.lines) {
		await saveBudgetLine(owner, applicationId, { ...line, fiscalYear: opportunity.firstFiscalYear + year }, at(2, 18));
	}
	await attachFile(owner, applicationId, 'letter_of_support', { name: 'letter.pdf', content: letter() }, at(2, 20));
	await submitApplication(owner, applicationId, {}, at(4, 19));
	return { owner, organizationId, applicationId, written };
}

/** A page of PDF with one line of text: small, whole, and what its content says it is. */
async function* letter(): AsyncGenerator<Uint8Array> {
	const text = 'BT /F1 14 Tf 72 720 Td (We will work with them. A letter of the demonstration.) Tj ET';
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		`<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
	];
	let body = '%PDF-1.4\n';
	const offsets = objects.map((object, index) => {
		const offset = body.length;
		body += `${index + 1} 0 obj\n${object}\nendobj\n`;
		return offset;
	});
	const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
	const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
	body += `${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
	yield Buffer.from(body, 'latin1');
}

async function screen({ cast }: Stage, applicant: Applicant, moment: Moment): Promise<void> {
	const { version } = await database().application.findUniqueOrThrow({ where: { id: applicant.applicationId } });
	const findings = AWARENESS_CONTENT.eligibility.map(({ key }) => ({
		criterionKey: key,
		finding: 'met' as const,
		note: ''
	}));
	await screenApplication(
		cast.officer,
		applicant.applicationId,
		{ version, outcome: 'eligible', note: '', request: '', dueOn: '', findings },
		moment
	);
}

const COMMENTS = {
	en: ['It goes where others do not.', 'Careful, and it says who is responsible.', 'I believe the plan.'],
	fr: ['Le projet va là où d’autres ne vont pas.', 'Prudent, et l’on sait qui est responsable.', 'Je crois au plan.']
};

/** Two reviewers declare no conflict, judge every criterion and send what they wrote. */
async function review(
	{ cast, calendar }: Stage,
	applicant: Applicant,
	reviewers: StaffName[],
	points: number[],
	days: number
): Promise<void> {
	await assign(cast, applicant, reviewers, calendar.fromDecision(days));
	for (const [index, name] of reviewers.entries()) {
		const actor = cast[name];
		const assignmentId = await assignmentOf(applicant, actor);
		const words = COMMENTS[actor.locale];
		const at = (day: number, hour: number) => calendar.fromDecision(days + 2 + index * 2 + day, hour);
		await declareConflict(actor, assignmentId, { declaration: 'none', reason: '' }, at(0, 9));
		for (const [order, criterion] of AWARENESS_RUBRIC.criteria.entries()) {
			// The second reviewer is a little more reserved on the last criterion, as people are.
			const given = (points[order] ?? 3) - (index === 1 && order === 4 && (points[order] ?? 3) > 1 ? 1 : 0);
			const comment = words[order % words.length] ?? '';
			await saveScore(actor, assignmentId, { criterion: criterion.key, points: String(given), comment }, at(0, 11));
		}
		await submitReview(actor, assignmentId, words[0] ?? '', at(1, 15));
	}
}

function assign(cast: StaffCast, applicant: Applicant, reviewers: StaffName[], moment: Moment): Promise<void> {
	const ids = reviewers.map((name) => cast[name].userId);
	return assignReviewers(cast.officer, applicant.applicationId, { reviewers: ids }, moment);
}

async function assignmentOf(applicant: Applicant, reviewer: UserActor): Promise<string> {
	const { id } = await database().reviewAssignment.findUniqueOrThrow({
		where: { applicationId_reviewerId: { applicationId: applicant.applicationId, reviewerId: reviewer.userId } }
	});
	return id;
}

/** The officer ranks and gives a reason for every line; s.32; the director decides; the officer announces. */
async function decide({ cast, calendar }: Stage, opportunity: Opportunity, declined: Applicant): Promise<void> {
	const at = (days: number, hour: number) => calendar.fromDecision(days, hour);
	await prepareRound(cast.officer, opportunity.code, at(-5, 10));
	const lines = await database().allocationLine.findMany({
		where: { round: { opportunityId: opportunity.id } },
		include: { years: true },
		orderBy: { rank: 'asc' }
	});
	for (const line of lines) {
		const isDeclined = line.applicationId === declined.applicationId;
		await saveLine(
			cast.officer,
			line.id,
			{
				base: lineBase(line),
				recommendation: isDeclined ? 'decline' : 'award',
				reason: isDeclined
					? 'The people it is for were not asked, and what happens when someone comes forward is left open. We would gladly read it again with a partner who knows them.'
					: 'Reviewers agree that it reaches people whom other campaigns do not, with care and at a fair cost.',
				amounts: new Map(isDeclined ? [] : line.years.map((year) => [year.fiscalYear, dollars(year.amountMinor)]))
			},
			at(-5, 13)
		);
	}
	const version = async (): Promise<number> =>
		(await database().allocationRound.findFirstOrThrow({ where: { opportunityId: opportunity.id } })).version;
	await recommendRound(cast.officer, opportunity.code, await version(), at(-4, 10));
	await certifyCommitment(cast.manager, opportunity.code, await version(), at(-3, 10));
	await decideRound(cast.director, opportunity.code, { version: await version(), note: '' }, at(0, 10));
	await announceRound(cast.officer, opportunity.code, await version(), at(1, 9));
}

function dollars(minor: bigint): string {
	return `${minor / 100n}.${(minor % 100n).toString().padStart(2, '0')}`;
}

async function awardOf(applicant: Applicant) {
	return database().award.findUniqueOrThrow({
		where: { applicationId: applicant.applicationId },
		include: { years: { orderBy: { fiscalYear: 'asc' } } }
	});
}

async function hashOf(awardId: string): Promise<{ agreementId: string; contentHash: string }> {
	const agreement = await database().agreement.findFirstOrThrow({ where: { awardId }, orderBy: { number: 'desc' } });
	return { agreementId: agreement.id, contentHash: agreement.contentHash };
}

type Offer = { awardId: string; agreementId: string; contentHash: string };

/** Prepared, sent and signed by the director, from an hour of the second day on. Without `halves`, one instalment a fiscal year. */
async function offer(
	stage: Stage,
	applicant: Applicant,
	hour: number,
	halves: { firstOn: string; secondOn: string } | null
): Promise<Offer> {
	const { cast, calendar } = stage;
	const award = await awardOf(applicant);
	const [first, second] = award.years;
	if (!first) throw new Error('an award has a year');
	const startsOn = calendar.dayFromDecision(2);
	const parts = halves ? splitByLargestRemainder(cad(first.amountMinor), [1n, 1n]) : [cad(first.amountMinor)];
	const rows = parts.map((amount, index) => ({
		dueOn: index === 0 ? (halves?.firstOn ?? startsOn) : (halves?.secondOn ?? startsOn),
		amount
	}));
	if (second) rows.push({ dueOn: firstDayOf(second.fiscalYear), amount: cad(second.amountMinor) });
	await prepareAgreement(
		cast.officer,
		{
			awardId: award.id,
			version: 0,
			startsOn,
			endsOn: lastDayOf((second ?? first).fiscalYear),
			dueOn1: rows[0]?.dueOn ?? null,
			amount1: rows[0]?.amount ?? null,
			dueOn2: rows[1]?.dueOn ?? null,
			amount2: rows[1]?.amount ?? null,
			dueOn3: rows[2]?.dueOn ?? null,
			amount3: rows[2]?.amount ?? null,
			dueOn4: null,
			amount4: null
		},
		calendar.fromDecision(2, hour)
	);
	const { agreementId, contentHash } = await hashOf(award.id);
	await proposeAgreement(cast.officer, { awardId: award.id, contentHash }, calendar.fromDecision(2, hour + 1));
	await signAgreement(cast.director, { awardId: award.id, contentHash }, calendar.fromDecision(2, hour + 2));
	return { awardId: award.id, agreementId, contentHash };
}

/** Signed by both; the account entered by its owner and verified by a call. */
async function agree({ cast, calendar }: Stage, applicant: Applicant, signed: Offer): Promise<void> {
	const { awardId, agreementId, contentHash } = signed;
	const position = applicant.written.locale === 'fr' ? 'Directrice générale' : 'Executive Director';
	await acceptAgreement(applicant.owner, { awardId, contentHash, position, agree: 'yes' }, calendar.fromDecision(3, 9));
	await planInstalments(agreementId, calendar.fromDecision(3, 10));
	const { payeeAccountId } = await enterPayeeAccount(
		applicant.owner,
		{ organizationId: applicant.organizationId, institution: '001', transit: '00042', account: '8150214417' },
		calendar.fromDecision(3, 11)
	);
	await verifyPayeeAccount(
		cast.secondFinance,
		payeeAccountId,
		{
			calledOn: calendar.dayFromDecision(4),
			spokeWith: 'The executive director',
			numberSource: 'The phone number given with the application',
			readBack: 'yes'
		},
		calendar.fromDecision(4, 10)
	);
}

async function bindingOf(disbursementId: string): Promise<string> {
	return (await database().disbursement.findUniqueOrThrow({ where: { id: disbursementId } })).bindingHash;
}

/** The first instalment is paid; the second is certified and waits for its requisition. */
async function payFirst({ cast, calendar }: Stage, applicant: Applicant): Promise<void> {
	const award = await awardOf(applicant);
	const instalments = await database().instalment.findMany({
		where: { awardId: award.id },
		orderBy: { number: 'asc' }
	});
	const [first, second] = instalments;
	if (!first || !second) throw new Error('the award has its instalments');
	const draft = async (instalmentId: string, moment: Moment): Promise<string> =>
		(await draftDisbursement(cast.officer, { instalmentId }, moment)).disbursementId;
	const certify = async (id: string, moment: Moment): Promise<void> => {
		const statement = pay.s34Statement(cast.manager.locale);
		await certifyDisbursement(cast.manager, id, { bindingHash: await bindingOf(id), statement }, moment);
	};
	const id = await draft(first.id, calendar.fromDecision(4, 14));
	await certify(id, calendar.fromDecision(4, 15));
	const bindingHash = await bindingOf(id);
	const statement = pay.s33Statement(cast.finance.locale);
	await requisitionDisbursement(cast.finance, id, { bindingHash, statement }, calendar.fromDecision(5, 9));
	await dispatchDisbursement(cast.finance, id, { bindingHash }, calendar.fromDecision(5, 10));
	const { evidenceId } = await recordPaymentEvidence(
		cast.finance,
		id,
		{ method: 'direct_deposit', reference: 'DD-204417', paidOn: calendar.dayFromDecision(6) },
		calendar.fromDecision(6, 9)
	);
	await confirmPaymentEvidence(cast.secondFinance, id, { evidenceId }, calendar.fromDecision(6, 11));
	const next = await draft(second.id, calendar.fromDecision(6, 13));
	await certify(next, calendar.fromDecision(6, 14));
}

/** In the open opportunity: eligible, and in the hands of two reviewers, one of whom has begun. */
async function beginReview(stage: Stage, applicant: Applicant): Promise<void> {
	const { cast, calendar } = stage;
	await screen(stage, applicant, calendar.fromNow(-3, 8));
	await assign(cast, applicant, ['reviewer', 'secondReviewer'], calendar.fromNow(-3, 10));
	const assignmentId = await assignmentOf(applicant, cast.reviewer);
	await declareConflict(cast.reviewer, assignmentId, { declaration: 'none', reason: '' }, calendar.fromNow(-2, 9));
	const [need] = AWARENESS_RUBRIC.criteria;
	if (!need) throw new Error('the rubric has criteria');
	const score = { criterion: need.key, points: '4', comment: COMMENTS.en[0] ?? '' };
	await saveScore(cast.reviewer, assignmentId, score, calendar.fromNow(-2, 11));
}

/** Says that this is a demonstration, and for whom `hearth demo links` prints links. */
async function finish(cast: StaffCast, now: Date): Promise<void> {
	const owners = [LANTERN, TIDES, NIGHTSHIFT].map(({ owner }) => owner);
	const people = await database().user.findMany({ where: { displayName: { in: owners } } });
	const applicants = owners.flatMap((name) => {
		const person = people.find((known) => known.displayName === name);
		return person ? [{ label: `Applicant (${name})`, userId: person.id }] : [];
	});
	const moment = calendarFor(now).fromNow(0, 0);
	await transactAs(
		seed,
		async (tx) => {
			await tx.setting.create({
				data: { name: 'demonstration', value: { users: [...applicants, ...labelsOf(cast)] }, updatedAt: moment.now }
			});
			await recordEvent(tx, moment, {
				name: 'demonstration.seeded',
				actor: seed,
				subject: { type: 'installation', id: 'database' },
				facts: {}
			});
		},
		moment
	);
}
