import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { systemActor } from '#lib/domain/access/actor.ts';
import { ACCOUNT_KINDS, isAwardKind, type AccountKind, type AccountRef } from '#lib/domain/ledger/accounts.ts';
import { VERBS, verbAllows, type Verb } from '#lib/domain/ledger/verbs.ts';
import { applyEntry, balanceOf, EMPTY_LEDGER, type LedgerEntry } from '#lib/domain/ledger/ledger.ts';
import { cad } from '#lib/domain/money/money.ts';
import { isProblem, Refusal } from '#lib/domain/problem.ts';
import { database } from '#lib/server/db/client.ts';
import { Prisma } from '#lib/server/db/generated/client.ts';
import { postEntry, reverseEntry } from '#lib/server/db/ledger.ts';
import { transact } from '#lib/server/db/transact.ts';
import { leavesUnchecked } from '#tests/support/doctor.ts';
import { expectRefusal } from '../db/refused.ts';
import { AWARDED, commit, FISCAL_YEAR, makeStory, storyMoment, VOTED, type Story } from '../db/story.ts';

leavesUnchecked(['budget.ceiling', 'award.ledger'], 'entries are posted without the acts that they stand for');

let story: Story;
beforeAll(async () => {
	story = await makeStory();
});

const actor = systemActor('test');
const subject = { type: 'test', id: 'x' };

const account = (kind: AccountKind, of = story): AccountRef => ({
	kind,
	programId: of.ids.program,
	awardId: isAwardKind(kind) ? of.ids.award : null,
	fiscalYear: FISCAL_YEAR
});

async function balance(kind: AccountKind, of: Story): Promise<bigint> {
	const { programId, awardId, fiscalYear } = account(kind, of);
	const row = await database().ledgerAccount.findFirst({
		where: { kind, programId, awardId, fiscalYear },
		select: { balance: { select: { balanceMinor: true } } }
	});
	return row?.balance?.balanceMinor ?? 0n;
}

test('post_entry moves what the written table of verbs allows, and nothing else', async () => {
	// One block tries all combinations and undoes each; where only the balance does not suffice, the verb was allowed.
	const tries = Prisma.raw(`do $$
		declare
			verb text; debit text; credit text; seen text := '';
			opened jsonb := '{}';
		begin
			foreach debit in array array['${ACCOUNT_KINDS.join("','")}'] loop
				opened := opened || jsonb_build_object(debit, open_ledger_account(debit, '${story.ids.program}',
					case when debit = any (array['${ACCOUNT_KINDS.filter(isAwardKind).join("','")}']) then '${story.ids.award}'::uuid end,
					2050, 'CAD'));
			end loop;
			foreach verb in array array['${VERBS.join("','")}'] loop
				for debit, credit in select d.key, c.key from jsonb_each(opened) d, jsonb_each(opened) c where d.key <> c.key loop
					begin
						perform post_entry(gen_random_uuid(), gen_random_uuid(), verb, (opened->>debit)::bigint,
							(opened->>credit)::bigint, 1, 'CAD', null, now(), null, null, '', 'test', 'x', null);
						raise exception 'undo' using errcode = 'XX111';
					exception when others then
						if sqlstate <> 'HR001' then seen := seen || verb || ' ' || debit || ' ' || credit || ';'; end if;
					end;
				end loop;
			end loop;
			perform set_config('hearth.seen', seen, true);
		end $$`);
	const seen = await transact(async (tx) => {
		await tx.$executeRaw(tries);
		const [row] = await tx.$queryRaw<{ seen: string }[]>`select current_setting('hearth.seen') as seen`;
		return String(row?.seen).split(';').filter(Boolean);
	});
	const allowed = VERBS.flatMap((verb) =>
		ACCOUNT_KINDS.flatMap((debit) =>
			ACCOUNT_KINDS.filter((credit) => verbAllows(verb, debit, credit)).map((credit) => `${verb} ${debit} ${credit}`)
		)
	);
	expect(seen.filter((one) => !one.startsWith('reverse ')).sort()).toEqual(allowed.sort());
});

test('50 commits at once against one vote never overspend it by a cent', async () => {
	const race = await makeStory();
	const left = VOTED - AWARDED;
	// Ten fit, and a cent is left over that an eleventh would need one more of.
	const each = left / 10n - 1n;
	const outcomes = await Promise.allSettled(
		Array.from({ length: 50 }, () =>
			transact((tx) => commit(tx, storyMoment(), { program: race.ids.program, award: race.ids.award }, each))
		)
	);
	const won = outcomes.filter(({ status }) => status === 'fulfilled').length;
	const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Refusal] : []));
	expect(won).toBe(10);
	expect(refusals.every((error) => error instanceof Refusal && error.problem.code === 'over_voted')).toBe(true);
	expect(await balance('available', race)).toBe(left - 10n * each);
	expect(await balance('committed', race)).toBe(AWARDED + 10n * each);
});

test('plain SQL through post_entry does not pass a ceiling either', async () => {
	const sql = transact(
		(tx) => tx.$executeRaw`select post_entry(gen_random_uuid(), gen_random_uuid(), 'commit',
			open_ledger_account('available', ${story.ids.program}::uuid, null, ${FISCAL_YEAR}::int, 'CAD'),
			open_ledger_account('committed', ${story.ids.program}::uuid, ${story.ids.award}::uuid, ${FISCAL_YEAR}::int, 'CAD'),
			${VOTED}::bigint, 'CAD', null, now(), null, null, 'bypass', 'test', 'x', null)`
	);
	await expectRefusal(sql, 'ledger_no_commitment_above_vote');
});

test('money does not cross programs, years, awards or currencies', async () => {
	const other = await makeStory();
	const post = (debit: AccountRef, credit: AccountRef, verb: Exclude<Verb, 'reverse'> = 'commit') =>
		transact((tx) =>
			postEntry(tx, storyMoment(), { verb, debit, credit, amount: cad(1n), actor, reason: '', subject })
		);
	const available = account('available');
	const committed = account('committed');
	await expectRefusal(post(available, account('committed', other)), 'ledger_same_scope');
	await expectRefusal(post(available, { ...committed, fiscalYear: 2027 }), 'ledger_same_scope');
	await expectRefusal(post(available, { ...committed, awardId: other.ids.award }), 'ledger_account_of_its_program');
	await expectRefusal(post(available, available), 'ledger_same_account');
});

test('an entry is mirrored once, exactly, and a mirror never', async () => {
	const { ids } = story;
	const entry = await transact((tx) => commit(tx, storyMoment(), { program: ids.program, award: ids.award }, 5n));
	const before = await balance('committed', story);
	const reverse = (id: string) => transact((tx) => reverseEntry(tx, storyMoment(), id, { actor, reason: 'mistake' }));
	const mirror = await reverse(entry);
	expect(await balance('committed', story)).toBe(before - 5n);
	await expect(reverse(entry)).rejects.toMatchObject({ problem: { code: 'ledger_already_reversed' } });
	await expectRefusal(reverse(mirror), 'ledger_reverse_mirrors');
});

test('two who open one account at once get the same', async () => {
	const open = () =>
		transact(
			(tx) => tx.$queryRaw<{ id: bigint }[]>`
				select open_ledger_account('available', ${story.ids.program}::uuid, null, 2060, 'CAD') as id`
		);
	const ids = (await Promise.all(Array.from({ length: 10 }, open))).map(([row]) => row?.id);
	expect(new Set(ids).size).toBe(1);
});

test('the database and the model in memory give the same answer to any sequence of postings', async () => {
	const kinds = fc.constantFrom<AccountKind>(
		'voted',
		'available',
		'committed',
		'paid',
		'planned',
		'reservable',
		'reserved'
	);
	const step = fc.record({
		verb: fc.constantFrom<Verb>('vote', 'plan', 'commit', 'decommit', 'disburse', 'reserve', 'reverse'),
		debit: kinds,
		credit: kinds,
		amount: fc.bigInt({ min: 0n, max: 20n }),
		target: fc.nat({ max: 30 })
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
			const own = await makeStory();
			const year = 2040;
			let model = EMPTY_LEDGER;
			const posted: LedgerEntry[] = [];
			for (const { verb, debit, credit, amount, target } of steps) {
				const moment = storyMoment();
				const at = (kind: AccountKind): AccountRef => ({ ...account(kind, own), fiscalYear: year });
				const mirrored = verb === 'reverse' ? posted[target] : undefined;
				if (verb === 'reverse' && !mirrored) continue;
				const id = await transact((tx) =>
					mirrored
						? reverseEntry(tx, moment, mirrored.id, { actor, reason: '' })
						: postEntry(tx, moment, {
								verb: verb as Exclude<Verb, 'reverse'>,
								debit: at(debit),
								credit: at(credit),
								amount: cad(amount),
								actor,
								reason: '',
								subject
							})
				).catch(() => null);
				const entry: LedgerEntry = mirrored
					? {
							id: id ?? 'none',
							verb: 'reverse',
							debit: mirrored.credit,
							credit: mirrored.debit,
							amount: mirrored.amount,
							reversesId: mirrored.id
						}
					: { id: id ?? 'none', verb, debit: at(debit), credit: at(credit), amount: cad(amount) };
				const next = applyEntry(model, entry);
				expect(isProblem(next), JSON.stringify({ verb, debit, credit, amount: String(amount) })).toBe(id === null);
				if (isProblem(next)) continue;
				model = next;
				posted.push(entry);
			}
			for (const { account: ref } of model.balances.values()) {
				const row = await database().ledgerAccount.findFirst({
					where: { kind: ref.kind, programId: ref.programId, awardId: ref.awardId, fiscalYear: year },
					select: { balance: { select: { balanceMinor: true } } }
				});
				expect(row?.balance?.balanceMinor).toBe(balanceOf(model, ref).minor);
			}
		}),
		{ numRuns: process.env['HEARTH_TEST_SCALE'] === 'long' ? 500 : 8 }
	);
}, 300_000);
