/** Checks queues and what refers to them: dead letters, mappings, and variables of functions. */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { findMappingProblems, readQueueMapping } from '../sources/queue-mapping.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import type { DeployedFunction } from './deployed-functions.ts';
import type { TemplateProblem } from './template-problem.ts';

/** SQS's defaults, in seconds. */
const sqsDefaults = Object.freeze({ visibility: 30, retention: 345_600 });

/** Returns how long a received message of a queue stays hidden, in milliseconds. */
export function visibilityMs({ VisibilityTimeout }: JsonObject): number {
  return Number(VisibilityTimeout ?? sqsDefaults.visibility) * 1_000;
}

/** Returns the ARN of a queue's dead-letter queue; null when it has none. */
export function findDeadLetterArn({ RedrivePolicy }: JsonObject): string | null {
  const { deadLetterTargetArn: arn } = parseObject(RedrivePolicy);
  return typeof arn === 'string' ? arn : null;
}

/** Reads a value that a template may write as an object or as its JSON. */
export function parseObject(value: Json | undefined): JsonObject {
  if (typeof value !== 'string') return isObject(value) ? value : {};
  const parsed: Json = JSON.parse(value);
  return isObject(parsed) ? parsed : {};
}

/** Checks that the dead letters of every queue arrive, and are kept long enough. */
export function checkDeadLetters(resolution: Resolution): TemplateProblem[] {
  return resolution.ofType('AWS::SQS::Queue').flatMap((queue) => {
    const arn = findDeadLetterArn(resolution.propertiesOf(queue));
    if (arn === null) return [];
    const deadLetterQueue = resolution.find('AWS::SQS::Queue', arn);
    if (deadLetterQueue === undefined) {
      const message = `its dead letters go to ${arn}, which no stack creates`;
      return [{ resource: queue.id, message }];
    }
    return checkPair(resolution, queue, deadLetterQueue);
  });
}

function checkPair(
  resolution: Resolution,
  queue: Resource,
  deadLetterQueue: Resource,
): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const retention = (resource: Resource) =>
    Number(resolution.propertiesOf(resource).MessageRetentionPeriod ?? sqsDefaults.retention);
  if (retention(deadLetterQueue) <= retention(queue)) {
    const message =
      `keeps messages for ${retention(deadLetterQueue)} s, and ${queue.logicalId} for ` +
      `${retention(queue)} s: a dead letter keeps its age, so it must be kept longer`;
    problems.push({ resource: deadLetterQueue.id, message });
  }
  const allow = parseObject(resolution.propertiesOf(deadLetterQueue).RedriveAllowPolicy);
  const sources = Array.isArray(allow.sourceQueueArns) ? allow.sourceQueueArns : [];
  const isAllowed =
    allow.redrivePermission !== 'denyAll' &&
    (allow.redrivePermission !== 'byQueue' ||
      sources.includes(resolution.nameOf(queue).attributes.Arn ?? ''));
  if (!isAllowed) {
    const { logicalId } = deadLetterQueue;
    const message = `its dead letters go to ${logicalId}, whose RedriveAllowPolicy refuses them`;
    problems.push({ resource: queue.id, message });
  }
  return problems;
}

/** Checks that AWS accepts the event source mappings, and that they fit their queues. */
export function checkMappings(
  resolution: Resolution,
  functions: readonly DeployedFunction[],
): TemplateProblem[] {
  return resolution.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    const report = (message: string): TemplateProblem => ({ resource: resource.id, message });
    const properties = resolution.propertiesOf(resource);
    const mapping = readQueueMapping(properties);
    const target = functions.find(({ definition }) => definition.name === mapping.functionName);
    if (target === undefined) {
      return [report(`its function ${mapping.functionName} cannot be rehearsed`)];
    }
    const queue = resolution.find('AWS::SQS::Queue', mapping.queueArn);
    if (queue === undefined) return [report(`no stack creates its queue ${mapping.queueArn}`)];
    const unsupported = Object.keys(properties).filter((name) => !supportedProperties.has(name));
    const problems = findMappingProblems(mapping, {
      timeoutMs: target.definition.timeoutMs,
      reservedConcurrency: target.definition.reservedConcurrency,
      visibilityMs: visibilityMs(resolution.propertiesOf(queue)),
    }).map((problem) => report(`${problem} (queue ${queue.logicalId})`));
    return [...problems, ...unsupported.map((name) => report(`its ${name} cannot be rehearsed`))];
  });
}

/** The properties of a mapping that the poller follows. */
const supportedProperties: ReadonlySet<string> = new Set([
  'BatchSize',
  'Enabled',
  'EventSourceArn',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'MetricsConfig',
  'ScalingConfig',
  'Tags',
]);

/**
 * Checks that the queues in an environment variable of functions exist, and are paired as in the
 * templates. The variable holds JSON: `{ QUEUE: { queue: URL, dead: URL } }`.
 */
export function checkQueueVariables(
  resolution: Resolution,
  functions: readonly DeployedFunction[],
  variable: string,
): TemplateProblem[] {
  return functions.flatMap(({ resource, definition }) => {
    const queues = parseObject(definition.variables[variable] ?? '{}');
    return Object.entries(queues).flatMap(([name, pair]) => {
      const { queue, dead } = isObject(pair) ? pair : {};
      return checkQueuePair(resolution, resource, { name, url: String(queue), dead: String(dead) });
    });
  });
}

function checkQueuePair(
  resolution: Resolution,
  functionResource: Resource,
  { name, url, dead }: { readonly name: string; readonly url: string; readonly dead: string },
): TemplateProblem[] {
  const queue = resolution.find('AWS::SQS::Queue', url);
  const deadLetterQueue = resolution.find('AWS::SQS::Queue', dead);
  if (queue === undefined || deadLetterQueue === undefined) {
    const message = `its variables have the queue '${name}' at ${url}, which no stack creates`;
    return [{ resource: functionResource.id, message }];
  }
  const arn = findDeadLetterArn(resolution.propertiesOf(queue));
  const target = arn === null ? undefined : resolution.find('AWS::SQS::Queue', arn);
  if (target?.id === deadLetterQueue.id) return [];
  const { logicalId } = deadLetterQueue;
  const message =
    `functions look for the dead letters of '${name}' in ${logicalId}, but its RedrivePolicy ` +
    `sends them to ${target?.logicalId ?? 'no queue'}: point it at ${logicalId}`;
  return [{ resource: queue.id, message }];
}
