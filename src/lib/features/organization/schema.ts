import { z } from 'zod';
import { MEMBERSHIP_ROLES } from '#lib/domain/access/roles.ts';
import { businessNumberWarning, parseBusinessNumber } from '#lib/domain/organization/business-number.ts';
import { ORGANIZATION_KINDS } from '#lib/domain/organization/kinds.ts';
import { PROVINCES } from '#lib/domain/organization/province.ts';
import { isProblem } from '#lib/domain/problem.ts';

/** The lengths that keep a record readable; each is what the longest real name or statement needs, doubled. */
export const NAME_LIMIT = 200;
export const STATEMENT_LIMIT = 2_000;

const name = z.string().trim().min(1, 'required').max(NAME_LIMIT, 'too_long');
const optionalText = (limit: number) =>
	z
		.string()
		.trim()
		.max(limit, 'too_long')
		.default('')
		.transform((text) => (text === '' ? null : text));

const profileShape = {
	legalName: name,
	operatingName: optionalText(NAME_LIMIT),
	businessNumber: optionalText(40),
	/** "The number is as written on our papers": the person looked again and overrides the check digit. */
	businessNumberAsWritten: z.literal('yes').optional(),
	province: z.enum(PROVINCES, 'required'),
	kind: z.enum(ORGANIZATION_KINDS, 'required'),
	language: z.enum(['en', 'fr'], 'required'),
	mandate: optionalText(STATEMENT_LIMIT),
	publicName: optionalText(NAME_LIMIT),
	publicCity: optionalText(NAME_LIMIT),
	publicDescription: optionalText(STATEMENT_LIMIT)
};

/**
 * Nine digits are checked for form. A failed check digit is a warning that may be overridden: numbers that fail it
 * occur on real papers.
 */
function checkBusinessNumber(
	input: {
		businessNumber: string | null;
		businessNumberAsWritten?: 'yes' | undefined;
	},
	context: z.RefinementCtx
): void {
	if (input.businessNumber === null) return;
	const parsed = parseBusinessNumber(input.businessNumber);
	const problem = isProblem(parsed) ? parsed : input.businessNumberAsWritten ? null : businessNumberWarning(parsed);
	if (problem)
		context.addIssue({
			code: 'custom',
			message: problem.code,
			path: ['businessNumber']
		});
}

/** The profile as a person types it. */
export const profileSchema = z.object(profileShape).superRefine(checkBusinessNumber);
export type OrganizationProfile = z.output<typeof profileSchema>;

export const profileChangeSchema = z
	.object({
		...profileShape,
		version: z.coerce.number<string>().int('value_invalid')
	})
	.superRefine(checkBusinessNumber);
export type ProfileChange = z.output<typeof profileChangeSchema>;

/** What is asked at the first registration besides: the number that the program office calls. */
export const registrationSchema = z
	.object({ ...profileShape, telephone: optionalText(40) })
	.superRefine(checkBusinessNumber);
export type OrganizationRegistration = OrganizationProfile & { telephone?: string | null };

export const telephoneSchema = z.object({ telephone: z.string().trim().min(1, 'required').max(40, 'too_long') });

export const freezeSchema = z.object({
	freezeReason: z.string().trim().min(1, 'required').max(STATEMENT_LIMIT, 'too_long')
});
export type FreezeInput = z.output<typeof freezeSchema>;

export const liftSchema = z.object({
	freeze: z.guid('value_invalid'),
	callNote: z.string().trim().min(1, 'required').max(STATEMENT_LIMIT, 'too_long'),
	settled: optionalText(STATEMENT_LIMIT)
});
export type LiftInput = z.output<typeof liftSchema>;

export const memberInvitationSchema = z.object({
	displayName: z.string().trim().min(1, 'required').max(120, 'too_long'),
	email: z.string().trim().toLowerCase().max(254, 'too_long').pipe(z.email('email_invalid')),
	role: z.enum(MEMBERSHIP_ROLES, 'required'),
	language: z.enum(['en', 'fr'], 'required')
});
export type MemberInvitation = z.output<typeof memberInvitationSchema>;

export const memberChangeSchema = z.object({
	membershipId: z.guid('value_invalid'),
	role: z.enum(MEMBERSHIP_ROLES, 'required')
});
export const memberEndSchema = z.object({
	membershipId: z.guid('value_invalid')
});

/** A place that may be shown. A sealed site has its own form, so that its text never passes by this one. */
export const shownLocationSchema = z.object({
	class: z.enum(['public_mailing', 'service_region'], 'required'),
	label: name,
	publicText: z.string().trim().min(1, 'required').max(500, 'too_long')
});
export type ShownLocation = z.output<typeof shownLocationSchema>;

/**
 * Its fields have names of their own: an error summary leads to a field by its name, and whoever corrects a shelter must
 * never be led into the form whose text is shown.
 */
export const sealedSiteSchema = z.object({
	siteLabel: name,
	siteText: z.string().trim().min(1, 'required').max(500, 'too_long')
});
export type SealedSite = z.output<typeof sealedSiteSchema>;

export const siteReaderSchema = z.object({
	locationId: z.guid('value_invalid'),
	userId: z.guid('value_invalid')
});
/** The version of the words as they were read: what is confirmed is what stood on the page. */
export const publicationSchema = z.object({ version: z.coerce.number<string>().int('value_invalid') });

export const invitationCancelSchema = z.object({ invitationId: z.guid('value_invalid') });

export const locationEndSchema = z.object({
	locationId: z.guid('value_invalid')
});
