/**
 * The keys of the stack that encrypt queues, buckets and secrets: whoever may use those needs the
 * key as well, which is forgotten easily. Keys that AWS manages ask nobody.
 */
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Resolution } from '../template/resolution.ts';
import type { Need } from './aws-request.ts';

/** The ARN of the key of each queue, bucket and secret that has one of the stack's. */
export function encryptionKeys(resolution: Resolution): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [type, keyOf] of keyProperties) {
    for (const resource of resolution.ofType(type)) {
      const named = keyOf(resolution.propertiesOf(resource));
      const key = named === undefined ? undefined : keyArn(resolution, named);
      const { ref, attributes } = resolution.nameOf(resource);
      if (key !== undefined) found.set(attributes.Arn ?? ref, key);
    }
  }
  return found;
}

/** What an action needs of the key of what it is about. */
export function keyNeeds({ action, resource }: Need, keys?: ReadonlyMap<string, string>): Need[] {
  const [, , service = '', region = ''] = resource.split(':');
  const key = keys?.get(service === 's3' ? (resource.split('/')[0] ?? '') : resource);
  const needed = key === undefined ? [] : (usesOfKeys[action] ?? []);
  // The ARN of a bucket has no region.
  const via = `${service}.${region || (key?.split(':')[3] ?? '')}.amazonaws.com`;
  return needed.map((use) => ({
    action: use,
    resource: key ?? '',
    context: { 'kms:ViaService': via },
  }));
}

const usesOfKeys: Readonly<Record<string, readonly string[]>> = {
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  's3:PutObject': ['kms:GenerateDataKey'],
  's3:GetObject': ['kms:Decrypt'],
  's3:GetObjectVersion': ['kms:Decrypt'],
  'secretsmanager:GetSecretValue': ['kms:Decrypt'],
};

const keyProperties: ReadonlyMap<string, (properties: JsonObject) => Json | undefined> = new Map([
  ['AWS::SQS::Queue', ({ KmsMasterKeyId }) => KmsMasterKeyId],
  ['AWS::SecretsManager::Secret', ({ KmsKeyId }) => KmsKeyId],
  ['AWS::S3::Bucket', keyOfBucket],
]);

function keyOfBucket({ BucketEncryption: encryption }: JsonObject): Json | undefined {
  const rules = isObject(encryption) ? encryption.ServerSideEncryptionConfiguration : undefined;
  const [rule] = Array.isArray(rules) ? rules : [];
  const byDefault = isObject(rule) ? rule.ServerSideEncryptionByDefault : undefined;
  return isObject(byDefault) ? getOwn(byDefault, 'KMSMasterKeyID') : undefined;
}

/** Undefined for a key that no stack makes. */
function keyArn(resolution: Resolution, named: Json): string | undefined {
  const alias = resolution.find('AWS::KMS::Alias', String(named));
  const id = alias === undefined ? named : resolution.propertiesOf(alias).TargetKeyId;
  const key = resolution.find('AWS::KMS::Key', String(id));
  return key && resolution.nameOf(key).attributes.Arn;
}
