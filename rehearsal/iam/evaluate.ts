import { type ConditionContext, conditionHolds, fillVariables } from './conditions.ts';
import type { Matcher, PolicyStatement } from './policy-statement.ts';
import { matchPrincipal, type Principal, principalArn } from './principal.ts';
import { matchesIamWildcard } from './wildcard.ts';

/** A request to perform an action on a resource. */
export interface AccessRequest {
  readonly principal: Principal;
  /** `sqs:SendMessage` */
  readonly action: string;
  /** An ARN; `*` if the action has no resource. */
  readonly resource: string;
  /** Condition keys, besides those of the principal and of the encrypted connection. */
  readonly context?: ConditionContext;
}

/** The policies that apply to a request. */
export interface ApplicablePolicies {
  /** The policies of the principal. */
  readonly identity: readonly PolicyStatement[];
  /** The policy of the resource; undefined when it has none. */
  readonly resource?: readonly PolicyStatement[];
  /** The permissions boundary of a role. */
  readonly boundary?: readonly PolicyStatement[];
  /** Whether identity-based policies apply only if the resource's policy delegates: KMS keys. */
  readonly needsResource?: boolean;
}

/** A decision of IAM, and the statement that decided. */
export type Decision =
  | { readonly allowed: true; readonly by?: PolicyStatement }
  /** `message` is the one of AWS. */
  | { readonly allowed: false; readonly by?: PolicyStatement; readonly message: string };

/**
 * Decides on a request as IAM does: an explicit deny overrides every allow, and what no policy
 * allows is denied. Within an account, the policies of the principal or the policy of the resource
 * must allow it, not both.
 */
export function evaluate(request: AccessRequest, policies: ApplicablePolicies): Decision {
  const context = fullContext(request);
  const applies = (statement: PolicyStatement) => appliesTo(statement, request, context);
  const identity = policies.identity.filter(applies);
  const resource = (policies.resource ?? []).filter(applies);
  const match = ({ principals }: PolicyStatement) =>
    principals === undefined ? 'no' : matchPrincipal(principals, request.principal);

  const deniedByIdentity = identity.find(({ effect }) => effect === 'Deny');
  if (deniedByIdentity) return deny(request, deniedByIdentity, 'an identity-based policy');
  const deniedByResource = resource.find((each) => each.effect === 'Deny' && match(each) !== 'no');
  if (deniedByResource) return deny(request, deniedByResource, 'a resource-based policy');
  const bounded = policies.boundary?.filter(applies);
  const deniedByBoundary = bounded?.find(({ effect }) => effect === 'Deny');
  if (deniedByBoundary) return deny(request, deniedByBoundary, 'a permissions boundary');
  if (bounded?.length === 0) return refuse(request, 'permissions boundary');

  const granted = resource.filter(({ effect }) => effect === 'Allow');
  const byResource = granted.find((each) => match(each) === 'named');
  if (byResource) return { allowed: true, by: byResource };
  const mayDelegate = !policies.needsResource || granted.some((each) => match(each) === 'account');
  if (!mayDelegate) return refuse(request, 'resource-based policy');
  if (request.principal.kind === 'administrator') return { allowed: true };
  const byIdentity = identity.find(({ effect }) => effect === 'Allow');
  if (byIdentity) return { allowed: true, by: byIdentity };
  return refuse(
    request,
    hasIdentityPolicies(request.principal) ? 'identity-based policy' : 'resource-based policy',
  );
}

function hasIdentityPolicies({ kind }: Principal): boolean {
  return kind === 'role' || kind === 'user';
}

/** Whether actions, resources and conditions of a statement match; its principals are not read. */
function appliesTo(
  { actions, resources, conditions }: PolicyStatement,
  { action, resource }: AccessRequest,
  context: ConditionContext,
): boolean {
  const wanted = action.toLowerCase();
  return (
    matches(actions, (pattern) => matchesIamWildcard(pattern.toLowerCase(), wanted)) &&
    (resources === undefined ||
      matches(resources, (pattern) => {
        const filled = fillVariables(pattern, context);
        return filled !== undefined && matchesIamWildcard(filled, resource);
      })) &&
    conditions.every((condition) => conditionHolds(condition, context))
  );
}

function matches({ patterns, negated }: Matcher, fits: (pattern: string) => boolean): boolean {
  return patterns.some(fits) !== negated;
}

/** Adds the condition keys that every request has. */
function fullContext({ principal, context }: AccessRequest): ConditionContext {
  const account = principal.kind === 'role' ? (principal.roleArn.split(':')[4] ?? '') : '';
  return {
    'aws:SecureTransport': 'true',
    'aws:PrincipalArn': principal.kind === 'role' ? principal.roleArn : principalArn(principal),
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
    ...(account === '' ? {} : { 'aws:PrincipalAccount': account }),
    ...context,
  };
}

function deny(request: AccessRequest, by: PolicyStatement, where: string): Decision {
  return { allowed: false, by, message: `${sentence(request)} with an explicit deny in ${where}` };
}

function refuse(request: AccessRequest, kind: string): Decision {
  const message = `${sentence(request)} because no ${kind} allows the ${request.action} action`;
  return { allowed: false, message };
}

function sentence({ principal, action, resource }: AccessRequest): string {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  return `User: ${principalArn(principal)} is not authorized to perform: ${action}${on}`;
}
