import { fail, redirect } from '@sveltejs/kit';
import { isProblem, refuse as problemOf } from '#lib/domain/problem.ts';
import { momentOf, requireActor } from '#lib/door/actor.ts';
import { issueFrom, parseForm } from '#lib/door/form.ts';
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

/** The file of a multipart form, or null; a form that cannot be read is no file. */
async function fileOf(request: Request): Promise<{ question: string; file: File | null }> {
	const form = await request.formData().catch(() => null);
	const question = form?.get('question');
	const key = typeof question === 'string' ? question : '';
	const file = form?.get(key);
	return { question: key, file: file instanceof File && file.size > 0 ? file : null };
}

export const actions: Actions = {
	attach: async (event) => {
		const actor = requireActor(event);
		const { id } = event.params;
		const { question, file } = await fileOf(event.request);
		if (!file)
			return fail(422, { problem: null, values: {}, issues: [issueFrom(problemOf('file_missing', {}, question))] });
		const incoming = { name: file.name, content: file.stream() };
		const attached = await attempt(() => attachFile(actor, id, question, incoming, momentOf(event)));
		if (isProblem(attached)) return refuse(attached);
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
