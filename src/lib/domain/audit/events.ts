import type { Actor } from '#lib/domain/access/actor.ts';

/*
 * Every event of the trail, with the facts it carries and when it is written. Stored JSON binds this file: a name or a
 * fact once written is never renamed or given another meaning; add a new one instead.
 *
 * Facts are machine values about the act. They hold no personal text, no mail address, no machine's address, no account
 * number and no place: a sentence that a person wrote goes into `detail`, which is kept apart and can be erased.
 */

/** How one status changed; the subject's lifecycle allowed it. */
type Change = { from: string; to: string };

/** The delegation a signature relied on. */
type Relied = { delegationId: string };
/** The decision signed on paper outside that it relies on. */
type OnPaper = { paperDecisionId: string };

/** Money in minor units, written as a decimal string in the stored JSON. */
type Amount = { amountMinor: bigint };

export type AuditFacts = {
	// identity
	/** A person finished signing up (the address is not yet confirmed). */
	'user.registered': { locale: string };
	/** The address was confirmed by its one-time link. */
	'user.confirmed': Record<never, never>;
	/** A session began. `method`: password, link, demonstration. */
	'session.started': { sessionId: string; method: string };
	/** A session ended by its owner, an administrator or a change that ends all. */
	'session.ended': { sessionId: string; reason: string };
	/** All other sessions of a person ended at once. */
	'session.allEnded': { reason: string; count?: number };
	/** A password was set for the first time, changed, or reset by link. */
	'user.passwordChanged': { how: string };
	/** A reset link was asked for; written whether or not it will be used. */
	'user.passwordResetAsked': Record<never, never>;
	/** A change of mail address was asked for; both addresses must confirm. */
	'user.emailChangeAsked': { emailChangeId: string };
	/** Both addresses confirmed and the change took effect. */
	'user.emailChanged': { emailChangeId: string };
	/** A display name or language was changed by its owner. */
	'user.profileChanged': { fields: string };
	/** An administrator invited a person to staff roles. */
	'user.invited': { roles: string };
	/** An invited person took up the invitation. */
	'user.invitationAccepted': { invitationId?: string };
	/** An administrator changed a person's staff roles. */
	'user.rolesChanged': { before: string; after: string };
	/** An administrator disabled a person; all sessions ended. */
	'user.disabled': Record<never, never>;
	/** An administrator let a disabled person in again. */
	'user.enabled': Record<never, never>;
	/** The first administrator was made from the command line. */
	'user.administratorCreated': Record<never, never>;

	// delegations
	/** A delegation was recorded from its instrument. A null limit has no bound. */
	'delegation.granted': {
		userId: string;
		/** The person acted for, where it is not in one's own position. */
		actingForId?: string;
		authority: string;
		programId: string | null;
		limitMinor: bigint | null;
		validFrom: string;
		validTo: string | null;
	};
	/** A delegation was ended before its date. */
	'delegation.revoked': { userId: string; authority: string };

	// disclosure (safeguard A9)
	/** An auditor asked for what is kept from auditors; the reason is kept apart. */
	'disclosure.asked': { requestId: string; kind: string; reference: string };
	/** Another person opened it to the asker alone, until the instant. */
	'disclosure.granted': { requestId: string; kind: string; reference: string; endsAt: string };
	'disclosure.refused': { requestId: string; kind: string; reference: string };
	/** The asker looked. Written at every look. */
	'disclosure.used': { requestId: string; kind: string; reference: string };

	// organization
	/** An organization was registered; its first owner is the actor. */
	'organization.registered': { province: string };
	/** The profile was changed. `fields` names them; values stay out of the trail. */
	'organization.edited': { fields: string };
	/** What may be published was confirmed by the organization. */
	'organization.publicationConfirmed': Record<never, never>;
	/** A member was invited to a role. */
	'member.invited': { invitationId: string; role: string };
	/** An invited person joined. */
	'member.joined': { userId: string; role: string };
	/** A member's role was changed. */
	'member.roleChanged': { userId: string; before: string; after: string };
	/** An owner took back an invitation that stood. */
	'member.invitationCancelled': { invitationId: string };
	/** A member left or was removed; with how many sessions and standing invitations of theirs ended. */
	'member.ended': { userId: string; sessionCount?: number; invitationCount?: number };
	/** An officer froze membership; the reason is kept apart. */
	'membership.frozen': { freezeId: string };
	/** An officer lifted the freeze; what came of the call is kept apart. */
	'membership.freezeLifted': { freezeId: string };
	/** The number that the program office calls was set or changed; numbers stay out of the trail. */
	'organization.telephoneChanged': Record<never, never>;
	/** Someone tried to register an organization that exists: owners are told, nobody is named. */
	'organization.duplicateAttempted': { by: string };
	/** A location was added or its text changed. A sealed site's text never enters the trail. */
	'location.changed': { locationId: string; class: string };
	/** A sealed site was read by a person an owner named. */
	'location.unsealed': { locationId: string };
	/** Persons who may read a sealed site were named. */
	'location.readerNamed': { locationId: string; userId: string };
	/** An owner took the naming back, or it ended with the membership. */
	'location.readerUnnamed': { locationId: string; userId: string };
	/** Where an organization is paid was entered or replaced. */
	'payeeAccount.entered': { payeeAccountId: string; lastThree: string };
	/** A second person verified the account by calling back. */
	'payeeAccount.verified': { payeeAccountId: string };
	/** The account's numbers were shown to a person with the permission. */
	'payeeAccount.unmasked': { payeeAccountId: string };

	// program and budget
	/** A program was created. */
	'program.created': { code: string; instrument: string; method: string };
	/** A program's settings were changed. */
	'program.edited': { fields: string };
	/** A dated change of a ceiling was entered: planned or voted. A lower vote has a negative amount. */
	'budget.entered': { ceiling: string; source: string; fiscalYear: number; amountMinor: bigint };
	/** A form definition or rubric was stored as a new version. */
	'form.versioned': { key: string; version: number };
	'rubric.versioned': { key: string; version: number };

	// opportunity
	/** An opportunity was drafted. */
	'opportunity.drafted': { code: string };
	/** Its text, dates or rules were changed before publication. */
	'opportunity.edited': { fields: string };
	/** It was published in both languages; its rules are frozen. */
	'opportunity.published': Change;
	/** All its applications were decided. */
	'opportunity.decided': Change;
	'opportunity.archived': Change;
	'opportunity.cancelled': Change;

	// application
	/** A draft was begun. */
	'application.started': { reference: string; opportunityId: string };
	/** An editor asked the signatory to sign off. */
	'application.signOffAsked': Change;
	/** The signatory or the editors took it back to work on it. */
	'application.reopened': Change;
	/** It was submitted. `contentHash` is SHA-256 of the frozen version. */
	'application.submitted': Change & { number: number; contentHash: string; requestedAmountMinor?: bigint };
	/** The applicant withdrew before the decision. */
	'application.withdrawn': Change;
	/** An officer decided on eligibility. */
	'application.screened': Change & { outcome: string; screeningId?: string };
	/** An information request was opened or answered and the application waits or returns. */
	'application.changesRequested': Change & { requirementId?: string };
	'application.changesReceived': Change & { requirementId?: string };
	/** Reviewers were invited. */
	'application.reviewStarted': Change;
	/** The last needed review came in. */
	'application.reviewed': Change & { reviewCount?: number };
	/** The decision: awarded, declined or waitlisted. */
	'application.awarded': Change & Amount;
	'application.declined': Change;
	'application.waitlisted': Change;
	/** A file was attached; its name stays out of the trail. */
	'attachment.added': { fileId: string; sha256: string };
	'attachment.removed': { fileId: string };
	/** A due duty was opened, answered, accepted or sent back. */
	'requirement.opened': { requirementId: string; kind: string };
	'requirement.submitted': Change & { requirementId: string };
	'requirement.accepted': Change & { requirementId: string };
	'requirement.changesRequested': Change & { requirementId: string };

	// review
	/** A reviewer was invited to one application. The trail names the reviewer by id; pages by number. */
	'review.invited': { assignmentId: string; reviewerNumber: number };
	/** The reviewer declared no conflict and took the file. */
	'review.accepted': Change & { assignmentId: string };
	/** The reviewer gave the file back; no reason is asked. */
	'review.declined': Change & { assignmentId: string };
	/** A conflict was declared; its reason may be withheld and is never in the facts. */
	'conflict.declared': Change & { assignmentId: string };
	/** The first score was kept. */
	'review.started': Change & { assignmentId: string };
	/** The review was submitted: one way, unless an officer reopens it. */
	'review.submitted': Change & { assignmentId: string; scoreTenThousandths?: number };
	'review.reopened': Change & { assignmentId: string };

	// allocation
	/** An officer ran the published policy; lines were written. */
	'allocation.prepared': { roundId: string; lineCount: number; policy: string; recommendedMinor: bigint };
	/** An officer rewrote one line of an open round. Its sentence stays in the line. */
	'allocation.lineChanged': { lineId: string; applicationId: string; recommendation: string } & Amount;
	/** Sent to the director. */
	'allocation.recommended': Change & { roundId: string };
	/** s.32: the funds are there, before any decision binds the Crown. */
	'commitment.certified': Amount & Relied & { roundId?: string; awardId?: string; fiscalYear?: number };
	/** Approved by delegation of the director, or on the paper that was confirmed. */
	'allocation.approved': Change & { roundId: string } & (Relied | OnPaper);
	/** A decision signed on paper outside was recorded with its document; who signed is the detail. */
	'allocation.paperRecorded': OnPaper & { roundId: string; signedOn: string; sha256: string };
	/** A second person confirmed that record. */
	'allocation.paperConfirmed': OnPaper & { roundId: string };
	/** A second person refused that record; why is the detail. */
	'allocation.paperRefused': OnPaper & { roundId: string };
	/** Applicants were told. */
	'allocation.announced': Change & { roundId: string };

	// award and agreement
	/** An award was decided by delegation. */
	'award.decided': Amount & { applicationId: string } & (Relied | OnPaper);
	/** The offer went out with the agreement. */
	'award.offered': { from?: string; to?: string; amountMinor?: bigint };
	'award.accepted': Change;
	'award.activated': Change;
	'award.declined': Change;
	'award.lapsed': Change;
	'award.completed': Change;
	'award.terminated': Change;
	/** An agreement was drafted; the hash is of its text in both languages. */
	'agreement.drafted': { agreementId: string; contentHash: string };
	'agreement.proposed': Change & { agreementId: string };
	'agreement.negotiated': Change & { agreementId: string };
	/** One party signed the text of that hash. The second signature also changes the status. */
	'agreement.signed': {
		agreementId: string;
		party: string;
		contentHash: string;
		delegationId: string | null;
		from?: string;
		to?: string;
	};
	/** Both parties had signed and it took effect. */
	'agreement.broughtIntoForce': Change & { agreementId: string };
	'agreement.amended': Change & { agreementId: string };
	'agreement.settled': Change & { agreementId: string };
	'agreement.terminated': Change & { agreementId: string };

	// payment
	/** The instalments of an award were planned; their sum is the award. */
	'instalment.planned': { count: number; amountMinor: bigint };
	/** Its day came. */
	'instalment.due': Change & { instalmentId: string };
	'instalment.held': Change & { instalmentId: string; reason: string };
	'instalment.readied': Change & { instalmentId: string };
	'instalment.takenIntoPayment': Change & { instalmentId: string };
	'instalment.paid': Change & { instalmentId: string };
	'instalment.cancelled': Change & { instalmentId: string };
	'instalment.lapsed': Change & { instalmentId: string };
	/** A disbursement was drafted; signatures will bind to the hash. */
	'disbursement.drafted': Amount & { instalmentId: string; bindingHash: string };
	/** s.34: the recipient is entitled under the agreement. */
	'disbursement.certified': Change & Relied & Amount & { bindingHash: string };
	/** s.33: a lawful charge within the appropriation, released. */
	'disbursement.requisitioned': Change & Relied & Amount & { bindingHash: string };
	/** A change of payee, account, amount or instalment voided the signatures. */
	'disbursement.signaturesVoided': { reason: string; from?: string; to?: string };
	/** Handed to its rail. */
	'disbursement.dispatched': Change & { rail: string };
	'disbursement.sendingStarted': Change & { attemptId: string };
	'disbursement.sent': Change & { attemptId: string };
	/** A manual payment was recorded with its evidence by one person. */
	'payment.recorded': { evidenceId: string; method: string; paidOn: string; sha256?: string };
	/** A second person confirmed the evidence. */
	'payment.confirmed': { evidenceId: string };
	/** A second person refused the evidence. */
	'payment.evidenceRefused': { evidenceId: string };
	/** The money is known to have moved. */
	'disbursement.paid': Change & Amount;
	'disbursement.failed': Change & { reason: string };
	'disbursement.returned': Change & { reason: string };
	'disbursement.cancelled': Change & { reason?: string };
	/** A payment was reversed in the ledger by mirrored entries. */
	'disbursement.reversed': Change & Amount;

	// where a signature was given from; the address is in no event, the reason is its detail
	/** A director read the address a signature was given from. */
	'signatureOrigin.opened': { kind: string };
	/** A director had it kept beyond its 90 days. */
	'signatureOrigin.held': { kind: string };
	/** The hold was lifted; what is older than 90 days goes with the next night. */
	'signatureOrigin.released': { kind: string };
	/** The nightly job deleted those that were over. */
	'signatureOrigin.forgotten': { count: number };

	// files, keys, operation
	/** A file's scan ended. */
	'file.scanned': { fileId: string; state: string };
	/** A new encryption key was put first and values were re-encrypted. */
	'keys.rotated': { keyId: string; rows: number };
	/** A day's head of the chain was signed and sent outside. */
	'audit.anchored': { day: string; sealNumber: number; headHash: string; sentTo: string };
	/** The whole-database checker ran; zero problems is clean. */
	'doctor.ran': { problemCount: number };
	/** A dead-lettered job was put back. */
	'job.redriven': { queue: string; jobId: string };
	/** The demonstration was seeded. */
	'demonstration.seeded': Record<never, never>;
};

export type AuditEventName = keyof AuditFacts;

export type AuditEventOf<Name extends AuditEventName> = {
	name: Name;
	actor: Actor;
	/** What the event is about: the word of the glossary in kebab-case, and the row's id. */
	subject: { type: string; id: string };
	organizationId?: string | null;
	programId?: string | null;
	facts: AuditFacts[Name];
	/** A person's own words. Kept apart with a salt; only their commitment is hashed. */
	detail?: string;
};

/** One event of the trail: a union discriminated by `name`. */
export type AuditEvent = { [Name in AuditEventName]: AuditEventOf<Name> }[AuditEventName];

type StoredFact = string | number | boolean | null;

/** Facts as they are stored: keys in order, bigint as decimal text, so that the same facts are the same bytes. */
export function storedFacts(facts: Readonly<Record<string, unknown>>): Record<string, StoredFact> {
	const stored: Record<string, StoredFact> = {};
	for (const key of Object.keys(facts).sort()) {
		const value = facts[key];
		if (value === undefined) continue;
		if (typeof value === 'bigint') stored[key] = value.toString();
		else if (value === null || typeof value === 'string' || typeof value === 'boolean') stored[key] = value;
		else if (typeof value === 'number' && Number.isSafeInteger(value)) stored[key] = value;
		else throw new TypeError(`The fact ${key} is neither text, whole number, bigint, boolean nor null.`);
	}
	return stored;
}
