/**
 * IAM's decision on one request, pure: an explicit deny wins over every allow, and what nobody
 * allows is denied. Within an account, the policies of who asks and of what is asked for add up.
 */
import { type ConditionContext, fillVariables, holds } from './conditions.ts';
import { arnOf, matchPrincipal, type Principal } from './principal.ts';
import type { Matcher, Statement } from './statement.ts';
import { matchesWildcard } from './wildcard.ts';

/** What somebody asks to do. */
export interface AccessRequest {
  readonly principal: Principal;
  /** `sqs:SendMessage` */
  readonly action: string;
  /** An ARN, or `*` where the action has no resource. */
  readonly resource: string;
  /** What conditions may ask for beside who asks and that the connection is encrypted. */
  readonly context?: ConditionContext;
}

/** The policies that have a say. */
export interface Policies {
  /** Those of who asks. */
  readonly identity: readonly Statement[];
  /** Those of what is asked for; undefined where it has none, or cannot have. */
  readonly resource?: readonly Statement[];
  /** A role's permissions boundary, beyond which nothing allows. */
  readonly boundary?: readonly Statement[];
  /** Whether identity policies count only where the resource's policy says so: KMS keys. */
  readonly needsResource?: boolean;
}

/** What IAM decided, and which statement decided it. */
export type Decision =
  | { readonly allowed: true; readonly by?: Statement }
  /** `message` is AWS's own sentence. */
  | { readonly allowed: false; readonly by?: Statement; readonly message: string };

/** Decides; see this file's head. */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const context = contextOf(request);
  const applies = (statement: Statement) => appliesTo(statement, request, context);
  const identity = policies.identity.filter(applies);
  const resource = (policies.resource ?? []).filter(applies);
  const means = ({ principals }: Statement) =>
    principals === undefined ? 'no' : matchPrincipal(principals, request.principal);

  const deniedByIdentity = identity.find(({ effect }) => effect === 'Deny');
  if (deniedByIdentity) return deny(request, deniedByIdentity, 'an identity-based policy');
  const deniedByResource = resource.find((each) => each.effect === 'Deny' && means(each) !== 'no');
  if (deniedByResource) return deny(request, deniedByResource, 'a resource-based policy');
  const bounded = policies.boundary?.filter(applies);
  const deniedByBoundary = bounded?.find(({ effect }) => effect === 'Deny');
  if (deniedByBoundary) return deny(request, deniedByBoundary, 'a permissions boundary');
  if (bounded?.length === 0) return refuse(request, 'permissions boundary');

  const granted = resource.filter(({ effect }) => effect === 'Allow');
  const byResource = granted.find((each) => means(each) === 'named');
  if (byResource) return { allowed: true, by: byResource };
  const mayDelegate = !policies.needsResource || granted.some((each) => means(each) === 'account');
  if (!mayDelegate) return refuse(request, 'resource-based policy');
  if (request.principal.kind === 'administrator') return { allowed: true };
  const byIdentity = identity.find(({ effect }) => effect === 'Allow');
  if (byIdentity) return { allowed: true, by: byIdentity };
  return refuse(
    request,
    request.principal.kind === 'role' ? 'identity-based policy' : 'resource-based policy',
  );
}

/** Whether the actions, resources and conditions of a statement fit; the principal apart. */
function appliesTo(
  { actions, resources, conditions }: Statement,
  { action, resource }: AccessRequest,
  context: ConditionContext,
): boolean {
  const wanted = action.toLowerCase();
  return (
    matches(actions, (pattern) => matchesWildcard(pattern.toLowerCase(), wanted)) &&
    (resources === undefined ||
      matches(resources, (pattern) => {
        const filled = fillVariables(pattern, context);
        return filled !== undefined && matchesWildcard(filled, resource);
      })) &&
    conditions.every((condition) => holds(condition, context))
  );
}

function matches({ patterns, negated }: Matcher, fits: (pattern: string) => boolean): boolean {
  return patterns.some(fits) !== negated;
}

/** The keys that every request has. */
function contextOf({ principal, context }: AccessRequest): ConditionContext {
  const account = principal.kind === 'role' ? (principal.roleArn.split(':')[4] ?? '') : '';
  return {
    'aws:SecureTransport': 'true',
    'aws:PrincipalArn': principal.kind === 'role' ? principal.roleArn : arnOf(principal),
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
    ...(account === '' ? {} : { 'aws:PrincipalAccount': account }),
    ...context,
  };
}

function deny(request: AccessRequest, by: Statement, where: string): Decision {
  return { allowed: false, by, message: `${sentence(request)} with an explicit deny in ${where}` };
}

function refuse(request: AccessRequest, kind: string): Decision {
  const message = `${sentence(request)} because no ${kind} allows the ${request.action} action`;
  return { allowed: false, message };
}

function sentence({ principal, action, resource }: AccessRequest): string {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  return `User: ${arnOf(principal)} is not authorized to perform: ${action}${on}`;
}
