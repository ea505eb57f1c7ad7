import { isObject, type Json, type JsonObject, setOwn } from '../../lib/asl/json/json.ts';
import type { Resource } from '../template/assembly.ts';
import { unresolvable } from '../template/intrinsics.ts';
import type { Resolution } from '../template/resolution.ts';
import { type PolicyStatement, readPolicy } from './policy-statement.ts';

/**
 * Reads the resource-based policies of an assembly: of queues, buckets, functions, buses, keys …
 * Returns their statements by the ARN of the resource.
 */
export function resourcePolicies(resolution: Resolution): ReadonlyMap<string, PolicyStatement[]> {
  const found = new Map<string, PolicyStatement[]>();
  for (const resource of resolution.resources) {
    const attached = attachments.get(resource.type)?.(resolution.propertiesOf(resource));
    for (const { type, reference, document } of attached ?? []) {
      const arn = findArn(resolution, resource, type, reference);
      const statements = readPolicy(document(arn), resource.id);
      found.set(arn, [...(found.get(arn) ?? []), ...statements]);
    }
  }
  return found;
}

/** A policy, and the resource that it is attached to. */
interface Attachment {
  readonly type: string;
  /** The name or ARN of the resource; undefined if it has the policy in its own properties. */
  readonly reference?: string;
  /** Returns the policy document for the resource's ARN. */
  readonly document: (arn: string) => Json | undefined;
}

/** Returns the policies that a resource of one type attaches. */
type ReadAttachments = (properties: JsonObject) => Attachment[];

const attachments: ReadonlyMap<string, ReadAttachments> = new Map<string, ReadAttachments>([
  ['AWS::SQS::QueuePolicy', policyDocumentOf('AWS::SQS::Queue', 'Queues')],
  ['AWS::S3::BucketPolicy', policyDocumentOf('AWS::S3::Bucket', 'Bucket')],
  ['AWS::SNS::TopicPolicy', policyDocumentOf('AWS::SNS::Topic', 'Topics')],
  [
    'AWS::Lambda::Permission',
    (properties) => [
      {
        type: 'AWS::Lambda::Function',
        reference: String(properties.FunctionName),
        document: (arn) => permissionPolicy(properties, arn),
      },
    ],
  ],
  [
    'AWS::Events::EventBusPolicy',
    (properties) => [
      {
        type: 'AWS::Events::EventBus',
        reference: String(properties.EventBusName ?? 'default'),
        document: () => ({ Statement: properties.Statement ?? [] }),
      },
    ],
  ],
  ['AWS::KMS::Key', ({ KeyPolicy }) => [{ type: 'AWS::KMS::Key', document: () => KeyPolicy }]],
  [
    'AWS::SecretsManager::ResourcePolicy',
    ({ SecretId, ResourcePolicy }) => [
      {
        type: 'AWS::SecretsManager::Secret',
        reference: String(SecretId),
        document: () => ResourcePolicy,
      },
    ],
  ],
]);

/** Attaches `PolicyDocument` to the resources that the property `key` names. */
function policyDocumentOf(type: string, key: string): ReadAttachments {
  return (properties) => {
    const { [key]: named, PolicyDocument } = properties;
    const references = Array.isArray(named) ? named : [named];
    return references.map((reference) => ({
      type,
      reference: String(reference),
      document: () => PolicyDocument,
    }));
  };
}

/** Returns the policy document that `AddPermission` creates for a function. */
function permissionPolicy(properties: JsonObject, resource: string): Json {
  const { Action, Principal, SourceArn, SourceAccount, FunctionUrlAuthType } = properties;
  const { InvokedViaFunctionUrl, PrincipalOrgID } = properties;
  const isService = typeof Principal === 'string' && Principal.endsWith('.amazonaws.com');
  const condition: Record<string, Json> = {};
  const add = (operator: string, key: string, value: Json | undefined) => {
    const before = condition[operator];
    if (value === undefined) return;
    setOwn(condition, operator, { ...(isObject(before) ? before : {}), [key]: value });
  };
  add('ArnLike', 'aws:SourceArn', SourceArn);
  add('StringEquals', 'aws:SourceAccount', SourceAccount);
  add('StringEquals', 'aws:PrincipalOrgID', PrincipalOrgID);
  add('StringEquals', 'lambda:FunctionUrlAuthType', FunctionUrlAuthType);
  add('Bool', 'lambda:InvokedViaFunctionUrl', InvokedViaFunctionUrl);
  const statement = {
    Effect: 'Allow',
    Action: Action ?? null,
    Principal: isService ? { Service: Principal } : { AWS: Principal ?? null },
    Resource: resource,
    Condition: condition,
  };
  return { Statement: [statement] };
}

function findArn(
  resolution: Resolution,
  holder: Resource,
  type: string,
  reference: string | undefined,
): string {
  if (type === 'AWS::Lambda::Function' && reference !== undefined) {
    return findFunctionArn(resolution, holder, reference);
  }
  const target = reference === undefined ? holder : resolution.find(type, reference);
  if (target === undefined) {
    throw unresolvable(holder.id, `no stack has the ${type} ${reference}`);
  }
  const { ref, attributes } = resolution.nameOf(target);
  return attributes.Arn ?? ref;
}

/** Returns the ARN of a function, or of the version or alias that the permission is limited to. */
function findFunctionArn(resolution: Resolution, holder: Resource, reference: string): string {
  const qualified = reference.split(':').length > 7;
  const name = qualified ? reference.split(':').slice(0, 7).join(':') : reference;
  const target = resolution.find('AWS::Lambda::Function', name);
  if (target === undefined) throw unresolvable(holder.id, `no stack has the function ${reference}`);
  return qualified ? reference : (resolution.nameOf(target).attributes.Arn ?? '');
}
