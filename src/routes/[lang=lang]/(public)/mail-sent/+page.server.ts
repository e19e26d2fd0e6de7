import { isOutboxShown } from '#lib/features/identity/outbox.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = () => ({ isOutboxShown: isOutboxShown() });
