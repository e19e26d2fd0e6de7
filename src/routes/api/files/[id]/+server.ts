import { requireActor } from '#lib/door/actor.ts';
import { orError, refuseWithPage } from '#lib/door/refuse.ts';
import { refuse as problemOf } from '#lib/domain/problem.ts';
import { openApplicationFile } from '#lib/features/application/attachments.server.ts';
import { openPaperFile } from '#lib/features/allocation/paper.server.ts';
import { openEvidenceFile } from '#lib/features/payment/evidence-file.server.ts';
import type { RequestHandler } from './$types';

/** A stored file for someone who may read it: always a download, never drawn by the browser. */
export const GET: RequestHandler = async (event) => {
	const viewer = requireActor(event);
	const { id } = event.params;
	const file = await orError(
		async () =>
			(await openApplicationFile(viewer, id)) ??
			(await openEvidenceFile(viewer, id)) ??
			(await openPaperFile(viewer, id))
	);
	if (!file) return refuseWithPage(problemOf('not_found'));
	return new Response(file.body, { headers: file.headers });
};
