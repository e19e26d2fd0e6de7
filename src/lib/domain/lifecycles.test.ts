import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROLE_PERMISSIONS } from './access/permissions.ts';
import * as agreement from './agreement/lifecycle.ts';
import * as allocation from './allocation/lifecycle.ts';
import * as application from './application/lifecycle.ts';
import { nextRequirement } from './application/requirement.ts';
import * as award from './award/lifecycle.ts';
import { eventsOf, isFinal, nextStatus, transitionOf } from './lifecycle.ts';
import { LIFECYCLES } from './lifecycles.ts';
import * as opportunity from './opportunity/lifecycle.ts';
import { nextDisbursement } from './payment/disbursement-lifecycle.ts';
import { nextInstalment } from './payment/instalment-lifecycle.ts';
import { isProblem } from './problem.ts';
import * as report from './report/lifecycle.ts';
import * as review from './review/lifecycle.ts';

const root = join(import.meta.dirname, '../../..');

function catalog(locale: 'en' | 'fr'): Record<string, string> {
	const path = join(root, `src/lib/i18n/messages/lifecycle.${locale}.json`);
	return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
}

/** Statuses that the database admits for a table, from its named CHECK. */
function statusesInDatabase(table: string): string[] {
	const folder = join(root, 'prisma/migrations');
	const sql = readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map((entry) => readFileSync(join(folder, entry.name, 'migration.sql'), 'utf8'))
		.join('\n');
	const list = new RegExp(`CONSTRAINT ${table}_status CHECK \\(status IN\\s*\\(([^)]*)\\)`).exec(sql)?.[1] ?? '';
	return [...list.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? '').sort();
}

const TABLES: Record<string, string | null> = {
	opportunity: 'opportunity',
	application: 'application',
	requirement: 'requirement',
	'review-assignment': 'review_assignment',
	'allocation-round': 'allocation_round',
	award: 'award',
	agreement: 'agreement',
	report: null,
	instalment: 'instalment',
	disbursement: 'disbursement'
};

describe.each(LIFECYCLES.map((lifecycle) => [lifecycle.subject, lifecycle] as const))(
	'the lifecycle of %s',
	(_, lifecycle) => {
		const statuses = Object.keys(lifecycle.table);

		test('leads only to statuses it has, and can reach each of them from the first', () => {
			const reached = new Set([lifecycle.initial]);
			for (const status of reached) {
				for (const event of eventsOf(lifecycle, status)) reached.add(transitionOf(lifecycle, status, event)?.to ?? '');
			}
			expect([...reached].sort()).toEqual([...statuses].sort());
		});

		test('asks for permissions that some role holds', () => {
			const held = new Set<string>(['system', ...Object.values(ROLE_PERMISSIONS).flat()]);
			for (const status of statuses) {
				for (const event of eventsOf(lifecycle, status)) {
					expect(held).toContain(transitionOf(lifecycle, status, event)?.by);
				}
			}
		});

		test('has two labels in both languages for every status', () => {
			const catalogs = [catalog('en'), catalog('fr')];
			for (const status of statuses) {
				const label = lifecycle.labels[status];
				for (const words of catalogs) {
					expect(words[label?.staff ?? '']).toBeTruthy();
					expect(words[label?.applicant ?? '']).toBeTruthy();
				}
			}
		});

		test('refuses every event that a status does not list', () => {
			const events = new Set(statuses.flatMap((status) => eventsOf(lifecycle, status)));
			for (const status of statuses) {
				for (const event of events) {
					const next = nextStatus(lifecycle, status, event, {});
					const transition = transitionOf(lifecycle, status, event);
					if (!transition) expect(isProblem(next) && next.code).toBe('transition_not_allowed');
					else if (transition.guards?.length) expect(isProblem(next) && next.code).toBe('guard_not_met');
					else expect(next).toBe(transition.to);
				}
			}
		});

		test('has the statuses that the database admits', () => {
			const table = TABLES[lifecycle.subject];
			expect(table).not.toBeUndefined();
			if (table) expect(statusesInDatabase(table)).toEqual([...statuses].sort());
		});
	}
);

describe('a guard', () => {
	test('that holds lets the event pass, and one that the caller forgot refuses', () => {
		const met = { complete: true, before_deadline: true };
		expect(application.next('draft', 'submit', met)).toBe('submitted');
		expect(application.next('draft', 'submit', { complete: true })).toMatchObject({
			code: 'guard_not_met',
			facts: { guard: 'before_deadline' }
		});
		expect(application.next('draft', 'submit')).toMatchObject({ code: 'guard_not_met' });
	});
});

describe('the pipeline', () => {
	test('walks an application from draft to award', () => {
		const yes = {
			complete: true,
			before_deadline: true,
			competitive_method: true,
			reviews_complete: true,
			funds_certified: true
		};
		let status: application.ApplicationStatus = 'draft';
		for (const event of ['submit', 'screen_in', 'start_review', 'complete_review', 'award'] as const) {
			const next = application.next(status, event, yes);
			expect(isProblem(next)).toBe(false);
			if (!isProblem(next)) status = next;
		}
		expect(status).toBe('awarded');
		expect(isFinal(application.applicationLifecycle, status)).toBe(true);
	});

	test('never awards what was not certified, nor pays what was not requisitioned', () => {
		expect(application.next('reviewed', 'award')).toMatchObject({ code: 'guard_not_met' });
		expect(nextDisbursement('certified', 'dispatch', { binding_unchanged: true })).toMatchObject({
			code: 'transition_not_allowed'
		});
		expect(nextDisbursement('drafted', 'pay', {})).toMatchObject({ code: 'transition_not_allowed' });
	});

	test('pays by hand from dispatched, with evidence that was confirmed', () => {
		expect(nextDisbursement('dispatched', 'pay', { manual_rail: true, evidence_confirmed: true })).toBe('paid');
		expect(nextDisbursement('dispatched', 'pay', { manual_rail: true })).toMatchObject({ code: 'guard_not_met' });
	});

	test('withdraws any application before the decision and none after', () => {
		for (const status of [
			'draft',
			'awaiting_sign_off',
			'submitted',
			'changes_requested',
			'eligible',
			'under_review',
			'reviewed',
			'waitlisted'
		] as const) {
			expect(application.next(status, 'withdraw')).toBe('withdrawn');
		}
		for (const status of ['awarded', 'declined', 'ineligible', 'withdrawn'] as const) {
			expect(isProblem(application.next(status, 'withdraw'))).toBe(true);
		}
	});

	test('has a step for each subject', () => {
		expect(opportunity.next('draft', 'publish', { both_languages_complete: true, rules_complete: true })).toBe(
			'published'
		);
		expect(nextRequirement('open', 'submit')).toBe('submitted');
		expect(review.next('invited', 'accept', { no_conflict: true })).toBe('accepted');
		expect(allocation.next('open', 'recommend', { lines_complete: true, within_ceilings: true })).toBe('recommended');
		expect(award.next('offered', 'accept')).toBe('accepted');
		expect(agreement.next('signed', 'bring_into_force')).toBe('in_force');
		expect(report.next('draft', 'submit', { complete: true })).toBe('submitted');
		expect(nextInstalment('due', 'make_ready', { gates_open: true })).toBe('ready');
	});
});
