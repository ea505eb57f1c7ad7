/**
 * What `Ref` and `Fn::GetAtt` give of a resource: deterministic names of the form that AWS gives,
 * in an account and a region of the rehearsal's own.
 */
import { createHash } from 'node:crypto';
import { getOwn, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Resource } from './assembly.ts';
import { coreNames } from './core-names.ts';
import { furtherNames } from './further-names.ts';

/** What a resource is called, once it is there. */
export interface PhysicalName {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where a rehearsal takes place. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Where AWS is reached: queue URLs begin with it. */
  readonly endpoint: string;
}

/** What a rule makes a name of. */
export interface Naming {
  readonly place: Place;
  readonly resource: Resource;
  /** The resource's property, where it is a text or a number. */
  text(property: string): string | undefined;
  /** The name that `property` gives, else one like CloudFormation's. @default maximum 64 */
  name(property: string, maximum?: number): string;
  /** Some characters that are this resource's alone: hexadecimal, up to 40. */
  hash(length: number): string;
  /** `arn:aws:SERVICE:REGION:ACCOUNT:REST` */
  arn(service: string, rest: string): string;
}

/** The names of one type of resource. */
export type NameRule = (naming: Naming) => PhysicalName;

/** The name of `resource`, whose properties are resolved; undefined for a type without a rule. */
export function physicalNameOf(
  resource: Resource,
  properties: JsonObject,
  place: Place,
): PhysicalName | undefined {
  const rule = coreNames.get(resource.type) ?? furtherNames.get(resource.type);
  return rule?.(namingOf(resource, properties, place));
}

function namingOf(resource: Resource, properties: JsonObject, place: Place): Naming {
  const digest = createHash('sha1').update(resource.id).digest('hex');
  const text = (property: string) => {
    const value = getOwn(properties, property);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  return {
    place,
    resource,
    text,
    name: (property, maximum = 64) =>
      text(property) ?? generatedName(resource, digest.slice(0, 12).toUpperCase(), maximum),
    hash: (length) => digest.slice(0, length),
    arn: (service, rest) =>
      `arn:${place.partition}:${service}:${place.region}:${place.account}:${rest}`,
  };
}

/** `STACK-LOGICALID-HASH`, cut in its middle as CloudFormation does. */
function generatedName({ stack, logicalId }: Resource, hash: string, maximum: number): string {
  const room = maximum - hash.length - 2;
  const head = stack.slice(0, Math.max(room - logicalId.length, Math.ceil(room / 2)));
  return `${head}-${logicalId.slice(0, room - head.length)}-${hash}`;
}
