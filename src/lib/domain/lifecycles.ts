import { agreementLifecycle } from './agreement/lifecycle.ts';
import { allocationRoundLifecycle } from './allocation/lifecycle.ts';
import { applicationLifecycle } from './application/lifecycle.ts';
import { requirementLifecycle } from './application/requirement.ts';
import { awardLifecycle } from './award/lifecycle.ts';
import type { Lifecycle } from './lifecycle.ts';
import { opportunityLifecycle } from './opportunity/lifecycle.ts';
import { disbursementLifecycle } from './payment/disbursement-lifecycle.ts';
import { instalmentLifecycle } from './payment/instalment-lifecycle.ts';
import { reportLifecycle } from './report/lifecycle.ts';
import { reviewAssignmentLifecycle } from './review/lifecycle.ts';

/** Every state machine of the product, in pipeline order: what the documentation draws and the doctor walks. */
export const LIFECYCLES: readonly Lifecycle<string, string>[] = [
	opportunityLifecycle,
	applicationLifecycle,
	requirementLifecycle,
	reviewAssignmentLifecycle,
	allocationRoundLifecycle,
	awardLifecycle,
	agreementLifecycle,
	reportLifecycle,
	instalmentLifecycle,
	disbursementLifecycle
];
