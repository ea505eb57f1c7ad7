/**
 * Everything that can be said of templates before anything runs: what does not resolve, what AWS
 * would refuse, and what it would punish later.
 */
import { envNames } from '../../lib/config/env-names.ts';
import { messageOf } from '../../lib/errors.ts';
import { checkClusters } from '../deployment/cluster.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { Statement } from '../iam/statement.ts';
import { functionFaults } from '../runtime/function-definition.ts';
import type { Resolution } from '../template/resolution.ts';
import { deployedFunctions } from './deployed-functions.ts';
import type { Finding } from './finding.ts';
import { checkDeadLetters, checkMappings, checkToldQueues } from './queue-checks.ts';
import { checkServiceAccess } from './service-access.ts';

/**
 * What is wrong with the templates.
 * @param onUse told each statement that allows what a service needs
 */
export function checkAssembly(
  resolution: Resolution,
  access: AccessModel,
  onUse: (statement: Statement) => void = () => {},
): Finding[] {
  const unresolved = checkReferences(resolution);
  // What cannot be resolved fails every look at it: one cause is told once.
  if (unresolved.length > 0) return unresolved;
  const functions = deployedFunctions(resolution);
  return [
    ...functions.flatMap(({ resource, definition }) =>
      functionFaults(definition).map((sentence) => ({ resource: resource.id, sentence })),
    ),
    ...checkDeadLetters(resolution),
    ...checkToldQueues(resolution, functions, envNames.sqsQueueUrls),
    ...checkMappings(resolution, functions),
    ...checkClusters(resolution),
    ...checkServiceAccess(resolution, access, functions, (_, decision) => {
      if (decision.allowed && decision.by !== undefined) onUse(decision.by);
    }),
  ];
}

function checkReferences(resolution: Resolution): Finding[] {
  return resolution.resources.flatMap((resource) => {
    try {
      resolution.propertiesOf(resource);
      return [];
    } catch (error) {
      return [{ resource: resource.id, sentence: messageOf(error) }];
    }
  });
}
