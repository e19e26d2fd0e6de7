import { authorize } from '#lib/domain/access/access.ts';
import { actorUserId, type Actor } from '#lib/domain/access/actor.ts';
import type { AuditEvent } from '#lib/domain/audit/events.ts';
import { next, type AgreementEvent, type AgreementStatus } from '#lib/domain/agreement/lifecycle.ts';
import { isExpired } from '#lib/domain/award/offer.ts';
import { isId } from '#lib/domain/id.ts';
import { cad } from '#lib/domain/money/money.ts';
import { scheduleProblems, type PlannedInstalment } from '#lib/domain/payment/schedule.ts';
import { orRefuse, refuse, Refusal } from '#lib/domain/problem.ts';
import { fiscalYearOf } from '#lib/domain/time/fiscal-year.ts';
import { advanceAwardWithin } from '#lib/features/award/commands.server.ts';
import { keepOrigin } from '#lib/features/identity/origin.server.ts';
import { refuseInterested } from '#lib/features/organization/interest.server.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import { dayColumn } from '#lib/server/db/day.ts';
import type { Prisma } from '#lib/server/db/generated/client.ts';
import { lockRow } from '#lib/server/db/lock.ts';
import { transactAs, type Tx } from '#lib/server/db/transact.ts';
import { enqueue } from '#lib/server/jobs/queue.ts';
import type { MailTemplate } from '#lib/domain/mail/message.ts';
import { queueMail } from '#lib/server/mail/queue.ts';
import { relyOnDelegation } from './authority.server.ts';
import {
	agreementTemplateSchema,
	templateSettingName,
	type AcceptAgreement,
	type AgreementContent,
	type AgreementTemplate,
	type DeclineOffer,
	type LapseOffer,
	type NegotiateAgreement,
	type PrepareAgreement,
	type AgreementVersion
} from './schema.ts';
import { composeAgreement, hashAgreement } from './text.server.ts';

/** What every command of this feature needs of the award and its latest agreement, loaded after the lock. */
type Held = Awaited<ReturnType<typeof lockAgreement>>;

/**
 * Prepares the agreement of an offered award from its program's template, or prepares it again while it is a draft or
 * comes back from the recipient with remarks. Refuses instalments that do not sum to the award, year by year.
 */
export function prepareAgreement(actor: Actor, input: PrepareAgreement, moment: Moment): Promise<void> {
	return transactAs(actor, (tx) => prepareAgreementWithin(tx, actor, input, moment), moment);
}

export async function prepareAgreementWithin(
	tx: Tx,
	actor: Actor,
	input: PrepareAgreement,
	moment: Moment
): Promise<void> {
	const held = await lockAgreement(tx, input.awardId);
	authorize(actor, 'agreement.offer', held.subject);
	const { award, agreement } = held;
	if (award.status !== 'offered' || award.offeredAt === null) {
		throw new Refusal(refuse('transition_not_allowed', { subject: 'award', status: award.status, event: 'prepare' }));
	}
	if ((agreement?.version ?? 0) !== input.version) throw new Refusal(refuse('stale_version'));
	if (agreement && agreement.status !== 'draft' && agreement.status !== 'negotiated') {
		const { status } = agreement;
		throw new Refusal(refuse('transition_not_allowed', { subject: 'agreement', status, event: 'prepare' }));
	}
	if (input.endsOn < input.startsOn) {
		throw new Refusal(refuse('date_too_early', { limit: input.startsOn }, 'endsOn'));
	}
	const instalments = scheduleOf(input);
	const [scheduleProblem] = scheduleProblems(instalments, held.years);
	if (scheduleProblem) throw new Refusal(scheduleProblem);
	const template = await templateOf(tx, award.program.code);
	const content = composeAgreement(template, {
		agreementNumber: award.number,
		recipient: award.organization.legalName,
		project: award.application.title ?? award.application.reference,
		reference: award.application.reference,
		program: { en: award.program.nameEn, fr: award.program.nameFr },
		startsOn: input.startsOn,
		endsOn: input.endsOn,
		years: held.years,
		instalments
	});
	const contentHash = hashAgreement(content);
	const dates = { startsOn: dayColumn(input.startsOn), endsOn: dayColumn(input.endsOn) };
	if (agreement && agreement.signatures.length === 0) {
		await updateGuarded(tx, agreement, {
			...dates,
			content: content as unknown as Prisma.InputJsonObject,
			contentHash
		});
	} else {
		// A text that somebody signed is never changed: what comes after it is a new row with the next number.
		await tx.agreement.create({
			data: {
				id: moment.random.uuid(),
				awardId: award.id,
				number: (agreement?.number ?? 0) + 1,
				status: 'draft' satisfies AgreementStatus,
				...dates,
				content: content as unknown as Prisma.InputJsonObject,
				contentHash,
				createdAt: moment.now,
				createdById: userIdOf(actor)
			}
		});
	}
	const stored = await tx.agreement.findFirstOrThrow({ where: { awardId: award.id }, orderBy: { number: 'desc' } });
	await recordEvent(tx, moment, {
		name: 'agreement.drafted',
		actor,
		...about(held),
		facts: { agreementId: stored.id, contentHash }
	});
}

/** Offers the draft to both signatories. Its text is fixed from here on, unless the recipient asks for a change. */
export function proposeAgreement(actor: Actor, input: AgreementVersion, moment: Moment): Promise<void> {
	return transactAs(actor, (tx) => proposeAgreementWithin(tx, actor, input, moment), moment);
}

export async function proposeAgreementWithin(
	tx: Tx,
	actor: Actor,
	input: AgreementVersion,
	moment: Moment
): Promise<void> {
	const held = await lockAgreement(tx, input.awardId);
	authorize(actor, 'agreement.offer', held.subject);
	const agreement = requireAgreement(held);
	requireOffered(held, 'propose');
	requireSameText(agreement, input.contentHash);
	const content = agreement.content as unknown as AgreementContent;
	await advance(tx, actor, held, 'propose', moment, {
		both_languages_complete: isComplete(content),
		funds_certified: held.years.every((year) => year.standing === 'reserved' || year.certifiedAt !== null)
	});
}

/** The funder signs the text by a delegation to enter the transaction; the recipient is told that it is their turn. */
export function signAgreement(actor: Actor, input: AgreementVersion, moment: Moment): Promise<void> {
	return transactAs(actor, (tx) => signAgreementWithin(tx, actor, input, moment), moment);
}

export async function signAgreementWithin(
	tx: Tx,
	actor: Actor,
	input: AgreementVersion,
	moment: Moment
): Promise<void> {
	const held = await lockAgreement(tx, input.awardId);
	authorize(actor, 'agreement.sign', { programId: held.award.programId });
	const agreement = requireAgreement(held);
	requireOffered(held, 'sign');
	requireProposed(agreement, 'sign');
	requireSameText(agreement, input.contentHash);
	await refuseInterested(tx, actor, [held.award.organizationId]);
	if (agreement.createdById === actorUserId(actor)) throw new Refusal(refuse('same_person'));
	const signedBefore = signatureOf(held, 'funder');
	if (signedBefore) throw new Refusal(refuse('already_done'));
	const delegation = await relyOnDelegation(tx, actor, {
		authority: 'transaction',
		programId: held.award.programId,
		amount: cad(held.award.awardedAmountMinor),
		at: moment.now
	});
	await storeSignature(tx, held, moment, {
		party: 'funder',
		userId: userIdOf(actor),
		position: delegation.position.en,
		delegationId: delegation.id,
		contentHash: agreement.contentHash
	});
	await recordEvent(tx, moment, {
		name: 'agreement.signed',
		actor,
		...about(held),
		facts: {
			agreementId: agreement.id,
			party: 'funder',
			contentHash: agreement.contentHash,
			delegationId: delegation.id
		}
	});
	await mailSignatories(tx, held, moment, 'agreement-to-sign');
}

/**
 * The recipient accepts the text that was on the screen: owner or signatory, with the hash of what was read. When the
 * text has changed since, nothing is signed and the page shows the new one. With both signatures the agreement is in
 * force, the award active and its instalments planned.
 */
export function acceptAgreement(actor: Actor, input: AcceptAgreement, moment: Moment): Promise<void> {
	return transactAs(actor, (tx) => acceptAgreementWithin(tx, actor, input, moment), moment);
}

export async function acceptAgreementWithin(
	tx: Tx,
	actor: Actor,
	input: AcceptAgreement,
	moment: Moment
): Promise<void> {
	const held = await lockAgreement(tx, input.awardId);
	const { organizationId } = held.award;
	authorize(actor, 'agreement.accept', { organizationId });
	const agreement = requireAgreement(held);
	if (agreement.status === 'in_force') throw new Refusal(refuse('already_done'));
	requireOffered(held, 'accept');
	requireProposed(agreement, 'accept');
	requireSameText(agreement, input.contentHash);
	const funder = signatureOf(held, 'funder');
	if (!funder) throw new Refusal(refuse('guard_not_met', { guard: 'funder_signed' }));
	await storeSignature(tx, held, moment, {
		party: 'recipient',
		userId: userIdOf(actor),
		position: input.position,
		delegationId: null,
		contentHash: agreement.contentHash
	});
	await advance(
		tx,
		actor,
		held,
		'sign',
		moment,
		{ both_signed: funder.contentHash === agreement.contentHash },
		{ party: 'recipient', contentHash: agreement.contentHash, delegationId: null }
	);
	await advance(tx, actor, await lockAgreement(tx, input.awardId), 'bring_into_force', moment);
	await advanceAwardWithin(tx, actor, held.award.id, 'accept', moment);
	await advanceAwardWithin(tx, actor, held.award.id, 'activate', moment, { agreement_in_force: true });
	await enqueue(tx, 'plan-instalments', { agreementId: agreement.id });
	await mailOfficer(tx, held, moment);
}

/** The recipient asks for a change instead of signing. The remark is a person's own words: it stays erasable. */
export function negotiateAgreement(actor: Actor, input: NegotiateAgreement, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockAgreement(tx, input.awardId);
			authorize(actor, 'agreement.accept', { organizationId: held.award.organizationId });
			requireAgreement(held);
			requireOffered(held, 'negotiate');
			await advance(tx, actor, held, 'negotiate', moment, {}, {}, input.remark);
		},
		moment
	);
}

/**
 * The recipient declines the offer for good, with a reason that stays erasable. Its money goes back to the program at
 * once, and the program's officers are told.
 */
export function declineOffer(actor: Actor, input: DeclineOffer, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockAgreement(tx, input.awardId);
			authorize(actor, 'award.accept', { organizationId: held.award.organizationId });
			await advanceAwardWithin(tx, actor, held.award.id, 'decline', moment, {}, input.reason);
			await mailOfficers(tx, held, moment);
		},
		moment
	);
}

/** An officer lets an offer lapse that nobody answered in time. Its money goes back; the recipient is told. */
export function lapseOffer(actor: Actor, input: LapseOffer, moment: Moment): Promise<void> {
	return transactAs(
		actor,
		async (tx) => {
			const held = await lockAgreement(tx, input.awardId);
			authorize(actor, 'award.offer', held.subject);
			await refuseInterested(tx, actor, [held.award.organizationId]);
			await advanceAwardWithin(tx, actor, held.award.id, 'lapse', moment, {
				offer_expired: isExpired(
					{
						offeredAt: held.award.offeredAt,
						funderSignedAt: signatureOf(held, 'funder')?.signedAt ?? null,
						zone: held.award.program.zone
					},
					moment.now
				)
			});
			await mailSignatories(tx, held, moment, 'award-news');
		},
		moment
	);
}

const EVENT_NAMES = {
	propose: 'agreement.proposed',
	negotiate: 'agreement.negotiated',
	sign: 'agreement.signed',
	bring_into_force: 'agreement.broughtIntoForce',
	amend: 'agreement.amended',
	settle: 'agreement.settled',
	terminate: 'agreement.terminated'
} as const satisfies Record<AgreementEvent, string>;

/** The one place that assigns the status of an agreement. */
async function advance(
	tx: Tx,
	actor: Actor,
	held: Held,
	event: AgreementEvent,
	moment: Moment,
	met: Record<string, boolean> = {},
	more: { party?: string; contentHash?: string; delegationId?: null } = {},
	detail?: string
): Promise<AgreementStatus> {
	const agreement = requireAgreement(held);
	const to = orRefuse(next(agreement.status, event, met));
	await updateGuarded(tx, agreement, {
		status: to,
		...(event === 'bring_into_force' ? { inForceAt: moment.now } : {})
	});
	await recordEvent(tx, moment, {
		name: EVENT_NAMES[event],
		actor,
		...about(held),
		facts: { agreementId: agreement.id, from: agreement.status, to, ...more },
		...(detail === undefined ? {} : { detail })
	} as AuditEvent);
	return to;
}

/** Locks award and agreement, in pipeline order, and loads what the rules need. 404 for what is not there. */
async function lockAgreement(tx: Tx, awardId: string) {
	if (!isId(awardId) || !(await lockRow(tx, 'award', awardId))) throw new Refusal(refuse('not_found'));
	const latest = await tx.agreement.findFirst({
		where: { awardId },
		orderBy: { number: 'desc' },
		select: { id: true }
	});
	if (latest) await lockRow(tx, 'agreement', latest.id);
	const award = await tx.award.findUniqueOrThrow({
		where: { id: awardId },
		include: {
			years: { orderBy: { fiscalYear: 'asc' } },
			program: true,
			organization: { select: { id: true, legalName: true } },
			application: { select: { reference: true, title: true } }
		}
	});
	const agreement = latest
		? await tx.agreement.findUniqueOrThrow({ where: { id: latest.id }, include: { signatures: true } })
		: null;
	return {
		award,
		agreement: agreement && { ...agreement, status: agreement.status as AgreementStatus },
		years: award.years.map((year) => ({
			fiscalYear: year.fiscalYear,
			amount: cad(year.amountMinor),
			standing: year.standing === 'committed' ? ('committed' as const) : ('reserved' as const),
			certifiedAt: year.certifiedAt
		})),
		subject: { organizationId: award.organizationId, programId: award.programId }
	};
}

function requireAgreement(held: Held): NonNullable<Held['agreement']> {
	if (!held.agreement) throw new Refusal(refuse('not_found'));
	return held.agreement;
}

/** An offer that was declined or has lapsed is nothing that anybody could still sign. */
function requireOffered(held: Held, event: string): void {
	const { status } = held.award;
	if (status !== 'offered') throw new Refusal(refuse('transition_not_allowed', { subject: 'award', status, event }));
}

function requireProposed(agreement: NonNullable<Held['agreement']>, event: string): void {
	if (agreement.status === 'proposed') return;
	throw new Refusal(refuse('transition_not_allowed', { subject: 'agreement', status: agreement.status, event }));
}

/** Whoever signs, signs what was read: another text is a conflict that the page shows. */
function requireSameText(agreement: NonNullable<Held['agreement']>, contentHash: string): void {
	if (agreement.contentHash !== contentHash) throw new Refusal(refuse('stale_version', { subject: 'agreement' }));
}

/** A signature counts while the text is the one it was given for. */
function signatureOf(held: Held, party: 'funder' | 'recipient') {
	return held.agreement?.signatures.find(
		(signature) => signature.party === party && signature.contentHash === held.agreement?.contentHash
	);
}

/** A signature is written once and never changed; a newer text is a newer agreement row with its own signatures. */
async function storeSignature(
	tx: Tx,
	held: Held,
	moment: Moment,
	signature: {
		party: 'funder' | 'recipient';
		userId: string;
		position: string;
		delegationId: string | null;
		contentHash: string;
	}
): Promise<void> {
	const agreementId = requireAgreement(held).id;
	const [id, signedAt] = [moment.random.uuid(), moment.now];
	await tx.agreementSignature.create({ data: { id, agreementId, ...signature, signedAt } });
	await keepOrigin(tx, { id, of: 'agreement', signedAt }, moment);
}

async function updateGuarded(
	tx: Tx,
	agreement: NonNullable<Held['agreement']>,
	data: Parameters<Tx['agreement']['updateMany']>[0]['data']
): Promise<void> {
	const changed = await tx.agreement.updateMany({
		where: { id: agreement.id, version: agreement.version },
		data: { ...data, version: { increment: 1 } }
	});
	if (changed.count !== 1) throw new Refusal(refuse('stale_version'));
}

function scheduleOf(input: PrepareAgreement): PlannedInstalment[] {
	const rows = [
		{ row: 1, dueOn: input.dueOn1, amount: input.amount1 },
		{ row: 2, dueOn: input.dueOn2, amount: input.amount2 },
		{ row: 3, dueOn: input.dueOn3, amount: input.amount3 },
		{ row: 4, dueOn: input.dueOn4, amount: input.amount4 }
	];
	const planned: PlannedInstalment[] = [];
	for (const { row, dueOn, amount } of rows) {
		if (dueOn === null && amount === null) continue;
		if (dueOn === null) throw new Refusal(refuse('required', {}, `dueOn${row}`));
		if (amount === null) throw new Refusal(refuse('required', {}, `amount${row}`));
		planned.push({ number: planned.length + 1, dueOn, fiscalYear: fiscalYearOf(dueOn), amount });
	}
	return planned;
}

async function templateOf(tx: Tx, programCode: string): Promise<AgreementTemplate> {
	const setting = await tx.setting.findUnique({ where: { name: templateSettingName(programCode) } });
	if (!setting) throw new Refusal(refuse('guard_not_met', { guard: 'agreement_template' }));
	return agreementTemplateSchema.parse(setting.value);
}

function isComplete(content: AgreementContent): boolean {
	return Object.values(content.text).every(
		(text) =>
			text.title.trim() !== '' &&
			text.sections.every(
				(section) =>
					section.heading !== '' && section.paragraphs.every((words) => words.trim() !== '' && !/\{\w+\}/.test(words))
			)
	);
}

function about(held: Held) {
	return { subject: { type: 'award', id: held.award.id }, ...held.subject };
}

function userIdOf(actor: Actor): string {
	const userId = actorUserId(actor);
	if (userId === null) throw new Refusal(refuse('forbidden'));
	return userId;
}

/** Owners and signatories of the recipient, each in their language. Neutral: a number, nothing about the project. */
async function mailSignatories(tx: Tx, held: Held, moment: Moment, template: MailTemplate): Promise<void> {
	const members = await tx.membership.findMany({
		where: { organizationId: held.award.organizationId, endedAt: null, role: { in: ['owner', 'signatory'] } },
		select: { user: { select: { id: true, locale: true, status: true } } },
		orderBy: { id: 'asc' }
	});
	for (const { user } of members) {
		if (user.status !== 'active') continue;
		await queueMail(tx, moment, {
			template,
			to: { userId: user.id },
			locale: user.locale === 'fr' ? 'fr' : 'en',
			values: { number: held.award.number, awardId: held.award.id }
		});
	}
}

/** The officer who prepared it learns that it is in force. */
async function mailOfficer(tx: Tx, held: Held, moment: Moment): Promise<void> {
	const officer = await tx.user.findUnique({
		where: { id: requireAgreement(held).createdById },
		select: { id: true, locale: true, status: true }
	});
	if (officer?.status !== 'active') return;
	await queueMail(tx, moment, {
		template: 'agreement-in-force',
		to: { userId: officer.id },
		locale: officer.locale === 'fr' ? 'fr' : 'en',
		values: { number: held.award.number, awardId: held.award.id }
	});
}

/** The program's officers learn that an offer was declined: their money is free again. */
async function mailOfficers(tx: Tx, held: Held, moment: Moment): Promise<void> {
	const officers = await tx.user.findMany({
		where: {
			status: 'active',
			roleAssignments: {
				some: {
					role: 'program_officer',
					endedAt: null,
					OR: [{ programId: held.award.programId }, { programId: null }]
				}
			}
		},
		select: { id: true, locale: true },
		orderBy: { id: 'asc' }
	});
	for (const officer of officers) {
		await queueMail(tx, moment, {
			template: 'offer-declined',
			to: { userId: officer.id },
			locale: officer.locale === 'fr' ? 'fr' : 'en',
			values: { number: held.award.number, awardId: held.award.id }
		});
	}
}
