/**
 * Permissions on the stack's keys that encrypt queues, buckets and secrets. Callers of an encrypted
 * resource need them, and they are easily forgotten. Keys that AWS manages need no permission.
 */
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Resolution } from '../template/resolution.ts';
import type { RequiredPermission } from './aws-request.ts';

/**
 * Finds the keys of the stack that encrypt its queues, topics, buckets and secrets. Returns their
 * ARNs by the ARN of the resource that they encrypt.
 */
export function findEncryptionKeys(resolution: Resolution): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [type, readKey] of keyProperties) {
    for (const resource of resolution.ofType(type)) {
      const named = readKey(resolution.propertiesOf(resource));
      const key = named === undefined ? undefined : findKeyArn(resolution, named);
      const { ref, attributes } = resolution.nameOf(resource);
      if (key !== undefined) found.set(attributes.Arn ?? ref, key);
    }
  }
  for (const cluster of resolution.ofType('AWS::RDS::DBCluster')) {
    const { MasterUserSecret: secret } = resolution.propertiesOf(cluster);
    const named = isObject(secret) ? secret.KmsKeyId : undefined;
    const key = named === undefined ? undefined : findKeyArn(resolution, named);
    const arn = resolution.nameOf(cluster).attributes['MasterUserSecret.SecretArn'];
    if (key !== undefined && arn !== undefined) found.set(arn, key);
  }
  return found;
}

/** Returns the permissions on the key of a resource that an action on the resource requires. */
export function findKeyPermissions(
  { action, resource }: RequiredPermission,
  keys?: ReadonlyMap<string, string>,
): RequiredPermission[] {
  const [, , service = '', region = ''] = resource.split(':');
  const key = keys?.get(service === 's3' ? (resource.split('/')[0] ?? '') : resource);
  const required = key === undefined ? [] : (keyActions[action] ?? []);
  // The ARN of a bucket has no region.
  const via = `${service}.${region || (key?.split(':')[3] ?? '')}.amazonaws.com`;
  return required.map((keyAction) => ({
    action: keyAction,
    resource: key ?? '',
    context: { 'kms:ViaService': via },
  }));
}

/** The actions on the key by the action on the encrypted resource. */
const keyActions: Readonly<Record<string, readonly string[]>> = {
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  'sns:Publish': ['kms:GenerateDataKey', 'kms:Decrypt'],
  's3:PutObject': ['kms:GenerateDataKey'],
  's3:GetObject': ['kms:Decrypt'],
  's3:GetObjectVersion': ['kms:Decrypt'],
  'secretsmanager:GetSecretValue': ['kms:Decrypt'],
};

/** Reads the key from the properties of a resource, by CloudFormation's type. */
const keyProperties: ReadonlyMap<string, (properties: JsonObject) => Json | undefined> = new Map([
  ['AWS::SQS::Queue', ({ KmsMasterKeyId }) => KmsMasterKeyId],
  ['AWS::SNS::Topic', ({ KmsMasterKeyId }) => KmsMasterKeyId],
  ['AWS::SecretsManager::Secret', ({ KmsKeyId }) => KmsKeyId],
  ['AWS::S3::Bucket', readBucketKey],
]);

function readBucketKey({ BucketEncryption: encryption }: JsonObject): Json | undefined {
  const rules = isObject(encryption) ? encryption.ServerSideEncryptionConfiguration : undefined;
  const [rule] = Array.isArray(rules) ? rules : [];
  const byDefault = isObject(rule) ? rule.ServerSideEncryptionByDefault : undefined;
  return isObject(byDefault) ? getOwn(byDefault, 'KMSMasterKeyID') : undefined;
}

/** Undefined for a key that no stack creates. */
function findKeyArn(resolution: Resolution, named: Json): string | undefined {
  const alias = resolution.find('AWS::KMS::Alias', String(named));
  const id = alias === undefined ? named : resolution.propertiesOf(alias).TargetKeyId;
  const key = resolution.find('AWS::KMS::Key', String(id));
  return key && resolution.nameOf(key).attributes.Arn;
}
