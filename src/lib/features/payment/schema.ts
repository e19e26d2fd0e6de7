import { z } from 'zod';
import { PAYMENT_METHODS } from '#lib/domain/payment/methods.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';

const id = z.guid('value_invalid');
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'value_invalid');
const reason = z.string().trim().min(1, 'required').max(1000, 'too_long');

export const draftDisbursementSchema = z.object({ instalmentId: id });
export type DraftDisbursement = z.output<typeof draftDisbursementSchema>;

/** What a person signs: the payment as it stood on the screen, by its binding hash. */
export const signDisbursementSchema = z.object({ bindingHash: hash });
export type SignDisbursement = z.output<typeof signDisbursementSchema> & {
	/** The words under which the name goes, in the language of the page. */
	statement: string;
};

export const sendBackSchema = z.object({ reason });
export type SendBack = z.output<typeof sendBackSchema>;

/** Why the address of a signature is read, held or let go: it goes into the trail, and is asked for each time. */
export const originReasonSchema = z.object({ reason });
export type OriginReason = z.output<typeof originReasonSchema>;

export const dispatchSchema = z.object({ bindingHash: hash });
export type Dispatch = z.output<typeof dispatchSchema>;

export const cancelDisbursementSchema = z.object({
	reason,
	/** After dispatch only: the person states that no money left. */
	notMoved: z.literal('yes').optional()
});
export type CancelDisbursement = z.output<typeof cancelDisbursementSchema>;

export const recordEvidenceSchema = z.object({
	method: z.enum(PAYMENT_METHODS, 'required'),
	reference: z.string().trim().min(1, 'required').max(120, 'too_long'),
	paidOn: z.string().trim().min(1, 'required').refine(isDay, 'date_invalid')
});
export type RecordEvidence = z.output<typeof recordEvidenceSchema>;

export const judgeEvidenceSchema = z.object({ evidenceId: id });
export type JudgeEvidence = z.output<typeof judgeEvidenceSchema>;

export const refuseEvidenceSchema = z.object({ evidenceId: id, reason });
export type RefuseEvidence = z.output<typeof refuseEvidenceSchema>;

/** Where an organization is paid. Formats are checked by the domain, so that each field gets its own sentence. */
export const payeeAccountSchema = z.object({
	organizationId: id,
	institution: z.string().trim().min(1, 'required').max(20, 'too_long'),
	transit: z.string().trim().min(1, 'required').max(20, 'too_long'),
	account: z.string().trim().min(1, 'required').max(40, 'too_long')
});
export type EnterPayeeAccount = z.output<typeof payeeAccountSchema>;

/** The record of the call back: when, whom, where the number came from, and that the digits were read back. */
export const verifyPayeeSchema = z.object({
	calledOn: z.string().trim().min(1, 'required').refine(isDay, 'date_invalid'),
	spokeWith: z.string().trim().min(1, 'required').max(200, 'too_long'),
	numberSource: z.string().trim().min(1, 'required').max(400, 'too_long'),
	readBack: z.literal('yes', 'declaration_not_accepted')
});
export type VerifyPayee = z.output<typeof verifyPayeeSchema>;
