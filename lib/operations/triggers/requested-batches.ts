import {
  deriveBatchId,
  isScheduledId,
  toRequestedBatchId,
} from '../../batch/schedule/requested-batch-id.ts';
import type { SourceSpec } from '../../batch/source-spec.ts';
import type { BatchConfig } from '../../config/config.ts';
import type { TriggerEvent } from '../../config/triggers/trigger-event.ts';
import { MillraceError } from '../../errors.ts';

/** A batch to start. */
export interface RequestedBatch {
  /** The name of a batch of the configuration. */
  readonly name: string;
  readonly id: string;
  /** @default the source in the configuration */
  readonly source?: SourceSpec;
  /** When its schedule was due. @default it has no date of its own */
  readonly at?: number;
}

/**
 * Returns the batches that `input` requests. The same input gives the same ids, so that a batch is
 * started once, however often the input is delivered. Throws INVALID_CONFIGURATION when an object
 * would be the source of a batch that reads no file.
 */
export function requestedBatches(
  input: TriggerEvent,
  batches: Readonly<Record<string, BatchConfig>>,
): RequestedBatch[] {
  if (input.kind === 'batch') {
    const { batch: name, id } = input;
    const at = isScheduledId(id) ? { at: Date.parse(id) } : {};
    return [{ name, id: toRequestedBatchId(name, id), ...at }];
  }
  const { bucket, key, version } = input;
  return Object.entries(batches)
    .filter(([, { onObject }]) => onObject !== undefined && matchesKey(key, onObject))
    .map(([name, { source }]) => ({
      name,
      id: deriveBatchId([name, bucket, key, version]),
      source: withPath(name, source, `s3://${bucket}/${key}`),
    }));
}

/** As the rules of a deployment match: the prefix and the suffix do not overlap. */
export function matchesKey(
  key: string,
  { prefix = '', suffix = '' }: NonNullable<BatchConfig['onObject']>,
): boolean {
  const isLongEnough = key.length >= prefix.length + suffix.length;
  return isLongEnough && key.startsWith(prefix) && key.endsWith(suffix);
}

/** Returns the source of a batch that an object starts. Throws INVALID_CONFIGURATION. */
export function withPath(name: string, source: SourceSpec, path: string): SourceSpec {
  if ('path' in source) return { ...source, path };
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the batch '${name}' is started by objects, but its source '${source.kind}' reads no file: ` +
      'give it a source with a path, or remove onObject',
    { fields: { batch: name } },
  );
}
