import { z } from 'zod';
import { parsePositiveMoney, type Money } from '#lib/domain/money/money.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import type { Bilingual } from '#lib/domain/bilingual.ts';

/*
 * The agreement as data: a template in both languages, and the frozen content that both parties sign. The content holds
 * the whole text of both languages and the amounts as decimal strings, so that its hash binds every word and every cent.
 */

const bilingual = z.object({ en: z.string().min(1), fr: z.string().min(1) });

export const agreementTemplateSchema = z.object({
	key: z.string().min(1).max(80),
	version: z.number().int().positive(),
	title: bilingual,
	sections: z
		.array(
			z.object({
				key: z.string().min(1).max(40),
				heading: bilingual,
				paragraphs: z.array(bilingual).min(1),
				/** A table that comes from the award itself, after the paragraphs. */
				table: z.enum(['years', 'instalments']).optional()
			})
		)
		.min(1)
});

export type AgreementTemplate = {
	key: string;
	version: number;
	title: Bilingual;
	sections: { key: string; heading: Bilingual; paragraphs: Bilingual[]; table?: 'years' | 'instalments' | undefined }[];
};

/** Where a program's template is kept in `setting`: an administrator's page will write it in a later issue. */
export function templateSettingName(programCode: string): string {
	return `agreementTemplate.${programCode}`;
}

/** One section as it is read and signed, in one language. */
export type AgreementSection = {
	key: string;
	heading: string;
	paragraphs: string[];
	table?: { columns: string[]; rows: string[][]; total?: string[] };
};

export type AgreementText = { title: string; sections: AgreementSection[] };

/** What a signature binds to, by its SHA-256. A stored shape: add to it, never rename. */
export type AgreementContent = {
	format: 1;
	template: { key: string; version: number };
	agreementNumber: string;
	recipient: string;
	startsOn: string;
	endsOn: string;
	amountMinor: string;
	years: { fiscalYear: number; amountMinor: string; standing: string }[];
	instalments: { number: number; fiscalYear: number; dueOn: string; amountMinor: string }[];
	text: { en: AgreementText; fr: AgreementText };
};

/** How many instalments one form offers; blank rows are left out. */
export const INSTALMENT_ROWS = 4;

const day = z.string().trim().min(1, 'required').refine(isDay, 'date_invalid');

/** A day, or null for a row left blank. */
const rowDay = z
	.string()
	.trim()
	.default('')
	.transform((text, context) => {
		if (text === '' || isDay(text)) return text || null;
		context.addIssue({ code: 'custom', message: 'date_invalid' });
		return z.NEVER;
	});

/** An amount above zero, or null for a row left blank. */
const rowMoney = z
	.string()
	.trim()
	.default('')
	.transform((text, context): Money | null => {
		if (text === '') return null;
		const money = parsePositiveMoney(text);
		if (!isProblem(money)) return money;
		context.addIssue({ code: 'custom', message: money.code });
		return z.NEVER;
	});

/** The officer's form: flat names, so that it is the same with and without scripts. Issues are problem codes. */
export const prepareAgreementSchema = z.object({
	awardId: z.guid('value_invalid'),
	/** The agreement's version that the form was drawn from; 0 when there was none. */
	version: z.coerce.number<string>().int().min(0),
	startsOn: day,
	endsOn: day,
	dueOn1: rowDay,
	amount1: rowMoney,
	dueOn2: rowDay,
	amount2: rowMoney,
	dueOn3: rowDay,
	amount3: rowMoney,
	dueOn4: rowDay,
	amount4: rowMoney
});
export type PrepareAgreement = z.output<typeof prepareAgreementSchema>;

export const agreementVersionSchema = z.object({
	awardId: z.guid('value_invalid'),
	contentHash: z.string().regex(/^[0-9a-f]{64}$/, 'value_invalid')
});
export type AgreementVersion = z.output<typeof agreementVersionSchema>;

/** The recipient's acceptance: the hash of the text that was on the screen, the position held, and a clear yes. */
export const acceptAgreementSchema = z.object({
	awardId: z.guid('value_invalid'),
	contentHash: z.string().regex(/^[0-9a-f]{64}$/, 'value_invalid'),
	position: z.string().trim().min(1, 'required').max(120, 'too_long'),
	agree: z.literal('yes', 'declaration_not_accepted')
});
export type AcceptAgreement = z.output<typeof acceptAgreementSchema>;

/** What the recipient would like changed before signing. */
export const negotiateAgreementSchema = z.object({
	awardId: z.guid('value_invalid'),
	remark: z.string().trim().min(1, 'required').max(4000, 'too_long')
});
export type NegotiateAgreement = z.output<typeof negotiateAgreementSchema>;

/** The recipient declines the offer: why, and a clear yes, because it cannot be undone. */
export const declineOfferSchema = z.object({
	reason: z.string().trim().min(1, 'required').max(4000, 'too_long'),
	decline: z.literal('yes', 'declaration_not_accepted')
});
export type DeclineOffer = z.output<typeof declineOfferSchema> & { awardId: string };

/** An officer lets an offer lapse whose last day for an answer is over. */
export const lapseOfferSchema = z.object({ lapse: z.literal('yes', 'declaration_not_accepted') });
export type LapseOffer = { awardId: string };
