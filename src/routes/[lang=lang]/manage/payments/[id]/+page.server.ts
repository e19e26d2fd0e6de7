import { redirect } from '@sveltejs/kit';
import { isProblem, type Problem } from '#lib/domain/problem.ts';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { sealHead } from '#lib/features/observation/trail.server.ts';
import { takeForm } from '#lib/door/upload.ts';
import { APPLICATION_FILE_LIMIT } from '#lib/features/application/attachments.server.ts';
import {
	cancelDisbursement,
	certifyDisbursement,
	confirmPaymentEvidence,
	dispatchDisbursement,
	recordPaymentEvidence,
	refusePaymentEvidence,
	requisitionDisbursement,
	sendBackDisbursement
} from '#lib/features/payment/commands.server.ts';
import { askDisclosureSchema } from '#lib/features/identity/schema.ts';
import { accountDisclosureFor, askForAccountNumber, lookAtAccountNumber } from '#lib/features/payment/payee.server.ts';
import { paymentForStaff, type Act } from '#lib/features/payment/queries.server.ts';
import {
	cancelDisbursementSchema,
	dispatchSchema,
	judgeEvidenceSchema,
	recordEvidenceSchema,
	refuseEvidenceSchema,
	sendBackSchema,
	signDisbursementSchema
} from '#lib/features/payment/schema.ts';
import * as m from '#lib/i18n/generated/payment.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { problemText } from '#lib/i18n/problem-text.ts';
import { paths } from '#lib/paths.ts';
import type { Actor } from '#lib/domain/access/actor.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'payment.view');
	const page = await orError(() => paymentForStaff(viewer, event.params.id, momentOf(event).now));
	const { locale } = event.locals;
	return {
		...page,
		seal: await sealHead(),
		disclosure: await orError(() => accountDisclosureFor(viewer, event.params.id, momentOf(event).now)),
		may: {
			...page.may,
			certify: inWords(page.may.certify, locale),
			requisition: inWords(page.may.requisition, locale),
			confirm: inWords(page.may.confirm, locale),
			cancel: inWords(page.may.cancel, locale)
		},
		limitMegabytes: APPLICATION_FILE_LIMIT / 1024 / 1024,
		done: event.url.searchParams.get('done')
	};
};

/** An act with its refusal as a sentence of the page. */
function inWords(act: Act, locale: Locale) {
	if (act.kind === 'refused') return { kind: act.kind, delegation: null, reason: problemText(act.problem, locale) };
	return { kind: act.kind, delegation: act.kind === 'yours' ? act.delegation : null, reason: null };
}

type Call<Schema extends Parameters<typeof parseForm>[1]> = {
	actor: Actor;
	id: string;
	input: Extract<Awaited<ReturnType<typeof parseForm<Schema>>>, { ok: true }>['input'];
	locale: Locale;
	moment: ReturnType<typeof momentOf>;
};

/** Parses, runs one command on this payment, and comes back to its page: what every action here does. */
function actionWith<Schema extends Parameters<typeof parseForm>[1]>(
	schema: Schema,
	done: string,
	run: (call: Call<Schema>) => Promise<unknown>
) {
	return async (event: RequestEvent) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, schema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const { locale } = event.locals;
		const result: unknown = await attempt(() => run({ actor, id, input: form.input, locale, moment: momentOf(event) }));
		if (isProblem(result)) return refuse(result as Problem, form.values);
		redirect(303, `${paths(locale).money.payment(id)}?done=${done}`);
	};
}

export const actions: Actions = {
	certify: actionWith(signDisbursementSchema, 'certified', ({ actor, id, input, locale, moment }) =>
		certifyDisbursement(actor, id, { ...input, statement: m.s34Statement(locale) }, moment)
	),
	requisition: actionWith(signDisbursementSchema, 'requisitioned', ({ actor, id, input, locale, moment }) =>
		requisitionDisbursement(actor, id, { ...input, statement: m.s33Statement(locale) }, moment)
	),
	sendBack: actionWith(sendBackSchema, 'sentBack', ({ actor, id, input, moment }) =>
		sendBackDisbursement(actor, id, input, moment)
	),
	dispatch: actionWith(dispatchSchema, 'dispatched', ({ actor, id, input, moment }) =>
		dispatchDisbursement(actor, id, input, moment)
	),
	/** With or without a document. */
	record: async (event) => {
		const actor = requireActor(event);
		const { id } = event.params;
		const refused = await takeForm(event.request, async (request, document) => {
			const form = await parseForm(request, recordEvidenceSchema);
			if (!form.ok) return refuseForm(form);
			const result = await attempt(() => recordPaymentEvidence(actor, id, form.input, momentOf(event), document));
			return isProblem(result) ? refuse(result, form.values) : null;
		});
		if (refused) return refused;
		redirect(303, `${paths(event.locals.locale).money.payment(id)}?done=recorded`);
	},
	confirm: actionWith(judgeEvidenceSchema, 'paid', ({ actor, id, input, moment }) =>
		confirmPaymentEvidence(actor, id, input, moment)
	),
	refuseEvidence: actionWith(refuseEvidenceSchema, 'evidenceRefused', ({ actor, id, input, moment }) =>
		refusePaymentEvidence(actor, id, input, moment)
	),
	/** The auditor's way to the numbers (safeguard A9): asked for, and shown as the answer to a press. */
	askAccount: actionWith(askDisclosureSchema, 'accountAsked', ({ actor, id, input, moment }) =>
		askForAccountNumber(actor, id, input, moment)
	),
	showAccount: async (event) => {
		const actor = requireActor(event);
		const result = await attempt(() => lookAtAccountNumber(actor, event.params.id, momentOf(event)));
		if (isProblem(result)) return refuse(result);
		return { numbers: result, problem: null, values: {}, issues: [] };
	},
	cancel: actionWith(cancelDisbursementSchema, 'cancelled', ({ actor, id, input, moment }) =>
		cancelDisbursement(actor, id, input, moment)
	)
};
