import { may } from '#lib/domain/access/access.ts';
import type { Actor } from '#lib/domain/access/actor.ts';

/** The pages of administration that a person may open, for the tabs over them. */
export function administrationOf(viewer: Actor): ('users' | 'delegations' | 'mail' | 'jobs')[] {
	const open: ('users' | 'delegations' | 'mail' | 'jobs')[] = [];
	if (may(viewer, 'user.view')) open.push('users');
	if (may(viewer, 'delegation.view')) open.push('delegations');
	if (may(viewer, 'mail.view')) open.push('mail');
	if (may(viewer, 'job.view')) open.push('jobs');
	return open;
}
