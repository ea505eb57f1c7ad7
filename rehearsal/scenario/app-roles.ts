/** Finds the parts of a deployment that the app has roles for, by their variables and callers. */
import { isObject } from '../../lib/asl/json/json.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { findDeadLetterArn, parseObject } from '../checks/queue-checks.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { readQueueMapping } from '../sources/queue-mapping.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** Finds the functions that run executions. */
export function findWorkers({ functions }: Deployment): RunningFunction[] {
  return [...functions.values()].filter(
    ({ deployed }) => deployed.definition.variables[envNames.workerQueue] !== undefined,
  );
}

/** Finds the function that schedules invoke. */
export function findLeader({ resolution, functions }: Deployment): RunningFunction | undefined {
  const [schedule] = resolution.ofType('AWS::Scheduler::Schedule');
  if (schedule === undefined) return undefined;
  const { Target } = resolution.propertiesOf(schedule);
  return functions.get(String(isObject(Target) ? Target.Arn : ''));
}

/** Returns `GROUP/NAME` of the leader schedule, which functions have in a variable. */
export function leaderScheduleName({ functions }: Deployment): string | undefined {
  return [...functions.values()]
    .map(({ deployed }) => deployed.definition.variables[envNames.leaderSchedule])
    .find((name) => name !== undefined);
}

/** Finds the leader schedule in the templates. */
export function findLeaderSchedule(deployment: Deployment): Resource | undefined {
  const { resolution } = deployment;
  const name = leaderScheduleName(deployment)?.split('/').at(-1);
  return resolution
    .ofType('AWS::Scheduler::Schedule')
    .find((schedule) => resolution.nameOf(schedule).ref === name);
}

/** Whether no function runs, and none has an event that it still has to process. */
export function isQuiet({ functions }: Deployment): boolean {
  return [...functions.values()].every(({ lambda, events }) => {
    return lambda.running === 0 && events.open === 0;
  });
}

/** A queue of the app, its dead-letter queue, and the mappings that consume them. */
export interface AppQueue {
  /** The app's name of the queue. */
  readonly name: string;
  readonly queue: Resource;
  readonly deadLetterQueue: Resource;
  /** The id of the event source mapping; null when there is none. */
  readonly mappingId: string | null;
  readonly deadLetterMappingId: string | null;
}

/** Finds the queues that functions have in their variables. */
export function findAppQueues({ resolution, functions }: Deployment): AppQueue[] {
  const [urls = '{}'] = [...functions.values()].flatMap(
    ({ deployed }) => deployed.definition.variables[envNames.sqsQueueUrls] ?? [],
  );
  return Object.entries(parseObject(urls)).flatMap(([name, pair]) => {
    const url = isObject(pair) ? String(pair.queue) : '';
    const queue = resolution.find('AWS::SQS::Queue', url);
    const arn = queue === undefined ? null : findDeadLetterArn(resolution.propertiesOf(queue));
    const deadLetterQueue = arn === null ? undefined : resolution.find('AWS::SQS::Queue', arn);
    if (queue === undefined || deadLetterQueue === undefined) return [];
    return [
      {
        name,
        queue,
        deadLetterQueue,
        mappingId: findMappingId(resolution, queue),
        deadLetterMappingId: findMappingId(resolution, deadLetterQueue),
      },
    ];
  });
}

function findMappingId(resolution: Resolution, queue: Resource): string | null {
  const { Arn } = resolution.nameOf(queue).attributes;
  const mapping = resolution
    .ofType('AWS::Lambda::EventSourceMapping')
    .find((each) => readQueueMapping(resolution.propertiesOf(each)).queueArn === Arn);
  return mapping?.id ?? null;
}
