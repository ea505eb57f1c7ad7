/**
 * What the templates allow: the policies of all roles and resources of an assembly, and the
 * decision on any request. Reading is strict and happens at once, so that a policy which cannot be
 * judged is told before anything runs.
 */
import { getOwn, isObject, type Json } from '../../lib/asl/json/json.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { ConditionContext } from './conditions.ts';
import { type AccessRequest, type Decision, evaluate } from './evaluate.ts';
import { resourcePolicies } from './resource-policies.ts';
import { readPolicy, type Statement } from './statement.ts';

/** What a role is allowed, and who may be it. */
interface RolePolicies {
  readonly identity: Statement[];
  readonly trust: readonly Statement[];
  readonly boundary?: readonly Statement[];
  /** Policies of AWS's whose content is not known. */
  readonly unread: string[];
  /** Its tags, as conditions ask for them. */
  readonly tags: ConditionContext;
}

/** See this file's head. */
export class AccessModel {
  readonly #roles = new Map<string, RolePolicies>();
  readonly #resources: ReadonlyMap<string, readonly Statement[]>;

  constructor(resolution: Resolution) {
    for (const role of resolution.ofType('AWS::IAM::Role')) {
      this.#roles.set(arnOfResource(resolution, role), policiesOfRole(resolution, role));
    }
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy']) {
      for (const policy of resolution.ofType(type)) this.#attach(resolution, policy);
    }
    this.#resources = resourcePolicies(resolution);
  }

  /** Decides on a request; a role that no template has may do nothing. */
  decide(request: AccessRequest): Decision {
    const { principal, resource } = request;
    const role = principal.kind === 'role' ? this.#roles.get(principal.roleArn) : undefined;
    const ownPolicy = this.#policyOf(resource);
    const context = { ...role?.tags, ...request.context };
    const decision = evaluate(
      { ...request, context },
      {
        identity: role?.identity ?? [],
        needsResource: resource.split(':')[2] === 'kms' && ownPolicy !== undefined,
        ...(ownPolicy === undefined ? {} : { resource: ownPolicy }),
        ...(role?.boundary === undefined ? {} : { boundary: role.boundary }),
      },
    );
    if (decision.allowed || role === undefined || role.unread.length === 0) return decision;
    return { ...decision, message: `${decision.message} (${unreadHint(role.unread)})` };
  }

  /**
   * Whether a service may act as a role, by its trust policy. `context` holds `aws:SourceArn` and
   * `aws:SourceAccount` where the service tells them.
   */
  mayAssume(roleArn: string, service: string, context: ConditionContext = {}): Decision {
    const trust = this.#roles.get(roleArn)?.trust ?? [];
    const principal = { kind: 'service', service } as const;
    const request = { principal, action: 'sts:AssumeRole', resource: roleArn, context };
    return evaluate(request, { identity: [], resource: trust });
  }

  /** Every statement of every role: what a report holds against what was used. */
  identityStatements(): ReadonlyMap<string, readonly Statement[]> {
    return new Map([...this.#roles].map(([arn, { identity }]) => [arn, identity]));
  }

  #attach(resolution: Resolution, policy: Resource): void {
    const properties = resolution.propertiesOf(policy);
    const statements = readPolicy(properties.PolicyDocument, policy.id);
    const { Roles = [], RoleName } = properties;
    const roles = Array.isArray(Roles) ? Roles : [];
    for (const name of RoleName === undefined ? roles : [RoleName]) {
      const role = resolution.find('AWS::IAM::Role', String(name));
      if (role === undefined) continue;
      this.#roles.get(arnOfResource(resolution, role))?.identity.push(...statements);
    }
  }

  /** The policy of a queue, a bucket (of an object, too), a function, a bus, a key. */
  #policyOf(arn: string): readonly Statement[] | undefined {
    const bucket = arn.split(':')[2] === 's3' ? arn.split('/')[0] : undefined;
    return this.#resources.get(bucket ?? arn);
  }
}

function policiesOfRole(resolution: Resolution, role: Resource): RolePolicies {
  const properties = resolution.propertiesOf(role);
  const inline = listOf(properties.Policies).flatMap((policy) =>
    readPolicy(isObject(policy) ? getOwn(policy, 'PolicyDocument') : undefined, role.id),
  );
  const unread: string[] = [];
  const managed = (arn: Json): Statement[] => {
    const statements = statementsOfManaged(resolution, String(arn));
    if (statements === undefined) unread.push(String(arn));
    return statements ?? [];
  };
  const { PermissionsBoundary: boundary } = properties;
  return {
    identity: [...inline, ...listOf(properties.ManagedPolicyArns).flatMap(managed)],
    trust: readPolicy(properties.AssumeRolePolicyDocument, `${role.id} trust`),
    ...(boundary === undefined ? {} : { boundary: managed(boundary) }),
    unread,
    tags: tagsOf(properties.Tags),
  };
}

function tagsOf(tags: Json | undefined): ConditionContext {
  const pairs = listOf(tags).filter(isObject);
  return Object.fromEntries(
    pairs.map(({ Key, Value }) => [`aws:PrincipalTag/${String(Key)}`, String(Value)]),
  );
}

function statementsOfManaged(resolution: Resolution, arn: string): Statement[] | undefined {
  const own = resolution.find('AWS::IAM::ManagedPolicy', arn);
  if (own !== undefined) return readPolicy(resolution.propertiesOf(own).PolicyDocument, own.id);
  const document = awsManagedPolicy(arn);
  return document && readPolicy(document, arn);
}

function unreadHint(policies: readonly string[]): string {
  const names = policies.map((arn) => arn.slice(arn.indexOf(':policy/') + 8)).join(', ');
  return `it also has ${names}, which a rehearsal cannot read: allow it in a policy of the stack`;
}

function arnOfResource(resolution: Resolution, resource: Resource): string {
  return resolution.nameOf(resource).attributes.Arn ?? '';
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
