/** The policies that stand at what is asked for: queues, buckets, functions, buses, keys … */
import { isObject, type Json, type JsonObject, setOwn } from '../../lib/asl/json/json.ts';
import type { Resource } from '../template/assembly.ts';
import { unresolvable } from '../template/intrinsics.ts';
import type { Resolution } from '../template/resolution.ts';
import { readPolicy, type Statement } from './statement.ts';

/** Statements by the ARN of the resource that they stand at. */
export function resourcePolicies(resolution: Resolution): ReadonlyMap<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  for (const resource of resolution.resources) {
    const attached = attachments.get(resource.type)?.(resolution.propertiesOf(resource));
    for (const { type, reference, document } of attached ?? []) {
      const arn = arnOf(resolution, resource, type, reference);
      const statements = readPolicy(document(arn), resource.id);
      found.set(arn, [...(found.get(arn) ?? []), ...statements]);
    }
  }
  return found;
}

/** A policy, and the resource that it belongs to, by type and what the template says of it. */
interface Attachment {
  readonly type: string;
  /** Undefined: the resource itself. */
  readonly reference?: string;
  /** The policy document, given the resource's ARN. */
  readonly document: (arn: string) => Json | undefined;
}

/** The policies that a resource of one type attaches. */
type Attach = (properties: JsonObject) => Attachment[];

const attachments: ReadonlyMap<string, Attach> = new Map<string, Attach>([
  ['AWS::SQS::QueuePolicy', each('AWS::SQS::Queue', 'Queues')],
  ['AWS::S3::BucketPolicy', each('AWS::S3::Bucket', 'Bucket')],
  ['AWS::SNS::TopicPolicy', each('AWS::SNS::Topic', 'Topics')],
  [
    'AWS::Lambda::Permission',
    (properties) => [
      {
        type: 'AWS::Lambda::Function',
        reference: String(properties.FunctionName),
        document: (arn) => permission(properties, arn),
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

function each(type: string, key: string): Attach {
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

/** What `AddPermission` writes into a function's policy. */
function permission(properties: JsonObject, resource: string): Json {
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

function arnOf(
  resolution: Resolution,
  holder: Resource,
  type: string,
  reference: string | undefined,
): string {
  if (type === 'AWS::Lambda::Function' && reference !== undefined) {
    return functionArn(resolution, holder, reference);
  }
  const target = reference === undefined ? holder : resolution.find(type, reference);
  if (target === undefined) {
    throw unresolvable(holder.id, `no stack has the ${type} ${reference}`);
  }
  const { ref, attributes } = resolution.nameOf(target);
  return attributes.Arn ?? ref;
}

/** The ARN of a function, or of its version or alias where the permission is for that alone. */
function functionArn(resolution: Resolution, holder: Resource, reference: string): string {
  const qualified = reference.split(':').length > 7;
  const name = qualified ? reference.split(':').slice(0, 7).join(':') : reference;
  const target = resolution.find('AWS::Lambda::Function', name);
  if (target === undefined) throw unresolvable(holder.id, `no stack has the function ${reference}`);
  return qualified ? reference : (resolution.nameOf(target).attributes.Arn ?? '');
}
