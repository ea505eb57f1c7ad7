/** Reads a distribution of CloudFront from its template. */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** What a distribution does with the requests of one path pattern. */
export interface Behavior {
  readonly pattern: string;
  readonly methods: readonly string[];
  /** The domain of the origin. */
  readonly origin: string;
  /** Whether CloudFront signs the requests to the origin. */
  readonly isSigned: boolean;
  /** The function that sees each request first; null without one. */
  readonly onRequest: { readonly id: string; readonly code: string } | null;
  /** Headers that are added to each answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns the behaviors of an `AWS::CloudFront::Distribution` in their order, the default last. */
export function readBehaviors(resolution: Resolution, distribution: Resource): Behavior[] {
  const { DistributionConfig } = resolution.propertiesOf(distribution);
  const config = toObject(DistributionConfig);
  const all = [...toObjects(config.CacheBehaviors), toObject(config.DefaultCacheBehavior)];
  return all.map((behavior) => {
    const origin = toObjects(config.Origins).find(({ Id }) => Id === behavior.TargetOriginId) ?? {};
    return {
      pattern: String(behavior.PathPattern ?? '*'),
      methods: toList(behavior.AllowedMethods ?? ['GET', 'HEAD']).map(String),
      origin: String(origin.DomainName),
      isSigned: isSigned(resolution, origin.OriginAccessControlId),
      onRequest: findEdgeFunction(resolution, behavior),
      headers: findHeaders(resolution, behavior.ResponseHeadersPolicyId),
    };
  });
}

/** Whether a path matches a pattern with `*` and `?`. */
export function matchesPathPattern(pattern: string, path: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(path);
}

function isSigned(resolution: Resolution, id: Json | undefined): boolean {
  const control = resolution.find('AWS::CloudFront::OriginAccessControl', String(id));
  if (control === undefined) return false;
  const { OriginAccessControlConfig } = resolution.propertiesOf(control);
  return toObject(OriginAccessControlConfig).SigningBehavior === 'always';
}

function findEdgeFunction(resolution: Resolution, behavior: JsonObject): Behavior['onRequest'] {
  const association = toObjects(behavior.FunctionAssociations).find(
    ({ EventType }) => EventType === 'viewer-request',
  );
  if (association === undefined) return null;
  const reference = String(association.FunctionARN);
  const found = resolution.find('AWS::CloudFront::Function', reference);
  if (found === undefined) throw new Error(`no stack has the function ${reference} of CloudFront`);
  return { id: found.id, code: String(resolution.propertiesOf(found).FunctionCode) };
}

function findHeaders(resolution: Resolution, id: Json | undefined): Record<string, string> {
  const policy = resolution.find('AWS::CloudFront::ResponseHeadersPolicy', String(id));
  if (policy === undefined) return {};
  const config = toObject(resolution.propertiesOf(policy).ResponseHeadersPolicyConfig);
  const security = toObject(config.SecurityHeadersConfig);
  const texts: Record<string, Json | undefined> = {
    'content-security-policy': toObject(security.ContentSecurityPolicy).ContentSecurityPolicy,
    'referrer-policy': toObject(security.ReferrerPolicy).ReferrerPolicy,
    'x-content-type-options': security.ContentTypeOptions === undefined ? undefined : 'nosniff',
  };
  const custom = toObjects(toObject(config.CustomHeadersConfig).Items);
  return Object.fromEntries([
    ...Object.entries(texts).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
    ...custom.map(({ Header, Value }) => [String(Header), String(Value)]),
  ]);
}

function toObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function toObjects(value: Json | undefined): JsonObject[] {
  return toList(value).filter(isObject);
}

function toList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
