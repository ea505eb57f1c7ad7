import type { Json, JsonObject } from '../../lib/asl/json/json.ts';

/** Properties of `AWS::SQS::Queue` that are attributes of the same name. */
const attributeNames: readonly string[] = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
];

/** Converts the properties of a queue to the attributes that SQS's API takes, each a string. */
export function queueAttributes(properties: JsonObject): Record<string, string> {
  return Object.fromEntries(
    attributeNames.flatMap((name) => {
      const value = properties[name];
      return value === undefined ? [] : [[name, text(value)]];
    }),
  );
}

function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
