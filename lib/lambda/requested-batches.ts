import { deriveBatchId, toRequestedBatchId } from '../batch/schedule/requested-batch-id.ts';
import type { SourceSpec } from '../batch/source-spec.ts';
import type { BatchConfig } from '../config/config.ts';
import type { LeaderRequest } from '../config/event-names.ts';
import { MillraceError } from '../errors.ts';
import type { ObjectCreated } from './leader-event.ts';

/** A batch to start. */
export interface RequestedBatch {
  /** The name of a batch of the configuration. */
  readonly name: string;
  readonly id: string;
  /** @default the source in the configuration */
  readonly source?: SourceSpec;
}

/**
 * Returns the batches that `input` requests. The same input gives the same ids, so that a batch is
 * started once, however often the input is delivered. Throws INVALID_CONFIGURATION when an object
 * would be the source of a batch that reads no file.
 */
export function requestedBatches(
  input: Extract<LeaderRequest, { kind: 'batch' }> | ObjectCreated,
  batches: Readonly<Record<string, BatchConfig>>,
): RequestedBatch[] {
  if (input.kind === 'batch')
    return [{ name: input.batch, id: toRequestedBatchId(input.batch, input.id) }];
  const { bucket, key, version } = input;
  return Object.entries(batches)
    .filter(([, { onObject }]) => onObject !== undefined && matches(key, onObject))
    .map(([name, { source }]) => ({
      name,
      id: deriveBatchId([name, bucket, key, version]),
      source: withPath(name, source, `s3://${bucket}/${key}`),
    }));
}

function matches(key: string, { prefix = '', suffix = '' }: NonNullable<BatchConfig['onObject']>) {
  return key.startsWith(prefix) && key.endsWith(suffix);
}

function withPath(name: string, source: SourceSpec, path: string): SourceSpec {
  if ('path' in source) return { ...source, path };
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the batch '${name}' is started by objects, but its source '${source.kind}' reads no file: ` +
      'give it a source with a path, or remove onObject',
    { fields: { batch: name } },
  );
}
