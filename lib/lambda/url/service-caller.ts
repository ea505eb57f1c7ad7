import type { StepFunctionsRole } from '../../config/deployment-config.ts';
import type { Caller } from '../../step-functions/caller-access.ts';
import { findRule } from './find-rule.ts';

/** What a worker of activities calls: it takes work, and answers it. */
const activityWorkerOperations: ReadonlySet<string> = new Set([
  'GetActivityTask',
  'SendTaskFailure',
  'SendTaskHeartbeat',
  'SendTaskSuccess',
]);

const nothing: ReadonlySet<string> = new Set();

/**
 * Returns what a caller of Step Functions' API may do.
 * @param access roles by patterns of ARNs; null when whoever IAM lets call it may do everything
 * @param arn the ARN that IAM has authenticated; null without one
 */
export function findServiceCaller(
  access: Readonly<Record<string, StepFunctionsRole>> | null,
  arn: string | null,
): Caller {
  const name = arn ?? 'a caller without an ARN';
  const role = access === null ? 'owner' : findRule(access, arn);
  if (role === null) return { name, readOnly: true, only: nothing };
  if (role === 'activityWorker') return { name, readOnly: false, only: activityWorkerOperations };
  return { name, readOnly: role === 'reader' };
}
