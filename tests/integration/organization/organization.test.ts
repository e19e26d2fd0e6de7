import { describe, expect, test } from 'vitest';
import {
	addSealedSite,
	addShownLocation,
	changeMemberRole,
	confirmPublication,
	editOrganization,
	endLocation,
	endMembership,
	inviteMember,
	nameSiteReader,
	registerOrganization
} from '#lib/features/organization/commands.server.ts';
import {
	chosenOrganizationId,
	invitationsForViewer,
	locationsForViewer,
	membersForViewer,
	openSealedSite,
	organizationForViewer,
	organizationIdFor
} from '#lib/features/organization/queries.server.ts';
import { profileSchema } from '#lib/features/organization/schema.ts';
import {
	acceptInvitation,
	askSignInLink,
	confirmAddress,
	registerUser,
	shownInvitation
} from '#lib/features/identity/signing-in.server.ts';
import { database } from '#lib/server/db/client.ts';
import { actorFor, at, OPEN, organization, person, refusalOf } from '../application/world.ts';
import { deliver, HERE, LAPTOP } from '../identity/people.ts';

const PROFILE = {
	legalName: 'Maison Lune-d’Eau',
	operatingName: null,
	businessNumber: '123 456 782 RR0001',
	province: 'QC' as const,
	kind: 'charity' as const,
	language: 'fr' as const,
	mandate: null,
	publicName: null,
	publicCity: null,
	publicDescription: null
};

describe('registering', () => {
	test('an existing number or name answers the same, names nobody, and tells the owners once a day', async () => {
		const founder = await person('Founder');
		const registered = await registerOrganization(founder, PROFILE, at());
		expect(registered.outcome).toBe('registered');
		const other = await person('Somebody');
		const tries = [
			{ ...PROFILE, legalName: 'Another name' },
			{ ...PROFILE, businessNumber: null },
			{ ...PROFILE, businessNumber: null, legalName: '  maison  LUNE d’eau ' }
		];
		for (const input of tries) {
			expect(await registerOrganization(other, input, at())).toEqual({ outcome: 'exists' });
		}
		const mail = await database().mailMessage.findMany({ where: { toUserId: founder.userId } });
		expect(mail.map((message) => message.template)).toEqual(['organization-duplicate']);
		expect(mail[0]?.values).toEqual({});
		expect(await database().membership.count({ where: { userId: other.userId } })).toBe(0);
	});

	test('of two with one number at once only one is registered', async () => {
		const people = await Promise.all([person('One'), person('Two'), person('Three')]);
		const input = { ...PROFILE, legalName: 'Réseau des Outardes', businessNumber: '111111118' };
		const results = await Promise.all(people.map((somebody) => registerOrganization(somebody, input, at())));
		expect(results.filter((result) => result.outcome === 'registered')).toHaveLength(1);
	});

	test('a number that fails the check is a warning that the person overrides', () => {
		const typed = { legalName: 'A', province: 'ON', kind: 'other', language: 'en', businessNumber: '123456789' };
		const warned = profileSchema.safeParse(typed);
		expect(warned.error?.issues.map((issue) => [issue.path[0], issue.message])).toEqual([
			['businessNumber', 'business_number_check']
		]);
		expect(profileSchema.safeParse({ ...typed, businessNumberAsWritten: 'yes' }).success).toBe(true);
		const malformed = profileSchema.safeParse({ ...typed, businessNumber: '12', businessNumberAsWritten: 'yes' });
		expect(malformed.error?.issues[0]?.message).toBe('business_number_format');
	});
});

describe('the profile', () => {
	test('is changed by owners, against the version they saw, and a changed statement is confirmed anew', async () => {
		const { owner, organizationId } = await organization('Profile House');
		const stranger = await person('Stranger');
		const change = {
			...PROFILE,
			legalName: 'Profile House',
			businessNumber: null,
			publicName: 'The House',
			publicCity: 'Halifax',
			version: 1
		};
		await editOrganization(owner, organizationId, change, at());
		await confirmPublication(owner, organizationId, at());
		const shown = await organizationForViewer(owner, organizationId);
		expect(shown.publicConfirmedAt).not.toBeNull();
		expect((await refusalOf(editOrganization(owner, organizationId, change, at()))).code).toBe('stale_version');
		await editOrganization(owner, organizationId, { ...change, publicCity: 'Truro', version: shown.version }, at());
		expect((await organizationForViewer(owner, organizationId)).publicConfirmedAt).toBeNull();
		expect((await refusalOf(organizationForViewer(stranger, organizationId))).code).toBe('not_found');
		expect((await refusalOf(editOrganization(stranger, organizationId, change, at()))).code).toBe('not_found');
		expect(() => organizationIdFor(stranger, organizationId)).toThrow();
		// Without an organization there is nothing to change; no empty id ever reaches a lock.
		expect(() => chosenOrganizationId(stranger)).toThrow('not_found');
	});
});

describe('members', () => {
	test('see names and roles of each other, and nothing more', async () => {
		const { owner, organizationId } = await organization('Members House');
		const reader = await person('Reader', { memberships: [{ organizationId, role: 'reader' }] });
		const members = await membersForViewer(reader, organizationId);
		expect(members.map((member) => Object.keys(member).sort())[0]).toEqual(
			['displayName', 'isViewer', 'mayChange', 'membershipId', 'role', 'userId'].sort()
		);
		expect(JSON.stringify(members)).not.toContain('@');
		await inviteMember(
			owner,
			organizationId,
			{ displayName: 'New', email: 'new@example.ca', role: 'editor', language: 'en' },
			HERE,
			at()
		);
		expect(await invitationsForViewer(reader, organizationId, 'en', OPEN)).toEqual([]);
		const pending = await invitationsForViewer(owner, organizationId, 'en', OPEN);
		expect(pending).toHaveLength(1);
		expect(JSON.stringify(pending)).not.toContain('@');
	});

	test('an invitation says the same for every address, stands once a person, and needs an owner', async () => {
		const { owner, organizationId } = await organization('Invitation House');
		const known = await person('Known');
		const { email } = await database().user.findUniqueOrThrow({ where: { id: known.userId } });
		for (const address of [email, 'unknown@example.ca', 'unknown@example.ca']) {
			await inviteMember(
				owner,
				organizationId,
				{ displayName: 'N', email: address, role: 'editor', language: 'fr' },
				HERE,
				at()
			);
		}
		const standing = await database().invitation.findMany({ where: { organizationId, cancelledAt: null } });
		expect(standing).toHaveLength(2);
		const editor = await person('Editor', { memberships: [{ organizationId, role: 'editor' }] });
		const input = { displayName: 'N', email: 'x@example.ca', role: 'owner' as const, language: 'en' as const };
		expect((await refusalOf(inviteMember(editor, organizationId, input, HERE, at()))).code).toBe('forbidden');
	});

	test('an invitation keeps nobody from an account of their own, and is taken up with it', async () => {
		const { owner, organizationId } = await organization('Unasked House');
		const email = 'chloe@example.ca';
		const input = { displayName: 'Cloe', email, role: 'editor' as const, language: 'en' as const };
		await inviteMember(owner, organizationId, input, HERE, at());
		const token = (await deliver(at())).find(({ to }) => to === email)?.token ?? '';
		// Weeks later, the invitation long over and never read.
		const later = at(OPEN, 30 * 86_400);
		await registerUser({ email, displayName: 'Chloé', locale: 'fr' }, HERE, later);
		const mail = (await deliver(later)).find(({ to }) => to === email);
		expect(mail).toMatchObject({ template: 'confirm-address' });
		expect(mail?.text).toContain('Bonjour');
		await confirmAddress({ token: mail?.token ?? '', password: null }, LAPTOP, HERE, later);
		const chloe = await database().user.findUniqueOrThrow({ where: { email } });
		expect(chloe).toMatchObject({ status: 'active', displayName: 'Chloé', locale: 'fr' });
		expect(await shownInvitation(token, OPEN)).toMatchObject({ hasAccount: true, organization: { role: 'editor' } });
	});

	test('an invitation taken up before the address was confirmed confirms it: the link came to that mailbox', async () => {
		const { owner, organizationId } = await organization('Half House');
		const email = 'dana@example.ca';
		await registerUser({ email, displayName: 'Dana', locale: 'en' }, HERE, at());
		const input = { displayName: 'Dana', email, role: 'reader' as const, language: 'en' as const };
		await inviteMember(owner, organizationId, input, HERE, at());
		const token = (await deliver(at())).find(({ template }) => template === 'invitation')?.token ?? '';
		await acceptInvitation({ token, displayName: 'Dana', password: null }, LAPTOP, HERE, at());
		await askSignInLink(email, HERE, at());
		expect((await deliver(at())).map(({ template }) => template)).toEqual(['sign-in-link']);
	});

	test('an invitation speaks the language that a known person chose, and comes no faster than any other link', async () => {
		const { owner, organizationId } = await organization('Language House');
		const known = await person('Lectrice');
		const { email } = await database().user.update({ where: { id: known.userId }, data: { locale: 'fr' } });
		const input = { displayName: 'L', email, role: 'reader' as const, language: 'en' as const };
		await inviteMember(owner, organizationId, input, HERE, at());
		expect((await deliver(at())).find(({ to }) => to === email)?.text).toContain('Bonjour');
		for (let more = 0; more < 3; more += 1) await inviteMember(owner, organizationId, input, HERE, at());
		const refusal = await refusalOf(inviteMember(owner, organizationId, input, HERE, at()));
		expect(refusal.code).toBe('too_many_attempts');
	});

	test('the last owner stays, also when two owners remove each other at once', async () => {
		const { owner, organizationId } = await organization('Owner House');
		const own = await database().membership.findFirstOrThrow({ where: { organizationId, userId: owner.userId } });
		expect((await refusalOf(endMembership(owner, organizationId, own.id, at()))).code).toBe('last_owner');
		const demote = { membershipId: own.id, role: 'reader' as const };
		expect((await refusalOf(changeMemberRole(owner, organizationId, demote, at()))).code).toBe('last_owner');
		const second = await person('Second', { memberships: [{ organizationId, role: 'owner' }] });
		const theirs = await database().membership.findFirstOrThrow({ where: { organizationId, userId: second.userId } });
		const results = await Promise.allSettled([
			endMembership(owner, organizationId, theirs.id, at()),
			endMembership(second, organizationId, own.id, at())
		]);
		expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
		expect(await database().membership.count({ where: { organizationId, role: 'owner', endedAt: null } })).toBe(1);
	});
});

describe('a sealed site', () => {
	test('is read by the persons an owner named, each time on record, and by no other owner', async () => {
		const { owner, organizationId } = await organization('Sealed House');
		const other = await person('Other owner', { memberships: [{ organizationId, role: 'owner' }] });
		const editor = await person('Editor', { memberships: [{ organizationId, role: 'editor' }] });
		const site = { siteLabel: 'Site one', siteText: '12 Quiet Lane' };
		const { locationId } = await addSealedSite(owner, organizationId, site, at());
		expect((await openSealedSite(owner, locationId, at())).text).toBe(site.siteText);
		expect((await refusalOf(openSealedSite(other, locationId, at()))).code).toBe('not_found');
		expect((await refusalOf(openSealedSite(editor, locationId, at()))).code).toBe('not_found');
		expect(await locationsForViewer(editor, organizationId)).toEqual([]);
		expect(
			(await refusalOf(nameSiteReader(editor, organizationId, { locationId, userId: editor.userId }, at()))).code
		).toBe('forbidden');
		await nameSiteReader(owner, organizationId, { locationId, userId: editor.userId }, at());
		expect((await openSealedSite(editor, locationId, at())).text).toBe(site.siteText);
		const opened = await database().auditEvent.count({ where: { name: 'location.unsealed', organizationId } });
		expect(opened).toBe(2);
		const trail = await database().auditEvent.findMany({ where: { organizationId } });
		expect(JSON.stringify(trail.map((event) => event.facts))).not.toContain('Quiet');
		const listed = await locationsForViewer(other, organizationId);
		expect(JSON.stringify(listed)).not.toContain('Quiet');
	});

	test('lies in the database as ciphertext only, and its text is destroyed with it', async () => {
		const { owner, organizationId } = await organization('Cipher House');
		const second = await person('Second owner', { memberships: [{ organizationId, role: 'owner' }] });
		const { locationId } = await addSealedSite(
			owner,
			organizationId,
			{ siteLabel: 'Site', siteText: '12 Quiet Lane' },
			at()
		);
		// Without an actor the wall shows no row at all.
		expect(await database().sealedLocation.findMany({ where: { locationId } })).toEqual([]);
		const location = await database().location.findUniqueOrThrow({ where: { id: locationId } });
		expect(location.publicText).toBeNull();
		await endLocation(second, organizationId, locationId, at());
		expect((await refusalOf(openSealedSite(owner, locationId, at()))).code).toBe('not_found');
		expect(await database().sealedLocationReader.count({ where: { locationId } })).toBe(0);
	});

	test('whoever leaves the organization reads it no more', async () => {
		const { owner, organizationId } = await organization('Leaving House');
		const leaving = await person('Leaving', { memberships: [{ organizationId, role: 'editor' }] });
		const { locationId } = await addSealedSite(owner, organizationId, { siteLabel: 'Site', siteText: '1 Lane' }, at());
		await nameSiteReader(owner, organizationId, { locationId, userId: leaving.userId }, at());
		const membership = await database().membership.findFirstOrThrow({
			where: { organizationId, userId: leaving.userId }
		});
		await endMembership(owner, organizationId, membership.id, at());
		// Even with the scopes of an older request.
		expect((await refusalOf(openSealedSite(leaving, locationId, at()))).code).toBe('not_found');
		const outside = actorFor(leaving.userId, 'Leaving', {});
		expect((await refusalOf(openSealedSite(outside, locationId, at()))).code).toBe('not_found');
	});
});

test('a region may be shown; another organization cannot touch it', async () => {
	const { owner, organizationId } = await organization('Region House');
	const stranger = (await organization('Elsewhere House')).owner;
	const shown = { class: 'service_region' as const, label: 'Our region', publicText: 'Annapolis Valley' };
	const { locationId } = await addShownLocation(owner, organizationId, shown, at());
	expect(await locationsForViewer(owner, organizationId)).toMatchObject([{ publicText: 'Annapolis Valley' }]);
	expect((await refusalOf(addShownLocation(stranger, organizationId, shown, at()))).code).toBe('not_found');
	expect((await refusalOf(endLocation(stranger, organizationId, locationId, at()))).code).toBe('not_found');
	expect((await refusalOf(locationsForViewer(stranger, organizationId))).code).toBe('not_found');
});
