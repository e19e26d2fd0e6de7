import { fail, redirect } from '@sveltejs/kit';
import { isProblem, refuse as problemOf } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { issueFrom, parseForm } from '#lib/door/form.ts';
import { receiveUpload } from '#lib/door/upload.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { APPLICATION_FILE_LIMIT, attachFile, removeAttachment } from '#lib/features/application/attachments.server.ts';
import { filesForApplicant } from '#lib/features/application/queries.server.ts';
import { attachmentRemovalSchema } from '#lib/features/application/schema.ts';
import { sectionPageOf } from '#lib/features/application/section-page.server.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event);
	const { now } = momentOf(event);
	const page = await orError(() => filesForApplicant(actor, event.params.id, now));
	return {
		...sectionPageOf(page, now, event.locals.locale),
		limitMegabytes: APPLICATION_FILE_LIMIT / 1024 / 1024,
		saved: event.url.searchParams.has('saved')
	};
};

export const actions: Actions = {
	attach: async (event) => {
		const actor = requireActor(event);
		const { id } = event.params;
		const { fields, taken } = await receiveUpload(event.request, ({ fields, name, content }) =>
			attempt(() => attachFile(actor, id, fields['question'] ?? '', { name, content }, momentOf(event)))
		);
		if (taken === null) {
			const missing = problemOf('file_missing', {}, fields['question'] ?? '');
			return fail(422, { problem: null, values: {}, issues: [issueFrom(missing)] });
		}
		if (isProblem(taken)) return refuse(taken);
		redirect(303, `${paths(event.locals.locale).intake.attachments(id)}?saved`);
	},
	remove: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, attachmentRemovalSchema);
		if (!form.ok) return refuseForm(form);
		const { id } = event.params;
		const removed = await attempt(() => removeAttachment(actor, id, form.input.attachmentId, momentOf(event)));
		if (isProblem(removed)) return refuse(removed);
		redirect(303, paths(event.locals.locale).intake.attachments(id));
	}
};
