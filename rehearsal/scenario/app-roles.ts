/** Which function of the templates is what to the app: by what calls it and what it is told. */

import { isObject } from '../../lib/asl/json/json.ts';
import { envNames } from '../../lib/config/env-names.ts';
import { deadLetterArn, objectOf } from '../checks/queue-checks.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { queueMapping } from '../sources/queue-mapping.ts';
import type { Resource } from '../template/assembly.ts';

/** The functions that run executions. */
export function workersOf({ functions }: Deployment): RunningFunction[] {
  return [...functions.values()].filter(
    ({ deployed }) => deployed.definition.variables[envNames.workerQueue] !== undefined,
  );
}

/** The function that schedules call. */
export function leaderOf({ resolution, functions }: Deployment): RunningFunction | undefined {
  const [schedule] = resolution.ofType('AWS::Scheduler::Schedule');
  if (schedule === undefined) return undefined;
  const { Target } = resolution.propertiesOf(schedule);
  return functions.get(String(isObject(Target) ? Target.Arn : ''));
}

/** The schedule whose name the functions are told as the sweep's. */
export function sweepOf({ resolution, functions }: Deployment): Resource | undefined {
  const told = [...functions.values()]
    .map(({ deployed }) => deployed.definition.variables[envNames.leaderSchedule])
    .find((name) => name !== undefined);
  const name = told?.split('/').at(-1);
  return resolution
    .ofType('AWS::Scheduler::Schedule')
    .find((schedule) => resolution.nameOf(schedule).ref === name);
}

/** A queue of the app, with its dead letters and what consumes each. */
export interface AppQueue {
  /** As the app calls it. */
  readonly name: string;
  readonly queue: Resource;
  readonly dead: Resource;
  /** Ids of the mappings of either; null without one. */
  readonly mapping: string | null;
  readonly deadMapping: string | null;
}

/** The queues that functions are told of. */
export function queuesOf({ resolution, functions }: Deployment): AppQueue[] {
  const [told = '{}'] = [...functions.values()].flatMap(
    ({ deployed }) => deployed.definition.variables[envNames.sqsQueueUrls] ?? [],
  );
  return Object.entries(objectOf(told)).flatMap(([name, pair]) => {
    const url = isObject(pair) ? String(pair.queue) : '';
    const queue = resolution.find('AWS::SQS::Queue', url);
    const arn = queue === undefined ? null : deadLetterArn(resolution.propertiesOf(queue));
    const dead = arn === null ? undefined : resolution.find('AWS::SQS::Queue', arn);
    if (queue === undefined || dead === undefined) return [];
    const mappingOf = (of: Resource) => mappingId(resolution, of);
    return [{ name, queue, dead, mapping: mappingOf(queue), deadMapping: mappingOf(dead) }];
  });
}

function mappingId(resolution: Deployment['resolution'], queue: Resource): string | null {
  const { Arn } = resolution.nameOf(queue).attributes;
  const mapping = resolution
    .ofType('AWS::Lambda::EventSourceMapping')
    .find((each) => queueMapping(resolution.propertiesOf(each)).queueArn === Arn);
  return mapping?.id ?? null;
}
