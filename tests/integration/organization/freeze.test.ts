import { beforeEach, describe, expect, test } from 'vitest';
import type { StaffRole } from '#lib/domain/access/roles.ts';
import { startApplication } from '#lib/features/application/commands.server.ts';
import { deskForStaff } from '#lib/features/desk/queries.server.ts';
import { acceptInvitation } from '#lib/features/identity/signing-in.server.ts';
import {
	addSealedSite,
	addShownLocation,
	cancelInvitation,
	changeMemberRole,
	endLocation,
	endMembership,
	inviteMember,
	nameSiteReader,
	unnameSiteReader
} from '#lib/features/organization/commands.server.ts';
import {
	freezeForOwner,
	freezeMembership,
	liftFreeze,
	organizationForStaff,
	organizationsForStaff
} from '#lib/features/organization/freeze.server.ts';
import { invitationsForViewer, openSealedSite } from '#lib/features/organization/queries.server.ts';
import { setTelephone, telephoneForOwner } from '#lib/features/organization/telephone.server.ts';
import { database } from '#lib/server/db/client.ts';
import { transact } from '#lib/server/db/transact.ts';
import { at, OPEN, organization, person, publishAwareness, refusalOf, type Person } from '../application/world.ts';
import { expectRefusal } from '../db/refused.ts';
import { deliver, HERE, LAPTOP } from '../identity/people.ts';

const WHY = { freezeReason: 'Two owners each ask us to remove the other' };
const DAY = 24 * 60 * 60;

type House = { owner: Person; second: Person; reader: Person; officer: Person; organizationId: string; site: string };

const staff = (role: StaffRole): Promise<Person> => person(role, { staffRoles: [{ role, programId: null }] });

async function membershipOf(organizationId: string, userId: string): Promise<string> {
	const held = { organizationId, userId, endedAt: null };
	return (await database().membership.findFirstOrThrow({ where: held })).id;
}

let count = 0;
let house: House;
beforeEach(async () => {
	count += 1;
	const { owner, organizationId } = await organization(`Frozen House ${count}`);
	const second = await person('Second owner', { memberships: [{ organizationId, role: 'owner' }] });
	const reader = await person('Reader', { memberships: [{ organizationId, role: 'reader' }] });
	await setTelephone(owner, organizationId, { telephone: '819 555-0137' }, at());
	const seal = { siteLabel: 'House', siteText: '1 Hidden Street' };
	const { locationId } = await addSealedSite(owner, organizationId, seal, at());
	house = { owner, second, reader, officer: await staff('program_officer'), organizationId, site: locationId };
});

const freeze = (): Promise<{ freezeId: string }> => freezeMembership(house.officer, house.organizationId, WHY, at());

describe('while membership is frozen', () => {
	test('no owner changes who belongs, who reads a sealed site, or the number on file', async () => {
		const { owner, second, reader, organizationId, site } = house;
		const guest = { displayName: 'Guest', email: `guest.${count}@example.ca`, role: 'reader', language: 'en' } as const;
		await inviteMember(owner, organizationId, guest, HERE, at());
		const [standing] = await invitationsForViewer(owner, organizationId, 'en', at().now);
		const readerMembership = await membershipOf(organizationId, reader.userId);
		const other = { ...guest, email: `other.${count}@example.ca` };
		const naming = { locationId: site, userId: second.userId };
		await freeze();
		const acts: Record<string, () => Promise<unknown>> = {
			invite: () => inviteMember(owner, organizationId, other, HERE, at()),
			cancel: () => cancelInvitation(owner, organizationId, standing?.id ?? '', at()),
			role: () => changeMemberRole(owner, organizationId, { membershipId: readerMembership, role: 'editor' }, at()),
			lock: async () => endMembership(owner, organizationId, await membershipOf(organizationId, second.userId), at()),
			leave: async () => endMembership(owner, organizationId, await membershipOf(organizationId, owner.userId), at()),
			name: () => nameSiteReader(owner, organizationId, naming, at()),
			unname: () => unnameSiteReader(second, organizationId, { locationId: site, userId: owner.userId }, at()),
			seal: () => addSealedSite(owner, organizationId, { siteLabel: 'Other', siteText: '2 Hidden Street' }, at()),
			destroy: () => endLocation(owner, organizationId, site, at()),
			number: () => setTelephone(owner, organizationId, { telephone: '819 555-0199' }, at())
		};
		for (const [name, act] of Object.entries(acts)) {
			expect([name, (await refusalOf(act())).code]).toEqual([name, 'membership_frozen']);
		}
		expect(await database().membership.count({ where: { organizationId, endedAt: null } })).toBe(3);
		expect(await database().user.count({ where: { email: other.email } })).toBe(0);
	});

	test('an invitation is not taken up, says nothing of why, and works once the freeze is lifted', async () => {
		const { owner, officer, organizationId } = house;
		const email = `invited.${count}@example.ca`;
		const invited = { displayName: 'Invited', email, role: 'owner', language: 'en' } as const;
		await inviteMember(owner, organizationId, invited, HERE, at());
		const mail = (await deliver(at())).filter(({ to }) => to === email);
		const token = mail.find(({ template }) => template === 'invitation')?.token ?? '';
		const accept = () => acceptInvitation({ token, displayName: 'Invited', password: null }, LAPTOP, HERE, at());
		const { freezeId } = await freeze();
		expect((await refusalOf(accept())).code).toBe('invitation_paused');
		expect(await database().membership.count({ where: { organizationId } })).toBe(3);
		await liftFreeze(officer, organizationId, { freeze: freezeId, callNote: 'Both agree', settled: null }, at());
		await accept();
		expect(await database().membership.count({ where: { organizationId } })).toBe(4);
	});

	test('drafts, places that may be shown and opening a site go on', async () => {
		const { owner, organizationId, site } = house;
		const { code } = await publishAwareness();
		await freeze();
		await startApplication(owner, { opportunityCode: code, organizationId, locale: 'en' }, at());
		const region = { class: 'service_region', label: 'Region', publicText: 'Outaouais' } as const;
		const { locationId } = await addShownLocation(owner, organizationId, region, at());
		await endLocation(owner, organizationId, locationId, at());
		expect(await openSealedSite(owner, site, at())).toEqual({ text: '1 Hidden Street' });
	});

	test('the database refuses the same, whatever a command forgets', async () => {
		const { owner, second, reader, organizationId, site } = house;
		const { random, now } = at();
		await freeze();
		const membershipId = await membershipOf(organizationId, reader.userId);
		const guest = await person('Guest');
		const row = { id: random.uuid(), organizationId, userId: guest.userId, role: 'owner', createdAt: now };
		const naming = { locationId: site, userId: second.userId, namedById: owner.userId, createdAt: now };
		const number = { id: random.uuid(), organizationId, number: '1-819-555-0199', setById: owner.userId, setAt: now };
		const invitation = {
			id: random.uuid(),
			userId: guest.userId,
			invitedById: owner.userId,
			organizationId,
			membershipRole: 'owner',
			createdAt: now,
			expiresAt: new Date(now.getTime() + 1000)
		};
		const writes: ((tx: Parameters<Parameters<typeof transact>[0]>[0]) => Promise<unknown>)[] = [
			(tx) => tx.membership.create({ data: row }),
			(tx) => tx.membership.update({ where: { id: membershipId }, data: { role: 'owner' } }),
			(tx) => tx.membership.update({ where: { id: membershipId }, data: { endedAt: now } }),
			(tx) => tx.invitation.create({ data: invitation }),
			(tx) => tx.sealedLocationReader.create({ data: naming }),
			(tx) => tx.sealedLocationReader.deleteMany({ where: { locationId: site } }),
			(tx) => tx.organizationTelephone.updateMany({ where: { organizationId }, data: { replacedAt: now } }),
			(tx) => tx.organizationTelephone.create({ data: number })
		];
		for (const write of writes) await expectRefusal(transact(write), 'membership_frozen');
	});

	test('a change under way is waited for, and one that comes after is refused', async () => {
		const { owner, second, organizationId } = house;
		const membershipId = await membershipOf(organizationId, second.userId);
		const results = await Promise.allSettled([
			endMembership(owner, organizationId, membershipId, at()),
			freeze(),
			setTelephone(second, organizationId, { telephone: '819 555-0188' }, at())
		]);
		expect(results[1]?.status).toBe('fulfilled');
		const { frozenAt } = await database().membershipFreeze.findFirstOrThrow({ where: { organizationId } });
		expect(frozenAt).not.toBeNull();
		const ended = await database().membership.count({ where: { id: membershipId, endedAt: { not: null } } });
		expect(ended).toBe(results[0]?.status === 'fulfilled' ? 1 : 0);
	});
});

describe('a freeze', () => {
	test('is told to every owner at once, naming nobody, and shown to owners alone without who asked', async () => {
		const { owner, second, reader, organizationId } = house;
		const frozen = at(OPEN, DAY);
		await freezeMembership(house.officer, organizationId, WHY, frozen);
		const mail = await database().mailMessage.findMany({ where: { template: 'membership-frozen' } });
		const told = mail.filter(({ values }) => (values as { organizationId?: string }).organizationId === organizationId);
		expect(told.map(({ toUserId }) => toUserId).sort()).toEqual([owner.userId, second.userId].sort());
		const sent = (await deliver(at(OPEN, DAY))).filter(({ template }) => template === 'membership-frozen');
		for (const { text } of sent) expect(text).not.toMatch(/Frozen House|owner|remove|dispute|freez|819/i);
		expect(await freezeForOwner(owner, organizationId)).toEqual({ since: frozen.now, zone: expect.any(String) });
		expect(await freezeForOwner(reader, organizationId)).toBeNull();
	});

	test('is begun and lifted by an officer, once, with a reason and a note of the call that stay', async () => {
		const { officer, organizationId } = house;
		const { freezeId } = await freeze();
		expect((await refusalOf(freeze())).code).toBe('already_done');
		const lift = { freeze: freezeId, callNote: 'Both answered', settled: 'The second owner stays' };
		await liftFreeze(officer, organizationId, lift, at());
		expect((await refusalOf(liftFreeze(officer, organizationId, lift, at()))).code).toBe('already_done');
		const { past, freeze: open } = await organizationForStaff(officer, organizationId, 'en', at().now);
		expect(open).toBeNull();
		expect(past).toMatchObject([
			{ reason: WHY.freezeReason, callNote: 'Both answered', settled: 'The second owner stays' }
		]);
		const events = await database().auditEvent.findMany({
			where: { organizationId, name: { startsWith: 'membership.' } },
			orderBy: { id: 'asc' }
		});
		expect(events.map(({ name, facts }) => [name, facts])).toEqual([
			['membership.frozen', { freezeId }],
			['membership.freezeLifted', { freezeId }]
		]);
		expect(await database().mailMessage.count({ where: { template: 'membership-freeze-lifted' } })).toBeGreaterThan(1);
	});

	test('is no business of a member, a stranger, another staff role, or an officer who ever belonged', async () => {
		const { owner, officer, organizationId } = house;
		for (const role of ['director', 'finance_officer', 'administrator', 'auditor'] as const) {
			const code = (await refusalOf(freezeMembership(await staff(role), organizationId, WHY, at()))).code;
			expect(['forbidden', 'not_found']).toContain(code);
		}
		expect((await refusalOf(freezeMembership(owner, organizationId, WHY, at()))).code).toBe('forbidden');
		const stranger = await person('Stranger');
		expect((await refusalOf(freezeMembership(stranger, organizationId, WHY, at()))).code).toBe('not_found');
		const { random, now } = at();
		await database().membership.create({
			data: { id: random.uuid(), organizationId, userId: officer.userId, role: 'reader', createdAt: now, endedAt: now }
		});
		expect((await refusalOf(freeze())).code).toBe('forbidden');
		expect((await organizationForStaff(officer, organizationId, 'en', now)).mayAct).toBe(false);
	});

	test('is held by the database: one at a time, in one’s own name, lifted once and whole, never changed or deleted', async () => {
		const { officer, owner, organizationId } = house;
		const { random, now } = at();
		const row = { id: random.uuid(), organizationId, frozenById: officer.userId, frozenAt: now, reason: 'Words' };
		const create = (data: typeof row & { liftedAt?: Date; liftedById?: string; callNote?: string }) =>
			transact((tx) => tx.membershipFreeze.create({ data }));
		await expectRefusal(create({ ...row, frozenById: owner.userId }), 'membership_freeze_by_no_member');
		await expectRefusal(create({ ...row, reason: ' ' }), 'membership_freeze_reasoned');
		const lifted = { liftedAt: now, liftedById: officer.userId, callNote: 'Words' };
		await expectRefusal(create({ ...row, ...lifted }), 'membership_freeze_begins_open');
		await create(row);
		await expectRefusal(create({ ...row, id: random.uuid() }), 'membership_freeze_one_open');
		const update = (data: object) => transact((tx) => tx.membershipFreeze.update({ where: { id: row.id }, data }));
		await expectRefusal(update({ reason: 'Other' }), 'append_only');
		await expectRefusal(update({ liftedAt: now, liftedById: officer.userId }), 'membership_freeze_lifted_whole');
		await expectRefusal(update({ ...lifted, callNote: ' ' }), 'membership_freeze_called');
		await update(lifted);
		await expectRefusal(update({ settled: 'Later' }), 'append_only');
		await expectRefusal(
			transact((tx) => tx.membershipFreeze.delete({ where: { id: row.id } })),
			'42501'
		);
	});

	test('waits on the desk of officers and stands first in their list', async () => {
		const { officer, organizationId } = house;
		await freeze();
		const desk = await deskForStaff(officer);
		expect(desk.lists.find(({ topic }) => topic === 'liftFreeze')?.count).toBeGreaterThan(0);
		expect(desk.places).toContain('organizations');
		const { rows } = await organizationsForStaff(officer, '', 'en');
		expect(rows[0]?.isFrozen).toBe(true);
		const found = await organizationsForStaff(officer, `frozen house ${count}`, 'en');
		expect(found.rows.map(({ id }) => id)).toContain(organizationId);
	});
});

describe('the number on file', () => {
	test('is seen and set by owners alone, and every owner is told when it changes', async () => {
		const { owner, second, reader, organizationId } = house;
		expect(await telephoneForOwner(reader, organizationId, 'en')).toBeNull();
		const change = (actor: Person) => setTelephone(actor, organizationId, { telephone: '819-555-0199' }, at());
		expect((await refusalOf(change(reader))).code).toBe('forbidden');
		expect(await refusalOf(setTelephone(owner, organizationId, { telephone: '12' }, at()))).toMatchObject({
			code: 'telephone_format',
			field: 'telephone'
		});
		await change(second);
		await change(second);
		expect((await telephoneForOwner(owner, organizationId, 'fr'))?.phoneDisplay).toBe('1 819 555-0199');
		const mail = await database().mailMessage.findMany({ where: { template: 'organization-telephone-changed' } });
		const told = mail.filter(({ values }) => (values as { organizationId?: string }).organizationId === organizationId);
		// Twice: when the first owner set it, and when the second changed it; not when the same was saved again.
		expect(told).toHaveLength(4);
		const events = await database().auditEvent.findMany({
			where: { organizationId, name: 'organization.telephoneChanged' }
		});
		expect(JSON.stringify(events.map(({ facts }) => facts))).not.toMatch(/555/);
	});

	test('keeps those before it for the officer, and says when it is new', async () => {
		const { officer, second, organizationId } = house;
		const later = at(OPEN, 60 * DAY);
		await setTelephone(second, organizationId, { telephone: '819-555-0199' }, later);
		const seen = await organizationForStaff(officer, organizationId, 'en', at(OPEN, 61 * DAY).now);
		expect(seen.telephones.map(({ phoneDisplay }) => phoneDisplay)).toEqual(['1-819-555-0199', '1-819-555-0137']);
		expect(seen.isNumberNew).toBe(true);
		expect((await organizationForStaff(officer, organizationId, 'en', at(OPEN, 120 * DAY).now)).isNumberNew).toBe(
			false
		);
		const [present] = await database().organizationTelephone.findMany({ where: { organizationId, replacedAt: null } });
		const change = { number: '1-819-555-0111' };
		await expectRefusal(
			transact((tx) => tx.organizationTelephone.update({ where: { id: present?.id ?? '' }, data: change })),
			'append_only'
		);
	});
});
