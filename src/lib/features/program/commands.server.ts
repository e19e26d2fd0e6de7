import { authorize } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import type { Bilingual } from '#lib/domain/bilingual.ts';
import type { Instrument, Method } from '#lib/domain/program/instrument.ts';
import { recordEvent } from '#lib/server/audit/record.ts';
import type { Moment } from '#lib/server/clock.ts';
import type { Tx } from '#lib/server/db/transact.ts';

/** A program as it is created. Instrument and method are two things (safeguard A4). */
export type ProgramInput = {
	strategyId: string;
	code: string;
	name: Bilingual;
	purpose: Bilingual;
	instrument: Instrument;
	method: Method;
	funderKind: 'federal_department' | 'delivery_partner';
	zone: string;
	stackingLimitBasisPoints: number;
	administrationLimitBasisPoints: number;
};

/** Creates a program of a strategy. */
export async function createProgramWithin(
	tx: Tx,
	actor: Actor,
	input: ProgramInput,
	moment: Moment
): Promise<{ programId: string }> {
	authorize(actor, 'program.edit', {});
	const programId = moment.random.uuid();
	await tx.program.create({
		data: {
			id: programId,
			strategyId: input.strategyId,
			code: input.code,
			nameEn: input.name.en,
			nameFr: input.name.fr,
			purposeEn: input.purpose.en,
			purposeFr: input.purpose.fr,
			instrument: input.instrument,
			method: input.method,
			funderKind: input.funderKind,
			zone: input.zone,
			stackingLimitBasisPoints: input.stackingLimitBasisPoints,
			administrationLimitBasisPoints: input.administrationLimitBasisPoints,
			createdAt: moment.now
		}
	});
	await recordEvent(tx, moment, {
		name: 'program.created',
		actor,
		subject: { type: 'program', id: programId },
		programId,
		facts: { code: input.code, instrument: input.instrument, method: input.method }
	});
	return { programId };
}
