import { redirect } from '@sveltejs/kit';
import { momentOf, requireActor, requireActorWho } from '#lib/door/actor.ts';
import { parseForm } from '#lib/door/form.ts';
import { attempt, orError, refuse, refuseForm } from '#lib/door/refuse.ts';
import { may } from '#lib/domain/access/access.ts';
import { isProblem } from '#lib/domain/problem.ts';
import { DEFAULT_ZONE } from '#lib/domain/time/zone.ts';
import { faultsOf } from '#lib/features/doctor/findings.server.ts';
import { checkMeaning } from '#lib/features/doctor/labels.ts';
import { lastExamination } from '#lib/features/doctor/queries.server.ts';
import { administrationOf } from '#lib/features/identity/administration.server.ts';
import { failedJobs, redriveJob } from '#lib/features/identity/failed-jobs.server.ts';
import { redriveSchema } from '#lib/features/identity/schema.ts';
import { formatInstant } from '#lib/i18n/format.ts';
import { paths } from '#lib/paths.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const viewer = requireActorWho(event, 'job.view');
	const { locale } = event.locals;
	const jobs = await orError(() => failedJobs(viewer));
	const examination = await orError(() => lastExamination(viewer));
	return {
		examination: examination && {
			at: formatInstant(examination.at, DEFAULT_ZONE, locale),
			faultCount: faultsOf(examination.findings).length,
			findings: examination.findings.map(({ severity, check, subject, facts }, index) => ({
				key: `${index}`,
				severity,
				check,
				meaning: checkMeaning(check, locale),
				where: [subject, facts].filter(Boolean).join(': ')
			}))
		},
		jobs: jobs.map(({ jobId, jobName, failedAt, attempts, error }) => ({
			jobId,
			jobName,
			attempts,
			error,
			failedAt,
			failed: formatInstant(failedAt, DEFAULT_ZONE, locale)
		})),
		mayRedrive: may(viewer, 'job.redrive'),
		isRedriven: event.url.searchParams.has('redriven'),
		tabs: administrationOf(viewer)
	};
};

export const actions: Actions = {
	default: async (event) => {
		const actor = requireActor(event);
		const form = await parseForm(event.request, redriveSchema);
		if (!form.ok) return refuseForm(form);
		const done = await attempt(() => redriveJob(actor, form.input.job, momentOf(event)));
		if (isProblem(done)) return refuse(done, form.values);
		redirect(303, `${paths(event.locals.locale).manage.jobs()}?redriven`);
	}
};
