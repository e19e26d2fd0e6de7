import { may, programsWhere } from '#lib/domain/access/access.ts';
import type { Actor, UserActor } from '#lib/domain/access/actor.ts';
import type { Permission } from '#lib/domain/access/permissions.ts';
import { refuse, Refusal } from '#lib/domain/problem.ts';
import { paymentsForStaff } from '#lib/features/payment/queries.server.ts';
import type { Bilingual } from '#lib/i18n/locale.ts';
import { database } from '#lib/server/db/client.ts';
import { readAs } from '#lib/server/db/transact.ts';

/** The acts that can wait on a member of staff, in the order of the pipeline. */
export const DESK_TOPICS = [
	'screen',
	'assign',
	'prepareRound',
	'recommendRound',
	'certifyRound',
	'confirmPaper',
	'decideRound',
	'announceRound',
	'prepareAgreement',
	'signAgreement',
	'verifyPayee',
	'draftPayment',
	'certifyPayment',
	'requisitionPayment',
	'dispatchPayment',
	'recordPayment',
	'liftFreeze',
	'decideDisclosure'
] as const;
export type DeskTopic = (typeof DESK_TOPICS)[number];

/**
 * One thing that waits. `key` leads to its page: the id of an application, award or payment, or an opportunity's code.
 * `amountMinor`, in cents, is there where the act is about an amount.
 */
export type DeskItem = { key: string; reference: string; name: string | Bilingual; amountMinor?: bigint };

export type DeskList = { topic: DeskTopic; count: number; items: DeskItem[] };

/** How many of each are shown; the page of the subject has the rest. */
const SHOWN = 5;

/** The parts of the house that a member of staff may open, for the links of the desk. */
export const DESK_PLACES = [
	['applications', 'application.viewSubmitted'],
	['rounds', 'allocation.view'],
	['awards', 'award.view'],
	['organizations', 'member.freeze'],
	['agreements', 'agreement.view'],
	['payments', 'payment.view'],
	['payees', 'payeeAccount.view'],
	['money', 'ledger.view'],
	['budgets', 'budget.enter'],
	['trail', 'audit.view'],
	['users', 'user.view'],
	['delegations', 'delegation.view'],
	['disclosures', 'disclosure.grant'],
	['mail', 'mail.view'],
	['jobs', 'job.view']
] as const satisfies readonly (readonly [string, Permission])[];
export type DeskPlace = (typeof DESK_PLACES)[number][0];

/** What waits on this member of staff, by what the person may do; empty lists are left out. */
export async function deskForStaff(viewer: Actor): Promise<{ lists: DeskList[]; places: DeskPlace[] }> {
	if (viewer.kind !== 'user' || !viewer.staffRoles.some((held) => held.role !== 'reviewer')) {
		throw new Refusal(refuse('not_found'));
	}
	const lists: DeskList[] = [
		...(await intakeLists(viewer)),
		...(await roundLists(viewer)),
		...(await agreementLists(viewer)),
		...(await paymentLists(viewer)),
		...(await freezeLists(viewer)),
		...(await disclosureLists(viewer))
	];
	return {
		lists: lists.filter((list) => list.count > 0),
		places: DESK_PLACES.flatMap(([place, permission]) => (mayAsStaff(viewer, permission) ? [place] : []))
	};
}

function listOf(topic: DeskTopic, items: DeskItem[], count = items.length): DeskList {
	return { topic, count, items: items.slice(0, SHOWN) };
}

/** Held through a staff role: a membership of an organization opens none of these pages. */
function mayAsStaff(viewer: Actor, permission: Permission): boolean {
	const programs = programsWhere(viewer, permission);
	return programs === 'all' || programs.length > 0;
}

/** The programs in which the viewer may, as a filter; null where nowhere. */
function scopeOf(viewer: Actor, permission: Permission): { programId?: { in: string[] } } | null {
	const programs = programsWhere(viewer, permission);
	if (programs === 'all') return {};
	return programs.length === 0 ? null : { programId: { in: programs } };
}

const BRIEF = { id: true, reference: true, title: true, organization: { select: { legalName: true } } } as const;

async function intakeLists(viewer: Actor): Promise<DeskList[]> {
	const lists: DeskList[] = [];
	const screening = scopeOf(viewer, 'application.screen');
	if (screening) {
		const where = { status: 'submitted', opportunity: screening };
		const rows = await database().application.findMany({
			where,
			select: BRIEF,
			orderBy: [{ submittedAt: 'asc' }, { id: 'asc' }],
			take: SHOWN
		});
		lists.push(listOf('screen', rows.map(applicationItem), await database().application.count({ where })));
	}
	const assigning = scopeOf(viewer, 'review.assign');
	if (assigning) {
		const rows = await database().application.findMany({
			where: {
				status: { in: ['eligible', 'under_review'] },
				opportunity: { ...assigning, program: { method: 'competitive' } }
			},
			select: {
				...BRIEF,
				opportunity: { select: { reviewersPerApplication: true } },
				_count: { select: { reviewAssignments: { where: { status: { notIn: ['declined', 'recused'] } } } } }
			},
			orderBy: [{ submittedAt: 'asc' }, { id: 'asc' }],
			take: 500
		});
		const lacking = rows.filter((row) => row._count.reviewAssignments < row.opportunity.reviewersPerApplication);
		lists.push(listOf('assign', lacking.map(applicationItem)));
	}
	return lists;
}

function applicationItem(row: { id: string; reference: string; organization: { legalName: string } }): DeskItem {
	return { key: row.id, reference: row.reference, name: row.organization.legalName };
}

/** Lists of one opportunity each: a round to prepare, or one that stands where the viewer's act is next. */
async function roundLists(viewer: UserActor & Actor): Promise<DeskList[]> {
	const opportunities = await database().opportunity.findMany({
		where: {
			OR: [
				{ applications: { some: { status: 'reviewed' } } },
				{ allocationRounds: { some: { status: { not: 'announced' } } } }
			]
		},
		select: {
			code: true,
			titleEn: true,
			titleFr: true,
			programId: true,
			allocationRounds: {
				orderBy: { number: 'desc' },
				take: 1,
				include: {
					paperDecisions: { where: { confirmedAt: null, refusedAt: null }, select: { recordedById: true } }
				}
			},
			_count: { select: { applications: { where: { status: 'reviewed' } } } }
		},
		orderBy: [{ closesAt: 'asc' }, { id: 'asc' }],
		take: 200
	});
	const lists = new Map<DeskTopic, DeskItem[]>();
	for (const opportunity of opportunities) {
		const topic = roundTopic(viewer, opportunity);
		if (!topic) continue;
		const item = {
			key: opportunity.code,
			reference: opportunity.code,
			name: { en: opportunity.titleEn, fr: opportunity.titleFr }
		};
		lists.set(topic, [...(lists.get(topic) ?? []), item]);
	}
	return DESK_TOPICS.flatMap((topic) => {
		const items = lists.get(topic);
		return items ? [listOf(topic, items)] : [];
	});
}

type RoundState = {
	programId: string;
	allocationRounds: {
		status: string;
		commitmentCertifiedAt: Date | null;
		recommendedById: string | null;
		paperDecisions: { recordedById: string }[];
	}[];
	_count: { applications: number };
};

function roundTopic(viewer: UserActor & Actor, opportunity: RoundState): DeskTopic | null {
	const subject = { programId: opportunity.programId };
	const round = opportunity.allocationRounds[0];
	if (!round || round.status === 'announced') {
		return opportunity._count.applications > 0 && may(viewer, 'allocation.prepare', subject) ? 'prepareRound' : null;
	}
	if (round.status === 'open') return may(viewer, 'allocation.recommend', subject) ? 'recommendRound' : null;
	if (round.status === 'approved') return may(viewer, 'allocation.announce', subject) ? 'announceRound' : null;
	if (round.commitmentCertifiedAt === null) return may(viewer, 'commitment.certify', subject) ? 'certifyRound' : null;
	if (round.recommendedById === viewer.userId) return null;
	const paper = round.paperDecisions[0];
	if (!paper) return may(viewer, 'award.decide', subject) ? 'decideRound' : null;
	return may(viewer, 'decision.confirm', subject) && paper.recordedById !== viewer.userId ? 'confirmPaper' : null;
}

async function agreementLists(viewer: Actor): Promise<DeskList[]> {
	const lists: DeskList[] = [];
	const select = { id: true, number: true, organization: { select: { legalName: true } } } as const;
	const preparing = scopeOf(viewer, 'agreement.offer');
	if (preparing) {
		const where = {
			...preparing,
			status: 'offered',
			offeredAt: { not: null },
			agreements: { none: { status: { notIn: ['draft', 'negotiated'] } } }
		};
		const rows = await database().award.findMany({
			where,
			select,
			orderBy: [{ offeredAt: 'asc' }, { id: 'asc' }],
			take: SHOWN
		});
		lists.push(listOf('prepareAgreement', rows.map(awardItem), await database().award.count({ where })));
	}
	const signing = scopeOf(viewer, 'agreement.sign');
	if (signing) {
		const where = {
			...signing,
			status: 'offered',
			agreements: { some: { status: 'proposed', signatures: { none: { party: 'funder' } } } }
		};
		const rows = await database().award.findMany({
			where,
			select,
			orderBy: [{ offeredAt: 'asc' }, { id: 'asc' }],
			take: SHOWN
		});
		lists.push(listOf('signAgreement', rows.map(awardItem), await database().award.count({ where })));
	}
	return lists;
}

function awardItem(row: { id: string; number: string; organization: { legalName: string } }): DeskItem {
	return { key: row.id, reference: row.number, name: row.organization.legalName };
}

async function paymentLists(viewer: Actor): Promise<DeskList[]> {
	const lists: DeskList[] = [];
	if (mayAsStaff(viewer, 'payeeAccount.verify')) {
		// Row-level security shows the accounts of organizations that this person pays.
		const accounts = await readAs(viewer, (tx) =>
			tx.payeeAccount.findMany({
				where: { status: 'unverified' },
				select: { id: true, lastThree: true, organization: { select: { legalName: true } } },
				orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
				take: 200
			})
		);
		const items = accounts.map((row) => ({
			key: row.id,
			reference: `… ${row.lastThree}`,
			name: row.organization.legalName
		}));
		lists.push(listOf('verifyPayee', items));
	}
	if (!mayAsStaff(viewer, 'payment.view')) return lists;
	const payments = await paymentsForStaff(viewer);
	const toDraft = payments.ready
		.filter((row) => row.status === 'ready' && row.mayDraft)
		.map((row) => ({
			key: row.id,
			reference: `${row.awardNumber}, ${row.number}/${row.of}`,
			name: row.recipient,
			amountMinor: row.amountMinor
		}));
	lists.push(listOf('draftPayment', toDraft));
	const topics = {
		certifyPayment: 'drafted',
		requisitionPayment: 'certified',
		dispatchPayment: 'requisitioned',
		recordPayment: 'dispatched'
	} as const;
	for (const [topic, status] of Object.entries(topics)) {
		const items = payments.inHand
			.filter((row) => row.status === status && row.waitsOn === 'you')
			.map((row) => ({ key: row.id, reference: row.number, name: row.recipient, amountMinor: row.amountMinor }));
		lists.push(listOf(topic as DeskTopic, items));
	}
	return lists;
}

/** Organizations whose membership stands still until an officer has called and lifts the freeze, the longest first. */
async function freezeLists(viewer: Actor): Promise<DeskList[]> {
	if (!mayAsStaff(viewer, 'member.freeze')) return [];
	const where = { liftedAt: null };
	const rows = await database().membershipFreeze.findMany({
		where,
		select: { organizationId: true, organization: { select: { legalName: true, province: true } } },
		orderBy: [{ frozenAt: 'asc' }, { id: 'asc' }],
		take: SHOWN
	});
	const items = rows.map((row) => ({
		key: row.organizationId,
		reference: row.organization.province,
		name: row.organization.legalName
	}));
	return [listOf('liftFreeze', items, await database().membershipFreeze.count({ where }))];
}

/** What auditors ask to see, apart from one's own questions: another person decides those. */
async function disclosureLists(viewer: UserActor & Actor): Promise<DeskList[]> {
	const deciding = scopeOf(viewer, 'disclosure.grant');
	if (!deciding) return [];
	const where = { ...deciding, decision: null, askedById: { not: viewer.userId } };
	const rows = await database().disclosureRequest.findMany({
		where,
		select: { id: true, reference: true, askedById: true },
		orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
		take: SHOWN
	});
	const people = await database().user.findMany({
		where: { id: { in: rows.map((row) => row.askedById) } },
		select: { id: true, displayName: true }
	});
	const items = rows.map((row) => ({
		key: row.id,
		reference: row.reference,
		name: people.find((person) => person.id === row.askedById)?.displayName ?? ''
	}));
	return [listOf('decideDisclosure', items, await database().disclosureRequest.count({ where }))];
}
