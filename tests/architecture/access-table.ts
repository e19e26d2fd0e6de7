/*
 * Who may use which door, written out. One entry a route, one line a door: `page` or `load` is seeing it, `action …` is
 * a form on it, GET an address that is no page. routes.test.ts refuses a door that is not here and a line without a
 * door; tests/e2e/access.test.ts walks through all of them as every role.
 *
 * A visitor who needs to be someone is sent to sign in. Whoever may not see a thing gets 404, as if it were not there;
 * whoever knows of it and may not act gets 403 and a sentence.
 */
import type { Permission } from '#lib/domain/access/permissions.ts';

export type Who =
	/** Visitors too. */
	| 'anyone'
	/** Anyone signed in; what is shown or changed is their own. */
	| 'signed-in'
	/** The bearer of a one-time link that came by mail. */
	| 'link'
	/** Anyone with a role on the funder's side; who only reviews is led on to the files. */
	| 'staff'
	/** A member, with this permission, of the organization whose thing it is. */
	| `member ${Permission}`
	/** Who holds this permission by a staff role, in the program of the thing or in all. */
	| `staff ${Permission}`
	/** The person to whom this very record was given, with this permission. */
	| `assigned ${Permission}`;

/** Door → who may; several: any of them. */
export type Doors = Readonly<Record<string, Who | readonly Who[]>>;

export type Audience = 'everyone' | 'account' | 'applicants' | 'reviewers' | 'staff' | 'machines';

const ACCESS_BY_AUDIENCE: Readonly<Record<Audience, Readonly<Record<string, Doors>>>> = {
	everyone: {
		'/': { layout: 'anyone', load: 'anyone' },
		'/[lang=lang]/(public)': { page: 'anyone' },
		'/[lang=lang]/(public)/accessibility': { page: 'anyone' },
		'/[lang=lang]/(public)/components': { page: 'anyone' },
		'/[lang=lang]/(public)/how-money-is-divided': { page: 'anyone' },
		'/[lang=lang]/(public)/privacy': { page: 'anyone' },
		'/[lang=lang]/(public)/security': { page: 'anyone' },
		'/[lang=lang]/(public)/opportunities': { load: 'anyone' },
		'/[lang=lang]/(public)/opportunities/[code]': { load: 'anyone' },
		'/[lang=lang]/(public)/opportunities/[code]/questions': { load: 'anyone' },
		// Every address that is no page: 404 in the reader's language.
		'/[lang=lang]/[...path]': { load: 'anyone' }
	},
	account: {
		// Ways in: who is signed in already is led on.
		'/[lang=lang]/(public)/register': { load: 'anyone', 'action default': 'anyone' },
		'/[lang=lang]/(public)/sign-in': { load: 'anyone', 'action password': 'anyone', 'action link': 'anyone' },
		'/[lang=lang]/(public)/sign-out': { page: 'anyone', 'action default': 'anyone' },
		'/[lang=lang]/(public)/reset-password': { page: 'anyone', 'action default': 'anyone' },
		'/[lang=lang]/(public)/mail-sent': { load: 'anyone' },
		// One-time links: seeing shows whether the link still works, pressing uses it up.
		'/[lang=lang]/(public)/sign-in/[token]': { load: 'anyone', 'action default': 'link' },
		'/[lang=lang]/(public)/confirm/[token]': { load: 'anyone', 'action default': 'link' },
		'/[lang=lang]/(public)/confirm/address/[which]/[token]': { load: 'anyone', 'action default': 'link' },
		'/[lang=lang]/(public)/reset-password/[token]': { load: 'anyone', 'action default': 'link' },
		'/[lang=lang]/(public)/invitation/[token]': { load: 'anyone', 'action default': 'link' },
		// One's own account.
		'/[lang=lang]/account': { load: 'signed-in', 'action profile': 'signed-in', 'action actAs': 'signed-in' },
		'/[lang=lang]/account/address': { load: 'signed-in', 'action default': 'signed-in' },
		'/[lang=lang]/account/devices': {
			load: 'signed-in',
			'action end': 'signed-in',
			'action endOthers': 'signed-in'
		},
		'/[lang=lang]/account/password': { load: 'signed-in', 'action default': 'signed-in' }
	},
	applicants: {
		// Lists of what is one's own; empty for who has nothing.
		'/[lang=lang]/apply': { load: 'signed-in' },
		'/[lang=lang]/apply/applications': { load: 'signed-in' },
		'/[lang=lang]/apply/awards': { load: 'signed-in' },
		'/[lang=lang]/apply/opportunities/[code]/start': {
			load: 'signed-in',
			'action default': 'member application.create'
		},
		// The organization named in the address (`?organization=`), or one's first.
		'/[lang=lang]/apply/organization/new': { load: 'signed-in', 'action default': 'signed-in' },
		'/[lang=lang]/apply/organization': {
			load: 'member organization.view',
			'action save': 'member organization.edit',
			'action confirm': 'member publication.confirm'
		},
		'/[lang=lang]/apply/organization/members': {
			load: 'member member.view',
			'action invite': 'member member.invite',
			'action cancel': 'member member.invite',
			'action role': 'member member.change',
			'action end': 'member member.change',
			'action telephone': 'member member.change'
		},
		'/[lang=lang]/apply/organization/places': {
			load: 'member organization.view',
			'action show': 'member organization.edit',
			'action seal': 'member sealedSite.edit',
			'action name': 'member sealedSite.edit',
			'action unname': 'member sealedSite.edit',
			'action end': ['member organization.edit', 'member sealedSite.edit'],
			// Row-level security answers to the persons an owner named, and to nobody else.
			'action open': 'member organization.view'
		},
		'/[lang=lang]/apply/organization/bank': {
			load: 'member payeeAccount.view',
			'action default': 'member payeeAccount.edit'
		},
		'/[lang=lang]/apply/applications/[id]': {
			load: 'member application.view',
			'action takeBack': 'member application.edit',
			'action reopen': 'member application.submit',
			'action answer': 'member requirement.answer'
		},
		'/[lang=lang]/apply/applications/[id]/sections/[section]': {
			load: 'member application.view',
			'action default': 'member application.edit'
		},
		'/[lang=lang]/apply/applications/[id]/budget': {
			load: 'member application.view',
			'action line': 'member application.edit',
			'action other': 'member application.edit',
			'action remove': 'member application.edit'
		},
		'/[lang=lang]/apply/applications/[id]/attachments': {
			load: 'member application.view',
			'action attach': 'member attachment.add',
			'action remove': 'member attachment.add'
		},
		'/[lang=lang]/apply/applications/[id]/review-and-submit': {
			load: 'member application.view',
			'action ask': 'member application.edit',
			'action submit': 'member application.submit'
		},
		'/[lang=lang]/apply/applications/[id]/receipt': { load: 'member application.view' },
		'/[lang=lang]/apply/applications/[id]/history': { load: 'member application.view' },
		'/[lang=lang]/apply/applications/[id]/print': { load: 'member application.view' },
		'/[lang=lang]/apply/applications/[id]/withdraw': {
			load: 'member application.view',
			'action default': 'member application.withdraw'
		},
		'/[lang=lang]/apply/awards/[id]': { load: 'member award.view' },
		'/[lang=lang]/apply/awards/[id]/agreement': {
			load: 'member award.view',
			'action accept': 'member agreement.accept',
			'action negotiate': 'member agreement.accept',
			'action decline': 'member award.accept'
		}
	},
	reviewers: {
		'/[lang=lang]/review': { load: 'staff review.accept' },
		'/[lang=lang]/review/assignments/[id]': {
			load: 'assigned review.accept',
			'action score': 'assigned review.score',
			'action overall': 'assigned review.score',
			'action submit': 'assigned review.submit'
		},
		'/[lang=lang]/review/assignments/[id]/conflict': {
			load: 'assigned review.accept',
			'action default': 'assigned conflict.declare'
		},
		'/[lang=lang]/review/assignments/[id]/give': {
			load: 'assigned review.accept',
			'action default': 'assigned review.accept'
		}
	},
	staff: {
		'/[lang=lang]/manage': { load: 'staff' },
		// Intake and review.
		'/[lang=lang]/manage/applications': { load: 'staff application.viewSubmitted' },
		'/[lang=lang]/manage/applications/[id]': {
			load: 'staff application.viewSubmitted',
			'action screen': 'staff application.screen',
			'action accept': 'staff requirement.accept',
			'action again': 'staff requirement.accept'
		},
		'/[lang=lang]/manage/applications/[id]/reviewers': {
			load: 'staff review.view',
			'action assign': 'staff review.assign',
			// Who reviewed, and below the numbers of an account: an auditor asks, another person opens it for a time.
			'action ask': 'staff disclosure.ask',
			'action look': 'staff disclosure.ask'
		},
		// An organization for the officer who freezes its membership and calls it. It is of no program.
		'/[lang=lang]/manage/organizations': { load: 'staff member.freeze' },
		'/[lang=lang]/manage/organizations/[id]': {
			load: 'staff member.freeze',
			'action freeze': 'staff member.freeze',
			'action lift': 'staff member.freeze'
		},
		// Allocation and award. Signing needs a delegation besides, and no one signs twice.
		'/[lang=lang]/manage/rounds': { load: 'staff allocation.view' },
		'/[lang=lang]/manage/rounds/[code]': {
			load: ['staff allocation.view', 'staff commitment.certify'],
			'action prepare': 'staff allocation.prepare',
			'action recommend': 'staff allocation.recommend',
			'action certify': 'staff commitment.certify',
			'action decide': 'staff allocation.approve',
			'action recordPaper': 'staff decision.record',
			'action confirmPaper': 'staff decision.confirm',
			'action refusePaper': 'staff decision.confirm',
			'action announce': 'staff allocation.announce'
		},
		'/[lang=lang]/manage/rounds/[code]/lines/[line]': {
			load: 'staff allocation.view',
			'action default': 'staff allocation.prepare'
		},
		'/[lang=lang]/manage/awards': { load: 'staff award.view' },
		'/[lang=lang]/manage/awards/[id]': { load: 'staff award.view' },
		'/[lang=lang]/manage/agreements': { load: 'staff agreement.view' },
		'/[lang=lang]/manage/agreements/[awardId]': {
			load: 'staff agreement.view',
			'action prepare': 'staff agreement.offer',
			'action propose': 'staff agreement.offer',
			'action sign': 'staff agreement.sign',
			'action lapse': 'staff award.offer'
		},
		// Payment. Two people, two sections, by delegation.
		'/[lang=lang]/manage/payees': { load: 'staff payeeAccount.verify' },
		'/[lang=lang]/manage/payees/[id]': {
			load: 'staff payeeAccount.verify',
			'action unmask': 'staff payeeAccount.unmask',
			'action verify': 'staff payeeAccount.verify'
		},
		'/[lang=lang]/manage/payments': { load: 'staff payment.view', 'action draft': 'staff disbursement.draft' },
		'/[lang=lang]/manage/payments/[id]': {
			load: 'staff payment.view',
			'action certify': 'staff disbursement.certify',
			'action requisition': 'staff disbursement.requisition',
			'action sendBack': 'staff disbursement.cancel',
			'action dispatch': 'staff disbursement.dispatch',
			'action record': 'staff payment.record',
			'action confirm': 'staff payment.confirm',
			'action refuseEvidence': 'staff payment.confirm',
			'action askAccount': 'staff disclosure.ask',
			'action showAccount': 'staff disclosure.ask',
			'action cancel': 'staff disbursement.cancel'
		},
		// Where a signature was given from: a director's, for an inquiry, never an auditor's.
		'/[lang=lang]/manage/signatures/[id]': {
			load: 'staff signatureOrigin.open',
			'action open': 'staff signatureOrigin.open',
			'action hold': 'staff signatureOrigin.hold',
			'action release': 'staff signatureOrigin.hold'
		},
		// Money and trail.
		'/[lang=lang]/manage/budgets': { load: 'staff budget.view', 'action enter': 'staff budget.enter' },
		'/[lang=lang]/manage/money': { load: 'staff budget.view', 'action commit': 'staff commitment.certify' },
		'/[lang=lang]/manage/money/awards/[awardId]': { load: 'staff ledger.view' },
		'/[lang=lang]/manage/trail': { load: 'staff audit.view' },
		// People and operation.
		'/[lang=lang]/manage/users': { load: 'staff user.view' },
		'/[lang=lang]/manage/users/invite': { load: 'staff user.invite', 'action default': 'staff user.invite' },
		'/[lang=lang]/manage/users/[id]': {
			load: 'staff user.view',
			'action roles': 'staff user.change',
			'action invite': 'staff user.invite',
			'action disable': 'staff user.change',
			'action enable': 'staff user.change'
		},
		'/[lang=lang]/manage/delegations': { load: 'staff delegation.view', 'action revoke': 'staff delegation.grant' },
		'/[lang=lang]/manage/delegations/grant': {
			load: 'staff delegation.grant',
			'action default': 'staff delegation.grant'
		},
		'/[lang=lang]/manage/disclosures': {
			load: 'staff disclosure.grant',
			'action grant': 'staff disclosure.grant',
			'action refuse': 'staff disclosure.grant'
		},
		'/[lang=lang]/manage/mail': { load: 'staff mail.view' },
		'/[lang=lang]/manage/mail/[id]': { load: 'staff mail.view' },
		'/[lang=lang]/manage/jobs': { load: 'staff job.view', 'action default': 'staff job.redrive' }
	},
	machines: {
		// Whether it runs and serves; no word of what is in it.
		'/api/health': { GET: 'anyone' },
		'/api/health/live': { GET: 'anyone' },
		// Whether the browser that asks is signed in; not as whom.
		'/api/session': { GET: 'anyone' },
		// An attachment: its organization always, staff once the application was sent. Reviewers read none. The document of
		// a payment's evidence is for the staff who see that payment (payment.view), that of a decision on paper for those who
		// see its round (allocation.view, commitment.certify); neither is an attachment.
		'/api/files/[id]': { GET: ['member attachment.view', 'staff attachment.view'] }
	}
};

/** Every route with its doors and its audience. */
export const ACCESS: ReadonlyMap<string, { audience: Audience; doors: Doors }> = new Map(
	Object.entries(ACCESS_BY_AUDIENCE).flatMap(([audience, routes]) =>
		Object.entries(routes).map(([id, doors]) => [id, { audience: audience as Audience, doors }] as const)
	)
);
