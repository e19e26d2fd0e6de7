import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { issueAt, parseForm, type Values } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { takeForm } from '#lib/door/upload.ts';
import { sealHead } from '#lib/features/observation/trail.server.ts';
import { isProblem, type Problem } from '#lib/domain/problem.ts';
import { certifyCommitment, prepareRound, recommendRound } from '#lib/features/allocation/commands.server.ts';
import { recordPaperDecision, refusePaperDecision } from '#lib/features/allocation/paper.server.ts';
import { roundForStaff, type Hand } from '#lib/features/allocation/queries.server.ts';
import {
	confirmPaperSchema,
	decisionSchema,
	paperDecisionSchema,
	refusePaperSchema,
	roundActSchema
} from '#lib/features/allocation/schema.ts';
import { APPLICATION_FILE_LIMIT } from '#lib/features/application/attachments.server.ts';
import { announceRound, confirmPaperDecision, decideRound } from '#lib/features/award/commands.server.ts';
import { formatDate, formatInstant } from '#lib/i18n/format.ts';
import { problemText } from '#lib/i18n/problem-text.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActor(event);
	const { locale } = event.locals;
	const asked = event.url.searchParams.get('round');
	const number = asked === null ? undefined : /^[1-9]\d{0,5}$/.test(asked) ? Number(asked) : 0;
	const { round, ...view } = await orError(() =>
		roundForStaff(viewer, event.params.code, event.locals.receivedAt, number)
	);
	const seal = await sealHead();
	if (!round) return { view, seal, limitMegabytes: 0, round: null };
	const { hands, certification, decision, announcedAt, papers, ...rest } = round;
	const instant = (at: Date): string => formatInstant(at, view.zone, locale);
	const hand = (signed: Hand | null) => (signed ? { ...signed, at: instant(signed.at) } : null);
	const given = <By extends { at: Date }>(by: By | null) => (by ? { ...by, at: instant(by.at) } : null);
	return {
		view,
		seal,
		limitMegabytes: APPLICATION_FILE_LIMIT / 1024 / 1024,
		round: {
			...rest,
			papers: papers.map(({ recorded, confirmed, refused, signedOn, ...paper }) => ({
				...paper,
				signedOn: formatDate(signedOn, locale),
				recorded: { ...recorded, at: instant(recorded.at) },
				confirmed: given(confirmed),
				refused: given(refused)
			})),
			announcedAt: announcedAt ? instant(announcedAt) : null,
			recommended: hand(hands.recommended),
			certified: hand(hands.certified),
			decided: hand(hands.decided),
			certification: isProblem(certification) ? { refusal: problemText(certification, locale) } : certification,
			decision: isProblem(decision) ? { refusal: problemText(decision, locale) } : decision
		}
	};
};

/** Every act of this page ends the same: its refusal beside what was typed, or the round as it stands now. */
function finish(event: RequestEvent, done: void | Problem, values: Values) {
	if (isProblem(done)) return refuse(done, values);
	redirect(303, paths(event.locals.locale).decide.round(event.params.code));
}

export const actions: Actions = {
	prepare: async (event) => {
		const actor = requireActor(event);
		return finish(event, await attempt(() => prepareRound(actor, event.params.code, momentOf(event))), {});
	},
	recommend: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, roundActSchema);
		if (!form.ok) return refuseForm(form);
		const { version } = form.input;
		const done = await attempt(() => recommendRound(actor, event.params.code, version, momentOf(event)));
		return finish(event, done, form.values);
	},
	certify: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, roundActSchema);
		if (!form.ok) return refuseForm(form);
		const { version } = form.input;
		const done = await attempt(() => certifyCommitment(actor, event.params.code, version, momentOf(event)));
		return finish(event, done, form.values);
	},
	decide: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, decisionSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => decideRound(actor, event.params.code, form.input, momentOf(event)));
		return finish(event, done, form.values);
	},
	/** A decision signed on paper, with its document. */
	recordPaper: async (event) => {
		const actor = requireActor(event);
		const refused = await takeForm(event.request, async (request, document) => {
			const form = await parseForm(request, paperDecisionSchema);
			if (!form.ok) {
				// Said with the rest: told afterwards, one would choose the file, and be refused, a second time.
				const missing = document ? [] : [issueAt('document', 'required')];
				return refuseForm({ ...form, issues: [...form.issues, ...missing] });
			}
			const { code } = event.params;
			const done = await attempt(() => recordPaperDecision(actor, code, form.input, document, momentOf(event)));
			return isProblem(done) ? refuse(done, form.values) : null;
		});
		return refused ?? finish(event, undefined, {});
	},
	confirmPaper: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, confirmPaperSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => confirmPaperDecision(actor, event.params.code, form.input, momentOf(event)));
		return finish(event, done, form.values);
	},
	refusePaper: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, refusePaperSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => refusePaperDecision(actor, event.params.code, form.input, momentOf(event)));
		return finish(event, done, form.values);
	},
	announce: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, roundActSchema);
		if (!form.ok) return refuseForm(form);
		const { version } = form.input;
		const done = await attempt(() => announceRound(actor, event.params.code, version, momentOf(event)));
		return finish(event, done, form.values);
	}
};
