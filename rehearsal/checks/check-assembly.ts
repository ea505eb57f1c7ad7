import { envNames } from '../../lib/config/setting-sources.ts';
import { messageOf } from '../../lib/errors.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { PolicyStatement } from '../iam/policy-statement.ts';
import { findFunctionProblems } from '../runtime/function-definition.ts';
import type { Resolution } from '../template/resolution.ts';
import { checkClusters } from './check-clusters.ts';
import { checkConcurrency, defaultQuota } from './check-concurrency.ts';
import { checkDeletion } from './check-deletion.ts';
import { checkReleases } from './check-releases.ts';
import { checkSchemaOrder } from './check-schema-order.ts';
import { findDeployedFunctions } from './deployed-functions.ts';
import { checkDeadLetters, checkMappings, checkQueueVariables } from './queue-checks.ts';
import { checkServiceAccess } from './service-access.ts';
import type { TemplateProblem } from './template-problem.ts';

/**
 * Checks templates before anything runs: what does not resolve, what AWS would refuse, and what
 * would fail later.
 * @param onUse called with each statement that allows what a service needs
 * @param accountQuota how many functions the account may run at once; see {@link defaultQuota}
 */
export function checkAssembly(
  resolution: Resolution,
  access: AccessModel,
  onUse: (statement: PolicyStatement) => void = () => {},
  accountQuota?: number,
): TemplateProblem[] {
  const unresolved = checkReferences(resolution);
  // Every other check would fail for what does not resolve: report that cause once.
  if (unresolved.length > 0) return unresolved;
  const functions = findDeployedFunctions(resolution);
  const quota = accountQuota ?? defaultQuota(functions);
  return [
    ...functions.flatMap(({ resource, definition }) =>
      findFunctionProblems(definition).map((message) => ({ resource: resource.id, message })),
    ),
    ...checkDeadLetters(resolution),
    ...checkQueueVariables(resolution, functions, envNames.sqsQueueUrls),
    ...checkMappings(resolution, functions),
    ...checkClusters(resolution),
    ...checkConcurrency(resolution, functions, quota),
    ...checkSchemaOrder(resolution, functions),
    ...checkReleases(resolution),
    ...checkDeletion(resolution),
    ...checkServiceAccess(resolution, access, functions, (_, decision) => {
      if (decision.allowed && decision.by !== undefined) onUse(decision.by);
    }),
  ];
}

function checkReferences(resolution: Resolution): TemplateProblem[] {
  return resolution.resources.flatMap((resource) => {
    try {
      resolution.propertiesOf(resource);
      return [];
    } catch (error) {
      return [{ resource: resource.id, message: messageOf(error) }];
    }
  });
}
