import { disbursementLifecycle, type DisbursementStatus } from '#lib/domain/payment/disbursement-lifecycle.ts';
import type { Gate } from '#lib/domain/payment/gates.ts';
import { instalmentLifecycle, type InstalmentStatus } from '#lib/domain/payment/instalment-lifecycle.ts';
import * as m from '#lib/i18n/generated/payment.ts';
import type { Locale, Message } from '#lib/i18n/locale.ts';
import { statusText } from '#lib/i18n/status-text.ts';
import type { Status, StatusKind } from '#lib/ui/status.ts';

const INSTALMENT_KINDS: Record<InstalmentStatus, StatusKind> = {
	planned: 'todo',
	due: 'go',
	held: 'info',
	ready: 'go',
	in_payment: 'go',
	paid: 'done',
	cancelled: 'none',
	lapsed: 'none'
};

const DISBURSEMENT_KINDS: Record<DisbursementStatus, StatusKind> = {
	drafted: 'todo',
	certified: 'go',
	requisitioned: 'go',
	dispatched: 'go',
	sending: 'go',
	sent: 'go',
	failed: 'bad',
	paid: 'done',
	returned: 'bad',
	cancelled: 'none',
	reversed: 'none'
};

export function statusOfInstalment(status: InstalmentStatus, audience: 'staff' | 'applicant', locale: Locale): Status {
	const label =
		audience === 'applicant' && status === 'held'
			? m.heldShort(locale)
			: statusText(instalmentLifecycle, status, audience, locale);
	return { kind: INSTALMENT_KINDS[status], label, ...(status === 'held' ? { icon: 'bars' as const } : {}) };
}

export function statusOfDisbursement(status: DisbursementStatus, locale: Locale): Status {
	return { kind: DISBURSEMENT_KINDS[status], label: statusText(disbursementLifecycle, status, 'staff', locale) };
}

type AccountStatus = 'missing' | 'unverified' | 'verified' | null;
type Words = { title: string; text: string; waitsOn: 'recipient' | 'us' | 'parliament' };

/** Why an instalment is held, what opens it and on whom that waits: to staff, about the recipient. */
export function staffWordsOfGate(gate: Gate, account: AccountStatus, locale: Locale): Words {
	switch (gate) {
		case 'account_verified':
			if (account === null)
				return { title: m.gateAccountTitle(locale), text: m.gateAccountText(locale), waitsOn: 'recipient' };
			return account === 'unverified'
				? { title: m.gateUnverifiedTitle(locale), text: m.gateUnverifiedText(locale), waitsOn: 'us' }
				: { title: m.gateNoAccountTitle(locale), text: m.gateNoAccountText(locale), waitsOn: 'recipient' };
		case 'requirements_met':
			return { title: m.gateReportTitle(locale), text: m.gateReportText(locale), waitsOn: 'recipient' };
		case 'appropriation_voted':
			return { title: m.gateVoteTitle(locale), text: m.gateVoteText(locale), waitsOn: 'parliament' };
		case 'agreement_in_force':
			return { title: m.gateAgreementTitle(locale), text: m.gateAgreementText(locale), waitsOn: 'recipient' };
	}
}

/** The same to the recipient: second person, and what to do when it is theirs to do. */
export function recipientWordsOfGate(gate: Gate, account: AccountStatus, locale: Locale): string {
	switch (gate) {
		case 'account_verified':
			return account === 'unverified' ? m.yourGateUnverified(locale) : m.yourGateNoAccount(locale);
		case 'requirements_met':
			return m.yourGateReport(locale);
		case 'appropriation_voted':
			return m.yourGateVote(locale);
		case 'agreement_in_force':
			return m.yourGateAgreement(locale);
	}
}

const METHODS: Record<string, Message> = {
	direct_deposit: m.methodDirectDeposit,
	receiver_general: m.methodReceiverGeneral,
	cheque: m.methodCheque,
	wire: m.methodWire
};

export function methodLabel(method: string, locale: Locale): string {
	return METHODS[method]?.(locale) ?? method;
}

const EVENTS: Record<string, Message> = {
	'disbursement.drafted': m.eventDrafted,
	'disbursement.certified': m.eventCertified,
	'disbursement.requisitioned': m.eventRequisitioned,
	'disbursement.signaturesVoided': m.eventVoided,
	'disbursement.dispatched': m.eventDispatched,
	'payment.recorded': m.eventRecorded,
	'payment.confirmed': m.eventConfirmed,
	'payment.evidenceRefused': m.eventEvidenceRefused,
	'disbursement.paid': m.eventPaid,
	'disbursement.cancelled': m.eventCancelled
};

/** One line of a payment's trail; an event without words of its own shows the record's name. */
export function eventLabel(name: string, locale: Locale): string {
	return EVENTS[name]?.(locale) ?? name;
}

/** Why a signature is void, from the code that is stored with it. */
export function voidReasonLabel(reason: string, locale: Locale): string {
	if (reason === 'payee_account_changed') return m.voidAccountChanged(locale);
	if (reason === 'sent_back') return m.voidSentBack(locale);
	if (reason === 'cancelled') return m.voidCancelled(locale);
	return reason;
}
