/** The attributes of a queue as SQS's API takes them, of the properties that a template has. */
import type { Json, JsonObject } from '../../lib/asl/json/json.ts';

/** Properties that are attributes of the same name. */
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

/** Each as text. */
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
