import { getOwn, isObject, type Json } from '../../lib/asl/json/json.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { ConditionContext } from './conditions.ts';
import { type AccessRequest, type Decision, evaluate } from './evaluate.ts';
import { type PolicyStatement, readPolicy } from './policy-statement.ts';
import type { Principal } from './principal.ts';
import { resourcePolicies } from './resource-policies.ts';

/** The policies of a role: what it is allowed, and who may assume it. */
interface RolePolicies {
  readonly identity: PolicyStatement[];
  readonly trust: readonly PolicyStatement[];
  readonly boundary?: readonly PolicyStatement[];
  /** ARNs of AWS's managed policies whose content is not known. */
  readonly unread: string[];
  /** Its tags as condition keys. */
  readonly tags: ConditionContext;
}

/**
 * The policies of all roles and resources of an assembly, and the decision on any request. All of
 * them are parsed at construction, so that an unsupported policy is reported before anything runs.
 */
export class AccessModel {
  readonly #roles = new Map<string, RolePolicies>();
  readonly #resources: ReadonlyMap<string, readonly PolicyStatement[]>;
  /** The managed policies of the templates by their ARN. */
  readonly #managed: ReadonlyMap<string, readonly PolicyStatement[]>;

  constructor(resolution: Resolution) {
    for (const role of resolution.ofType('AWS::IAM::Role')) {
      this.#roles.set(findArn(resolution, role), readRolePolicies(resolution, role));
    }
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy']) {
      for (const policy of resolution.ofType(type)) this.#attach(resolution, policy);
    }
    this.#resources = resourcePolicies(resolution);
    this.#managed = new Map(
      resolution.ofType('AWS::IAM::ManagedPolicy').map((policy) => {
        const { PolicyDocument } = resolution.propertiesOf(policy);
        return [resolution.nameOf(policy).ref, readPolicy(PolicyDocument, policy.id)];
      }),
    );
  }

  /** Decides on a request. A role that no template has may do nothing. */
  decide(request: AccessRequest): Decision {
    const { principal, resource } = request;
    const role = principal.kind === 'role' ? this.#roles.get(principal.roleArn) : undefined;
    const resourcePolicy = this.#findPolicy(resource);
    const context = { ...role?.tags, ...request.context };
    const decision = evaluate(
      { ...request, context },
      {
        identity: role?.identity ?? this.#userStatements(principal),
        needsResource: resource.split(':')[2] === 'kms' && resourcePolicy !== undefined,
        ...(resourcePolicy === undefined ? {} : { resource: resourcePolicy }),
        ...(role?.boundary === undefined ? {} : { boundary: role.boundary }),
      },
    );
    if (decision.allowed || role === undefined || role.unread.length === 0) return decision;
    return { ...decision, message: `${decision.message} (${unreadHint(role.unread)})` };
  }

  /**
   * Decides whether a role's trust policy lets a service assume it. `context` contains
   * `aws:SourceArn` and `aws:SourceAccount` if the service sends them.
   */
  mayAssume(roleArn: string, service: string, context: ConditionContext = {}): Decision {
    const trust = this.#roles.get(roleArn)?.trust ?? [];
    const principal = { kind: 'service', service } as const;
    const request = { principal, action: 'sts:AssumeRole', resource: roleArn, context };
    return evaluate(request, { identity: [], resource: trust });
  }

  #userStatements(principal: Principal): PolicyStatement[] {
    if (principal.kind !== 'user') return [];
    return principal.policyArns.flatMap((arn) => this.#managed.get(arn) ?? []);
  }

  /** Returns the statements of every role by its ARN. */
  identityStatements(): ReadonlyMap<string, readonly PolicyStatement[]> {
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
      this.#roles.get(findArn(resolution, role))?.identity.push(...statements);
    }
  }

  /** Returns the policy of a queue, a bucket (also for its objects), a function, a bus, a key … */
  #findPolicy(arn: string): readonly PolicyStatement[] | undefined {
    const bucket = arn.split(':')[2] === 's3' ? arn.split('/')[0] : undefined;
    return this.#resources.get(bucket ?? arn);
  }
}

function readRolePolicies(resolution: Resolution, role: Resource): RolePolicies {
  const properties = resolution.propertiesOf(role);
  const inline = toList(properties.Policies).flatMap((policy) =>
    readPolicy(isObject(policy) ? getOwn(policy, 'PolicyDocument') : undefined, role.id),
  );
  const unread: string[] = [];
  const readManaged = (arn: Json): PolicyStatement[] => {
    const statements = readManagedPolicy(resolution, String(arn));
    if (statements === undefined) unread.push(String(arn));
    return statements ?? [];
  };
  const { PermissionsBoundary: boundary } = properties;
  return {
    identity: [...inline, ...toList(properties.ManagedPolicyArns).flatMap(readManaged)],
    trust: readPolicy(properties.AssumeRolePolicyDocument, `${role.id} trust`),
    ...(boundary === undefined ? {} : { boundary: readManaged(boundary) }),
    unread,
    tags: readTags(properties.Tags),
  };
}

function readTags(tags: Json | undefined): ConditionContext {
  const pairs = toList(tags).filter(isObject);
  return Object.fromEntries(
    pairs.map(({ Key, Value }) => [`aws:PrincipalTag/${String(Key)}`, String(Value)]),
  );
}

function readManagedPolicy(resolution: Resolution, arn: string): PolicyStatement[] | undefined {
  const own = resolution.find('AWS::IAM::ManagedPolicy', arn);
  if (own !== undefined) return readPolicy(resolution.propertiesOf(own).PolicyDocument, own.id);
  const document = awsManagedPolicy(arn);
  return document && readPolicy(document, arn);
}

function unreadHint(policies: readonly string[]): string {
  const names = policies.map((arn) => arn.slice(arn.indexOf(':policy/') + 8)).join(', ');
  return `it also has ${names}, which a rehearsal cannot read: allow the action in a policy of the stack`;
}

function findArn(resolution: Resolution, resource: Resource): string {
  return resolution.nameOf(resource).attributes.Arn ?? '';
}

function toList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
