import { createHash } from 'node:crypto';
import { getOwn, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Resource } from './assembly.ts';
import { coreNames } from './core-names.ts';
import type { AwsEnvironment, PhysicalName, ResourceNaming } from './name-rule.ts';
import { otherNames } from './other-names.ts';

/**
 * Creates the name of a resource, in the form that AWS uses and the same in every run. Returns
 * undefined for a type without a rule.
 * @param properties without intrinsic functions
 */
export function createPhysicalName(
  resource: Resource,
  properties: JsonObject,
  environment: AwsEnvironment,
): PhysicalName | undefined {
  const rule = coreNames.get(resource.type) ?? otherNames.get(resource.type);
  return rule?.(createNaming(resource, properties, environment));
}

function createNaming(
  resource: Resource,
  properties: JsonObject,
  environment: AwsEnvironment,
): ResourceNaming {
  const digest = createHash('sha1').update(resource.id).digest('hex');
  const text = (property: string) => {
    const value = getOwn(properties, property);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  return {
    environment,
    text,
    name: (property, maximum = 64) =>
      text(property) ?? generateName(resource, digest.slice(0, 12).toUpperCase(), maximum),
    hash: (length) => digest.slice(0, length),
    arn: (service, rest) => {
      const { partition, region, account } = environment;
      return `arn:${partition}:${service}:${region}:${account}:${rest}`;
    },
  };
}

/** Returns `STACK-LOGICALID-HASH`, shortened in the middle as CloudFormation does. */
function generateName({ stack, logicalId }: Resource, hash: string, maximum: number): string {
  const room = maximum - hash.length - 2;
  const head = stack.slice(0, Math.max(room - logicalId.length, Math.ceil(room / 2)));
  return `${head}-${logicalId.slice(0, room - head.length)}-${hash}`;
}
