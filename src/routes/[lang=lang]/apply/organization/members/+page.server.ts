import { redirect, type RequestEvent } from '@sveltejs/kit';
import { may } from '#lib/domain/access/access.ts';
import type { Actor, UserActor } from '#lib/domain/access/actor.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { addressOf } from '#lib/door/session.ts';
import {
	cancelInvitation,
	changeMemberRole,
	endMembership,
	inviteMember
} from '#lib/features/organization/commands.server.ts';
import {
	chosenOrganizationId,
	formerMembersForOwner,
	invitationsForViewer,
	membersForViewer,
	organizationForViewer,
	organizationsOf,
	weekOfMemberForOwner
} from '#lib/features/organization/queries.server.ts';
import {
	invitationCancelSchema,
	memberChangeSchema,
	memberEndSchema,
	memberInvitationSchema,
	telephoneSchema
} from '#lib/features/organization/schema.ts';
import { freezeForOwner } from '#lib/features/organization/freeze.server.ts';
import { setTelephone, telephoneForOwner } from '#lib/features/organization/telephone.server.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

/** The organization of this page: the one in the address, or the first. */
function here(event: RequestEvent, actor: Actor & UserActor): Promise<string> {
	return orError(async () => chosenOrganizationId(actor, event.url.searchParams.get('organization')));
}

function back(event: RequestEvent, organizationId: string, done: string): never {
	redirect(303, `${paths(event.locals.locale).intake.members(organizationId)}&done=${done}`);
}

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const organizationId = await here(event, actor);
	const organization = await orError(() => organizationForViewer(actor, organizationId));
	const { now } = momentOf(event);
	/** Whose last week is shown, to owners. */
	const person = event.url.searchParams.get('person');
	const { locale } = event.locals;
	const freeze = await freezeForOwner(actor, organizationId);
	return {
		organizationId,
		name: organization.operatingName ?? organization.legalName,
		// Since when nobody may change who belongs; null where it is open, and for who may never.
		frozenSince: freeze && formatInstant(freeze.since, freeze.zone, locale),
		telephone: await telephoneForOwner(actor, organizationId, locale),
		mayChange: may(actor, 'member.change', { organizationId }),
		members: await orError(() => membersForViewer(actor, organizationId)),
		invitations: await orError(() => invitationsForViewer(actor, organizationId, locale, now)),
		organizations: await organizationsOf(actor),
		former: await formerMembersForOwner(actor, organizationId, now),
		week: person === null ? null : await orError(() => weekOfMemberForOwner(actor, organizationId, person, now)),
		mayInvite: may(actor, 'member.invite', { organizationId }),
		done: event.url.searchParams.get('done')
	};
};

export const actions: Actions = {
	invite: async (event) => {
		const actor = requireActor(event);
		const organizationId = await here(event, actor);
		const form = await parseForm(event.request, memberInvitationSchema);
		if (!form.ok) return refuseForm(form);
		const from = { address: addressOf(event) };
		const result = await attempt(() => inviteMember(actor, organizationId, form.input, from, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		back(event, organizationId, 'invited');
	},
	role: async (event) => {
		const actor = requireActor(event);
		const organizationId = await here(event, actor);
		const form = await parseForm(event.request, memberChangeSchema);
		if (!form.ok) return refuseForm(form);
		const result = await attempt(() => changeMemberRole(actor, organizationId, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		back(event, organizationId, 'role');
	},
	cancel: async (event) => {
		const actor = requireActor(event);
		const organizationId = await here(event, actor);
		const form = await parseForm(event.request, invitationCancelSchema);
		if (!form.ok) return refuseForm(form);
		const { invitationId } = form.input;
		const result = await attempt(() => cancelInvitation(actor, organizationId, invitationId, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		back(event, organizationId, 'cancelled');
	},
	telephone: async (event) => {
		const actor = requireActor(event);
		const organizationId = await here(event, actor);
		const form = await parseForm(event.request, telephoneSchema);
		if (!form.ok) return refuseForm(form);
		const result = await attempt(() => setTelephone(actor, organizationId, form.input, momentOf(event)));
		if (isProblem(result)) return refuse(result, form.values);
		back(event, organizationId, 'telephone');
	},
	end: async (event) => {
		const actor = requireActor(event);
		const organizationId = await here(event, actor);
		const form = await parseForm(event.request, memberEndSchema);
		if (!form.ok) return refuseForm(form);
		const { membershipId } = form.input;
		const ended = await attempt(() => endMembership(actor, organizationId, membershipId, momentOf(event)));
		if (isProblem(ended)) return refuse(ended);
		// Whoever left by their own hand reads no list any more.
		if (ended.userId === actor.userId) redirect(303, paths(event.locals.locale).apply.home());
		back(event, organizationId, `ended&person=${ended.userId}`);
	}
};
