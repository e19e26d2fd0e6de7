import { describe, expect, test } from 'vitest';
import {
	addSealedSite,
	addShownLocation,
	cancelInvitation,
	changeMemberRole,
	confirmPublication,
	editOrganization,
	endLocation,
	endMembership,
	inviteMember,
	nameSiteReader,
	registerOrganization,
	unnameSiteReader
} from '#lib/features/organization/commands.server.ts';
import {
	chosenOrganizationId,
	formerMembersForOwner,
	invitationsForViewer,
	locationsForViewer,
	membersForViewer,
	openSealedSite,
	organizationForViewer,
	organizationIdFor,
	siteEventsForOwner,
	weekOfMemberForOwner
} from '#lib/features/organization/queries.server.ts';
import { actLabel } from '#lib/features/organization/labels.ts';
import { profileSchema } from '#lib/features/organization/schema.ts';
import {
	acceptInvitation,
	askSignInLink,
	confirmAddress,
	registerUser,
	shownInvitation
} from '#lib/features/identity/signing-in.server.ts';
import { startApplication, withdrawApplication } from '#lib/features/application/commands.server.ts';
import { startSession } from '#lib/server/auth/sessions.ts';
import { database } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import {
	actorFor,
	at,
	OPEN,
	organization,
	person,
	publishAwareness,
	refusalOf,
	type Person
} from '../application/world.ts';
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
		await confirmPublication(owner, organizationId, { version: 2 }, at());
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

	test('is confirmed as it was read: words that changed meanwhile are not confirmed with it', async () => {
		const { owner, organizationId } = await organization('Reading House');
		const change = {
			...PROFILE,
			legalName: 'Reading House',
			businessNumber: null,
			publicName: 'R',
			publicCity: 'Truro'
		};
		await editOrganization(owner, organizationId, { ...change, version: 1 }, at());
		const read = await organizationForViewer(owner, organizationId);
		await editOrganization(owner, organizationId, { ...change, publicCity: 'Sydney', version: read.version }, at());
		const late = confirmPublication(owner, organizationId, { version: read.version }, at());
		expect((await refusalOf(late)).code).toBe('stale_version');
		expect((await organizationForViewer(owner, organizationId)).publicConfirmedAt).toBeNull();
	});

	test('warns of the city whoever may know that there is a sealed site, while there is one', async () => {
		const { owner, organizationId } = await organization('Warned House');
		const signatory = await person('Signatory', { memberships: [{ organizationId, role: 'signatory' }] });
		const officer = await person('Officer', { staffRoles: [{ role: 'program_officer', programId: null }] });
		const warned = async (viewer: Person) => (await organizationForViewer(viewer, organizationId)).hasSealedSite;
		expect(await warned(owner)).toBe(false);
		const site = { siteLabel: 'Site', siteText: '1 Lane' };
		const { locationId } = await addSealedSite(owner, organizationId, site, at());
		expect([await warned(owner), await warned(signatory), await warned(officer)]).toEqual([true, false, false]);
		await nameSiteReader(owner, organizationId, { locationId, userId: signatory.userId }, at());
		expect(await warned(signatory)).toBe(true);
		await endLocation(owner, organizationId, locationId, at());
		expect(await warned(owner)).toBe(false);
	});

	test('takes no name or number of another organization, whose owners are told', async () => {
		const taken = await organization('Taken House');
		const numbered = { ...PROFILE, legalName: 'Taken House', businessNumber: '222222226RR0001' };
		await editOrganization(taken.owner, taken.organizationId, { ...numbered, version: 1 }, at());
		const { owner, organizationId } = await organization('Honest House');
		const own = { ...PROFILE, legalName: 'Honest House', businessNumber: null, version: 1 };
		const rename = await refusalOf(
			editOrganization(owner, organizationId, { ...own, legalName: 'taken  HOUSE' }, at())
		);
		expect(rename).toMatchObject({ code: 'organization_exists', field: 'legalName' });
		const number = { ...own, businessNumber: '222222226' };
		const renumber = await refusalOf(editOrganization(owner, organizationId, number, at()));
		expect(renumber).toMatchObject({ code: 'organization_exists', field: 'businessNumber' });
		const mail = await database().mailMessage.findMany({ where: { toUserId: taken.owner.userId } });
		expect(mail.map(({ template }) => template)).toEqual(['organization-duplicate']);
		// What is one's own may be written anew, and what was not touched is not asked about.
		await editOrganization(owner, organizationId, { ...own, legalName: 'HONEST House', mandate: 'Tea' }, at());
	});

	test('the database keeps one organization for nine digits and one live application for an opportunity', async () => {
		const { owner, organizationId } = await organization('Walled House');
		const other = await organization('Other Walled House');
		const give = (id: string, businessNumber: string) =>
			database().organization.update({ where: { id }, data: { businessNumber } });
		await give(organizationId, '333333334RR0001');
		await expect(give(other.organizationId, '333333334RC0002')).rejects.toThrow(/organization_business_number_unique/);
		const { code } = await publishAwareness('27-walls');
		const input = { opportunityCode: code, organizationId, locale: 'en' as const };
		const { applicationId } = await startApplication(owner, input, at());
		const {
			id: _id,
			reference: _reference,
			...row
		} = await database().application.findUniqueOrThrow({
			where: { id: applicationId }
		});
		const second = (reference: string) =>
			database().application.create({ data: { ...row, id: at().random.uuid(), reference } });
		await expect(second('27-9998')).rejects.toThrow(/application_live_unique/);
		await withdrawApplication(owner, applicationId, { version: 1 }, at());
		await expect(second('27-9999')).resolves.toBeDefined();
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

	test('an invitation is listed by the name that was typed, never by the one a person chose, and can be taken back', async () => {
		const { owner, organizationId } = await organization('Second Thought House');
		const known = await person('A chosen name');
		const { email } = await database().user.findUniqueOrThrow({ where: { id: known.userId } });
		const input = { displayName: 'From the meeting', email, role: 'editor' as const, language: 'en' as const };
		await inviteMember(owner, organizationId, input, HERE, at());
		const token = (await deliver(at())).find(({ to }) => to === email)?.token ?? '';
		const [standing] = await invitationsForViewer(owner, organizationId, 'en', OPEN);
		expect(standing?.displayName).toBe('From the meeting');
		const editor = await person('Editor', { memberships: [{ organizationId, role: 'editor' }] });
		const id = standing?.id ?? '';
		expect((await refusalOf(cancelInvitation(editor, organizationId, id, at()))).code).toBe('forbidden');
		const elsewhere = await organization('Elsewhere Thought House');
		const foreign = cancelInvitation(elsewhere.owner, elsewhere.organizationId, id, at());
		expect((await refusalOf(foreign)).code).toBe('not_found');
		await cancelInvitation(owner, organizationId, id, at());
		expect(await invitationsForViewer(owner, organizationId, 'en', OPEN)).toEqual([]);
		expect(await shownInvitation(token, OPEN)).toBeNull();
		expect((await refusalOf(cancelInvitation(owner, organizationId, id, at()))).code).toBe('not_found');
	});

	test('one who is a danger is out at once: signed out here, their invitations over, told nothing, their week listed', async () => {
		const { owner, organizationId } = await organization('Danger House');
		const danger = await person('Danger', { memberships: [{ organizationId, role: 'owner' }] });
		const other = await organization('Their other house');
		const site = { siteLabel: 'Site', siteText: '1 Lane' };
		const { locationId } = await addSealedSite(danger, organizationId, site, at());
		await openSealedSite(danger, locationId, at());
		const back = { displayName: 'B', email: 'back@example.ca', role: 'owner' as const, language: 'en' as const };
		await inviteMember(danger, organizationId, back, HERE, at());
		await deliver(at());
		const sessions = await Promise.all(
			[null, `organization:${organizationId}`, `organization:${other.organizationId}`].map(async (actingAs) => {
				const { sessionId } = await transact((tx) => startSession(tx, at(), danger.userId, LAPTOP));
				await database().session.update({ where: { id: sessionId }, data: { actingAs } });
				return sessionId;
			})
		);
		const membership = await database().membership.findFirstOrThrow({
			where: { organizationId, userId: danger.userId }
		});
		await endMembership(owner, organizationId, membership.id, at());
		const left = await database().session.findMany({ where: { userId: danger.userId }, select: { id: true } });
		expect(left.map(({ id }) => id)).toEqual([sessions[2]]);
		expect(await invitationsForViewer(owner, organizationId, 'en', OPEN)).toEqual([]);
		expect(await database().sealedLocationReader.count({ where: { locationId } })).toBe(0);
		expect(await database().mailMessage.count({ where: { toUserId: danger.userId } })).toBe(0);
		expect(await formerMembersForOwner(owner, organizationId, OPEN)).toEqual([
			{ userId: danger.userId, displayName: 'Danger' }
		]);
		const week = await weekOfMemberForOwner(owner, organizationId, danger.userId, OPEN);
		expect(week.events.map(({ name }) => name)).toEqual(['member.invited', 'location.unsealed', 'location.changed']);
		for (const { name } of week.events) expect(actLabel(name, 'fr')).not.toBe(actLabel('unknown', 'fr'));
		const editor = await person('Editor', { memberships: [{ organizationId, role: 'editor' }] });
		expect((await refusalOf(weekOfMemberForOwner(editor, organizationId, danger.userId, OPEN))).code).toBe('forbidden');
		expect((await refusalOf(weekOfMemberForOwner(owner, organizationId, other.owner.userId, OPEN))).code).toBe(
			'not_found'
		);
		const later = new Date(OPEN.getTime() + 8 * 86_400_000);
		expect((await weekOfMemberForOwner(owner, organizationId, danger.userId, later)).events).toEqual([]);
		expect(await formerMembersForOwner(owner, organizationId, later)).toEqual([]);
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

	test('a naming can be taken back, by an owner, and owners see who named, took back and opened', async () => {
		const { owner, organizationId } = await organization('Taken Back House');
		const editor = await person('Editor', { memberships: [{ organizationId, role: 'editor' }] });
		const site = { siteLabel: 'Site', siteText: '1 Lane' };
		const { locationId } = await addSealedSite(owner, organizationId, site, at());
		const named = { locationId, userId: editor.userId };
		await nameSiteReader(owner, organizationId, named, at());
		await openSealedSite(editor, locationId, at());
		expect((await refusalOf(unnameSiteReader(editor, organizationId, named, at()))).code).toBe('forbidden');
		await unnameSiteReader(owner, organizationId, named, at());
		expect((await refusalOf(openSealedSite(editor, locationId, at()))).code).toBe('not_found');
		expect((await refusalOf(unnameSiteReader(owner, organizationId, named, at()))).code).toBe('already_done');
		const stranger = await organization('Untaken House');
		const foreign = unnameSiteReader(stranger.owner, stranger.organizationId, named, at());
		expect((await refusalOf(foreign)).code).toBe('not_found');
		const { sites } = await siteEventsForOwner(owner, organizationId);
		expect(sites[locationId]?.map(({ kind, actorName, personName }) => [kind, actorName, personName])).toEqual([
			['unnamed', owner.displayName, 'Editor'],
			['opened', 'Editor', null],
			['named', owner.displayName, 'Editor']
		]);
		expect((await siteEventsForOwner(editor, organizationId)).sites).toEqual({});
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
