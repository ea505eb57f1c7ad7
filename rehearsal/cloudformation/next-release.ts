/** The next release of an app, made from its templates. */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Assembly, Resource } from '../template/assembly.ts';
import { findReferences } from '../template/find-references.ts';

/**
 * Returns the assembly as a next release would have it: every function has new code, the schema is
 * migrated, a queue hides its messages for longer, and another queue has a name, which replaces it.
 */
export function makeNextRelease(assembly: Assembly): Assembly {
  const queues = assembly.stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type === 'AWS::SQS::Queue');
  const consumed = new Set(listConsumedQueues(assembly));
  const [slower, renamed = queues.at(-1)] = queues.filter(({ id }) => consumed.has(id));
  const change = (resource: Resource): Resource => {
    const changed = changeProperties(resource, {
      isSlower: resource.id === slower?.id,
      isRenamed: resource.id === renamed?.id,
    });
    return changed === null ? resource : { ...resource, properties: changed };
  };
  const stacks = assembly.stacks.map((stack) => {
    return { ...stack, resources: stack.resources.map(change) };
  });
  return { ...assembly, stacks };
}

/** Returns the ids of the queues that functions receive from. */
function listConsumedQueues({ stacks }: Assembly): string[] {
  return stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .flatMap(({ stack, properties }) =>
      [...findReferences(properties.EventSourceArn ?? null)].map((name) => `${stack}/${name}`),
    );
}

/** CloudFormation's type of the resource that migrates the database. */
export const schemaType = 'Custom::MillraceSchema';

function changeProperties(
  { type, properties, logicalId }: Resource,
  { isSlower, isRenamed }: { readonly isSlower: boolean; readonly isRenamed: boolean },
): JsonObject | null {
  if (type === schemaType) return { ...properties, bundle: 'of the next release' };
  if (type === 'AWS::Lambda::Function' && isObject(properties.Code)) {
    return { ...properties, Code: { ...properties.Code, S3Key: `next-${key(properties.Code)}` } };
  }
  if (isSlower) {
    return { ...properties, VisibilityTimeout: Number(properties.VisibilityTimeout ?? 30) + 60 };
  }
  if (isRenamed) return { ...properties, QueueName: `next-${logicalId}`.slice(0, 80) };
  return null;
}

function key({ S3Key }: JsonObject): Json {
  return typeof S3Key === 'string' ? S3Key : 'code';
}
