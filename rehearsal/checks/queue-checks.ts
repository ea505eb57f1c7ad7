/** Queues and what points at them: dead letters, mappings, and what functions are told of both. */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { mappingFaults, queueMapping } from '../sources/queue-mapping.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import type { DeployedFunction } from './deployed-functions.ts';
import type { Finding } from './finding.ts';

/** What SQS takes where a template says nothing, in seconds. */
const sqsDefaults = Object.freeze({ visibility: 30, retention: 345_600 });

/** How long a received message of a queue stays hidden, in milliseconds. */
export function visibilityMs({ VisibilityTimeout }: JsonObject): number {
  return Number(VisibilityTimeout ?? sqsDefaults.visibility) * 1_000;
}

/** The ARN of a queue's dead-letter queue, if it has one. */
export function deadLetterArn({ RedrivePolicy }: JsonObject): string | null {
  const policy = objectOf(RedrivePolicy);
  const arn = policy.deadLetterTargetArn;
  return typeof arn === 'string' ? arn : null;
}

/** A value that a template may give as an object or as its JSON. */
export function objectOf(value: Json | undefined): JsonObject {
  if (typeof value !== 'string') return isObject(value) ? value : {};
  const parsed: Json = JSON.parse(value);
  return isObject(parsed) ? parsed : {};
}

/** What is wrong with dead letters. */
export function checkDeadLetters(resolution: Resolution): Finding[] {
  return resolution.ofType('AWS::SQS::Queue').flatMap((queue) => {
    const properties = resolution.propertiesOf(queue);
    const arn = deadLetterArn(properties);
    if (arn === null) return [];
    const dead = resolution.find('AWS::SQS::Queue', arn);
    if (dead === undefined) {
      return [
        { resource: queue.id, sentence: `its dead letters go to ${arn}, which no stack makes` },
      ];
    }
    return checkPair(resolution, queue, dead);
  });
}

function checkPair(resolution: Resolution, queue: Resource, dead: Resource): Finding[] {
  const found: Finding[] = [];
  const retention = (resource: Resource) =>
    Number(resolution.propertiesOf(resource).MessageRetentionPeriod ?? sqsDefaults.retention);
  if (retention(dead) <= retention(queue)) {
    const sentence =
      `keeps messages for ${retention(dead)} s, and ${queue.logicalId} for ${retention(queue)} s: ` +
      'a dead letter keeps its age, so it must be kept longer';
    found.push({ resource: dead.id, sentence });
  }
  const allow = objectOf(resolution.propertiesOf(dead).RedriveAllowPolicy);
  const sources = Array.isArray(allow.sourceQueueArns) ? allow.sourceQueueArns : [];
  const isAllowed =
    allow.redrivePermission !== 'denyAll' &&
    (allow.redrivePermission !== 'byQueue' ||
      sources.includes(resolution.nameOf(queue).attributes.Arn ?? ''));
  if (!isAllowed) {
    const sentence = `its dead letters go to ${dead.logicalId}, whose RedriveAllowPolicy refuses it`;
    found.push({ resource: queue.id, sentence });
  }
  return found;
}

/** What is wrong with event source mappings. */
export function checkMappings(
  resolution: Resolution,
  functions: readonly DeployedFunction[],
): Finding[] {
  return resolution.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    const tell = (sentence: string): Finding => ({ resource: resource.id, sentence });
    const properties = resolution.propertiesOf(resource);
    const mapping = queueMapping(properties);
    const target = functions.find(({ definition }) => definition.name === mapping.functionName);
    if (target === undefined) {
      return [tell(`its function ${mapping.functionName} is none that can be rehearsed`)];
    }
    const queue = resolution.find('AWS::SQS::Queue', mapping.queueArn);
    if (queue === undefined) return [tell(`its queue ${mapping.queueArn} is made by no stack`)];
    const unheard = Object.keys(properties).filter((name) => !heard.has(name));
    const faults = mappingFaults(mapping, {
      timeoutMs: target.definition.timeoutMs,
      reservedConcurrency: target.definition.reservedConcurrency,
      visibilityMs: visibilityMs(resolution.propertiesOf(queue)),
    }).map((fault) => tell(`${fault} (queue ${queue.logicalId})`));
    return [...faults, ...unheard.map((name) => tell(`its ${name} cannot be rehearsed`))];
  });
}

/** The properties of a mapping that the poller obeys. */
const heard: ReadonlySet<string> = new Set([
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
 * Whether what functions are told of queues is what the queues are: `variable` holds JSON
 * `{ QUEUE: { queue: URL, dead: URL } }`.
 */
export function checkToldQueues(
  resolution: Resolution,
  functions: readonly DeployedFunction[],
  variable: string,
): Finding[] {
  return functions.flatMap(({ resource, definition }) => {
    const told = objectOf(definition.variables[variable] ?? '{}');
    return Object.entries(told).flatMap(([name, pair]) => {
      const { queue, dead } = isObject(pair) ? pair : {};
      const sentence = toldFault(resolution, name, String(queue), String(dead));
      return sentence === null
        ? []
        : [{ resource: sentence.at ?? resource.id, sentence: sentence.text }];
    });
  });
}

function toldFault(
  resolution: Resolution,
  name: string,
  queueUrl: string,
  deadUrl: string,
): { readonly at?: string; readonly text: string } | null {
  const queue = resolution.find('AWS::SQS::Queue', queueUrl);
  const dead = resolution.find('AWS::SQS::Queue', deadUrl);
  if (queue === undefined || dead === undefined) {
    return { text: `is told of the queue '${name}' at ${queueUrl}, which no stack makes` };
  }
  const arn = deadLetterArn(resolution.propertiesOf(queue));
  const target = arn === null ? undefined : resolution.find('AWS::SQS::Queue', arn);
  if (target?.id === dead.id) return null;
  const found = target?.logicalId ?? 'nowhere';
  return {
    at: queue.id,
    text:
      `functions look for the dead letters of '${name}' in ${dead.logicalId}, and its ` +
      `RedrivePolicy sends them to ${found}: point it at ${dead.logicalId}`,
  };
}
