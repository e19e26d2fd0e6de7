import { z } from 'zod';
import type { Authority } from '#lib/domain/access/delegation.ts';
import { isStaffRole, type HeldRole } from '#lib/domain/access/roles.ts';
import { isDay } from '#lib/domain/time/fiscal-year.ts';
import { parsePositiveMoney } from '#lib/domain/money/money.ts';
import { isProblem } from '#lib/domain/problem.ts';

/** A mail address, stored in small letters. 254 characters is the longest that can be delivered. */
const email = z.string().trim().min(1, 'required').max(254, 'too_long').toLowerCase().pipe(z.email('email_invalid'));

/** A name as the person writes it: any script, one line. */
const displayName = z
	.string()
	.trim()
	.min(1, 'required')
	.max(120, 'too_long')
	// eslint-disable-next-line no-control-regex -- a name is one line: a line break would reach mail headers and logs
	.regex(/^[^\u0000-\u001f\u007f\u2028\u2029]*$/, 'text_unreadable');

/** A password just chosen; how strong it is is decided by the command. Never trimmed. */
const newPassword = z.string().min(1, 'required');

/** A password that may be left empty: null. */
const optionalPassword = z
	.string()
	.optional()
	.transform((text) => (text === undefined || text === '' ? null : text));

const locale = z.enum(['en', 'fr'], 'choice_unknown');

/** A box that is sent only when it is ticked. */
const ticked = z
	.string()
	.optional()
	.transform((text) => text !== undefined);

export const signInSchema = z.object({
	email,
	password: z.string().min(1, 'required'),
	sharedComputer: ticked,
	from: z.string().optional()
});

export const askLinkSchema = z.object({ email });

export const useLinkSchema = z.object({ sharedComputer: ticked });

export const registerSchema = z.object({ displayName, email, locale });

export const confirmSchema = z.object({ password: optionalPassword, sharedComputer: ticked });

export const resetPasswordSchema = z.object({ password: newPassword, sharedComputer: ticked });

export const acceptInvitationSchema = z.object({ displayName, password: optionalPassword, sharedComputer: ticked });

export const profileSchema = z.object({ displayName, locale });

export const changePasswordSchema = z.object({ currentPassword: optionalPassword, password: newPassword });

export const changeAddressSchema = z.object({ email, currentPassword: optionalPassword });

export const endSessionSchema = z.object({ session: z.uuid('value_invalid') });

export const actAsSchema = z.object({
	actingAs: z.string().regex(/^(?:staff:[a-z_]{1,40}|organization:[0-9a-f-]{36})$/, 'choice_unknown')
});

/** A role as a form sends it: `director`, or `program_officer@<program id>` for one program. */
const heldRole = z.string().transform((text, context): HeldRole => {
	const [role, programId = null] = text.split('@', 2);
	const isProgram = programId === null || z.uuid().safeParse(programId).success;
	if (!isStaffRole(role) || !isProgram || (role === 'administrator' && programId !== null)) {
		context.addIssue({ code: 'custom', message: 'choice_unknown' });
		return z.NEVER;
	}
	return { role, programId };
});

const roles = z.array(heldRole).max(60, 'value_invalid');

export const inviteUserSchema = z.object({ email, displayName, locale, roles: roles.min(1, 'required') });

export const changeRolesSchema = z.object({
	roles,
	version: z.coerce.number<string>('value_invalid').int('value_invalid')
});

const day = z.string().trim().min(1, 'required').refine(isDay, 'date_invalid');

/** An amount in cents, or null for no limit. */
const limit = z
	.string()
	.trim()
	.transform((text, context): bigint | null => {
		if (text === '') return null;
		const money = parsePositiveMoney(text);
		if (isProblem(money)) {
			context.addIssue({ code: 'custom', message: money.code });
			return z.NEVER;
		}
		return money.minor;
	});

const position = z.string().trim().min(1, 'required').max(200, 'too_long');

export const grantDelegationSchema = z.object({
	userId: z.uuid('choice_unknown'),
	/** Empty: in one's own position. */
	actingForId: z
		.union([z.literal(''), z.uuid('choice_unknown')])
		.default('')
		.transform((text) => (text === '' ? null : text)),
	authority: z.enum(
		['s32_commitment', 'transaction', 's34_certification', 's33_requisition'] satisfies Authority[],
		'choice_unknown'
	),
	positionEn: position,
	positionFr: position,
	instrument: position,
	/** Empty: every program. */
	programId: z.union([z.literal(''), z.uuid('choice_unknown')]).transform((text) => (text === '' ? null : text)),
	limit,
	validFrom: day,
	validTo: day
});

export type RegisterInput = z.output<typeof registerSchema>;
export type InviteUserInput = z.output<typeof inviteUserSchema>;
export type GrantDelegationInput = z.output<typeof grantDelegationSchema>;

export const revokeDelegationSchema = z.object({ delegation: z.uuid('value_invalid') });

export const redriveSchema = z.object({ job: z.uuid('value_invalid') });

/** The longest that a disclosure stays open; the database holds it too. */
export const LONGEST_DISCLOSURE_HOURS = 72;

export const askDisclosureSchema = z.object({
	disclosureReason: z.string().trim().min(1, 'required').max(1000, 'too_long')
});

export const grantDisclosureSchema = z.object({
	request: z.guid('value_invalid'),
	hours: z
		.string()
		.trim()
		.min(1, 'required')
		.regex(/^\d{1,4}$/, 'number_invalid')
		.transform(Number)
});

export const refuseDisclosureSchema = z.object({ request: z.guid('value_invalid') });

export type AskDisclosure = z.infer<typeof askDisclosureSchema>;
export type GrantDisclosure = z.infer<typeof grantDisclosureSchema>;
