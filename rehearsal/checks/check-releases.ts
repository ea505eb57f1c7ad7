import { isObject, type Json } from '../../lib/asl/json/json.ts';
import {
  type AliasRelease,
  findReleases,
  nameOfFunction,
} from '../deployment/function-releases.ts';
import { readQueueMapping } from '../sources/queue-mapping.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import type { TemplateProblem } from './template-problem.ts';

/** What invokes a function, and the alias or version by which it does. */
interface Invoker {
  readonly resource: Resource;
  readonly functionName: string;
  readonly qualifier: string | null;
}

/**
 * Checks that whatever invokes a function whose releases are shifted names its alias: any other
 * caller would get a new version at once, and keep it when it is taken back. Also checks that an
 * alarm takes a version back.
 */
export function checkReleases(resolution: Resolution): TemplateProblem[] {
  const releases = findReleases(resolution).filter(({ shift }) => shift !== null);
  const invokers = listInvokers(resolution);
  return releases.flatMap((release) => [
    ...checkRollback(release),
    ...invokers
      .filter(({ functionName }) => functionName === release.functionName)
      .filter(({ qualifier }) => qualifier !== release.qualifier)
      .map(({ resource, functionName }) => ({
        resource: resource.id,
        message:
          `it invokes ${functionName} without the alias ${release.qualifier}, so it gets a new ` +
          'version at once, and keeps it when it is taken back: let it name the alias',
      })),
  ]);
}

function checkRollback({ alias, shift }: AliasRelease): TemplateProblem[] {
  if (shift === null || (shift.rollsBack && shift.alarms.length > 0)) return [];
  const message = `no alarm takes a new version of ${alias.logicalId} back: give it one`;
  return [{ resource: shift.group.id, message }];
}

function listInvokers(resolution: Resolution): Invoker[] {
  const targetsOf = (resource: Resource, targets: readonly Json[]): Invoker[] =>
    targets
      .filter(isObject)
      .filter(({ Arn }) => String(Arn).includes(':lambda:'))
      .map(({ Arn }) => ({
        resource,
        functionName: nameOfFunction(Arn),
        qualifier: String(Arn).split(':')[7] ?? null,
      }));
  return [
    ...resolution.ofType('AWS::Lambda::EventSourceMapping').map((resource) => {
      const { functionName, qualifier } = readQueueMapping(resolution.propertiesOf(resource));
      return { resource, functionName, qualifier };
    }),
    ...resolution.ofType('AWS::Lambda::Url').map((resource) => {
      const { TargetFunctionArn, Qualifier } = resolution.propertiesOf(resource);
      const qualifier = typeof Qualifier === 'string' ? Qualifier : null;
      return { resource, functionName: nameOfFunction(TargetFunctionArn), qualifier };
    }),
    ...resolution.ofType('AWS::Events::Rule').flatMap((resource) => {
      const { Targets } = resolution.propertiesOf(resource);
      return targetsOf(resource, Array.isArray(Targets) ? Targets : []);
    }),
    ...resolution.ofType('AWS::Scheduler::Schedule').flatMap((resource) => {
      const { Target } = resolution.propertiesOf(resource);
      return targetsOf(resource, Target === undefined ? [] : [Target]);
    }),
  ];
}
