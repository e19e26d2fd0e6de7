/* Every door has its line in the written-out table, and every line its door. */
import { describe, expect, test } from 'vitest';
import { MEMBERSHIP_PERMISSIONS, STAFF_PERMISSIONS } from '#lib/domain/access/permissions.ts';
import { ACCESS } from './access-table.ts';
import { doorsInSource } from './doors.ts';

const listed = [...ACCESS].flatMap(([id, { doors }]) => Object.keys(doors).map((door) => `${id} · ${door}`));
const inSource = [...doorsInSource()].flatMap(([id, doors]) => doors.map((door) => `${id} · ${door}`));

describe('the table of who may use which door', () => {
	test('lists every door that the source opens', () => {
		expect(inSource.length).toBeGreaterThan(100);
		expect(inSource.filter((door) => !listed.includes(door))).toEqual([]);
	});

	test('lists no door that is not there', () => {
		expect(listed.filter((door) => !inSource.includes(door))).toEqual([]);
	});

	test('names permissions that somebody on that side holds', () => {
		const asStaff = new Set<string>(Object.values(STAFF_PERMISSIONS).flat());
		const asMember = new Set<string>(Object.values(MEMBERSHIP_PERMISSIONS).flat());
		const nobodys = [...ACCESS].flatMap(([id, { doors }]) =>
			Object.values(doors)
				.flat()
				.filter((who) => {
					const [side, permission] = who.split(' ');
					if (permission === undefined) return false;
					return !(side === 'member' ? asMember : asStaff).has(permission);
				})
				.map((who) => `${id} · ${who}`)
		);
		expect(nobodys).toEqual([]);
	});

	test('lets a visitor press nothing but the ways in and out', () => {
		const pressed = [...ACCESS].flatMap(([id, { doors }]) =>
			Object.entries(doors)
				.filter(([door, who]) => !/^(?:page|load|layout|GET)$/.test(door) && [who].flat().includes('anyone'))
				.map(([door]) => `${id} · ${door}`)
		);
		expect(pressed.sort()).toEqual([
			'/[lang=lang]/(public)/register · action default',
			'/[lang=lang]/(public)/reset-password · action default',
			'/[lang=lang]/(public)/sign-in · action link',
			'/[lang=lang]/(public)/sign-in · action password',
			'/[lang=lang]/(public)/sign-out · action default'
		]);
	});

	test('keeps each audience to its own part of the house', () => {
		const strays = [...ACCESS].filter(([id, { audience, doors }]) => {
			const whos = Object.values(doors).flat();
			if (id.startsWith('/[lang=lang]/manage')) return audience !== 'staff' || whos.some((who) => !/^staff/.test(who));
			if (id.startsWith('/[lang=lang]/review')) return audience !== 'reviewers';
			if (id.startsWith('/[lang=lang]/apply')) {
				return audience !== 'applicants' || whos.some((who) => who !== 'signed-in' && !who.startsWith('member '));
			}
			return false;
		});
		expect(strays.map(([id]) => id)).toEqual([]);
	});
});
